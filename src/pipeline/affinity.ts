import type { RequestFacts } from '../protocols/facts.ts';
import type { JsonBody } from '../protocols/json/json-body.ts';

/** Where the prompt's unchanging head stands, by protocol. */
const HEAD_FIELDS = ['system', 'instructions', 'systemInstruction', 'tools'];
/** Providers cache prompts from about this size on; below it there is nothing to keep warm. */
const HEAD_BYTES = 4_096;

/**
 * What keeps a conversation at one provider, so that its prompt cache stays warm: the session if the tool names one,
 * else the head of a prompt that is long enough to be cached. `undefined`: spread by weight.
 */
export function affinityKey(accountId: string, facts: RequestFacts, body: JsonBody): string | undefined {
  const { sessionId } = facts.session;
  if (sessionId !== undefined) return `${accountId}\u0000${sessionId}`;
  let hash = 0;
  let length = 0;
  for (const name of HEAD_FIELDS) {
    const field = body.fields.get(name);
    if (field === undefined || length >= HEAD_BYTES) continue;
    const end = Math.min(field.end, field.start + HEAD_BYTES - length);
    hash = hashBytes(hash, body.bytes.subarray(field.start, end));
    length += end - field.start;
  }
  return length < HEAD_BYTES ? undefined : `${accountId}\u0000${facts.model}\u0000${hash >>> 0}`;
}

/** The steps of MurmurHash3 for 32 bits, four bytes each; the key that this goes into is hashed again where it is used. */
function hashBytes(seed: number, bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const wordsEnd = bytes.length - 3;
  let hash = seed;
  let at = 0;
  for (; at < wordsEnd; at += 4) hash = mix(hash, view.getInt32(at, true));
  for (; at < bytes.length; at++) hash = mix(hash, bytes[at] as number);
  return hash;
}

function mix(hash: number, word: number): number {
  const scattered = Math.imul(word, 0xcc9e2d51);
  const mixed = hash ^ Math.imul((scattered << 15) | (scattered >>> 17), 0x1b873593);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}
