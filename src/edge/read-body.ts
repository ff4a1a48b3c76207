import type { IncomingMessage } from 'node:http';
import {
  type BrotliDecompress,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
  type Gunzip,
  type Inflate,
  type ZstdDecompress,
} from 'node:zlib';
import { type GatewayError, gatewayError } from '../canonical/error.ts';
import type { Holding } from './buffer-budget.ts';
import { GrowingBuffer } from './growing-buffer.ts';

/** Above this many decoded bytes the ratio limit counts. */
const RATIO_FROM_BYTES = 1024 * 1024;
const RATIO_MAX = 100;
/** 8 MiB, what RFC 8878 asks decoders to support: a frame may ask for 128 MiB before it has brought a byte. */
const ZSTD_WINDOW_LOG_MAX = 23;

type Decoder = BrotliDecompress | Gunzip | Inflate | ZstdDecompress;

const DECODERS: ReadonlyMap<string, () => Decoder> = new Map<string, () => Decoder>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
  ['zstd', () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX } })],
]);

/** How much of a body is read. */
export interface BodyLimits {
  readonly bytesMax: number;
  readonly holding: Holding;
}

/** The outcome of reading a body; `aborted` when the client left before its end. */
export type BodyResult =
  | { readonly type: 'body'; readonly bytes: Uint8Array }
  | { readonly type: 'refused'; readonly error: GatewayError }
  | { readonly type: 'aborted' };

/** What the head alone says against a body; nothing has been read yet. */
export function bodyRefusal(request: IncomingMessage, bytesMax: number): GatewayError | undefined {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return tooLarge(bytesMax);
  const coding = codingOf(request);
  return coding === '' || DECODERS.has(coding) ? undefined : unsupportedEncoding(coding);
}

/** Reads a request's body, decoded, counting bytes as they come. Call it after authentication and {@link bodyRefusal}. */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<BodyResult> {
  const { 'content-length': declared } = request.headers;
  const length = declared === undefined ? undefined : Number(declared);
  const decoder = DECODERS.get(codingOf(request))?.();
  return new Promise((resolve) => new BodyReader({ request, decoder, length, limits, resolve }));
}

/** The content coding; empty for none. */
function codingOf(request: IncomingMessage): string {
  const coding = request.headers['content-encoding']?.trim().toLowerCase() ?? '';
  return coding === 'identity' ? '' : coding;
}

interface Reading {
  readonly request: IncomingMessage;
  readonly decoder: Decoder | undefined;
  readonly length: number | undefined;
  readonly limits: BodyLimits;
  readonly resolve: (result: BodyResult) => void;
}

class BodyReader {
  private readonly reading: Reading;
  private readonly body: GrowingBuffer;
  private done = false;

  constructor(reading: Reading) {
    this.reading = reading;
    const { request, decoder, length } = reading;
    this.body = new GrowingBuffer(decoder === undefined ? length : undefined);
    const source = decoder ?? request;
    source.on('data', (chunk: Buffer) => this.take(chunk));
    source.on('end', () => this.finish({ type: 'body', bytes: this.body.bytes() }));
    request.on('close', () => {
      if (!request.complete) this.finish({ type: 'aborted' });
    });
    if (decoder === undefined) return;
    decoder.on('error', () => this.finish({ type: 'refused', error: undecodable() }));
    request.pipe(decoder);
  }

  private take(chunk: Buffer): void {
    if (this.done) return;
    const { decoder, length, limits } = this.reading;
    this.body.push(chunk);
    const total = this.body.length;
    const bomb = decoder !== undefined && total > RATIO_FROM_BYTES && total > decoder.bytesWritten * RATIO_MAX;
    if (total > limits.bytesMax || bomb) this.finish({ type: 'refused', error: tooLarge(limits.bytesMax) });
    else if (!limits.holding.take(chunk.length)) this.finish({ type: 'refused', error: noRoom() });
    else if (decoder === undefined && total === length) this.finish({ type: 'body', bytes: this.body.bytes() });
  }

  private finish(result: BodyResult): void {
    if (this.done) return;
    this.done = true;
    const { request, decoder, resolve } = this.reading;
    if (decoder !== undefined && result.type !== 'body') {
      // What is left of a bomb is read away undecoded.
      request.unpipe(decoder);
      decoder.destroy();
      request.resume();
    }
    resolve(result);
  }
}

function tooLarge(bytesMax: number): GatewayError {
  const megabytes = Math.floor(bytesMax / 1_048_576);
  return gatewayError(
    'body_too_large',
    `The request body is larger than this gateway takes (${megabytes} MiB, or packed more than ${RATIO_MAX} times).`,
  );
}

function noRoom(): GatewayError {
  return gatewayError('overloaded', 'Saola holds as many request bodies as it may. Try again shortly.');
}

function undecodable(): GatewayError {
  return gatewayError('invalid_request', 'The request body does not decode under its content-encoding.');
}

function unsupportedEncoding(encoding: string): GatewayError {
  const shown = encoding.slice(0, 64);
  return gatewayError('unsupported_encoding', `The content-encoding "${shown}" is not one of gzip, deflate, br, zstd.`);
}
