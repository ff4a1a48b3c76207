import { expect, test } from 'vitest';
import { startMock } from '../../mock-provider/start.ts';
import { catalogue, deployment, model, provider, providerKey } from '../support/catalogue.ts';
import { startRoad } from '../support/road.ts';

test('a fault of our own after content breaks that answer off and nothing else', async () => {
  const mock = await startMock();
  const up = provider('up', { endpoints: { 'openai-chat': `${mock.url}/v1` }, keys: [providerKey('k1')] });
  const road = await startRoad({ catalogue: catalogue([up], [model('gpt', [deployment('up')])]) });
  const ask = (content: string) =>
    fetch(`${road.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer test-key' },
      body: JSON.stringify({ model: 'gpt', stream: true, messages: [{ role: 'user', content }] }),
    });
  try {
    road.health.fail = () => {
      throw new Error('planted');
    };
    await expect(ask('[[mock:words 20]] [[mock:fault cut6]]').then((reply) => reply.text())).rejects.toThrow();
    expect(await ask('hi').then((reply) => reply.text())).toContain('[DONE]');
    expect(road.records.map((record) => record.outcome)).toEqual(['refused', 'complete']);
  } finally {
    await road.close();
    await mock.stop();
  }
});
