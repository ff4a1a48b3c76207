// `npm run test:clients`: real coding tools, headless, through Saola against the mock provider. They are installed outside of the
// tree, at exact versions. A missing part is a failure. Ends with one line `N passed, N failed`.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { claudeCode } from './clients/claude-code.ts';
import { codex } from './clients/codex.ts';
import { geminiCli } from './clients/gemini-cli.ts';
import { installTools } from './clients/tool-folder.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const READY_MS = 20_000;

let passed = 0;
let failed = 0;

async function check(name, body) {
  try {
    await body();
    passed++;
    console.log(`ok   ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL ${name}\n${error?.stack ?? error}`);
  }
}

function expect(condition, what) {
  if (!condition) throw new Error(what);
}

/** Starts a program of ours and waits for a line. */
function start(file, args, ready) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], { cwd: root });
    let output = '';
    const late = setTimeout(() => reject(new Error(`${file} is not ready: ${output}`)), READY_MS);
    const read = (chunk) => {
      output += chunk;
      const match = ready.exec(output);
      if (match === null) return;
      clearTimeout(late);
      resolve({ child, match });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}: ${output}`)));
  });
}

async function main() {
  await installTools();
  const mock = await start('mock-provider/main.ts', ['--port', '0', '--keys', 'sk-up-1'], /listening (\S+)/);
  const upstream = mock.match[1];
  const dataDir = await mkdtemp(path.join(tmpdir(), 'saola-clients-'));
  const config = path.join(dataDir, 'saola.yaml');
  const deployment = (model) =>
    `  - { id: ${model}, price: { free: true }, deployments: [{ provider: up, model: ${model.split('/')[1]} }] }`;
  await writeFile(
    config,
    `providers:
  - id: up
    protocols: { openai-responses: ${upstream}/v1, anthropic-messages: ${upstream}, gemini: ${upstream} }
    allowPrivateNetwork: true
    keys: [{ value: sk-up-1 }]
models:
${deployment('anthropic/claude-sonnet-4-6')}
${deployment('openai/gpt-5.2-codex')}
${deployment('google/gemini-2.5-pro')}
accounts: [{ name: acme }]
`,
  );
  const place = ['--data-dir', dataDir, '--config', config];
  const saola = await start('src/cli/main.ts', ['serve', '--port', '0', ...place], /listens on (\S+)/);
  const cli = (...args) => run(process.execPath, ['src/cli/main.ts', ...args, ...place, '--json'], { cwd: root });
  try {
    const { key, id } = JSON.parse((await cli('keys', 'create', '--account', 'acme', '--name', 'coding-tools')).stdout);
    await ask({ url: saola.match[1], upstream, key, dataDir, revoke: () => cli('keys', 'revoke', id) });
  } finally {
    saola.child.kill('SIGINT');
    mock.child.kill('SIGTERM');
    await new Promise((resolve) => saola.child.once('exit', resolve));
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function ask({ url, upstream, key, dataDir, revoke }) {
  const claude = await claudeCode({ url, key, dataDir });
  for (const [name, tool, suffix] of [
    ['Claude Code', claude, '/messages'],
    ['Codex', await codex({ url, key, dataDir }), '/responses'],
    ['Gemini CLI', await geminiCli({ url, key, dataDir }), ':streamGenerateContent'],
  ]) {
    await check(`${name} completes a prompt`, async () => {
      const before = (await callsOf(upstream)).length;
      const { code, output } = await tool('[[mock:text Saola answers.]]');
      expect(code === 0 && output.includes('Saola answers.'), `exit ${code}: ${output}`);
      expectCalls((await callsOf(upstream)).slice(before), suffix, 1);
    });
    await check(`${name} goes through a tool loop that writes a file`, async () => {
      const before = (await callsOf(upstream)).length;
      const { code, output, work } = await tool('[[mock:write hello.txt written through saola]]');
      const text = await readFile(path.join(work, 'hello.txt'), 'utf8').catch(() => '(no file)');
      expect(code === 0 && text.includes('written through saola'), `exit ${code}, file: ${text}, output: ${output}`);
      expectCalls((await callsOf(upstream)).slice(before), suffix, 2);
    });
  }
  await check('a revoked key ends Claude Code at once', async () => {
    await revoke();
    const before = (await callsOf(upstream)).length;
    const { code, output } = await claude('hello');
    expect(code !== 0 && /revoked|401|authenticate/i.test(output), `exit ${code}: ${output}`);
    expectCalls((await callsOf(upstream)).slice(before), '/messages', 0);
  });
}

/** The paths that the provider was called at. */
async function callsOf(upstream) {
  const { requests } = await (await fetch(`${upstream}/__mock/requests`)).json();
  return requests.map((request) => request.path.split('?')[0]);
}

/** More calls than the turns need are retries; a call elsewhere is a client that was sent astray. */
function expectCalls(paths, suffix, count) {
  const fit = paths.length === count && paths.every((one) => one.endsWith(suffix));
  expect(fit, `${count} calls at ${suffix} were due: ${paths.join(' ') || 'none came'}`);
}

await check('the tools, the mock provider and Saola start', main);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
