import type {
  AttemptTimeouts,
  HeaderPairs,
  SendUpstream,
  TransportFailure,
  UpstreamExchange,
  UpstreamHandler,
  UpstreamRequest,
} from '../../src/canonical/exchange.ts';
import { createEgress, type Egress, type EgressOptions } from '../../src/egress/create-egress.ts';
import { createSendUpstream } from '../../src/upstream/send-upstream.ts';

/** A sender with its egress; the secret of key `k` is `sk-k`. */
export function startSender(options: EgressOptions = {}): { egress: Egress; send: SendUpstream } {
  const egress = createEgress(options);
  return { egress, send: createSendUpstream({ egress, openSecret: (id) => `sk-${id}` }) };
}

/** Timeouts that do not matter, with those that do. */
export function timeouts(own: Partial<AttemptTimeouts> = {}): AttemptTimeouts {
  return { connectMs: 5_000, headersMs: 10_000, firstByteMs: 10_000, idleMs: 10_000, totalMs: 15_000, ...own };
}

/** A POST to 127.0.0.1 that an operator has allowed. */
export function requestTo(port: number, own: Partial<UpstreamRequest> = {}): UpstreamRequest {
  return {
    target: {
      providerId: 'probe',
      baseUrl: `http://127.0.0.1:${port}/v1`,
      auth: { type: 'bearer' },
      extraHeaders: [],
      allowPrivateNetwork: true,
      vendor: false,
    },
    providerKeyId: 'k',
    method: 'POST',
    path: '/chat/completions',
    headers: ['content-type', 'application/json'],
    body: [Buffer.from('{}')],
    timeouts: timeouts(),
    ...own,
  };
}

/** What an exchange came to. */
export interface Outcome {
  status: number | undefined;
  headers: HeaderPairs;
  body: Buffer;
  failure: TransportFailure | 'none';
  detail: string;
}

/** Sends and collects everything; `onCall` sees each call of the handler and may use the exchange. */
export function exchange(
  send: SendUpstream,
  request: UpstreamRequest,
  onCall: (call: keyof UpstreamHandler, running: UpstreamExchange) => void = () => undefined,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    const outcome: Outcome = { status: undefined, headers: [], body: Buffer.alloc(0), failure: 'none', detail: '' };
    const finish = () => resolve({ ...outcome, body: Buffer.concat(chunks) });
    const running = send(request, {
      head(status, headers) {
        outcome.status = status;
        outcome.headers = headers;
        onCall('head', running);
      },
      data(chunk) {
        chunks.push(chunk);
        onCall('data', running);
      },
      end() {
        onCall('end', running);
        finish();
      },
      fail(failure, detail) {
        outcome.failure = failure;
        outcome.detail = detail;
        onCall('fail', running);
        finish();
      },
    });
  });
}
