import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAccessLog, type LogFields } from '../../src/edge/access-log.ts';
import type { FinishedRequest } from '../../src/edge/finished-request.ts';
import { finished } from './support/finished-request.ts';

function capture(level: 'info' | 'warn' | 'silent' = 'info') {
  let text = '';
  const write = (bytes: Uint8Array) => {
    text += Buffer.from(bytes).toString('utf8');
  };
  const log = createAccessLog({ level, destination: { write, flushSync: () => undefined } });
  /** The lines since the last call. */
  const lines = (): string[] => {
    log.flushSync();
    const told = text.split(/(?<=\n)/).filter((line) => line !== '');
    text = '';
    return told;
  };
  return { lines, log };
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
  const [line = '', ...others] = lines();
  expect(others).toEqual([]);
  expect(line).not.toContain(secret);
  expect(line.indexOf('\n')).toBe(line.length - 1);
  const { time, ...rest } = JSON.parse(line);
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
  const line = JSON.parse(lines()[0] ?? '');
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
      log.request(finished({ model: value, sessionId: value, tool: value }), { overheadMs: 1 });
      log.error(value, { error: value });
      const told = lines();
      expect(told).toHaveLength(2);
      for (const line of told) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
        expect(line.endsWith('}\n')).toBe(true);
        const read = JSON.parse(line);
        const kept = read.model ?? read.error;
        expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(1_024);
        if (Buffer.byteLength(value) <= 1_024) expect(kept).toBe(value);
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
  const told = lines();
  expect(told).toHaveLength(1);
  expect(JSON.parse(told[0] ?? '')).toEqual({
    level: 'warn',
    time: expect.any(String),
    msg: 'loud',
    provider: 'openai',
  });
  const silent = capture('silent');
  silent.log.error('nothing');
  expect(silent.lines()).toEqual([]);
});

const MODULE = JSON.stringify(fileURLToPath(new URL('../../src/edge/access-log.ts', import.meta.url)));

/** The arguments of a process that runs this with a log on its standard output. */
function logging(code: string): string[] {
  const start = `import { createAccessLog } from ${MODULE}; const log = createAccessLog({ level: 'info' });`;
  return ['--input-type=module', '-e', `${start}${code}`];
}

test.each([
  ['process.exit', 'process.exit(0);'],
  ['the end of all work', ''],
  ['an error that nobody caught', 'throw new Error("last");'],
])('lines that wait in the buffer leave at %s', (_, end) => {
  const { stdout } = spawnSync(
    process.execPath,
    logging(
      `for (let i = 0; i < 3_000; i++) log.info('line ' + i); setTimeout(() => { log.info('late'); ${end} }, 1);`,
    ),
    { encoding: 'utf8' },
  );
  // A write that is under way then may end after what is written last, so the order is not promised.
  const told = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).msg);
  const all = [...Array.from({ length: 3_000 }, (_, i) => `line ${i}`), 'late'];
  expect(told.sort()).toEqual(all.sort());
});

test('a line does not wait for others', async () => {
  const child = spawn(process.execPath, logging(`log.info('alone'); setInterval(() => {}, 1_000);`));
  const [first]: Buffer[] = await once(child.stdout, 'data');
  expect(JSON.parse(String(first)).msg).toBe('alone');
  child.kill();
});

test('a reader that has stopped reading costs lines, which are counted, and no memory', {
  timeout: 60_000,
}, async () => {
  const lines = 200_000;
  const code = `
    const text = 'x'.repeat(300);
    const before = process.memoryUsage().rss;
    let i = 0;
    const more = () => {
      for (let k = 0; k < 1_000; k++) log.info(text, { count: i++ });
      if (i < ${lines}) setImmediate(more);
      else process.stderr.write(String((process.memoryUsage().rss - before) / 1e6));
    };
    more();
    process.stdin.on('end', () => { log.info('last'); });
    process.stdin.resume();`;
  const child = spawn(process.execPath, logging(code));
  const [megabytes]: Buffer[] = await once(child.stderr, 'data');
  expect(Number(megabytes)).toBeLessThan(100);
  let kept = 0;
  let dropped = 0;
  let last = '';
  const reader = createInterface(child.stdout);
  for await (const line of reader) {
    const { msg, count } = JSON.parse(line);
    last = msg;
    if (!msg.startsWith('log lines were dropped')) {
      kept += 1;
      continue;
    }
    dropped += count;
    child.stdin.end();
  }
  expect(last).toBe('last');
  expect(kept - 1 + dropped).toBe(lines);
  expect(dropped).toBeGreaterThan(lines / 2);
});
