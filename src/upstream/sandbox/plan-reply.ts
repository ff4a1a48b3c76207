import { randomUUID } from 'node:crypto';

/** What a simulated model says, before any protocol gives it a shape. */
export interface ReplyPlan {
  /** Starts with `sandbox-`. */
  readonly id: string;
  /** `sandbox/echo` or `sandbox/lorem`. */
  readonly model: string;
  readonly pieces: readonly string[];
  readonly text: string;
  /** `false`: the asked-for maximum cut it. */
  readonly complete: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly gapMs: number;
}

/** What the plan depends on. */
export interface PlanFacts {
  /** The upstream model's name, with or without `sandbox/`. */
  readonly model: unknown;
  readonly userText: string;
  /** The caller's limit of output tokens, if it is a number. */
  readonly maxTokens: unknown;
  readonly bodyBytes: number;
}

const LOREM_GAP_MS = 30;
const LOREM_WORDS = 80;
const ECHO_PIECES_MAX = 64;
const LOREM = `lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et
dolore magna aliqua ut enim ad minim veniam quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo
consequat duis aute irure dolor in reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla pariatur`.split(
  /\s+/,
);

/** Plans the reply of a simulated model; `undefined` for a model that does not exist. */
export function planReply({ model, userText, maxTokens, bodyBytes }: PlanFacts): ReplyPlan | undefined {
  const name = typeof model === 'string' ? model.replace(/^sandbox\//, '') : '';
  if (name !== 'echo' && name !== 'lorem') return undefined;
  const whole = name === 'echo' ? echoPieces(userText) : loremPieces();
  const pieces = typeof maxTokens === 'number' ? within(whole, maxTokens) : whole;
  const text = pieces.join('');
  return {
    id: `sandbox-${randomUUID()}`,
    model: `sandbox/${name}`,
    pieces,
    text,
    complete: pieces.length === whole.length,
    inputTokens: estimateTokens(bodyBytes),
    outputTokens: estimateTokens(Buffer.byteLength(text)),
    gapMs: name === 'lorem' ? LOREM_GAP_MS : 0,
  };
}

/** Four bytes a token, at least one. */
export function estimateTokens(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 4));
}

function echoPieces(text: string): string[] {
  const words = (text === '' ? '(no text to echo)' : text).match(/\s*\S+\s*/g) ?? [text];
  const size = Math.ceil(words.length / ECHO_PIECES_MAX);
  return Array.from({ length: Math.ceil(words.length / size) }, (_, i) =>
    words.slice(i * size, (i + 1) * size).join(''),
  );
}

function loremPieces(): string[] {
  return Array.from({ length: LOREM_WORDS }, (_, i) => (i === 0 ? 'Lorem' : ` ${LOREM[i % LOREM.length]}`));
}

function within(pieces: readonly string[], maxTokens: number): string[] {
  let bytes = 0;
  return pieces.filter((piece) => {
    bytes += Buffer.byteLength(piece);
    return bytes <= maxTokens * 4;
  });
}
