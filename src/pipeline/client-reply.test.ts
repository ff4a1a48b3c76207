import { expect, test } from 'vitest';
import type { ReplySink } from '../canonical/exchange.ts';
import { ClientReply } from './client-reply.ts';

function sink(closed: boolean): ReplySink {
  return {
    closed,
    send: () => undefined,
    head: () => undefined,
    write: () => true,
    end: () => undefined,
    cut: () => undefined,
    onDrain: undefined,
    onClose: undefined,
  };
}

test('a client that left while its request was read is gone from the start: nobody tells it again', () => {
  const reply = (closed: boolean) =>
    new ClientReply({ sink: sink(closed), protocol: 'openai-chat', framing: 'sse', now: 0 });
  expect(reply(true).gone).toBe('left');
  expect(reply(false).gone).toBeUndefined();
});
