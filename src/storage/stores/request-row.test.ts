import { expect, test } from 'vitest';
import { OWN_COLUMNS, REPEATED_COLUMNS } from './pack-requests.ts';
import { requestFromRow } from './request-row.ts';

/** A row whose attempts are these and whose other columns are NULL. */
function rowWith(attempts: unknown): Parameters<typeof requestFromRow>[0] {
  const names = [...REPEATED_COLUMNS, ...OWN_COLUMNS].map(({ name }) => name);
  return Object.fromEntries(
    names.map((name) => [name, name === 'attempts' ? JSON.stringify(attempts) : null]),
  ) as unknown as Parameters<typeof requestFromRow>[0];
}

test('attempts are read from values, and from the objects of the first builds', () => {
  const attempt = {
    ...{ n: 1, providerId: 'up-a', providerKeyId: 'up-a/1', deploymentId: 'd-1', startedAt: 5, durationMs: 6 },
    ...{ class: 'ok', httpStatus: 200, reason: undefined, upstreamRequestId: 'req_1' },
  };
  expect(requestFromRow(rowWith([attempt])).attempts).toStrictEqual([attempt]);
  const values = [1, 'up-a', 'up-a/1', 'd-1', 5, 6, 'ok', 200, null, 'req_1'];
  expect(requestFromRow(rowWith([values])).attempts).toStrictEqual([attempt]);
});
