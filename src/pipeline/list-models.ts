import { type GatewayError, gatewayError } from '../canonical/error.ts';
import type { InboundRequest } from '../canonical/exchange.ts';
import { PROTOCOL_IDS } from '../canonical/protocol-id.ts';
import type { Principal } from '../identity/api-key.ts';
import { shownPrice } from '../metering/shown-price.ts';
import { type ModelScope, mayUse, resolveModel } from '../routing/resolve-model.ts';
import type { ModelEntry, Snapshot } from '../routing/snapshot.ts';
import { scopeOf } from './model-scope.ts';

/** Which of the three forms a list has. */
type Form = 'openai' | 'anthropic' | 'gemini';

/** What is asked for: the list, or one model. */
export interface ModelsQuery {
  readonly snapshot: Snapshot;
  readonly principal: Principal;
  readonly request: InboundRequest;
  /** The id behind `/models/`. */
  readonly id: string | undefined;
}

/** The models that this key may use, or one of them, in the caller's form. From memory, free and uncounted. */
export function listModels({
  snapshot,
  principal,
  request,
  id,
}: ModelsQuery): { status: number; body: unknown } | GatewayError {
  const form = formOf(request);
  const scope = scopeOf(principal);
  if (id === undefined) return { status: 200, body: listBody(snapshot, { form, scope, query: request.query }) };
  const entry = resolveModel(snapshot, id, scope);
  if (!('model' in entry)) return gatewayError('model_not_found', entry.message, { param: 'model' });
  return {
    status: 200,
    body: form === 'gemini' ? geminiModel(entry) : modelObject(entry, { form, scope, id: entry.model.id }),
  };
}

/** The path or the Google header says Gemini, else the version header says Anthropic. */
function formOf(request: InboundRequest): Form {
  if (request.path.startsWith('/v1beta') || hasHeader(request, 'x-goog-api-key')) return 'gemini';
  return hasHeader(request, 'anthropic-version') ? 'anthropic' : 'openai';
}

function hasHeader(request: InboundRequest, name: string): boolean {
  return request.headers.some((value, i) => i % 2 === 0 && value === name);
}

interface ListOptions {
  readonly form: Form;
  readonly scope: ModelScope;
  readonly query: string;
}

function listBody(snapshot: Snapshot, { form, scope, query }: ListOptions): unknown {
  const entries = [...snapshot.models.values()].filter((entry) => mayUse(entry, scope));
  if (form === 'gemini') return { models: entries.map(geminiModel) };
  const data = entries.flatMap((entry) => listedIds(entry, form).map((id) => modelObject(entry, { form, scope, id })));
  const page = form === 'anthropic' ? pageOf(data, new URLSearchParams(query)) : { items: data, more: false };
  const { items, more } = page;
  return {
    object: 'list',
    data: items,
    has_more: more,
    first_id: items[0]?.id ?? null,
    last_id: items[items.length - 1]?.id ?? null,
  };
}

/** Claude Code's discovery drops ids that do not begin like its own; aliases that do are listed for it. */
function listedIds(entry: ModelEntry, form: Form): string[] {
  if (form !== 'anthropic') return [entry.model.id];
  return [entry.model.id, ...entry.model.aliases.filter((alias) => /^(?:claude|anthropic)/.test(alias))];
}

const PAGE_MAX = 1_000;

function pageOf<T extends { id: string }>(
  items: readonly T[],
  query: URLSearchParams,
): { items: readonly T[]; more: boolean } {
  const limit = Math.min(PAGE_MAX, Math.max(1, Number.parseInt(query.get('limit') ?? '', 10) || PAGE_MAX));
  const after = items.findIndex((item) => item.id === query.get('after_id'));
  const before = items.findIndex((item) => item.id === query.get('before_id'));
  if (before >= 0) return { items: items.slice(Math.max(0, before - limit), before), more: before > limit };
  const rest = items.slice(after + 1);
  return { items: rest.slice(0, limit), more: rest.length > limit };
}

interface ModelView {
  readonly form: Form;
  readonly scope: ModelScope;
  readonly id: string;
}

/** One body that both the OpenAI and the Anthropic SDK accept. */
function modelObject(entry: ModelEntry, { form, scope, id }: ModelView) {
  const { model } = entry;
  const group = scope.groups.find((name) => entry.byGroup.has(name));
  return {
    id,
    object: 'model' as const,
    type: 'model' as const,
    created: model.created,
    created_at: new Date(model.created * 1_000).toISOString(),
    owned_by: model.id.includes('/') ? model.id.slice(0, model.id.indexOf('/')) : 'saola',
    display_name: model.displayName ?? model.id,
    name: model.displayName ?? model.id,
    canonical_slug: model.id,
    context_length: model.contextLength ?? null,
    max_output_tokens: model.maxOutputTokens ?? null,
    max_input_tokens: model.contextLength ?? null,
    max_tokens: model.maxOutputTokens ?? null,
    protocols: protocolsOf(entry, group),
    pricing: shownPrice(model.price),
    status: 'active' as const,
    lifecycle: 'active' as const,
    line: null,
    deprecated_at: null,
    retires_at: null,
    group: group ?? null,
    free: model.price?.free ?? false,
    simulated: model.simulated,
    ...(form === 'anthropic' ? { capabilities: null } : {}),
  };
}

function protocolsOf(entry: ModelEntry, group: string | undefined): string[] {
  const candidates = group === undefined ? [] : (entry.byGroup.get(group) ?? []);
  return PROTOCOL_IDS.filter((protocol) =>
    candidates.some(
      ({ provider, deployment }) =>
        provider.targets[protocol] !== undefined && (deployment.protocols?.includes(protocol) ?? true),
    ),
  );
}

function geminiModel(entry: ModelEntry): object {
  const { model } = entry;
  return {
    name: `models/${model.id}`,
    version: '001',
    displayName: model.displayName ?? model.id,
    inputTokenLimit: model.contextLength ?? 0,
    outputTokenLimit: model.maxOutputTokens ?? 0,
    supportedGenerationMethods: speaksGemini(entry) ? ['generateContent', 'streamGenerateContent', 'countTokens'] : [],
  };
}

/** Until one protocol is translated into another, only a provider that speaks Gemini serves its methods. */
function speaksGemini({ byGroup }: ModelEntry): boolean {
  return [...byGroup.values()].flat().some(({ provider }) => provider.targets.gemini !== undefined);
}
