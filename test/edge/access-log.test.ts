import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAccessLog, type LogFields } from '../../src/edge/access-log.ts';
import type { FinishedRequest } from '../../src/edge/finished-request.ts';
import { finished } from './support/finished-request.ts';

function capture(level: 'info' | 'warn' | 'silent' = 'info') {
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line), flushSync: () => undefined };
  return { lines, log: createAccessLog({ level, destination }) };
}

test('a request makes one line with the listed fields, and no other', () => {
  const { lines, log } = capture();
  const secret = 'CANARY';
  const record: FinishedRequest = finished({
    sessionId: 's-1',
    tool: 'claude-code',
    errorCode: 'upstream_cut',
    clientIp: secret,
    upstreamId: secret,
    tags: [secret],
    responseModel: secret,
    finishReason: secret,
    route: secret,
    agentId: secret,
  });
  log.request({ ...record, headers: secret } as FinishedRequest, { overheadMs: 0.123456 });
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain(secret);
  expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
  const { time, ...rest } = JSON.parse(lines[0] ?? '');
  expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(5_000);
  expect(rest).toEqual({
    level: 'info',
    msg: 'request',
    request_id: '01900000-0000-7000-8000-000000000000',
    account: 'acme',
    key_id: 'k00000000001',
    protocol: 'openai-chat',
    endpoint: 'chat.completions',
    model: 'openai/gpt-4o',
    provider: 'openai',
    attempts: 1,
    status: 200,
    outcome: 'complete',
    error_code: 'upstream_cut',
    tokens: { in: 10, out: 7, cached: 5 },
    ttft_ms: 120,
    duration_ms: 900,
    overhead_ms: 0.123,
    stream: true,
    session_id: 's-1',
    tool: 'claude-code',
  });
});

test('what is not known is left out', () => {
  const { lines, log } = capture();
  log.request(finished({ quantities: {}, providerId: undefined, ttftMs: undefined }), { overheadMs: undefined });
  const line = JSON.parse(lines[0] ?? '');
  for (const name of ['tokens', 'provider', 'ttft_ms', 'overhead_ms', 'session_id', 'tool', 'error_code'])
    expect(line).not.toHaveProperty(name);
});

const TRAPS = [
  '\r\n{"level":"error"}',
  '\u001b[2J',
  '\u2028',
  '\u2029',
  '\u009b31m',
  '\u007f',
  '\u202e',
  '"\\',
  '\ud800',
  '\0',
];

test('no value breaks out of its line or acts on a terminal, and none is longer than 1 KiB', () => {
  const { lines, log } = capture();
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 3_000 }),
    fc.array(fc.constantFrom(...TRAPS), { maxLength: 400 }).map((parts) => parts.join('x')),
  );
  fc.assert(
    fc.property(text, (value) => {
      lines.length = 0;
      log.request(finished({ model: value, sessionId: value, tool: value }), { overheadMs: 1 });
      log.error(value, { error: value });
      expect(lines).toHaveLength(2);
      for (const line of lines) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
        expect(line.endsWith('}\n')).toBe(true);
        const read = JSON.parse(line);
        const told = read.model ?? read.error;
        expect(Buffer.byteLength(told)).toBeLessThanOrEqual(1_024);
        if (Buffer.byteLength(value) <= 1_024) expect(told).toBe(value);
      }
    }),
    { numRuns: 500 },
  );
});

test('fields beside the list are dropped, levels below the asked one too', () => {
  const { lines, log } = capture('warn');
  log.request(finished(), { overheadMs: 1 });
  log.info('quiet');
  log.warn('loud', { provider: 'openai', password: 'CANARY', count: Number.NaN } as LogFields);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'warn',
    time: expect.any(String),
    msg: 'loud',
    provider: 'openai',
  });
  const silent = capture('silent');
  silent.log.error('nothing');
  expect(silent.lines).toEqual([]);
});

test('lines that wait in the buffer leave at the exit of the process', () => {
  const module = fileURLToPath(new URL('../../src/edge/access-log.ts', import.meta.url));
  const code = `import { createAccessLog } from ${JSON.stringify(module)};
    const log = createAccessLog({ level: 'info' });
    for (let i = 0; i < 3; i++) log.info('line ' + i);
    process.exit(0);`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  expect(
    output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).msg),
  ).toEqual(['line 0', 'line 1', 'line 2']);
});
