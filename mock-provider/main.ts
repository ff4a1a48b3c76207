import type { AddressInfo } from 'node:net';
import { cliFlags } from './cli-flags.ts';
import { MockState } from './mock-state.ts';
import { mockServer } from './server.ts';

const { host, port, logging, config } = cliFlags(process.argv.slice(2));
const server = mockServer(new MockState(config, logging));

server.listen(port, host, () => {
  const address = server.address() as AddressInfo;
  process.stdout.write(`listening http://${host}:${address.port}\n`);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
