import type { Socket } from 'node:net';
import type { BufferBudget } from './buffer-budget.ts';
import type { ClientAddress } from './client-address.ts';
import type { EdgeLimits, EdgePorts } from './ports.ts';
import type { NodeReplySink } from './reply-sink.ts';

/** State that requests of one server share. */
export interface EdgeState {
  readonly ports: EdgePorts;
  readonly limits: EdgeLimits;
  readonly budget: BufferBudget;
  readonly clientAddress: ClientAddress;
  readonly publicUrl: string | undefined;
  /** Answers that are under way. */
  readonly open: Set<NodeReplySink>;
  /**
   * Connections whose last answer is given or on its way. Node goes on parsing what had already arrived: such a request
   * would be served, and paid for, without an answer that reaches anybody.
   */
  readonly ended: WeakSet<Socket>;
  draining: boolean;
}
