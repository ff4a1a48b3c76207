import { textOf } from './ascii-text.ts';

/**
 * A validating scanner over the bytes of one JSON object. It builds no tree: it checks the text, enforces the limits
 * that keep one request from blocking the process, and records where each top-level value lies, so that a few facts can
 * be read and a few values replaced without touching any other byte.
 * Grammar: RFC 8259. UTF-8 validity is the caller's check, since the platform has a native one.
 */

/** What a JSON value is, told by its first byte. */
export type JsonKind = 'string' | 'number' | 'object' | 'array' | 'true' | 'false' | 'null';

/** Where one top-level member lies; `start` and `end` delimit its value. */
export interface JsonField {
  readonly kind: JsonKind;
  readonly start: number;
  readonly end: number;
}

/** Limits of security.md section 7. */
export interface JsonLimits {
  readonly depthMax: number;
  readonly keysMax: number;
  readonly tokensMax: number;
  readonly numberBytesMax: number;
}

/** The defaults for bodies from callers. */
export const JSON_LIMITS: JsonLimits = { depthMax: 64, keysMax: 10_000, tokensMax: 500_000, numberBytesMax: 64 };

/** Why a text was refused, and at which byte. */
export interface JsonFault {
  readonly reason: string;
  readonly offset: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;

/** 1 for bytes that end the fast run inside a string: quote, backslash, control characters. */
const STRING_STOP = new Uint8Array(256);
for (let byte = 0; byte < 0x20; byte++) STRING_STOP[byte] = 1;
STRING_STOP[QUOTE] = 1;
STRING_STOP[BACKSLASH] = 1;

const SIMPLE_ESCAPES = new Uint8Array(256);
for (const char of '"\\/bfnrt') SIMPLE_ESCAPES[char.charCodeAt(0)] = 1;

/** So many bytes of a string are looked at one by one before words are. */
const NEAR_BYTES = 24;

const STATE_VALUE = 0; // a value must follow
const STATE_FIRST_KEY = 1; // after {: a key or }
const STATE_KEY = 2; // after , in an object: a key
const STATE_COLON = 3;
const STATE_AFTER = 4; // after a value: , or the end of the container
const STATE_FIRST_ITEM = 5; // after [: a value or ]
const STATE_STRING = 6; // inside a string value (resumable)
const STATE_KEY_STRING = 7; // inside a key (resumable)
const STATE_DONE = 8;

/** Scans one object; `run` may be called in slices so that a large body never holds the event loop. */
export class JsonScanner {
  readonly fields = new Map<string, JsonField>();
  fault: JsonFault | undefined;
  private readonly bytes: Uint8Array;
  private readonly limits: JsonLimits;
  /** The same memory as 32-bit words; byte `i` lies in word `(i + wordShift) >> 2`. */
  private words: Int32Array | undefined;
  private readonly wordShift: number;
  private pos = 0;
  private state = STATE_VALUE;
  private depth = 0;
  private tokens = 0;
  /** Per depth: number of keys so far, or -1 in an array. */
  private readonly keys: number[] = [];
  private stringStart = 0;
  private topKey = '';
  private topStart = 0;
  private topKind: JsonKind = 'null';

  constructor(bytes: Uint8Array, limits: JsonLimits = JSON_LIMITS) {
    this.bytes = bytes;
    this.limits = limits;
    this.wordShift = bytes.byteOffset & 3;
  }

  /** Scans up to about byte `until`; `true` when finished, well or with {@link fault}. */
  run(until: number = this.bytes.length): boolean {
    while (this.state !== STATE_DONE) {
      if (this.pos >= until && until < this.bytes.length) return false;
      if (!this.step(until)) {
        if (this.fault !== undefined) return true;
        if (until < this.bytes.length) return false;
      }
    }
    return true;
  }

  private fail(reason: string, offset = this.pos): false {
    this.fault = { reason, offset };
    return false;
  }

  private skipSpace(): number {
    const bytes = this.bytes;
    let pos = this.pos;
    let byte = bytes[pos];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++pos];
    this.pos = pos;
    return byte ?? -1;
  }

