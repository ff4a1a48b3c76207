import type { BodyReader } from './body-reader.ts';
import { readHeaderLines } from './header-lines.ts';

const CR = 0x0d;
const LF = 0x0a;
const SEMICOLON = 0x3b;
/** 8 digits: chunks of up to 4 GiB. */
const SIZE_DIGITS_MAX = 8;
/** Nobody uses them, but they are allowed: names with or without a value (section 7.1.1). The limit is for a whole body. */
const EXTENSIONS = /^(?:;[!#$%&'*+.^_`|~\w-]+(?:=(?:[!#$%&'*+.^_`|~\w-]+|"[\t !#-[\]-~]*"))?)+$/;
const EXTENSION_BYTES_MAX = 1_024;
const TRAILER_BYTES_MAX = 8_192;
/** Trailers that would change how the message is read (RFC 9110, section 6.5.1). */
const FRAMING = new Set(['content-length', 'transfer-encoding', 'host', 'connection', 'upgrade', 'trailer']);

const HEX = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

const SIZE = 0;
const EXTENSION = 1;
const SIZE_LF = 2;
const DATA = 3;
const DATA_CR = 4;
const DATA_LF = 5;
const TRAILERS = 6;

/**
 * Reads a chunked body (RFC 9112, section 7.1). The payload of one read is moved together in place, so that a read that
 * brings twenty chunks is handed on as one piece.
 */
export class ChunkedBody implements BodyReader {
  done = false;
  fault: string | undefined;
  start = 0;
  end = 0;
  private state = SIZE;
  private size = 0;
  private digits = 0;
  private extensions = '';
  private extensionBytes = 0;
  private trailers = '';

  take(bytes: Buffer, from: number): number {
    this.start = from;
    this.end = from;
    let at = from;
    while (at < bytes.length && !this.done && this.fault === undefined) {
      at = this.state === DATA ? this.takeData(bytes, at) : this.takeFraming(bytes, at);
    }
    return at;
  }

  private takeData(bytes: Buffer, at: number): number {
    const stop = Math.min(bytes.length, at + this.size);
    this.size -= stop - at;
    if (this.end === this.start) {
      this.start = at;
      this.end = stop;
    } else {
      bytes.copyWithin(this.end, at, stop);
      this.end += stop - at;
    }
    if (this.size === 0) this.state = DATA_CR;
    return stop;
  }

  private takeFraming(bytes: Buffer, at: number): number {
    const byte = bytes[at] as number;
    switch (this.state) {
      case SIZE:
        return this.takeSize(byte, at);
      case EXTENSION:
        return this.takeExtensions(byte, at);
      case SIZE_LF:
        this.expect(byte, LF);
        this.state = this.size === 0 ? TRAILERS : DATA;
        this.digits = 0;
        return at + 1;
      case DATA_CR:
        this.expect(byte, CR);
        this.state = DATA_LF;
        return at + 1;
      case DATA_LF:
        this.expect(byte, LF);
        this.state = SIZE;
        return at + 1;
      default:
        return this.takeTrailers(bytes, at);
    }
  }

  private takeSize(byte: number, at: number): number {
    const digit = HEX[byte] as number;
    if (digit >= 0 && this.digits < SIZE_DIGITS_MAX) {
      this.size = this.size * 16 + digit;
      this.digits++;
    } else if (digit < 0 && this.digits > 0 && (byte === CR || byte === SEMICOLON)) {
      this.state = byte === CR ? SIZE_LF : EXTENSION;
      if (byte === SEMICOLON) this.extensions = ';';
    } else this.fault = 'not a chunk size';
    return at + 1;
  }

  private takeExtensions(byte: number, at: number): number {
    if (byte !== CR) this.extensions += String.fromCharCode(byte);
    else if (EXTENSIONS.test(this.extensions)) this.state = SIZE_LF;
    else this.fault = 'not a chunk extension';
    if (++this.extensionBytes > EXTENSION_BYTES_MAX) this.fault = 'chunk extensions that are too long';
    return at + 1;
  }

  private expect(byte: number, expected: number): void {
    if (byte !== expected) this.fault = 'a chunk that does not end where it should';
  }

  /** Trailers are read and dropped, but they must be header lines, and none that speaks of framing. */
  private takeTrailers(bytes: Buffer, from: number): number {
    const before = this.trailers.length;
    this.trailers += bytes.toString('latin1', from, Math.min(bytes.length, from + TRAILER_BYTES_MAX + 2 - before));
    const empty = this.trailers.startsWith('\r\n') ? 0 : this.trailers.indexOf('\r\n\r\n');
    if (empty < 0) {
      if (this.trailers.length > TRAILER_BYTES_MAX) this.fault = 'trailers that are too long';
      return bytes.length;
    }
    const lines = empty === 0 ? '' : this.trailers.slice(0, empty + 2);
    const headers: string[] = [];
    this.fault = readHeaderLines(lines, 0, headers);
    if (headers.some((name, i) => i % 2 === 0 && FRAMING.has(name))) this.fault = 'a trailer about framing';
    this.done = this.fault === undefined;
    return from + lines.length + 2 - before;
  }
}
