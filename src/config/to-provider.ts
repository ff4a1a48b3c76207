import { createHash } from 'node:crypto';
import { PROTOCOL_IDS, type ProtocolId } from '../canonical/protocol-id.ts';
import { DEFAULT_AUTH } from '../providers/default-auth.ts';
import { DEFAULT_QUIRKS } from '../providers/default-quirks.ts';
import type { ProviderPreset } from '../providers/preset.ts';
import { findPreset } from '../providers/registry.ts';
import type { Provider, ProviderTimeouts } from '../routing/catalogue.ts';
import { baseUrlFault } from './base-url.ts';
import type { ConfigFile } from './schema.ts';

type ProviderText = ConfigFile['providers'][number];

/** A provider key in plain text, on its way to being sealed. */
export interface PlainSecret {
  readonly providerKeyId: string;
  readonly providerId: string;
  readonly secret: string;
}

/** What is wrong, and where below the provider. */
export interface ProviderFault {
  readonly path: readonly string[];
  readonly message: string;
}

/** A provider with its secrets, or everything that is wrong with it. */
export interface ProviderResult {
  readonly provider: Provider;
  readonly secrets: readonly PlainSecret[];
  readonly faults: readonly ProviderFault[];
}

/** Puts a provider together from its preset and what the file says. */
export function toProvider(text: ProviderText): ProviderResult {
  const preset = text.preset === undefined ? undefined : findPreset(text.preset);
  const faults: ProviderFault[] = [];
  const endpoints = endpointsOf(text, preset, faults);
  for (const [protocol, url] of Object.entries(endpoints)) {
    const message = baseUrlFault(protocol as ProtocolId, url, text.allowPrivateNetwork || preset?.local === true);
    if (message === undefined || faults.some((known) => known.message === message)) continue;
    faults.push({ path: text.protocols === undefined ? ['baseUrl'] : ['protocols', protocol], message });
  }
  const keys = text.keys.map((key) => ({ ...key, id: keyId(text.id, key.value) }));
  if (new Set(keys.map((key) => key.id)).size < keys.length)
    faults.push({ path: ['keys'], message: 'the same key stands twice' });
  if (needsKey(text, preset)) faults.push({ path: ['preset'], message: `the preset ${text.preset} needs \`keys\`` });
  const quirks = { ...(preset?.quirks ?? DEFAULT_QUIRKS), ...defined(text.quirks) };
  const provider: Provider = {
    id: text.id,
    preset: preset?.id,
    endpoints,
    auth: Object.fromEntries(
      Object.keys(endpoints).map((id) => [id, preset?.auth[id as ProtocolId] ?? DEFAULT_AUTH[id as ProtocolId]]),
    ),
    extraHeaders: [],
    quirks: {
      ...quirks,
      miscEndpoints: text.endpoints ?? (preset === undefined ? ['completions', 'embeddings'] : quirks.miscEndpoints),
    },
    allowPrivateNetwork: text.allowPrivateNetwork || preset?.local === true,
    vendor: preset?.vendor === true && sameOrigins(endpoints, preset),
    keys: keys.map(({ id, value, weight, requestsPerMin, concurrency }) => ({
      id,
      weight,
      hint: hint(value),
      requestsPerMin,
      concurrency,
    })),
    timeouts: defined(text.timeouts) as ProviderTimeouts,
  };
  return {
    provider,
    secrets: keys.map(({ id, value }) => ({ providerKeyId: id, providerId: text.id, secret: value })),
    faults,
  };
}

type Endpoints = Partial<Record<ProtocolId, string>>;

function endpointsOf(text: ProviderText, preset: ProviderPreset | undefined, faults: ProviderFault[]): Endpoints {
  const { protocol, baseUrl, protocols } = text;
  if (protocols !== undefined) {
    if (protocol !== undefined || baseUrl !== undefined) {
      faults.push({
        path: ['protocols'],
        message: '`protocols` stands instead of `protocol` and `baseUrl`; keep one of the two forms',
      });
    }
    return mapUrls(protocols);
  }
  if (protocol !== undefined && baseUrl !== undefined) return mapUrls({ [protocol]: baseUrl });
  if (preset === undefined) {
    faults.push({ path: [], message: 'needs a `preset`, or `protocol` and `baseUrl`, or `protocols`' });
    return {};
  }
  if (baseUrl === undefined && protocol !== undefined) {
    const url = preset.endpoints[protocol];
    if (url === undefined)
      faults.push({
        path: ['protocol'],
        message: `the preset ${preset.id} has no base URL for ${protocol}; give yours`,
      });
    return mapUrls({ [protocol]: url });
  }
  if (baseUrl === undefined) {
    const missing = preset.protocols.filter((id) => preset.endpoints[id] === undefined);
    if (missing.length === preset.protocols.length)
      faults.push({ path: ['preset'], message: `the preset ${preset.id} needs your \`baseUrl\`` });
    return mapUrls(preset.endpoints);
  }
  if (!preset.oneRoot && preset.protocols.length > 1) {
    faults.push({
      path: ['baseUrl'],
      message: `the preset ${preset.id} has several base URLs; give them as \`protocols\`, or say which \`protocol\` this one is`,
    });
    return {};
  }
  // One root: with the version for the OpenAI protocols, without it for the others.
  const given = baseUrl.replace(/\/+$/, '');
  const versioned = preset.protocols.some((id) => id.startsWith('openai'));
  const root = versioned ? given.replace(/\/v\d+\w*$/, '') : given;
  return Object.fromEntries(preset.protocols.map((id) => [id, id.startsWith('openai') ? given : root]));
}

function mapUrls(urls: Readonly<Partial<Record<ProtocolId, string | undefined>>>): Endpoints {
  const found: Endpoints = {};
  for (const id of PROTOCOL_IDS) {
    const url = urls[id];
    if (url !== undefined) found[id] = url.replace(/\/+$/, '');
  }
  return found;
}

/** A host of others that is where its preset says asks for a key. */
function needsKey(text: ProviderText, preset: ProviderPreset | undefined): boolean {
  const atHome = text.baseUrl === undefined && text.protocols === undefined;
  const hasHome = preset !== undefined && !preset.local && Object.keys(preset.endpoints).length > 0;
  return hasHome && atHome && text.keys.length === 0;
}

function sameOrigins(endpoints: Endpoints, preset: ProviderPreset): boolean {
  return Object.entries(endpoints).every(([id, url]) => {
    const own = preset.endpoints[id as ProtocolId];
    return own !== undefined && URL.canParse(url) && new URL(own).origin === new URL(url).origin;
  });
}

/** Stable over reloads: it changes only with the secret itself. */
function keyId(providerId: string, secret: string): string {
  return `${providerId}-${createHash('sha256').update(`${providerId}\0${secret}`).digest('hex').slice(0, 10)}`;
}

/** The last four characters, unless that would be a good part of the key. */
function hint(secret: string): string {
  return secret.length >= 12 ? secret.slice(-4) : '';
}

function defined<T extends object>(value: T): { [K in keyof T]-?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never;
}
