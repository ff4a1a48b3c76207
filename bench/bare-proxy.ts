import { createServer } from 'node:http';
import { Pool } from 'undici';

// What Saola is measured against: node:http and undici by themselves. It reads the body whole, parses it once as
// any gateway must, passes the same bytes on and pipes the answer back. No keys, no limits, no checks, no log, no failover.
const [port, upstream = ''] = process.argv.slice(2);
const pool = new Pool(upstream, { pipelining: 1 });

const server = createServer({ noDelay: true, keepAliveTimeout: 75_000 }, (request, response) => {
  if (request.method === 'GET') {
    response.end('ready');
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const [only] = chunks;
    const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
    const { model } = JSON.parse(body.toString()) as { model: unknown };
    if (typeof model !== 'string') {
      response.writeHead(400).end();
      return;
    }
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
    const call = { method: 'POST', path: request.url ?? '/', headers, body } as const;
    pool
      .stream(call, ({ statusCode, headers: replyHeaders }) => {
        const { connection: _hop, 'transfer-encoding': _coding, 'keep-alive': _time, ...passed } = replyHeaders;
        return response.writeHead(statusCode, passed);
      })
      .catch(() => response.destroy());
  });
});
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'));
