import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DEFAULT_CONFIG, type MockConfig, patchConfig } from './control/config.ts';
import { objectOf } from './json-value.ts';

/** What the command line says. */
export interface CliFlags {
  readonly host: string;
  readonly port: number;
  readonly logging: boolean;
  readonly config: MockConfig;
}

/** Parses the arguments; throws an `Error` that says what is wrong. */
export function cliFlags(args: readonly string[]): CliFlags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '9100' },
      keys: { type: 'string' },
      config: { type: 'string' },
      'ttft-ms': { type: 'string', default: '0' },
      'gap-ms': { type: 'string', default: '0' },
      events: { type: 'string', default: '0' },
      'chunk-size': { type: 'string', default: '0' },
      'websocket-status': { type: 'string', default: '426' },
      'no-log': { type: 'boolean', default: false },
    },
  });
  const flags: MockConfig = {
    ...DEFAULT_CONFIG,
    keys: values.keys?.split(',') ?? [],
    ttftMs: count('ttft-ms', values['ttft-ms']),
    gapMs: count('gap-ms', values['gap-ms']),
    events: count('events', values.events),
    chunkChars: count('chunk-size', values['chunk-size']),
    webSocketStatus: count('websocket-status', values['websocket-status']),
  };
  const file = values.config === undefined ? {} : objectOf(JSON.parse(readFileSync(values.config, 'utf8')));
  const config = patchConfig(flags, file);
  if (config instanceof Error) {
    throw config;
  }
  return { host: values.host, port: count('port', values.port), logging: !values['no-log'], config };
}

function count(name: string, text: string): number {
  if (!/^\d+$/.test(text)) {
    throw new Error(`--${name} wants a whole number, not "${text}"`);
  }
  return Number(text);
}
