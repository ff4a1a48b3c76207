import { parseFaultSpec } from '../faults/fault-spec.ts';
import { arrayOf, type JsonObject, objectOf } from '../json-value.ts';
import type { LatencyRule } from '../timing/latency.ts';
import { DEFAULT_USAGE, type UsageSetting } from '../usage.ts';

/** Which calls a rule is for; what is missing matches all. */
export interface CallMatch {
  readonly key?: string;
  /** Model name with or without its fault suffix. */
  readonly model?: string;
  /** The path ends in this. */
  readonly path?: string;
}

/** Faults without touching the request. */
interface FaultRule extends CallMatch {
  readonly spec: string;
}

/** One write of a scripted reply. */
interface ScriptChunk {
  readonly base64?: string;
  readonly text?: string;
  /** Waits so long before it is written; 0: only until the next turn of the event loop. */
  readonly gapMs?: number;
  /** Written so many times; default once. */
  readonly repeat?: number;
}

/** Arbitrary bytes as a reply. */
export interface ScriptRule extends CallMatch {
  /** Only the first so many calls; missing: all. */
  readonly times?: number;
  readonly status?: number;
  readonly headers?: readonly (readonly [string, string])[];
  readonly chunks: readonly ScriptChunk[];
  /** `chunked` (default), `length` (sum of the chunks), `raw`: the chunks are the whole HTTP reply, head included. */
  readonly framing?: 'chunked' | 'length' | 'raw';
  readonly ending?: 'end' | 'destroy' | 'reset' | 'hang';
}

/** Everything that may change while the mock runs. Each section is replaced as a whole. */
export interface MockConfig {
  /** By model name, base name or `*`. */
  readonly usage: Readonly<Record<string, Partial<UsageSetting>>>;
  readonly latency: readonly LatencyRule[];
  readonly faults: readonly FaultRule[];
  readonly scripts: readonly ScriptRule[];
  /** Only these keys are accepted; empty: any key, or none. */
  readonly keys: readonly string[];
  /** Ids of the model lists; others still work. */
  readonly models: readonly string[];
  readonly ttftMs: number;
  readonly gapMs: number;
  /** Content events of the default answer; 0: the default text. */
  readonly events: number;
  /** Characters of a content event; 0: one word. */
  readonly chunkChars: number;
  /** Answer to `GET .../responses` with `Upgrade: websocket`. */
  readonly webSocketStatus: number;
  /** Added to every reply. */
  readonly replyHeaders: readonly (readonly [string, string])[];
}

/** The configuration of a mock that was started without flags. */
export const DEFAULT_CONFIG: MockConfig = {
  usage: {},
  latency: [],
  faults: [],
  scripts: [],
  keys: [],
  models: ['gpt-4o-mini', 'claude-sonnet-4-6', 'gemini-2.5-pro', 'text-embedding-3-small'],
  ttftMs: 0,
  gapMs: 0,
  events: 0,
  chunkChars: 0,
  webSocketStatus: 426,
  replyHeaders: [],
};

/** The configuration with the sections of `patch` in place; an `Error` when one is unknown or wrong. */
export function patchConfig(config: MockConfig, patch: JsonObject): MockConfig | Error {
  for (const [name, value] of Object.entries(patch)) {
    const known = (DEFAULT_CONFIG as unknown as JsonObject)[name];
    if (known === undefined) {
      return new Error(`unknown section: ${name}`);
    }
    if (typeof known !== typeof value || Array.isArray(known) !== Array.isArray(value)) {
      return new Error(`wrong type: ${name}`);
    }
  }
  for (const rule of arrayOf(patch['faults']).map(objectOf)) {
    if (parseFaultSpec(String(rule['spec'])) === undefined) {
      return new Error(`unknown fault: ${rule['spec']}`);
    }
  }
  for (const fields of Object.values(objectOf(patch['usage']))) {
    const wrong = Object.keys(objectOf(fields)).find((field) => !(field in DEFAULT_USAGE));
    if (wrong !== undefined) {
      return new Error(`unknown usage field: ${wrong}`);
    }
  }
  return { ...config, ...(patch as Partial<MockConfig>) };
}

/** The usage setting of a model: `*`, then the base name, then the exact name, each over the one before. */
export function usageOf(config: MockConfig, model: string, base: string): UsageSetting {
  return { ...DEFAULT_USAGE, ...config.usage['*'], ...config.usage[base], ...config.usage[model] };
}
