import type { HeaderPairs } from '../canonical/exchange.ts';
import type { WireHeaders } from '../egress/wire-exchange.ts';

/** Flat pairs in order of first appearance; a repeated header gives one pair for each value. */
export function toHeaderPairs(headers: WireHeaders): HeaderPairs {
  const pairs: HeaderPairs = [];
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (typeof value === 'string') pairs.push(name, value);
    else if (value !== undefined) for (const each of value) pairs.push(name, each);
  }
  return pairs;
}

/** The encoding of the body if it is not identity: bytes that nobody here may hand on or read. */
export function foreignEncoding(headers: WireHeaders): string | undefined {
  const content = headers['content-encoding'];
  if (content !== undefined && !/^(identity)?$/i.test(String(content).trim())) return `content-encoding: ${content}`;
  const transfer = headers['transfer-encoding'];
  if (transfer === undefined || /^(chunked|identity)$/i.test(String(transfer).trim())) return undefined;
  return `transfer-encoding: ${transfer}`;
}

/** Only the end of the connection ends this body, so a reset must not pass for an end. */
export function endsWithConnection(headers: WireHeaders): boolean {
  return headers['content-length'] === undefined && headers['transfer-encoding'] === undefined;
}
