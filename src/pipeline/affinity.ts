import type { RequestFacts } from '../protocols/facts.ts';
import type { JsonBody } from '../protocols/json/json-body.ts';
import { hash32 } from '../routing/rendezvous.ts';

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
  const head: string[] = [];
  let length = 0;
  for (const name of HEAD_FIELDS) {
    const field = body.fields.get(name);
    if (field === undefined || length >= HEAD_BYTES) continue;
    const part = body.bytes.subarray(field.start, Math.min(field.end, field.start + HEAD_BYTES - length));
    length += part.length;
    head.push(Buffer.from(part.buffer, part.byteOffset, part.length).toString('latin1'));
  }
  return length < HEAD_BYTES ? undefined : `${accountId}\u0000${facts.model}\u0000${hash32(head.join(''))}`;
}
