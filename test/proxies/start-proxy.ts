import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The proxies that people put in front, as the documentation tells them to be set. */
export const PROXIES = ['nginx', 'haproxy'] as const;

/** One of them. */
export type ProxyName = (typeof PROXIES)[number];

/** A proxy that listens on a port of its own. */
export interface RunningProxy {
  readonly port: number;
  stop(): Promise<void>;
}

const READY_MS = 10_000;

/** Starts a proxy in front of a port of the loopback address; throws when it is not installed or does not listen. */
export async function startProxy(name: ProxyName, upstreamPort: number): Promise<RunningProxy> {
  const folder = mkdtempSync(path.join(tmpdir(), `saola-${name}-`));
  const port = await freePort();
  const file = path.join(folder, 'proxy.conf');
  const setup = SETUPS[name];
  writeFileSync(file, setup.configuration({ port, upstreamPort, folder }));
  const child = spawn(name, setup.flags(file, folder), { stdio: ['ignore', 'pipe', 'pipe'] });
  const words: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => words.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => words.push(chunk.toString()));
  let failed: Error | undefined;
  child.on('error', (error) => (failed = error));
  const until = performance.now() + READY_MS;
  while (!(await listens(port))) {
    if (failed !== undefined || child.exitCode !== null || performance.now() > until)
      throw new Error(`${name} does not run: ${failed?.message ?? words.join('')}`);
  }
  return { port, stop: () => stop(child, folder) };
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
  rmSync(folder, { recursive: true, force: true });
}

interface Place {
  readonly port: number;
  readonly upstreamPort: number;
  readonly folder: string;
}

interface Setup {
  configuration(place: Place): string;
  flags(file: string, folder: string): string[];
}

const SETUPS: Readonly<Record<ProxyName, Setup>> = {
  nginx: {
    flags: (file, folder) => ['-c', file, '-p', folder, '-g', 'daemon off;'],
    configuration: ({ port, upstreamPort, folder }) => `
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  upstream saola { server 127.0.0.1:${upstreamPort}; keepalive 16; }
  server {
    listen 127.0.0.1:${port};
    client_max_body_size 64m;
    location / {
      proxy_pass http://saola;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_read_timeout 3600s;
    }
  }
}
`,
  },
  haproxy: {
    flags: (file) => ['-f', file, '-db'],
    configuration: ({ port, upstreamPort }) => `
global
  maxconn 1024
defaults
  mode http
  option http-no-delay
  option abortonclose
  option http-keep-alive
  http-reuse always
  timeout connect 5s
  timeout client 3600s
  timeout server 3600s
  timeout http-request 10s
frontend clients
  bind 127.0.0.1:${port}
  default_backend saola
backend saola
  server saola 127.0.0.1:${upstreamPort}
`,
  },
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('not a TCP server');
  return address.port;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => setTimeout(() => resolve(false), 20));
  });
}