  private step(until: number): boolean {
    switch (this.state) {
      case STATE_STRING:
      case STATE_KEY_STRING:
        return this.continueString(until);
      case STATE_VALUE:
      case STATE_FIRST_ITEM:
        return this.value(until);
      case STATE_FIRST_KEY:
      case STATE_KEY:
        return this.key(until);
      case STATE_COLON:
        if (this.skipSpace() !== COLON) return this.fail('expected ":"');
        this.pos++;
        this.state = STATE_VALUE;
        return true;
      default:
        return this.afterValue();
    }
  }

  private value(until: number): boolean {
    const byte = this.skipSpace();
    if (++this.tokens > this.limits.tokensMax) return this.fail(`more than ${this.limits.tokensMax} values`);
    if (this.depth === 0 && byte !== OPEN_BRACE) return this.fail('the body must be a JSON object');
    if (byte === CLOSE_BRACKET && this.state === STATE_FIRST_ITEM) return this.close();
    if (this.depth === 1) this.topStart = this.pos;
    switch (byte) {
      case QUOTE:
        return this.openString(STATE_STRING, until);
      case OPEN_BRACE:
        return this.open(0);
      case OPEN_BRACKET:
        return this.open(-1);
      case 0x74:
        return this.literal('true');
      case 0x66:
        return this.literal('false');
      case 0x6e:
        return this.literal('null');
      default:
        return this.number(byte);
    }
  }

  private openString(state: number, until: number): boolean {
    this.stringStart = this.pos;
    this.pos++;
    this.state = state;
    return this.continueString(until);
  }

  private continueString(until: number): boolean {
    const bytes = this.bytes;
    const end = Math.min(until, bytes.length);
    let pos = this.pos;
    for (;;) {
      pos = this.plainEnd(pos, end);
      this.pos = pos;
      if (pos >= end) return end < bytes.length ? false : this.fail('the text ends inside a string');
      const byte = bytes[pos];
      if (byte === QUOTE) break;
      if (byte !== BACKSLASH) return this.fail('a control character inside a string');
      const next = this.escapeEnd(pos);
      if (next < 0) return this.fail('an invalid escape inside a string');
      pos = next;
    }
    this.pos = pos + 1;
    if (this.state === STATE_KEY_STRING) return this.keyDone();
    if (this.depth === 1) this.record('string');
    this.state = STATE_AFTER;
    return true;
  }

