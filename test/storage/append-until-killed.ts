import process from 'node:process';
import { uuidV7 } from '../../src/lib/uuid-v7.ts';
import { sampleRecord } from '../../src/storage/conformance/samples.ts';
import { openStore } from '../../src/storage/open-store.ts';

// Writes without end, and names on stdout what the store has acknowledged. Its end comes from outside.

const [dataDir = ''] = process.argv.slice(2);
const store = await openStore({ dataDir });
await store.migrations.up();
const accountId = uuidV7();
for (;;) {
  const records = Array.from({ length: 20 }, () => sampleRecord({ id: uuidV7(), accountId }));
  const { id } = await store.accounts.create({
    name: `account-${records[0]?.id}`,
    billing: 'prepaid',
    openingCredits: undefined,
    groups: ['default'],
  });
  await store.requestLog.append(records);
  process.stdout.write(`${JSON.stringify({ account: id, requests: records.map((record) => record.id) })}\n`);
}
