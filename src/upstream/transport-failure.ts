import type { TransportFailure } from '../canonical/exchange.ts';
import type { WireFailure } from '../egress/wire-exchange.ts';

/** How far an exchange had come when it failed. */
export interface Progress {
  /** On a socket that had served another request. */
  readonly reused: boolean;
  /** At least one byte of a response had come. */
  readonly answered: boolean;
  /** The handler has had its head. */
  readonly headSeen: boolean;
}

/** Maps a failure of the connection to the closed list. */
export function toTransportFailure(failure: WireFailure, { reused, answered, headSeen }: Progress): TransportFailure {
  switch (failure.type) {
    case 'unsafe':
      return 'blocked'; // a header or path of ours that must not go on a wire
    case 'too_large':
      return 'too_large';
    case 'broken':
      if (headSeen) return 'cut';
      return reused && !answered ? 'stale_socket' : 'reset';
  }
}
