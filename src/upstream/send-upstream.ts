import type {
  SendUpstream,
  TransportFailure,
  UpstreamExchange,
  UpstreamHandler,
  UpstreamRequest,
} from '../canonical/exchange.ts';
import type { Egress } from '../egress/create-egress.ts';
import type { ParsedTarget } from '../egress/parse-target.ts';
import { Exchange } from './exchange.ts';
import { PatienceClock } from './patience-clock.ts';
import { prepareRequest } from './prepare-request.ts';
import { isSandbox, sendToSandbox } from './sandbox.ts';

/** What the sender is built on. */
export interface SendUpstreamOptions {
  readonly egress: Egress;
  /** Gives the secret of a provider key; throws if it cannot. */
  readonly openSecret: (providerKeyId: string) => string;
}

/** Parsed base URLs are kept up to this many; a parse costs about 3 us, so losing them all now and then is fine. */
const PARSED_MAX = 4_096;

/** Makes the one function that sends attempts, to providers through the guarded egress or to the sandbox in this process. */
export function createSendUpstream({ egress, openSecret }: SendUpstreamOptions): SendUpstream {
  const clock = new PatienceClock();
  const parsed = new Map<string, ParsedTarget>();

  const parse = (baseUrl: string, allowPrivateNetwork: boolean): ParsedTarget => {
    const id = `${allowPrivateNetwork ? 'p' : 'g'} ${baseUrl}`;
    const known = parsed.get(id);
    if (known !== undefined) return known;
    const fresh = egress.parse(baseUrl, allowPrivateNetwork);
    if (parsed.size >= PARSED_MAX) parsed.clear();
    parsed.set(id, fresh);
    return fresh;
  };

  return (request, handler) => {
    if (isSandbox(request.target)) return sendToSandbox(request, handler);
    const judged = parse(request.target.baseUrl, request.target.allowPrivateNetwork);
    if (!judged.ok) return failSoon(handler, 'blocked', `base URL refused: ${judged.reason}`);
    const secret = secretOf(request, openSecret);
    if (secret instanceof Error) return failSoon(handler, 'blocked', `provider key not usable: ${secret.message}`);
    const { providerKeyId, target } = request;
    return new Exchange({
      pool: egress.pool({ providerId: target.providerId, providerKeyId, target: judged.target }),
      wire: prepareRequest(request, judged.target.pathPrefix, secret),
      timeouts: request.timeouts,
      handler,
      clock,
    }).start();
  };
}

function secretOf({ providerKeyId, target }: UpstreamRequest, openSecret: SendUpstreamOptions['openSecret']) {
  if (providerKeyId === undefined || target.auth.type === 'none') return undefined;
  try {
    return openSecret(providerKeyId);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function failSoon(handler: UpstreamHandler, failure: TransportFailure, detail: string): UpstreamExchange {
  let aborted = false;
  queueMicrotask(() => {
    if (!aborted) handler.fail(failure, detail);
  });
  return {
    abort() {
      aborted = true;
    },
    pause() {},
    resume() {},
  };
}
