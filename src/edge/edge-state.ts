import type { BufferBudget } from './buffer-budget.ts';
import type { ClientAddress } from './client-address.ts';
import type { ClientConnection } from './client-connection.ts';
import type { EdgeLimits, EdgePorts } from './ports.ts';
import type { SocketReplySink } from './reply-sink.ts';

/** State that requests of one server share. */
export interface EdgeState {
  readonly ports: EdgePorts;
  readonly limits: EdgeLimits;
  readonly budget: BufferBudget;
  readonly clientAddress: ClientAddress;
  readonly publicUrl: string | undefined;
  /** Answers that are under way. */
  readonly open: Set<SocketReplySink>;
  readonly connections: Set<ClientConnection>;
  draining: boolean;
}
