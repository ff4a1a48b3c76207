import { afterEach, expect, it } from 'vitest';
import { environmentProxies } from '../../../src/egress/environment-proxies.ts';
import { exchange, requestTo, startSender } from '../../conformance-upstream/exchange-probe.ts';
import { startAnswering } from '../../conformance-upstream/raw-upstream.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function answering(bytes: string) {
  const server = await startAnswering((socket) => socket.end(bytes));
  cleanups.push(() => server.close());
  return server;
}

function sender() {
  const { egress, send } = startSender();
  cleanups.push(() => egress.destroy());
  return send;
}

it.each([301, 302, 303, 307, 308])('a %i is an answer like any other; its location gets no request', async (status) => {
  const elsewhere = await answering('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
  const location = `http://127.0.0.1:${elsewhere.port}/`;
  const server = await answering(`HTTP/1.1 ${status} Moved\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`);
  expect(await exchange(sender(), requestTo(server.port))).toMatchObject({ failure: 'none', status });
  expect(elsewhere.sockets).toHaveLength(0);
});

it('a proxy in the environment sees nothing', async () => {
  const proxy = await answering('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
  const server = await answering('HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n');
  for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']) {
    const before = process.env[name];
    process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : `http://127.0.0.1:${proxy.port}`;
    cleanups.push(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
  expect(await exchange(sender(), requestTo(server.port))).toMatchObject({ failure: 'none', status: 201 });
  expect(proxy.sockets).toHaveLength(0);
});

it('proxy variables are named, so that a start can refuse them', () => {
  const environment = {
    HTTPS_PROXY: 'http://p',
    http_proxy: 'http://p',
    NODE_USE_ENV_PROXY: '1',
    ALL_PROXY: '',
    NO_PROXY: '*',
    PATH: '/',
  };
  expect(environmentProxies(environment)).toEqual(['HTTPS_PROXY', 'http_proxy', 'NODE_USE_ENV_PROXY']);
  expect(environmentProxies({ NODE_USE_ENV_PROXY: '0' })).toEqual([]);
});
