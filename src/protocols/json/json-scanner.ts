import { JsonFields, type JsonKind, nameText } from './json-fields.ts';
import { numberEnd } from './json-number.ts';
import { STRING_STOP, stringStop, type WordBytes, wordBytes } from './json-string.ts';

/**
 * A validating scanner over the bytes of one JSON object. It builds no tree: it checks the text, enforces the limits
 * that keep one request from blocking the process, and records where each top-level value lies, so that a few facts can
 * be read and a few values replaced without touching any other byte.
 * Grammar: RFC 8259. UTF-8 validity is the caller's check, since the platform has a native one.
 */

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
/** What stands for the next byte where the text ends. */
const NO_BYTE = -1;

/** Bodies from this size on are read in words; for a smaller one the view would cost more than it saves. */
const WORDS_BODY_BYTES = 256;
/** In a small body, so many bytes of a string are looked at one by one before words are. */
const NEAR_BYTES = 24;

const STATE_VALUE = 0; // a value must follow
const STATE_FIRST_ITEM = 1; // after [: a value or ]
const STATE_FIRST_KEY = 2; // after {: a key or }
const STATE_KEY = 3; // after , in an object: a key
const STATE_COLON = 4;
const STATE_AFTER = 5; // after a value: , or the end of the container
const STATE_DONE = 6;
const STATE_STRING = 7; // inside a string value (resumable)
const STATE_KEY_STRING = 8; // inside a key (resumable)

/** What the methods that take a token return in place of a position once {@link JsonScanner.fault} is set. */
const FAULT = -1;

const NO_BYTES = new Uint8Array(0);
/** What a scanner without a body holds: one field, so that the shape of a field stays known as well. */
const IDLE_FIELDS = new JsonFields(NO_BYTES);
IDLE_FIELDS.add(0, 0);

/** Scans one object after the other; `run` may be called in slices so that a large body never holds the event loop. */
export class JsonScanner {
  fields: JsonFields = IDLE_FIELDS;
  fault: JsonFault | undefined;
  private bytes: Uint8Array = NO_BYTES;
  private readonly limits: JsonLimits;
  /** The same bytes, for reading four at once. */
  private words: WordBytes | undefined;
  private pos = 0;
  private state = STATE_VALUE;
  private depth = 0;
  private tokens = 0;
  /** Per depth: number of keys so far, or -1 in an array. */
  private readonly keys: number[] = [0, 0, 0, 0];
  private stringStart = 0;

  constructor(limits: JsonLimits = JSON_LIMITS) {
    this.limits = limits;
  }

  /** Begins a scan. */
  start(bytes: Uint8Array): void {
    this.fields = new JsonFields(bytes);
    this.fault = undefined;
    this.bytes = bytes;
    this.words = bytes.length >= WORDS_BODY_BYTES ? wordBytes(bytes) : undefined;
    this.pos = 0;
    this.state = STATE_VALUE;
    this.depth = 0;
    this.tokens = 0;
  }

  /** Lets go of the body and of what was found in it. */
  release(): void {
    this.fields = IDLE_FIELDS;
    this.fault = undefined;
    this.bytes = NO_BYTES;
    this.words = undefined;
  }

  /** Scans up to about byte `until`; `true` when finished, well or with {@link fault}. */
  run(until: number = this.bytes.length): boolean {
    const { bytes } = this;
    const end = Math.min(until, bytes.length);
    let pos = this.pos;
    while (pos < end) {
      if (this.state >= STATE_STRING) pos = this.inString(pos, end);
      else {
        const byte = bytes[pos] as number;
        if (byte <= 0x20 && isSpace(byte)) {
          pos++;
          continue;
        }
        pos = this.token(byte, pos, end);
      }
      if (pos === FAULT) return true;
    }
    this.pos = pos;
    if (end < bytes.length) return false;
    if (this.state === STATE_DONE) return true;
    if (this.state >= STATE_STRING) this.fail('the text ends inside a string', pos);
    else this.token(NO_BYTE, pos, end);
    return true;
  }

  private fail(reason: string, offset: number): typeof FAULT {
    this.fault = { reason, offset };
    return FAULT;
  }

  /** Takes the token whose first byte is `byte`, at `pos`; what comes next begins at the position that it returns. */
  private token(byte: number, pos: number, end: number): number {
    switch (this.state) {
      case STATE_VALUE:
      case STATE_FIRST_ITEM:
        return this.value(byte, pos, end);
      case STATE_FIRST_KEY:
      case STATE_KEY:
        return this.key(byte, pos, end);
      case STATE_AFTER:
        return this.afterValue(byte, pos);
      case STATE_COLON:
        if (byte !== COLON) return this.fail('expected ":"', pos);
        this.state = STATE_VALUE;
        return pos + 1;
      default:
        return this.fail('data after the end of the object', pos);
    }
  }

