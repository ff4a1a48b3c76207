// `npm run test:clients`: real coding tools, headless, through Saola against the mock provider. They are installed outside of the
// tree, at exact versions. A missing part is a failure. Ends with one line `N passed, N failed`.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'saola-tests', 'clients-1');
const PACKAGES = ['@anthropic-ai/claude-code@2.1.330', '@openai/codex@0.169.0'];
const RUN_MS = 60_000;
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

async function install() {
  await mkdir(cache, { recursive: true });
  if (existsSync(path.join(cache, 'ready'))) return;
  // npm runs under this Node, since older ones get old releases of the tools.
  const env = { ...process.env, PATH: `${path.dirname(process.execPath)}:${process.env.PATH}` };
  await run('npm', ['install', '--prefix', cache, '--no-audit', '--no-fund', '-E', ...PACKAGES], { env });
  await writeFile(path.join(cache, 'ready'), '');
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

/** Runs a tool in its own process group with an empty home and a closed standard input; all of the group ends with it. */
function runTool(file, args, { env, cwd }) {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
        CI: '1',
        TERM: 'dumb',
        NO_COLOR: '1',
        ...env,
      },
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    const late = setTimeout(() => endGroup(child), RUN_MS);
    child.once('close', (code) => {
      clearTimeout(late);
      endGroup(child);
      resolve({ code, output });
    });
  });
}

function endGroup(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

async function main() {
  await install();
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
    protocols: { openai-responses: ${upstream}/v1, anthropic-messages: ${upstream} }
    allowPrivateNetwork: true
    keys: [{ value: sk-up-1 }]
models:
${deployment('anthropic/claude-sonnet-4-6')}
${deployment('openai/gpt-5.2-codex')}
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
    saola.child.kill('SIGTERM');
    mock.child.kill('SIGTERM');
    await new Promise((resolve) => saola.child.once('exit', resolve));
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function ask({ url, upstream, key, dataDir, revoke }) {
  const claude = await claudeCode({ url, key, dataDir });
  const codex = await codexCli({ url, key, dataDir });
  for (const [name, tool, suffix] of [
    ['Claude Code', claude, '/messages'],
    ['Codex', codex, '/responses'],
  ]) {
    await check(`${name} completes a prompt`, async () => {
      const { code, output } = await tool('[[mock:text Saola answers.]]');
      expect(code === 0 && output.includes('Saola answers.'), `exit ${code}: ${output}`);
    });
    await check(`${name} goes through a tool loop that writes a file`, async () => {
      const before = await callsOf(upstream, suffix);
      const { code, output, work } = await tool('[[mock:write hello.txt written through saola]]');
      const text = await readFile(path.join(work, 'hello.txt'), 'utf8').catch(() => '(no file)');
      expect(code === 0 && text.includes('written through saola'), `exit ${code}, file: ${text}, output: ${output}`);
      expect((await callsOf(upstream, suffix)) >= before + 2, 'the tool result did not go back');
    });
  }
  await check('a revoked key ends Claude Code at once', async () => {
    await revoke();
    const before = await callsOf(upstream, '/messages');
    const { code, output } = await claude('hello');
    expect(code !== 0 && /revoked|401|authenticate/i.test(output), `exit ${code}: ${output}`);
    expect((await callsOf(upstream, '/messages')) === before, 'the provider was called');
  });
}

async function callsOf(upstream, suffix) {
  const { requests } = await (await fetch(`${upstream}/__mock/requests`)).json();
  return requests.filter((request) => request.path.split('?')[0].endsWith(suffix)).length;
}

async function claudeCode({ url, key, dataDir }) {
  const home = await mkdtemp(path.join(dataDir, 'claude-'));
  const env = {
    HOME: home,
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_AUTH_TOKEN: key,
    ANTHROPIC_MODEL: 'anthropic/claude-sonnet-4-6',
    ANTHROPIC_DEFAULT_HAIKU_MODEL: 'anthropic/claude-sonnet-4-6',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
  };
  const file = path.join(cache, 'node_modules', '.bin', 'claude');
  return async (prompt) => {
    const work = await mkdtemp(path.join(dataDir, 'work-'));
    const ended = await runTool(file, ['-p', prompt, '--allowedTools', 'Write,Read,Bash'], { env, cwd: work });
    return { ...ended, work };
  };
}

async function codexCli({ url, key, dataDir }) {
  const home = await mkdtemp(path.join(dataDir, 'codex-'));
  await writeFile(
    path.join(home, 'config.toml'),
    `model = "openai/gpt-5.2-codex"
model_provider = "gw"
check_for_update_on_startup = false
[features]
plugins = false
[analytics]
enabled = false
[model_providers.gw]
name = "gw"
base_url = "${url}/v1"
env_key = "GW_KEY"
wire_api = "responses"
`,
  );
  const file = path.join(cache, 'node_modules', '.bin', 'codex');
  return async (prompt) => {
    const work = await mkdtemp(path.join(dataDir, 'work-'));
    const args = [
      'exec',
      '--skip-git-repo-check',
      '--dangerously-bypass-approvals-and-sandbox',
      '--ephemeral',
      '-C',
      work,
      prompt,
    ];
    const ended = await runTool(file, args, { env: { HOME: home, CODEX_HOME: home, GW_KEY: key }, cwd: work });
    return { ...ended, work };
  };
}

await check('the tools, the mock provider and Saola start', main);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
