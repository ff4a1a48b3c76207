import { expect, test } from 'vitest';
import type { RequestFacts } from '../protocols/facts.ts';
import { isJsonFault, scanJsonBody } from '../protocols/json/json-body.ts';
import { affinityKey } from './affinity.ts';

function key(body: Record<string, unknown>, { sessionId, model = 'm' }: { sessionId?: string; model?: string } = {}) {
  const scanned = scanJsonBody(new TextEncoder().encode(JSON.stringify(body)));
  if (isJsonFault(scanned)) throw new Error(scanned.reason);
  const facts: RequestFacts = {
    model,
    stream: false,
    maxOutputTokens: undefined,
    hasTools: false,
    asksUsage: false,
    session: { sessionId, agentId: undefined, tool: undefined },
  };
  return affinityKey('account', facts, scanned);
}

const HEAD = 'p'.repeat(4_094);

test('the session counts before the prompt', () => {
  expect(key({ system: HEAD }, { sessionId: 's' })).toBe('account\u0000s');
});

test('a prompt too short to be cached has no key', () => {
  expect(key({ system: HEAD.slice(1) })).toBeUndefined();
  expect(key({ messages: [HEAD, HEAD] })).toBeUndefined();
  expect(key({ system: HEAD.slice(1), tools: [] })).toBeDefined();
});

test('any byte of the head makes another key, and none behind it does', () => {
  const keys = new Set<string | undefined>();
  for (let at = 0; at < HEAD.length; at++) keys.add(key({ system: `${HEAD.slice(0, at)}q${HEAD.slice(at + 1)}` }));
  expect(keys.size).toBe(HEAD.length);
  expect(keys).not.toContain(key({ system: HEAD }));
  expect(key({ system: `${HEAD}"behind` })).toBe(key({ system: `${HEAD}"other!` }));
});

test('the head may be spread over several fields, and the model counts', () => {
  const half = 'p'.repeat(2_050);
  expect(key({ system: half, tools: [half] })).toBe(key({ tools: [half], model: 'x', system: half }));
  expect(key({ system: half, tools: [half] })).not.toBe(key({ system: half, tools: [`${half.slice(0, 40)}q${half}`] }));
  expect(key({ system: HEAD })).not.toBe(key({ system: HEAD }, { model: 'n' }));
  for (const more of ['', 'p', 'pp', 'ppp']) {
    const ending = (digit: number) => key({ system: [half + more, digit], tools: [half] });
    expect(ending(1), more).not.toBe(ending(2));
  }
});
