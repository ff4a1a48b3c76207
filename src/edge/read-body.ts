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
import type { BodyConsumer, ClientRequest } from './client-request.ts';
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

/** The outcome of reading a body; `aborted` when the client left before its end, or before it was decoded. */
export type BodyResult =
  | { readonly type: 'body'; readonly bytes: Uint8Array }
  | { readonly type: 'refused'; readonly error: GatewayError }
  | { readonly type: 'aborted' };

/** What the head alone says against a body; nothing has been read yet. */
export function bodyRefusal(request: ClientRequest, bytesMax: number): GatewayError | undefined {
  const { bodyLength } = request.head;
  if (bodyLength !== 'chunked' && bodyLength > bytesMax) return tooLarge(bytesMax);
  const coding = codingOf(request);
  return coding === '' || DECODERS.has(coding) ? undefined : unsupportedEncoding(coding);
}

/**
 * Reads a request's body, decoded, counting bytes as they come, and calls `done` once, perhaps before it returns. To be
 * called after authentication and {@link bodyRefusal}.
 */
export function readBody(request: ClientRequest, limits: BodyLimits, done: (result: BodyResult) => void): void {
  const decoder = DECODERS.get(codingOf(request))?.();
  request.readBody(new BodyGatherer({ request, decoder, limits, done }));
}

/** The content coding; empty for none. */
function codingOf(request: ClientRequest): string {
  const coding = request.header('content-encoding')?.trim().toLowerCase() ?? '';
  return coding === 'identity' ? '' : coding;
}

interface Gathering {
  readonly request: ClientRequest;
  readonly decoder: Decoder | undefined;
  readonly limits: BodyLimits;
  readonly done: (result: BodyResult) => void;
}

class BodyGatherer implements BodyConsumer {
  private readonly gathering: Gathering;
  private readonly body: GrowingBuffer;
  private done = false;

  constructor(gathering: Gathering) {
    this.gathering = gathering;
    const { request, decoder } = gathering;
    const { bodyLength } = request.head;
    this.body = new GrowingBuffer(decoder === undefined && bodyLength !== 'chunked' ? bodyLength : undefined);
    if (decoder === undefined) return;
    decoder.on('data', (chunk: Buffer) => this.take(chunk));
    decoder.on('end', () => this.decoded());
    decoder.on('error', () => this.finish({ type: 'refused', error: undecodable() }));
    decoder.on('drain', () => request.connection.socket.resume());
  }

  onBytes(bytes: Buffer): boolean {
    if (this.done) return true;
    const { decoder, request } = this.gathering;
    if (decoder === undefined) return this.take(bytes);
    if (!decoder.write(bytes)) request.connection.socket.pause();
    return false;
  }

  onEnd(): void {
    const { decoder } = this.gathering;
    if (decoder === undefined) this.finish({ type: 'body', bytes: this.body.bytes() });
    else if (!this.done) {
      // A decoder that ends does not drain any more.
      this.gathering.request.connection.socket.resume();
      decoder.end();
    }
  }

  onAborted(): void {
    this.finish({ type: 'aborted' });
  }

  /** `true`: the chunk was copied, or is not wanted. */
  private take(chunk: Buffer): boolean {
    if (this.done) return true;
    const { decoder, limits } = this.gathering;
    if (limits.holding.over) {
      this.finish({ type: 'aborted' });
      return true;
    }
    const copied = this.body.push(chunk);
    const total = this.body.length;
    const bomb = decoder !== undefined && total > RATIO_FROM_BYTES && total > decoder.bytesWritten * RATIO_MAX;
    if (total > limits.bytesMax || bomb) this.finish({ type: 'refused', error: tooLarge(limits.bytesMax) });
    else if (!limits.holding.take(chunk.length)) this.finish({ type: 'refused', error: noRoom() });
    return copied;
  }

  private decoded(): void {
    const { request, limits } = this.gathering;
    // Nothing may stand behind the packed bytes, and no answer begins while the request still comes.
    if (!request.complete) this.finish({ type: 'refused', error: undecodable() });
    else if (limits.holding.over) this.finish({ type: 'aborted' });
    else this.finish({ type: 'body', bytes: this.body.bytes() });
  }

  private finish(result: BodyResult): void {
    if (this.done) return;
    this.done = true;
    const { request, decoder, done } = this.gathering;
    if (decoder !== undefined && result.type !== 'body') {
      // What is left of a bomb is read away undecoded.
      decoder.destroy();
      request.connection.socket.resume();
    }
    done(result);
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