  private value(byte: number, pos: number, end: number): number {
    if (++this.tokens > this.limits.tokensMax) return this.fail(`more than ${this.limits.tokensMax} values`, pos);
    if (this.depth === 0 && byte !== OPEN_BRACE) return this.fail('the body must be a JSON object', pos);
    switch (byte) {
      case QUOTE:
        if (this.depth === 1) this.fields.begin('string', pos);
        return this.openString(STATE_STRING, pos, end);
      case OPEN_BRACE:
        return this.open(0, pos);
      case OPEN_BRACKET:
        return this.open(-1, pos);
      case CLOSE_BRACKET:
        return this.state === STATE_FIRST_ITEM ? this.close(pos) : this.fail('expected a value', pos);
      case 0x74:
        return this.literal('true', pos);
      case 0x66:
        return this.literal('false', pos);
      case 0x6e:
        return this.literal('null', pos);
      default:
        return this.number(byte, pos);
    }
  }

  private openString(state: number, pos: number, end: number): number {
    this.stringStart = pos;
    this.state = state;
    return this.inString(pos + 1, end);
  }

  private inString(start: number, end: number): number {
    const { bytes } = this;
    const near = this.words === undefined ? Math.min(end, start + NEAR_BYTES) : start;
    let pos = start;
    while (pos < near && STRING_STOP[bytes[pos] as number] === 0) pos++;
    if (pos >= near || bytes[pos] !== QUOTE) {
      this.words ??= wordBytes(bytes);
      pos = stringStop(this.words, pos, end);
      if (pos >= end) return pos;
      if (bytes[pos] !== QUOTE) return this.badString(pos);
    }
    if (this.state === STATE_KEY_STRING) return this.keyDone(pos);
    if (this.depth === 1) this.fields.end(pos + 1);
    this.state = STATE_AFTER;
    return pos + 1;
  }

  private badString(pos: number): typeof FAULT {
    const escapes = this.bytes[pos] === BACKSLASH;
    return this.fail(escapes ? 'an invalid escape inside a string' : 'a control character inside a string', pos);
  }

  private key(byte: number, pos: number, end: number): number {
    if (byte !== QUOTE) {
      if (byte === CLOSE_BRACE && this.state === STATE_FIRST_KEY) return this.close(pos);
      return this.fail('expected a key in double quotes', pos);
    }
    const count = (this.keys[this.depth] as number) + 1;
    this.keys[this.depth] = count;
    if (count > this.limits.keysMax) return this.fail(`more than ${this.limits.keysMax} keys in one object`, pos);
    return this.openString(STATE_KEY_STRING, pos, end);
  }

  private keyDone(quote: number): number {
    if (this.depth === 1 && !this.fields.add(this.stringStart + 1, quote)) {
      const key = nameText(this.bytes, this.stringStart + 1, quote);
      return this.fail(`the key "${key.slice(0, 64)}" stands twice`, this.stringStart);
    }
    const { bytes } = this;
    // Nearly always the colon follows at once.
    if (quote + 1 < bytes.length && bytes[quote + 1] === COLON) {
      this.state = STATE_VALUE;
      return quote + 2;
    }
    this.state = STATE_COLON;
    return quote + 1;
  }

  private open(keys: number, pos: number): number {
    if (this.depth >= this.limits.depthMax) return this.fail(`deeper than ${this.limits.depthMax} levels`, pos);
    if (this.depth === 1) this.fields.begin(keys < 0 ? 'array' : 'object', pos);
    this.depth++;
    this.keys[this.depth] = keys;
    this.state = keys < 0 ? STATE_FIRST_ITEM : STATE_FIRST_KEY;
    return pos + 1;
  }

  private close(pos: number): number {
    this.depth--;
    if (this.depth === 1) this.fields.end(pos + 1);
    this.state = this.depth === 0 ? STATE_DONE : STATE_AFTER;
    return pos + 1;
  }

  private afterValue(byte: number, pos: number): number {
    const inArray = (this.keys[this.depth] as number) < 0;
    if (byte === COMMA) {
      this.state = inArray ? STATE_VALUE : STATE_KEY;
      return pos + 1;
    }
    if (byte === (inArray ? CLOSE_BRACKET : CLOSE_BRACE)) return this.close(pos);
    return this.fail(inArray ? 'expected "," or "]"' : 'expected "," or "}"', pos);
  }

  private literal(word: 'true' | 'false' | 'null', pos: number): number {
    const end = pos + word.length;
    if (end > this.bytes.length) return this.fail('an unknown word', pos);
    for (let i = 1; i < word.length; i++) {
      if (this.bytes[pos + i] !== word.charCodeAt(i)) return this.fail('an unknown word', pos);
    }
    return this.scalar(word, pos, end);
  }

  private number(first: number, pos: number): number {
    const end = first === NO_BYTE ? -1 : numberEnd(this.bytes, pos);
    if (end < 0) return this.fail(first === NO_BYTE ? 'the text ends too early' : 'expected a value', pos);
    if (end - pos > this.limits.numberBytesMax) return this.fail('a number that is too long', pos);
    return this.scalar('number', pos, end);
  }

  private scalar(kind: JsonKind, pos: number, end: number): number {
    if (this.depth === 1) {
      this.fields.begin(kind, pos);
      this.fields.end(end);
    }
    this.state = STATE_AFTER;
    return end;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
