import { describe, expect, test } from 'vitest';
import { USAGE_UNITS } from '../../canonical/usage.ts';
import { uuidV7 } from '../../lib/uuid-v7.ts';
import { type StorePlace, useStoreRig } from './rig.ts';
import { sampleRecord } from './samples.ts';

const DAY_MS = 86_400_000;
const OTHER_ACCOUNT = '01890000-0000-7000-8000-0000000000bb';

/** What every request log must do. */
export function requestLogSuite(makePlace: () => Promise<StorePlace>): void {
  const rig = useStoreRig(makePlace);
  const ids = (records: readonly { id: string }[]) => records.map((record) => record.id);

  describe('request log', () => {
    test('gives back what it took: everything, and nothing but the least', async () => {
      const full = sampleRecord({
        quantities: Object.fromEntries(USAGE_UNITS.map((unit, index) => [unit, index * 7])),
      });
      const bare = sampleRecord({
        responseModel: undefined,
        providerId: undefined,
        group: undefined,
        stream: false,
        httpStatus: 401,
        outcome: 'refused',
        errorCode: 'invalid_api_key',
        finishReason: undefined,
        quantities: {},
        usageSource: 'none',
        ttftMs: undefined,
        route: '',
        sessionId: undefined,
        agentId: undefined,
        tool: undefined,
        tags: [],
        clientIp: undefined,
        upstreamId: undefined,
        attempts: [],
      });
      await rig.store.requestLog.append([full, bare]);
      expect(await rig.store.requestLog.byId(full.id)).toEqual(full);
      expect(await rig.store.requestLog.byId(bare.id)).toEqual(bare);
    });

    test('takes a batch twice and keeps it once', async () => {
      const batch = [sampleRecord(), sampleRecord()];
      await rig.store.requestLog.append(batch);
      await rig.store.requestLog.append([...batch.map((record) => ({ ...record, model: 'changed' })), sampleRecord()]);
      const found = await rig.store.requestLog.recent({ limit: 10 });
      expect(found).toHaveLength(3);
      expect(found.filter((record) => record.model === 'changed')).toEqual([]);
    });

    test('takes a batch larger than one statement, all or nothing', async () => {
      const batch = Array.from({ length: 1_500 }, () => sampleRecord());
      const broken = { ...sampleRecord(), accountId: undefined } as unknown as ReturnType<typeof sampleRecord>;
      await expect(rig.store.requestLog.append([...batch, broken])).rejects.toThrow();
      expect(await rig.store.requestLog.recent({ limit: 1 })).toEqual([]);
      await rig.store.requestLog.append(batch);
      expect(await rig.store.requestLog.usage({ since: 0, by: [] })).toMatchObject([{ requests: 1_500 }]);
    });

    test('odd values of callers and clocks hold up nothing', async () => {
      const odd = sampleRecord({
        model: `a\0b${'x'.repeat(5_000)}`,
        sessionId: '\ud800 lone',
        tags: ['nul\0tag', '"quoted"\n'],
        durationMs: 12.75,
        ttftMs: Number.NaN,
      });
      await rig.store.requestLog.append([odd]);
      const found = await rig.store.requestLog.byId(odd.id);
      expect(found).toMatchObject({ durationMs: 13, ttftMs: 0, tags: ['nultag', '"quoted"\n'] });
      expect(found?.model).toHaveLength(511);
      expect(found?.model.startsWith('abx')).toBe(true);
    });

    test('records of one batch keep their own values, alike or odd', async () => {
      const [attempt] = sampleRecord().attempts;
      if (attempt === undefined) throw new Error('a sample without an attempt');
      const odd = [
        '',
        '"',
        '\\',
        '\n\t\u0001',
        '\u2028',
        'Đất Việt',
        '😀',
        "' or 1=1 --",
        'null',
        '0',
        'x'.repeat(512),
      ];
      const records = odd.flatMap((text, index) => [
        sampleRecord({ model: text, tool: text, sessionId: text, tags: [text, 'b'] }),
        sampleRecord({
          clientIp: text,
          upstreamId: text,
          route: text,
          stream: index % 2 === 0,
          httpStatus: 200 + index,
        }),
        sampleRecord({ responseModel: text, finishReason: text, agentId: text, errorCode: text, providerId: text }),
        sampleRecord({
          attempts: [{ ...attempt, reason: text }, attempt, { ...attempt, upstreamRequestId: undefined }],
        }),
        sampleRecord({ attempts: [{ ...attempt, providerKeyId: undefined, httpStatus: undefined, class: text }] }),
        sampleRecord({ quantities: { input: index, tool_call: 1_000_000_000 }, keyId: text, group: text }),
      ]);
      const loneInside = sampleRecord({ attempts: [{ ...attempt, reason: '\ud800 \0' }], tags: ['\udc00'] });
      const lone = sampleRecord({ model: 'a\ud800b', sessionId: '\udc00' });
      const long = sampleRecord({ model: `😀${'y'.repeat(600)}`, attempts: [] });
      await rig.store.requestLog.append([...records, loneInside, lone, long]);
      for (const record of [...records, loneInside])
        expect(await rig.store.requestLog.byId(record.id, record.accountId)).toEqual(record);
      expect(await rig.store.requestLog.byId(lone.id)).toEqual({ ...lone, model: 'a\ufffdb', sessionId: '\ufffd' });
      expect(await rig.store.requestLog.byId(long.id)).toEqual({ ...long, model: `😀${'y'.repeat(510)}` });
    });

    test('pages newest first, without gaps or repeats', async () => {
      const records = Array.from({ length: 25 }, () => sampleRecord());
      await rig.store.requestLog.append(records);
      const seen: string[] = [];
      for (;;) {
        const beforeId = seen.at(-1);
        const page = await rig.store.requestLog.recent({ limit: 10, ...(beforeId === undefined ? {} : { beforeId }) });
        if (page.length === 0) break;
        seen.push(...ids(page));
      }
      expect(seen).toEqual(ids(records).reverse());
    });

    test('shows an account its own only, also by id', async () => {
      const [mine, other] = [sampleRecord(), sampleRecord({ accountId: OTHER_ACCOUNT })];
      await rig.store.requestLog.append([mine, other]);
      expect(ids(await rig.store.requestLog.recent({ accountId: OTHER_ACCOUNT, limit: 10 }))).toEqual([other.id]);
      expect(await rig.store.requestLog.byId(mine.id, OTHER_ACCOUNT)).toBeUndefined();
      expect((await rig.store.requestLog.byId(mine.id, mine.accountId))?.id).toBe(mine.id);
      expect(await rig.store.requestLog.byId("' or 1=1 --")).toBeUndefined();
      expect(await rig.store.requestLog.recent({ accountId: 'x', limit: 10 })).toEqual([]);
    });

    test('adds up by model, key and day, units that nobody reported left out', async () => {
      // Ids of the future: those that this process makes rise above all it made before.
      const day = (Math.floor(Date.now() / DAY_MS) + 2) * DAY_MS;
      const at = (startedAt: number) => ({ id: uuidV7(startedAt), startedAt });
      await rig.store.requestLog.append([
        sampleRecord({ ...at(day), model: 'b', quantities: { input: 5, output: 0 } }),
        sampleRecord({ ...at(day + DAY_MS - 1), model: 'b', quantities: { input: 1_000_000_000 } }),
        sampleRecord({ ...at(day + DAY_MS), model: 'b', errorCode: 'upstream_error', quantities: {} }),
        sampleRecord({ ...at(day + DAY_MS), model: 'a', quantities: { audio_ms: 3 }, accountId: OTHER_ACCOUNT }),
        sampleRecord({ ...at(day + 2 * DAY_MS), model: 'late' }),
      ]);
      const [one, two] = [day, day + DAY_MS].map((time) => new Date(time).toISOString().slice(0, 10));
      const span = { since: day, until: day + 2 * DAY_MS };
      expect(await rig.store.requestLog.usage({ ...span, by: ['model', 'day'] })).toEqual([
        { group: { model: 'a', day: two }, requests: 1, errors: 0, quantities: { audio_ms: 3 } },
        { group: { model: 'b', day: one }, requests: 2, errors: 0, quantities: { input: 1_000_000_005, output: 0 } },
        { group: { model: 'b', day: two }, requests: 1, errors: 1, quantities: {} },
      ]);
      expect(await rig.store.requestLog.usage({ ...span, accountId: OTHER_ACCOUNT, by: ['key'] })).toEqual([
        { group: { key: 'abcdefghijkl' }, requests: 1, errors: 0, quantities: { audio_ms: 3 } },
      ]);
      expect(await rig.store.requestLog.usage({ since: day + 9 * DAY_MS, by: [] })).toEqual([]);
    });

    test('adds up by coding session: its tool, its sub-agents, its first and last request', async () => {
      const [one, two] = [Date.now(), Date.now() + 90_000];
      const claude = { sessionId: 'b', tool: 'claude-code' };
      await rig.store.requestLog.append([
        sampleRecord({ ...claude, agentId: undefined, startedAt: two, quantities: { input: 5 } }),
        sampleRecord({ ...claude, agentId: 'x', startedAt: one, quantities: { input: 7, output: 1 } }),
        sampleRecord({ ...claude, agentId: 'y', startedAt: one + 1, errorCode: 'overloaded', quantities: {} }),
        sampleRecord({ ...claude, agentId: 'x', startedAt: one + 2, quantities: {} }),
        sampleRecord({ sessionId: 'b', accountId: OTHER_ACCOUNT, startedAt: one, quantities: {} }),
        sampleRecord({ sessionId: 'a', tool: undefined, agentId: undefined, startedAt: one, quantities: {} }),
        sampleRecord({ sessionId: undefined, quantities: {} }),
      ]);
      const { accountId } = sampleRecord();
      const by = ['account', 'session'] as const;
      const group = (session: string | undefined) => ({ account: accountId, session });
      expect(await rig.store.requestLog.usage({ since: 0, accountId, by })).toEqual([
        {
          ...{ group: group('a'), requests: 1, errors: 0, quantities: {} },
          session: { agents: 0, firstAt: one, lastAt: one },
        },
        {
          ...{ group: group('b'), requests: 4, errors: 1, quantities: { input: 12, output: 1 } },
          session: { tool: 'claude-code', agents: 2, firstAt: one, lastAt: two },
        },
        { group: group(undefined), requests: 1, errors: 0, quantities: {} },
      ]);
      const all = await rig.store.requestLog.usage({ since: 0, by });
      expect(all.map((sum) => [sum.group.account === accountId, sum.group.session, sum.requests])).toEqual([
        [true, 'a', 1],
        [true, 'b', 4],
        [true, undefined, 1],
        [false, 'b', 1],
      ]);
    });

    test('puts groups without a value last', async () => {
      await rig.store.requestLog.append([sampleRecord({ providerId: undefined }), sampleRecord()]);
      const sums = await rig.store.requestLog.usage({ since: 0, by: ['provider'] });
      expect(sums.map((sum) => sum.group.provider)).toEqual(['up-a', undefined]);
    });
  });
}
