import type { HeaderPairs, SendUpstream, TransportFailure, UpstreamTarget } from '../canonical/exchange.ts';
import { PROTOCOL_IDS, type ProtocolId } from '../canonical/protocol-id.ts';
import { createEgress } from '../egress/create-egress.ts';
import type { Provider } from '../routing/catalogue.ts';
import { buildSnapshot, type ProviderEntry } from '../routing/snapshot.ts';
import { createSendUpstream } from '../upstream/send-upstream.ts';

/** The outcome of one test; `result` comes from a closed list and never holds a body or header. */
export interface ProviderTest {
  readonly provider: string;
  readonly key: string;
  readonly protocol: ProtocolId;
  readonly result:
    | 'ok'
    | 'auth'
    | 'dns'
    | 'tls'
    | 'refused'
    | 'timeout'
    | 'blocked'
    | 'not_found'
    | 'not_json'
    | 'no_models'
    | 'failed';
  readonly ms: number;
  /** How many models it lists. */
  readonly models: number | undefined;
}

const BODY_BYTES_MAX = 2 * 1024 * 1024;
const TIMEOUTS = { connectMs: 5_000, headersMs: 15_000, firstByteMs: 15_000, idleMs: 15_000, totalMs: 30_000 };

/** Asks a provider for its models, once per protocol and key. */
export async function testProvider(provider: Provider, openSecret: (keyId: string) => string): Promise<ProviderTest[]> {
  const egress = createEgress();
  const send = createSendUpstream({ egress, openSecret });
  const snapshot = buildSnapshot({ accounts: [], providers: [provider], models: [] });
  const targets: ProviderEntry['targets'] = snapshot.providers.get(provider.id)?.targets ?? {};
  const results: ProviderTest[] = [];
  for (const protocol of PROTOCOL_IDS) {
    const target = targets[protocol];
    // Both OpenAI protocols live at one base URL and list the same models.
    if (target === undefined || (protocol === 'openai-responses' && targets['openai-chat']?.baseUrl === target.baseUrl))
      continue;
    for (const key of provider.keys.length === 0 ? [undefined] : provider.keys) {
      const started = performance.now();
      const outcome = await askModels(send, { target, protocol, keyId: key?.id });
      const ms = Math.round(performance.now() - started);
      results.push({
        provider: provider.id,
        key: key === undefined ? '-' : `...${key.hint}`,
        protocol,
        ms,
        ...outcome,
      });
    }
  }
  await egress.close();
  return results;
}

type Outcome = Pick<ProviderTest, 'result' | 'models'>;

function askModels(
  send: SendUpstream,
  ask: { target: UpstreamTarget; protocol: ProtocolId; keyId: string | undefined },
): Promise<Outcome> {
  if (ask.target.baseUrl.startsWith('sandbox:')) return Promise.resolve({ result: 'ok', models: undefined });
  const path = {
    'openai-chat': '/models',
    'openai-responses': '/models',
    'anthropic-messages': '/v1/models',
    gemini: '/v1beta/models',
  }[ask.protocol];
  const headers: HeaderPairs = ask.protocol === 'anthropic-messages' ? ['anthropic-version', '2023-06-01'] : [];
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let status = 0;
    let length = 0;
    send(
      { target: ask.target, providerKeyId: ask.keyId, method: 'GET', path, headers, body: [], timeouts: TIMEOUTS },
      {
        head: (code) => {
          status = code;
        },
        data: (chunk) => {
          length += chunk.length;
          if (length <= BODY_BYTES_MAX) chunks.push(chunk);
        },
        end: () => resolve(judge(status, Buffer.concat(chunks).toString('utf8'))),
        fail: (failure) => resolve({ result: failureWord(failure), models: undefined }),
      },
    );
  });
}

function failureWord(failure: TransportFailure): ProviderTest['result'] {
  switch (failure) {
    case 'dns':
    case 'tls':
    case 'refused':
    case 'blocked':
      return failure;
    case 'connect_timeout':
    case 'headers_timeout':
    case 'first_byte_timeout':
    case 'idle_timeout':
    case 'total_timeout':
      return 'timeout';
    default:
      return 'failed';
  }
}

function judge(status: number, text: string): Outcome {
  if (status === 401 || status === 403) return { result: 'auth', models: undefined };
  if (status === 404) return { result: 'not_found', models: undefined };
  if (status !== 200) return { result: 'failed', models: undefined };
  try {
    const body = JSON.parse(text) as { data?: unknown; models?: unknown };
    const list = body.data ?? body.models;
    if (!Array.isArray(list)) return { result: 'no_models', models: undefined };
    return { result: list.length > 0 ? 'ok' : 'no_models', models: list.length };
  } catch {
    return { result: 'not_json', models: undefined };
  }
}
