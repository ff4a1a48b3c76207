import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERRORS, type ErrorCode, errorRow } from '../../src/canonical/error.ts';

const FILE = new URL('../../docs/errors.md', import.meta.url);
const RETRY = {
  no: 'no (`x-should-retry: false`)',
  after: 'yes, after `Retry-After`',
  unsaid: 'left to the client',
} as const;

function row(code: ErrorCode): string {
  const { http, anthropicHttp, openaiType, openaiCode, anthropicType, geminiStatus, retry } = errorRow(code);
  const status = anthropicHttp === undefined ? String(http) : `${http}, Anthropic ${anthropicHttp}`;
  const openai = `${openaiType} / ${openaiCode ?? code}`;
  return `| \`${code}\` | ${status} | ${openai} | ${anthropicType} | ${geminiStatus} | ${RETRY[retry]} |`;
}

const TABLE = [
  '| Code | HTTP | OpenAI type / code | Anthropic type | Gemini status | Worth another try |',
  '|---|---|---|---|---|---|',
  ...(Object.keys(ERRORS) as ErrorCode[]).map(row),
  '',
].join('\n');

const START = '<!-- table of src/canonical/error.ts: do not edit by hand -->\n';

test('docs/errors.md holds the table of error codes (UPDATE_SNAPSHOTS=1 rewrites it)', () => {
  const written = readFileSync(FILE, 'utf8');
  const head = written.slice(0, written.indexOf(START) + START.length);
  if (process.env['UPDATE_SNAPSHOTS'] === '1') writeFileSync(FILE, head + TABLE);
  expect(readFileSync(FILE, 'utf8')).toBe(head + TABLE);
});
