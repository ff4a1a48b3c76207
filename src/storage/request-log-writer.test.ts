import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sampleRecord } from './conformance/samples.ts';
import type { RequestRecord } from './ports/request-record.ts';
import { createRequestLogWriter } from './request-log-writer.ts';

/** A store that can be away, or refuse single records. */
class StoreStub {
  readonly batches: RequestRecord[][] = [];
  away = false;
  refused: RequestRecord | undefined;
  errors = 0;

  writer(limits: { queueRowsMax?: number } = {}) {
    return createRequestLogWriter({
      log: { append: (records) => this.#append([...records]) },
      ping: () => (this.away ? Promise.reject(new Error('away')) : Promise.resolve()),
      onError: () => {
        this.errors += 1;
      },
      ...limits,
    });
  }

  get models(): string[] {
    return this.batches.flat().map((record) => record.model);
  }

  #append(records: RequestRecord[]): Promise<void> {
    if (this.away) return Promise.reject(new Error('away'));
    if (this.refused !== undefined && records.includes(this.refused)) return Promise.reject(new Error('refused'));
    this.batches.push(records);
    return Promise.resolve();
  }
}

const records = (count: number) => Array.from({ length: count }, (_, index) => sampleRecord({ model: `m${index}` }));
const names = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `m${index + from}`);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('request log writer', () => {
  test('writes 250 ms after the first record, or at once from the five-hundredth', async () => {
    const store = new StoreStub();
    const writer = store.writer();
    for (const record of records(499)) writer.append(record);
    await vi.advanceTimersByTimeAsync(249);
    expect(store.batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(store.batches.map((batch) => batch.length)).toEqual([499]);
    for (const record of records(500)) writer.append(record);
    await vi.advanceTimersByTimeAsync(0);
    expect(store.batches.map((batch) => batch.length)).toEqual([499, 500]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('flush waits for what is under way as well as for what is queued', async () => {
    const store = new StoreStub();
    const writer = store.writer();
    for (const record of records(730)) writer.append(record);
    await writer.flush();
    expect(store.models).toEqual(names(730));
    expect(writer.stats()).toEqual({ queued: 0, written: 730, dropped: 0, rejected: 0 });
  });

  test('keeps records while the store is away, in their order, and writes them when it is back', async () => {
    const store = new StoreStub();
    const writer = store.writer();
    store.away = true;
    for (const record of records(300)) writer.append(record);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(writer.stats()).toMatchObject({ written: 0, dropped: 0, rejected: 0 });
    expect(store.errors).toBeGreaterThan(1);
    expect(store.errors).toBeLessThan(20);
    store.away = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(store.models).toEqual(names(300));
  });

  test('drops the oldest beyond its limit, and counts them', async () => {
    const store = new StoreStub();
    const writer = store.writer({ queueRowsMax: 100 });
    store.away = true;
    for (const record of records(205)) writer.append(record);
    await vi.advanceTimersByTimeAsync(1_000);
    const { dropped, queued } = writer.stats();
    expect(queued).toBeLessThanOrEqual(100);
    expect(dropped + queued).toBe(205);
    store.away = false;
    await writer.flush();
    expect(store.models).toEqual(names(queued, dropped));
  });

  test('gives up the one record that the store refuses, and no other', async () => {
    const store = new StoreStub();
    const writer = store.writer();
    const all = records(260);
    store.refused = all[137];
    for (const record of all) writer.append(record);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(store.models).toEqual(names(260).filter((name) => name !== 'm137'));
    expect(writer.stats()).toEqual({ queued: 0, written: 259, dropped: 0, rejected: 1 });
    for (const record of records(200)) writer.append(record);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(writer.stats()).toEqual({ queued: 0, written: 459, dropped: 0, rejected: 1 });
  });

  test('close writes what is there, takes nothing more, and does not wait for a store that is away', async () => {
    const store = new StoreStub();
    const writer = store.writer();
    for (const record of records(3)) writer.append(record);
    await writer.close();
    expect(store.models).toEqual(names(3));
    for (const record of records(2)) writer.append(record);
    expect(writer.stats()).toEqual({ queued: 0, written: 3, dropped: 2, rejected: 0 });

    const lost = new StoreStub();
    lost.away = true;
    const late = lost.writer();
    for (const record of records(2)) late.append(record);
    await late.close();
    expect(late.stats()).toEqual({ queued: 0, written: 0, dropped: 2, rejected: 0 });
    expect(vi.getTimerCount()).toBe(0);
  });
});
