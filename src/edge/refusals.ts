import { type GatewayError, gatewayError } from '../canonical/error.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { AuthRefusal } from './ports.ts';

/** What is said when no key can be read from a request. */
export function credentialError(type: 'missing' | 'ambiguous' | 'in_url'): GatewayError {
  switch (type) {
    case 'missing':
      return gatewayError(
        'invalid_api_key',
        'No API key. Send it as Authorization: Bearer KEY, x-api-key or x-goog-api-key.',
      );
    case 'ambiguous':
      return gatewayError('invalid_api_key', 'One credential stands twice on the request; send it once.');
    case 'in_url':
      return gatewayError(
        'invalid_request',
        'An API key in the URL ends up in logs; send it in a header, and replace this one.',
        { param: 'key' },
      );
  }
}

const AUTH_TEXTS: Readonly<Record<AuthRefusal, string>> = {
  malformed: 'This is not an API key of this gateway; check that it was copied whole.',
  unknown: 'The API key is not known here.',
  disabled: 'The API key is disabled; enable it or use another one.',
  revoked: 'The API key has been revoked; create a new one.',
  expired: 'The API key has expired; create a new one.',
  address: 'The API key may not be used from this address.',
  suspended: 'The account is suspended; ask its operator.',
};

/** What is said about a key that was read but does not work. */
export function authError(reason: AuthRefusal): GatewayError {
  const text = AUTH_TEXTS[reason];
  switch (reason) {
    case 'address':
      return gatewayError('permission_denied', text);
    case 'suspended':
      return gatewayError('account_suspended', text);
    case 'malformed':
    case 'unknown':
    case 'disabled':
    case 'revoked':
    case 'expired':
      return gatewayError('invalid_api_key', text);
  }
}

const RIGHT_PLACE: Readonly<Record<ProtocolId, string>> = {
  'anthropic-messages': 'POST /v1/messages',
  'openai-responses': 'POST /v1/responses',
  gemini: 'POST /v1beta/models/{model}:generateContent',
  'openai-chat': 'POST /v1/chat/completions',
};

/** What is said about a path that does not exist, or not for this method. */
export function routeError(asked: {
  readonly method: string;
  readonly path: string;
  readonly protocol: ProtocolId;
  /** The methods that the path knows. */
  readonly methods: readonly string[];
}): GatewayError {
  const { method, path, protocol, methods } = asked;
  const shown = path.slice(0, 128);
  if (methods.length > 0)
    return gatewayError('method_not_allowed', `${shown} takes ${methods.join(', ')}, not ${method}.`);
  return gatewayError(
    'not_found',
    `There is nothing at ${method} ${shown}. Did you mean ${RIGHT_PLACE[protocol]}? OpenAI tools take the base URL with /v1, Anthropic and Gemini tools without.`,
  );
}
