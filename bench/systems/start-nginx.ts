import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../free-port.ts';
import { runCommand, startPinned } from '../pinned-process.ts';
import { waitUntilReady } from '../wait-until-ready.ts';
import type { RunningSystem, SystemPlace } from './system.ts';

const NGINX = 'nginx';

/** True when the program can be started. */
export async function hasNginx(): Promise<boolean> {
  return await runCommand([NGINX, '-v']).then(
    () => true,
    () => false,
  );
}

/** nginx with one worker as a plain reverse proxy, beside any other nginx of the machine. */
export async function startNginx({ upstreamPort, folder, processors }: SystemPlace): Promise<RunningSystem> {
  const port = await freePort();
  const own = path.join(folder, 'nginx');
  mkdirSync(own, { recursive: true });
  const file = path.join(own, 'nginx.conf');
  writeFileSync(file, configuration({ own, port, upstreamPort }));
  const running = startPinned({
    command: [NGINX, '-c', file, '-p', own, '-e', path.join(own, 'error.log')],
    processors,
    logFile: path.join(own, 'output.log'),
  });
  const readyMs = await waitUntilReady(running, { port, path: '/bench-ready', limitMs: 10_000 });
  return { name: 'nginx', port, pid: running.pid, headers: {}, readyMs, stop: () => running.stop() };
}

/** No access log, bodies of the bench held in memory, connections kept on both sides: the least that nginx can cost. */
function configuration({ own, port, upstreamPort }: { own: string; port: number; upstreamPort: number }): string {
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `${user}
daemon off;
worker_processes 1;
worker_rlimit_nofile 16384;
pid ${own}/nginx.pid;
events { worker_connections 8192; }
http {
  ${temporary.map((name) => `${name}_temp_path ${own}/${name};`).join('\n  ')}
  access_log off;
  keepalive_requests 1000000;
  keepalive_timeout 75s;
  client_body_buffer_size 1m;
  client_max_body_size 32m;
  upstream mock {
    server 127.0.0.1:${upstreamPort};
    keepalive 4096;
    keepalive_requests 1000000;
  }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /bench-ready { return 200; }
    location / {
      proxy_pass http://mock;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`;
}
