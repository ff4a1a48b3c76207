import { describe, expect, test } from 'vitest';
import { uuidV7 } from '../../lib/uuid-v7.ts';
import { SCHEMA_STEPS } from '../migrations/registry.ts';
import { type StorePlace, useStoreRig } from './rig.ts';

/** What every store must do with its schema and its one-row tables. `meddle` runs SQL behind the store's back. */
export function schemaSuite(makePlace: () => Promise<StorePlace & { meddle(sql: string): Promise<void> }>): void {
  let place: (StorePlace & { meddle(sql: string): Promise<void> }) | undefined;
  const rig = useStoreRig(async () => {
    place = await makePlace();
    return place;
  });
  const names = SCHEMA_STEPS.map((step) => step.name);

  describe('schema', () => {
    test('migrated once is current, and migrating again runs nothing', async () => {
      const again = await rig.another();
      expect(await again.migrations.status()).toEqual({ done: names, pending: [], unknown: [] });
      expect(await again.migrations.up()).toEqual([]);
      await again.migrations.requireCurrent();
    });

    test('of a newer program is refused, whether migrating or not', async () => {
      await place?.meddle(
        `insert into kysely_migration (name, "timestamp") values ('9999_later', '2099-01-01T00:00:00Z')`,
      );
      const store = await rig.another();
      expect((await store.migrations.status()).unknown).toEqual(['9999_later']);
      await expect(store.migrations.up()).rejects.toMatchObject({ code: 'schema_newer' });
      await expect(store.migrations.requireCurrent()).rejects.toMatchObject({ code: 'schema_newer' });
    });

    test('a store that answers answers a ping; a closed one does not', async () => {
      const store = await rig.another();
      await store.ping();
      await store.close();
      await expect(store.ping()).rejects.toThrow();
    });
  });

  describe('schema of an empty place', () => {
    test('is pending, refused without migrating, and migrated once by nodes that start together', async () => {
      const empty = await makePlace();
      const nodes = [await empty.open(), await empty.open(), await empty.open()];
      expect((await nodes[0]?.migrations.status())?.pending).toEqual(names);
      await expect(nodes[0]?.migrations.requireCurrent()).rejects.toMatchObject({ code: 'schema_pending' });
      const ran = await Promise.all(nodes.map((node) => node.migrations.up()));
      expect(ran.flat().sort()).toEqual(names);
      for (const node of nodes) await node.migrations.requireCurrent();
      for (const node of nodes) await node.close();
      await empty.remove();
    });
  });

  describe('installation and data keys', () => {
    const installation = (keyPrefix: string) => ({
      id: uuidV7(),
      createdAt: 1_700_000_000_000,
      keyPrefix,
      secretKeyCheck: 'a',
      pepperCheck: 'b',
    });

    test('the first of two first starts decides for both', async () => {
      const other = await rig.another();
      expect(await rig.store.installation.load()).toBeUndefined();
      const [one, two] = await Promise.all([
        rig.store.installation.ensure(installation('saola')),
        other.installation.ensure(installation('sk-acme')),
      ]);
      expect(one).toEqual(two);
      expect(await rig.store.installation.load()).toEqual(one);
    });

    test('the first data key of a tenant and generation stays', async () => {
      const key = (kekId: string, generation = 1n) => ({
        id: uuidV7(),
        tenant: 'platform',
        generation,
        kekId,
        wrapped: new Uint8Array([0, 1, 255]),
        createdAt: 1_700_000_000_000,
      });
      const first = key('kek-1');
      expect(await rig.store.dataKeys.ensure(first)).toEqual(first);
      expect(await rig.store.dataKeys.ensure(key('kek-2'))).toEqual(first);
      const second = await rig.store.dataKeys.ensure(key('kek-2', 2n));
      expect(await rig.store.dataKeys.list()).toEqual([first, second]);
    });
  });
}
