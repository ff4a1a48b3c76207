import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { type GatewayError, gatewayError } from '../canonical/error.ts';
import type { BufferBudget } from './buffer-budget.ts';

/** Above this many decoded bytes the ratio limit counts. */
const RATIO_FROM_BYTES = 1024 * 1024;
const RATIO_MAX = 100;

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** How much of a body is read. */
export interface BodyLimits {
  readonly bytesMax: number;
  readonly budget: BufferBudget;
}

/** The outcome of reading a body; `aborted` when the client left before its end. */
export type BodyResult =
  | { readonly type: 'body'; readonly bytes: Uint8Array }
  | { readonly type: 'refused'; readonly error: GatewayError }
  | { readonly type: 'aborted' };

/** Reads a request's body, decoded, counting bytes as they come. Call it only after authentication. */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<BodyResult> {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > limits.bytesMax) return Promise.resolve({ type: 'refused', error: tooLarge(limits.bytesMax) });
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') return collect(request, request, limits);
  const decoder = DECODERS[encoding];
  if (decoder === undefined) return Promise.resolve({ type: 'refused', error: unsupportedEncoding(encoding) });
  const decoded = decoder();
  request.pipe(decoded);
  return collect(request, decoded, limits);
}

function collect(request: IncomingMessage, source: Readable, limits: BodyLimits): Promise<BodyResult> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let received = 0;
    const decoded = source !== request;
    if (decoded) request.on('data', (chunk: Buffer) => (received += chunk.length));
    const finish = (result: BodyResult) => {
      limits.budget.give(length);
      length = 0;
      source.removeAllListeners('data');
      resolve(result);
    };
    source.on('data', (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      const bomb = decoded && length > RATIO_FROM_BYTES && length > received * RATIO_MAX;
      if (length > limits.bytesMax || bomb) finish({ type: 'refused', error: tooLarge(limits.bytesMax) });
      else if (!limits.budget.take(chunk.length)) {
        length -= chunk.length;
        finish({
          type: 'refused',
          error: gatewayError('overloaded', 'Saola is holding as many request bodies as it may.'),
        });
      }
    });
    source.on('end', () => {
      const [only] = chunks;
      finish({ type: 'body', bytes: chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks) });
    });
    if (decoded) {
      source.on('error', () => {
        const error = gatewayError('invalid_request', 'The request body does not decode under its content-encoding.');
        finish({ type: 'refused', error });
      });
    }
    request.on('error', () => finish({ type: 'aborted' }));
    request.on('close', () => {
      if (!request.complete) finish({ type: 'aborted' });
    });
  });
}

function tooLarge(bytesMax: number): GatewayError {
  const megabytes = Math.floor(bytesMax / 1_048_576);
  return gatewayError('body_too_large', `The request body is larger than this gateway takes (${megabytes} MiB).`);
}

function unsupportedEncoding(encoding: string): GatewayError {
  const shown = encoding.slice(0, 64);
  return gatewayError('unsupported_encoding', `The content-encoding "${shown}" is not one of gzip, deflate, br, zstd.`);
}
