import { describe, expect, test } from 'vitest';
import { type StorePlace, useStoreRig } from './rig.ts';
import { sampleAccount, sampleApply, sampleKey, sampleModel, sampleProvider } from './samples.ts';

/** What every catalogue store must do. */
export function catalogueSuite(makePlace: () => Promise<StorePlace>): void {
  const rig = useStoreRig(makePlace);
  const loadCatalogue = async () => (await rig.store.catalogue.load()).catalogue;

  describe('catalogue', () => {
    test('is empty at first', async () => {
      expect(await rig.store.catalogue.load()).toEqual({
        catalogue: { accounts: [], providers: [], models: [] },
        secrets: [],
        version: 0n,
        digest: undefined,
      });
    });

    test('comes back as it was applied, in its order, secrets and big rates included', async () => {
      const toApply = await sampleApply(rig.store, {
        accounts: [sampleAccount({ name: 'zulu' }), sampleAccount({ name: 'alpha', openingCredits: undefined })],
        providers: [sampleProvider({ id: 'z', keys: [], preset: 'openai', timeouts: {} }), sampleProvider()],
        models: [
          sampleModel({ id: 'z/unpriced', price: undefined, deployments: [], displayName: undefined, aliases: [] }),
          sampleModel({ id: 'a/free', price: { free: true, rates: {} }, deployments: [], contextLength: undefined }),
          sampleModel(),
        ],
      });
      const { version, changed } = await rig.store.catalogue.apply(toApply);
      const loaded = await (await rig.another()).catalogue.load();
      expect(changed).toBe(true);
      expect(loaded).toMatchObject({ version, digest: toApply.digest });
      expect(loaded.catalogue.providers).toEqual(toApply.catalogue.providers);
      expect(loaded.catalogue.models).toEqual(toApply.catalogue.models);
      expect(loaded.secrets).toEqual(toApply.secrets);
      expect(loaded.catalogue.accounts).toEqual(
        toApply.catalogue.accounts.map((account) => ({ ...account, id: expect.stringMatching(/^[0-9a-f-]{36}$/) })),
      );
    });

    test('applied again changes nothing, not even the version', async () => {
      const toApply = await sampleApply(rig.store);
      const first = await rig.store.catalogue.apply(toApply);
      const before = await rig.store.catalogue.load();
      expect(await rig.store.catalogue.apply(toApply)).toEqual({ version: first.version, changed: false });
      expect(await rig.store.catalogue.load()).toEqual(before);
    });

    test('applied under another digest keeps ids of accounts and their keys', async () => {
      await rig.store.catalogue.apply(await sampleApply(rig.store));
      const [before] = (await loadCatalogue()).accounts;
      const key = await rig.store.keys.create(sampleKey(before?.id ?? ''));
      await rig.store.catalogue.apply(
        await sampleApply(rig.store, { accounts: [sampleAccount({ groups: ['other'] })] }),
      );
      expect((await loadCatalogue()).accounts).toEqual([{ ...before, groups: ['other'] }]);
      expect((await rig.store.keys.byId(key.id))?.accountId).toBe(before?.id);
    });

    test('drops what left, but keeps accounts and lets go of them', async () => {
      await rig.store.catalogue.apply(await sampleApply(rig.store));
      await rig.store.catalogue.apply(await sampleApply(rig.store, { accounts: [], providers: [], models: [] }));
      expect(await loadCatalogue()).toMatchObject({ accounts: [{ name: 'acme' }], providers: [], models: [] });
      expect((await rig.store.catalogue.load()).secrets).toEqual([]);
      expect((await rig.store.accounts.byName('acme'))?.managedBy).toBe('cli');
    });

    test('of the environment gives way to a file', async () => {
      await rig.store.catalogue.apply({ ...(await sampleApply(rig.store)), managedBy: 'env' });
      await rig.store.catalogue.apply(
        await sampleApply(rig.store, { providers: [sampleProvider({ id: 'up-b', keys: [] })], models: [] }),
      );
      expect((await loadCatalogue()).providers.map((provider) => provider.id)).toEqual(['up-b']);
    });

    test('takes the account that a command made into the file', async () => {
      const { id } = await rig.store.accounts.create({
        name: 'acme',
        billing: 'postpaid',
        openingCredits: undefined,
        groups: ['default'],
      });
      await rig.store.catalogue.apply(await sampleApply(rig.store));
      expect((await loadCatalogue()).accounts).toEqual([sampleAccount({ id })]);
      expect((await rig.store.accounts.byName('acme'))?.managedBy).toBe('file');
    });

    test.each([undefined, 1n])(
      'refuses another opening grant (%s), names the way, and leaves all as it was',
      async (openingCredits) => {
        await rig.store.catalogue.apply(await sampleApply(rig.store));
        const before = await rig.store.catalogue.load();
        const changed = await sampleApply(rig.store, {
          accounts: [sampleAccount({ name: 'new' }), sampleAccount({ openingCredits })],
          providers: [],
          models: [],
        });
        await expect(rig.store.catalogue.apply(changed)).rejects.toMatchObject({
          code: 'opening_grant_changed',
          message: expect.stringContaining('saola topup'),
        });
        expect(await rig.store.catalogue.load()).toEqual(before);
      },
    );

    test('a failure half-way leaves all as it was', async () => {
      await rig.store.catalogue.apply(await sampleApply(rig.store));
      const before = await rig.store.catalogue.load();
      const [deployment] = sampleModel().deployments;
      const broken = await sampleApply(rig.store, {
        models: [
          sampleModel({ deployments: deployment === undefined ? [] : [{ ...deployment, providerId: 'nowhere' }] }),
        ],
      });
      await expect(rig.store.catalogue.apply(broken)).rejects.toThrow();
      expect(await rig.store.catalogue.load()).toEqual(before);
    });

    test('applied by two nodes at once ends as one of the two, whole', async () => {
      const other = await rig.another();
      const [one, two] = [
        await sampleApply(rig.store, { models: [sampleModel({ id: 'a/one', deployments: [] })] }),
        await sampleApply(rig.store, { models: [sampleModel({ id: 'a/two', deployments: [] })] }),
      ];
      await Promise.all([rig.store.catalogue.apply(one), other.catalogue.apply(two)]);
      const loaded = await rig.store.catalogue.load();
      const winner = loaded.digest === one.digest ? one : two;
      expect(loaded).toMatchObject({ version: 2n, digest: winner.digest, secrets: winner.secrets });
      expect(loaded.catalogue.models).toEqual(winner.catalogue.models);
    });

    test('holds thousands of rows in one application', async () => {
      const models = Array.from({ length: 1_201 }, (_, index) => sampleModel({ id: `m/${index}`, deployments: [] }));
      await rig.store.catalogue.apply(await sampleApply(rig.store, { models }));
      expect((await loadCatalogue()).models.map((model) => model.id)).toEqual(models.map((model) => model.id));
    });
  });
}
