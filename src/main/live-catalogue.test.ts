import { expect, test } from 'vitest';
import { catalogue, deployment, model, provider } from '../../test/support/catalogue.ts';
import type { SealedSecret, StoredCatalogue } from '../storage/ports/catalogue-store.ts';
import { LiveCatalogue } from './live-catalogue.ts';

const sealed = (providerKeyId: string): SealedSecret => ({
  providerKeyId,
  providerId: 'a',
  origin: 'https://a.example',
  version: 1n,
  dataKeyId: 'd',
  sealed: new Uint8Array(1),
});

function stored(version: bigint, ids: readonly string[]): StoredCatalogue {
  const made = catalogue([provider('a')], [model('v/m', [deployment('a')])]);
  return { catalogue: made, secrets: ids.map(sealed), version, digest: String(version) };
}

/** A store whose picture changes, and an opener that opens what its picture has, as long as it is not moved. */
function setup() {
  const state = { now: stored(1n, ['k1', 'k2']), moved: false };
  const store = {
    apply: () => Promise.reject(new Error('not here')),
    load: () => Promise.resolve(state.now),
    version: () => Promise.resolve(state.now.version),
  };
  const live = new LiveCatalogue(store, (picture) => {
    const { moved } = state;
    return (id) => {
      if (moved || !picture.secrets.some((secret) => secret.providerKeyId === id)) throw new Error(`shut: ${id}`);
      return `secret of ${id}`;
    };
  });
  return { state, live };
}

test('a key that has left still opens for the requests that began with it', async () => {
  const { state, live } = setup();
  await live.refresh();
  state.now = stored(2n, ['k1']);
  expect(await live.refresh()).toBe(true);
  expect(live.openSecret('k1')).toBe('secret of k1');
  expect(live.openSecret('k2')).toBe('secret of k2');
});

test('a key whose origin was moved stays shut, although it opened before', async () => {
  const { state, live } = setup();
  await live.refresh();
  state.moved = true;
  state.now = stored(2n, ['k1', 'k2']);
  await live.refresh();
  expect(() => live.openSecret('k1')).toThrow('shut');
});

test('an unchanged version loads nothing', async () => {
  const { live } = setup();
  expect(await live.refresh()).toBe(true);
  expect(await live.refresh()).toBe(false);
});
