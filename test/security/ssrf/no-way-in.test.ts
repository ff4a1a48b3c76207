import { type AddressInfo, createServer, type Server } from 'node:net';
import { createSecureContext } from 'node:tls';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createConnector } from '../../../src/egress/connector.ts';
import { createEgress } from '../../../src/egress/create-egress.ts';
import { parseTarget } from '../../../src/egress/parse-target.ts';
import { exchange, requestTo, startSender } from '../../conformance-upstream/exchange-probe.ts';
import { FORBIDDEN_HOSTS, FORBIDDEN_URLS } from './forbidden-forms.ts';

/** Listeners that a guarded gateway never reaches. */
const canaries: Server[] = [];
let connections = 0;
let bytes = 0;
let port = 0;
let hasIpv6 = true;

beforeAll(async () => {
  port = await canary('127.0.0.1', 0);
  // A host without IPv6 has no ::1 to be reached.
  await canary('::1', port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRNOTAVAIL' && error.code !== 'EAFNOSUPPORT') throw error;
    hasIpv6 = false;
  });
});
beforeEach(() => {
  connections = 0;
  bytes = 0;
});
afterAll(() => {
  for (const server of canaries) server.close();
});

function canary(host: string, at: number): Promise<number> {
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      bytes += chunk.byteLength;
    });
  });
  canaries.push(server);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, host, () => resolve((server.address() as AddressInfo).port));
  });
}

const POLICY = { allowPrivateNetwork: false, ownHosts: ['gateway.example.com'], nat64: false };
const LOOPBACK = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

it('the corpus has at least 300 forms', () => {
  expect(new Set([...FORBIDDEN_HOSTS, ...FORBIDDEN_URLS]).size).toBeGreaterThanOrEqual(300);
});

it('every forbidden host is refused for its own sake, on the standard port', () => {
  const admitted = FORBIDDEN_HOSTS.filter((host) => parseTarget(`https://${host}/v1`, POLICY).ok);
  expect(admitted).toEqual([]);
});

it('every forbidden URL is refused', () => {
  expect(FORBIDDEN_URLS.filter((url) => parseTarget(url, POLICY).ok)).toEqual([]);
});

it('no form reaches a canary, even when the name server is an accomplice', async () => {
  const { egress, send } = startSender({ ownHosts: POLICY.ownHosts, resolve: async () => LOOPBACK });
  const urls = [
    ...FORBIDDEN_URLS,
    ...FORBIDDEN_HOSTS.flatMap((host) => [`https://${host}`, `https://${host}:${port}`, `http://${host}:${port}`]),
    'https://rebound.example.com',
  ];
  const outcomes = await Promise.all(
    urls.map((baseUrl) => {
      const target = { ...requestTo(port).target, baseUrl, allowPrivateNetwork: false };
      return exchange(send, requestTo(port, { target }));
    }),
  );
  expect(urls.filter((_url, i) => outcomes[i]?.failure !== 'blocked')).toEqual([]);
  expect(connections).toBe(0);
  egress.destroy();
});

it('one forbidden address refuses the whole name, wherever it stands in the answer', async () => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    'fd00::1',
  ]) {
    const bad = { address, family: address.includes(':') ? 6 : 4 };
    const good = { address: '8.8.8.8', family: 4 };
    for (const answer of [[good, bad], [bad, good], [bad]]) {
      const { egress, send } = startSender({ resolve: async () => answer });
      const target = { ...requestTo(port).target, baseUrl: 'https://mixed.example.com', allowPrivateNetwork: false };
      expect((await exchange(send, requestTo(port, { target }))).failure).toBe('blocked');
      egress.destroy();
    }
  }
});

it('a name that was fine is judged anew at the next connection', async () => {
  const answers = ['127.0.0.1', '169.254.169.254'];
  const { egress, send } = startSender({ resolve: async () => [{ address: answers.shift() ?? '', family: 4 }] });
  const own = createServer((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n')),
  );
  const ownPort = await new Promise<number>((resolve) => {
    own.listen(0, '127.0.0.1', () => resolve((own.address() as AddressInfo).port));
  });
  const target = { ...requestTo(ownPort).target, baseUrl: `http://rebinding.example.com:${ownPort}` };
  expect((await exchange(send, requestTo(ownPort, { target }))).failure).toBe('none');
  expect((await exchange(send, requestTo(ownPort, { target }))).failure).toBe('blocked');
  own.close();
  egress.destroy();
});

it.each(['127.0.0.1', '::1', 'rebound.example.com'])(
  'the peer check stops %s before a byte, though nothing before it did',
  async (hostname) => {
    if (hostname === '::1' && !hasIpv6) return;
    const address = hostname === '::1' ? '::1' : '127.0.0.1';
    const connector = createConnector({
      target: { origin: '', secure: false, hostname, port, pathPrefix: '', allowPrivateNetwork: false },
      lookup: (_hostname, _options, callback) => callback(null, [{ address, family: address === '::1' ? 6 : 4 }]),
      secureContext: createSecureContext(),
      nat64: false,
    });
    const failure = await new Promise((resolve) =>
      connector({
        onConnected: () => resolve('connected'),
        onFailed: ({ kind }) => resolve(kind),
        onBytes: () => undefined,
      }),
    );
    expect(failure).toBe('blocked');
    expect(bytes).toBe(0);
  },
);

it('an allowlist entry opens private addresses, but no metadata service and no multicast', () => {
  const allowed = { ...POLICY, allowPrivateNetwork: true };
  for (const host of [
    '127.0.0.1:9100',
    '10.0.0.5',
    'localhost:11434',
    'vllm',
    'gpu.internal:8000',
    '[::1]:80',
    '[fd00::5]:8000',
    '192.168.1.1',
  ]) {
    expect(parseTarget(`http://${host}/v1`, allowed)).toMatchObject({ ok: true });
  }
  for (const host of [
    '169.254.169.254',
    '100.100.100.200',
    '168.63.129.16',
    '0.0.0.0',
    '224.0.0.1',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[64:ff9b::a9fe:a9fe]',
    '[2002:7f00:1::]',
  ]) {
    expect(parseTarget(`http://${host}/v1`, allowed)).toMatchObject({ ok: false });
  }
});

it('public targets are admitted as they are written', () => {
  const egress = createEgress();
  expect(egress.parse('https://API.example.com./v1/', false)).toEqual({
    ok: true,
    target: {
      origin: 'https://api.example.com',
      secure: true,
      hostname: 'api.example.com',
      port: 443,
      pathPrefix: '/v1',
      allowPrivateNetwork: false,
    },
  });
  expect(egress.parse('https://[2606:4700::1111]', false)).toMatchObject({
    ok: true,
    target: { hostname: '2606:4700::1111' },
  });
  expect(createEgress({ nat64: true }).parse('https://[64:ff9b::808:808]', false)).toMatchObject({ ok: true });
  expect(createEgress({ nat64: true }).parse('https://[64:ff9b::a00:1]', false)).toMatchObject({ ok: false });
});
