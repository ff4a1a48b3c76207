import type { TransportFailure } from '../canonical/exchange.ts';
import { ConnectFailure } from '../egress/connect-failure.ts';

/** How far an exchange had come when it failed. */
export interface Progress {
  /** The request was written, at least in part. */
  readonly sent: boolean;
  /** On a socket that had served another request. */
  readonly reused: boolean;
  /** At least one byte of a response had come. */
  readonly answered: boolean;
  /** The handler has had its head. */
  readonly headSeen: boolean;
}

/** Maps an error of the HTTP client or of the system to the closed list. */
export function toTransportFailure(error: Error, progress: Progress): TransportFailure {
  if (error instanceof ConnectFailure) return error.kind;
  switch ('code' in error ? error.code : undefined) {
    case 'UND_ERR_HEADERS_OVERFLOW':
      return 'too_large';
    case 'UND_ERR_INVALID_ARG':
    case 'UND_ERR_NOT_SUPPORTED':
      return 'blocked'; // a header or path of ours that must not go on a wire
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_CLOSED':
      return 'aborted';
    default:
      if (progress.headSeen) return 'cut';
      return progress.sent && progress.reused && !progress.answered ? 'stale_socket' : 'reset';
  }
}
