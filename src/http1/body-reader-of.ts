import type { BodyLength } from './body-length.ts';
import type { BodyReader } from './body-reader.ts';
import { ChunkedBody } from './chunked-body.ts';
import { CountedBody } from './counted-body.ts';

/** The reader for a body of this length. */
export function bodyReaderOf(length: BodyLength): BodyReader {
  return length === 'chunked' ? new ChunkedBody() : new CountedBody(length === 'until-close' ? Infinity : length);
}