  /** The first byte at or after `start` that ends a run of plain string bytes; four bytes at a time where it can. */
  private plainEnd(start: number, end: number): number {
    const { bytes, wordShift } = this;
    let pos = start;
    // Most strings end soon; words pay off behind that.
    for (const near = Math.min(end, start + NEAR_BYTES); pos < near; pos++) {
      if (STRING_STOP[bytes[pos] as number] === 1) return pos;
    }
    if (pos >= end) return pos;
    this.words ??= new Int32Array(bytes.buffer, bytes.byteOffset - wordShift, (wordShift + bytes.length) >> 2);
    const { words } = this;
    while (pos < end && ((pos + wordShift) & 3) !== 0) {
      if (STRING_STOP[bytes[pos] as number] === 1) return pos;
      pos++;
    }
    let word = (pos + wordShift) >> 2;
    for (const last = (end + wordShift) >> 2; word < last; word++) {
      const four = words[word] as number;
      const quote = four ^ 0x22222222;
      const backslash = four ^ 0x5c5c5c5c;
      // A byte's top bit is set where that byte is below 0x20, is a quote, or is a backslash.
      const low = (four - 0x20202020) & ~four;
      const hit = low | ((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash);
      if ((hit & 0x80808080) !== 0) break;
    }
    pos = Math.max(pos, Math.min(end, (word << 2) - wordShift));
    while (pos < end && STRING_STOP[bytes[pos] as number] === 0) pos++;
    return pos;
  }

  private escapeEnd(backslash: number): number {
    const byte = this.bytes[backslash + 1] ?? 0;
    if (SIMPLE_ESCAPES[byte] === 1) return backslash + 2;
    if (byte !== 0x75) return -1;
    for (let i = 2; i < 6; i++) if (!isHex(this.bytes[backslash + i] ?? 0)) return -1;
    return backslash + 6;
  }

  private key(until: number): boolean {
    const byte = this.skipSpace();
    if (byte === CLOSE_BRACE && this.state === STATE_FIRST_KEY) return this.close();
    if (byte !== QUOTE) return this.fail('expected a key in double quotes');
    const count = (this.keys[this.depth] ?? 0) + 1;
    this.keys[this.depth] = count;
    if (count > this.limits.keysMax) return this.fail(`more than ${this.limits.keysMax} keys in one object`);
    return this.openString(STATE_KEY_STRING, until);
  }

  private keyDone(): boolean {
    if (this.depth === 1) {
      const key = readString(this.bytes, this.stringStart, this.pos);
      if (this.fields.has(key)) return this.fail(`the key "${key.slice(0, 64)}" stands twice`, this.stringStart);
      this.topKey = key;
    }
    this.state = STATE_COLON;
    return true;
  }

  private open(keys: number): boolean {
    if (this.depth >= this.limits.depthMax) return this.fail(`deeper than ${this.limits.depthMax} levels`);
    if (this.depth === 1) this.topKind = keys < 0 ? 'array' : 'object';
    this.depth++;
    this.keys[this.depth] = keys;
    this.pos++;
    this.state = keys < 0 ? STATE_FIRST_ITEM : STATE_FIRST_KEY;
    return true;
  }

  private close(): boolean {
    this.pos++;
    this.depth--;
    if (this.depth === 1) this.record(this.topKind);
    if (this.depth === 0) return this.finish();
    this.state = STATE_AFTER;
    return true;
  }

  private finish(): boolean {
    if (this.skipSpace() !== -1) return this.fail('data after the end of the object');
    this.state = STATE_DONE;
    return true;
  }

  private afterValue(): boolean {
    const byte = this.skipSpace();
    const inArray = (this.keys[this.depth] ?? 0) < 0;
    if (byte === COMMA) {
      this.pos++;
      this.state = inArray ? STATE_VALUE : STATE_KEY;
      return true;
    }
    if (byte === (inArray ? CLOSE_BRACKET : CLOSE_BRACE)) return this.close();
    return this.fail(inArray ? 'expected "," or "]"' : 'expected "," or "}"');
  }

  private literal(word: 'true' | 'false' | 'null'): boolean {
    for (let i = 1; i < word.length; i++) {
      if (this.bytes[this.pos + i] !== word.charCodeAt(i)) return this.fail('an unknown word');
    }
    this.pos += word.length;
    if (this.depth === 1) this.record(word);
    this.state = STATE_AFTER;
    return true;
  }

  private number(first: number): boolean {
    const end = numberEnd(this.bytes, this.pos);
    if (end < 0) return this.fail(first === -1 ? 'the text ends too early' : 'expected a value');
    if (end - this.pos > this.limits.numberBytesMax) return this.fail('a number that is too long');
    this.pos = end;
    if (this.depth === 1) this.record('number');
    this.state = STATE_AFTER;
    return true;
  }

  private record(kind: JsonKind): void {
    this.fields.set(this.topKey, { kind, start: this.topStart, end: this.pos });
  }
}

function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

function digitsEnd(bytes: Uint8Array, start: number): number {
  let pos = start;
  for (let byte = bytes[pos] ?? 0; byte >= 0x30 && byte <= 0x39; byte = bytes[pos] ?? 0) pos++;
  return pos;
}

/** The end of a number by RFC 8259, or -1. */
function numberEnd(bytes: Uint8Array, start: number): number {
  let pos = bytes[start] === 0x2d ? start + 1 : start;
  const intEnd = bytes[pos] === 0x30 ? pos + 1 : digitsEnd(bytes, pos);
  if (intEnd === pos) return -1;
  pos = intEnd;
  if (bytes[pos] === 0x2e) {
    const end = digitsEnd(bytes, pos + 1);
    if (end === pos + 1) return -1;
    pos = end;
  }
  if (bytes[pos] === 0x65 || bytes[pos] === 0x45) {
    const sign = bytes[pos + 1];
    const digits = sign === 0x2b || sign === 0x2d ? pos + 2 : pos + 1;
    const end = digitsEnd(bytes, digits);
    if (end === digits) return -1;
    pos = end;
  }
  return pos;
}

/** The text of the JSON string whose quotes stand at `start` and `end - 1`. */
function readString(bytes: Uint8Array, start: number, end: number): string {
  const text = textOf(bytes, start + 1, end - 1);
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
}
