import { describe, expect, test } from 'vitest';
import type { ApiKey } from '../../identity/api-key.ts';
import { type StorePlace, useStoreRig } from './rig.ts';
import { sampleKey } from './samples.ts';

/** What every key store must do. */
export function keySuite(makePlace: () => Promise<StorePlace>): void {
  const rig = useStoreRig(makePlace);
  const account = (name = 'acme') =>
    rig.store.accounts.create({ name, billing: 'prepaid', openingCredits: undefined, groups: ['default'] });

  describe('keys', () => {
    test('come back as they were stored, by id, by list and by version', async () => {
      const { id: accountId } = await account();
      const key = sampleKey(accountId, {
        mode: 'test',
        expiresAt: 1_800_000_000_000,
        allowedModels: ['openai/*', 'anthropic/claude-sonnet-4'],
        allowedIps: ['10.0.0.0/8', '2001:db8::/32'],
      });
      const stored = await rig.store.keys.create(key);
      expect(stored).toEqual({ ...key, state: 'active', version: 1n });
      expect(await rig.store.keys.byId(key.id)).toEqual(stored);
      expect(await rig.store.keys.list({ accountId })).toEqual([{ key: stored, lastUsedAt: undefined }]);
      expect(await rig.store.keys.changedSince(0n)).toEqual([stored]);
    });

    test('tell an empty list from none', async () => {
      const { id } = await account();
      const stored = await rig.store.keys.create(sampleKey(id, { allowedModels: [], allowedIps: undefined }));
      expect(await rig.store.keys.byId(stored.id)).toMatchObject({ allowedModels: [], allowedIps: undefined });
    });

    test.each(['01890000-0000-7000-8000-000000000000', 'not-a-uuid'])('refuse an unknown account: %s', async (id) => {
      await expect(rig.store.keys.create(sampleKey(id))).rejects.toMatchObject({ code: 'not_found' });
      expect(await rig.store.keys.changedSince(0n)).toEqual([]);
    });

    test('only those of the account are listed, oldest first', async () => {
      const [one, two] = [await account('one'), await account('two')];
      const late = await rig.store.keys.create(sampleKey(one.id, { createdAt: 1_700_000_000_002 }));
      const early = await rig.store.keys.create(sampleKey(one.id, { createdAt: 1_700_000_000_001 }));
      await rig.store.keys.create(sampleKey(two.id));
      const listed = await rig.store.keys.list({ accountId: one.id });
      expect(listed.map(({ key }) => key.id)).toEqual([early.id, late.id]);
      expect(await rig.store.keys.list({ accountId: 'not-a-uuid' })).toEqual([]);
      expect(await rig.store.keys.list()).toHaveLength(3);
    });

    test('that changed are told apart by version', async () => {
      const { id } = await account();
      const [first, second] = [await rig.store.keys.create(sampleKey(id)), await rig.store.keys.create(sampleKey(id))];
      const changed = await rig.store.keys.setState(first.id, 'disabled');
      expect(changed).toEqual({ ...first, state: 'disabled', version: 3n });
      expect(await rig.store.keys.changedSince(second.version)).toEqual([changed]);
      expect(await rig.store.keys.changedSince(changed.version)).toEqual([]);
    });

    test('can be switched off and on, but a revoked one never comes back', async () => {
      const { id } = await rig.store.keys.create(sampleKey((await account()).id));
      await rig.store.keys.setState(id, 'disabled');
      expect((await rig.store.keys.setState(id, 'active')).state).toBe('active');
      await rig.store.keys.setState(id, 'revoked');
      await expect(rig.store.keys.setState(id, 'active')).rejects.toMatchObject({ code: 'revoked' });
      expect((await rig.store.keys.setState(id, 'revoked')).state).toBe('revoked');
      await expect(rig.store.keys.setState('abcdefghijkl', 'active')).rejects.toMatchObject({ code: 'not_found' });
    });

    test('a refused change uses no version', async () => {
      const { id } = await rig.store.keys.create(sampleKey((await account()).id));
      await rig.store.keys.setState(id, 'revoked');
      await expect(rig.store.keys.setState(id, 'active')).rejects.toThrow();
      const next = await rig.store.keys.create(sampleKey((await rig.store.keys.byId(id))?.accountId ?? ''));
      expect(next.version).toBe(3n);
    });

    test('last use moves forward only, and is no change', async () => {
      const key = await rig.store.keys.create(sampleKey((await account()).id));
      const lastUsed = async () => (await rig.store.keys.list())[0]?.lastUsedAt;
      await rig.store.keys.touchLastUsed([{ id: key.id, lastUsedAt: 1_700_000_060_000 }]);
      await rig.store.keys.touchLastUsed([
        { id: 'unknown', lastUsedAt: 1 },
        { id: key.id, lastUsedAt: 1_700_000_000_000 },
      ]);
      expect(await lastUsed()).toBe(1_700_000_060_000);
      expect(await rig.store.keys.changedSince(key.version)).toEqual([]);
    });

    test('versions become visible in their order, so that a poller misses nothing', async () => {
      const { id } = await account();
      const stores = [rig.store, await rig.another(), await rig.another()];
      const reader = await rig.another();
      let writing = true;
      const seen: ApiKey[] = [];
      const poll = async () => {
        let last = 0n;
        for (;;) {
          const done = !writing;
          for (const key of await reader.keys.changedSince(last)) {
            seen.push(key);
            last = key.version;
          }
          if (done) return;
        }
      };
      const write = async () => {
        await Promise.all(
          stores.flatMap((store) => Array.from({ length: 20 }, () => store.keys.create(sampleKey(id)))),
        );
        writing = false;
      };
      await Promise.all([poll(), write()]);
      expect(seen.map((key) => key.version)).toEqual(Array.from({ length: 60 }, (_, index) => BigInt(index + 1)));
    });
  });
}
