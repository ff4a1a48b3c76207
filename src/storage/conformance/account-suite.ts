import { describe, expect, test } from 'vitest';
import { type StorePlace, useStoreRig } from './rig.ts';
import { BEYOND_DOUBLE, sampleApply } from './samples.ts';

/** What every account store must do. */
export function accountSuite(makePlace: () => Promise<StorePlace>): void {
  const rig = useStoreRig(makePlace);
  const acme = { name: 'acme', billing: 'prepaid', openingCredits: BEYOND_DOUBLE, groups: ['default'] } as const;

  describe('accounts', () => {
    test('keep an amount above 2^53 to the last unit, across a reopening', async () => {
      const made = await rig.store.accounts.create(acme);
      const found = await (await rig.another()).accounts.byName('acme');
      expect(found?.account).toEqual({ ...acme, id: made.id, state: 'active' });
      expect(found?.managedBy).toBe('cli');
    });

    test('keep the largest amount that the ledger knows, and refuse one unit more', async () => {
      const largest = 10n ** 18n;
      const made = await rig.store.accounts.create({ ...acme, openingCredits: largest });
      expect(made.openingCredits).toBe(largest);
      await expect(
        rig.store.accounts.create({ ...acme, name: 'more', openingCredits: largest + 1n }),
      ).rejects.toThrow();
      expect(await rig.store.accounts.byName('more')).toBeUndefined();
    });

    test('refuse a name that is taken', async () => {
      await rig.store.accounts.create(acme);
      await expect(rig.store.accounts.create(acme)).rejects.toMatchObject({ code: 'name_taken' });
    });

    test('are listed by name, by its bytes', async () => {
      for (const name of ['b', 'Z', 'a', 'é']) await rig.store.accounts.create({ ...acme, name });
      const listed = await rig.store.accounts.list();
      expect(listed.map(({ account }) => account.name)).toEqual(['Z', 'a', 'b', 'é']);
    });

    test('change state and raise the version of the catalogue', async () => {
      const { id } = await rig.store.accounts.create(acme);
      const before = await rig.store.catalogue.version();
      expect((await rig.store.accounts.setState(id, 'suspended')).state).toBe('suspended');
      expect(await rig.store.catalogue.version()).toBe(before + 1n);
      expect((await rig.store.catalogue.load()).catalogue.accounts[0]?.state).toBe('suspended');
    });

    test('refuse a change of state of what the file manages, and leave it', async () => {
      await rig.store.catalogue.apply(await sampleApply(rig.store));
      const before = await rig.store.accounts.byName('acme');
      const id = before?.account.id ?? '';
      await expect(rig.store.accounts.setState(id, 'suspended')).rejects.toMatchObject({ code: 'managed_by_file' });
      expect(await rig.store.accounts.byName('acme')).toEqual(before);
    });

    test.each(['01890000-0000-7000-8000-000000000000', 'not-a-uuid'])('refuse an unknown id: %s', async (id) => {
      await expect(rig.store.accounts.setState(id, 'active')).rejects.toMatchObject({ code: 'not_found' });
    });
  });
}
