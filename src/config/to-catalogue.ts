import { parseDecimal } from '../lib/decimal.ts';
import { nearestName } from '../lib/nearest-name.ts';
import type { Account, Catalogue, Deployment, Model, Provider } from '../routing/catalogue.ts';
import { type ConfigProblem, suggestion } from './config-error.ts';
import type { ConfigDocument, ConfigPath } from './parse-yaml.ts';
import type { ConfigFile } from './schema.ts';
import { toPrice } from './to-price.ts';
import { type PlainSecret, toProvider } from './to-provider.ts';

/** A catalogue with its provider keys in plain text. */
export interface PlainCatalogue {
  readonly catalogue: Catalogue;
  readonly secrets: readonly PlainSecret[];
}

/** What the file means, with everything that is wrong with it. */
export interface CatalogueResult extends PlainCatalogue {
  readonly problems: readonly ConfigProblem[];
}

const SCALE = 6;

/** Turns a well-formed file into the catalogue: names resolved, prices exact, places known for every problem. */
export function toCatalogue(file: ConfigFile, document: ConfigDocument): CatalogueResult {
  const problems: ConfigProblem[] = [];
  const report = (path: ConfigPath, message: string) => problems.push({ ...document.valueAt(path), message });
  const providers: Provider[] = [];
  const secrets: PlainSecret[] = [];
  for (const [i, text] of file.providers.entries()) {
    const result = toProvider(text);
    for (const fault of result.faults) {
      report(['providers', i, ...fault.path], `provider ${text.id}: ${fault.message}`);
    }
    providers.push(result.provider);
    secrets.push(...result.secrets);
  }
  const known = new Map(providers.map((provider) => [provider.id, provider]));
  const models = file.models.map((text, i) => toModel(text, { known, report, path: ['models', i] }));
  const accounts = file.accounts.map((text, i) =>
    toAccount(text, (message) => report(['accounts', i, 'credits'], message)),
  );
  reportRepeats(file, report);
  return {
    catalogue: { accounts: accounts.length > 0 ? accounts : [DEFAULT_ACCOUNT], providers, models },
    secrets,
    problems,
  };
}

/** The account of an installation that names none. */
export const DEFAULT_ACCOUNT: Account = {
  id: '',
  name: 'default',
  billing: 'postpaid',
  openingCredits: undefined,
  groups: ['default'],
  state: 'active',
};

type Report = (path: ConfigPath, message: string) => void;

interface ModelPlace {
  readonly known: ReadonlyMap<string, Provider>;
  readonly report: Report;
  readonly path: ConfigPath;
}

function toModel(text: ConfigFile['models'][number], { known, report, path }: ModelPlace): Model {
  const price = text.price === undefined ? undefined : toPrice(text.price);
  if (price?.ok === false) report([...path, 'price', price.name], `price of ${text.id}: ${price.name} ${price.reason}`);
  const ids = new Set<string>();
  const deployments = text.deployments.map((one, i): Deployment => {
    const place = [...path, 'deployments', i];
    const host = known.get(one.provider);
    if (host === undefined) {
      const near = suggestion(nearestName(one.provider, known.keys()));
      report([...place, 'provider'], `unknown provider "${one.provider}"${near}`);
    }
    for (const [j, protocol] of (one.protocols ?? []).entries()) {
      if (host !== undefined && host.endpoints[protocol] === undefined)
        report([...place, 'protocols', j], `provider ${one.provider} does not speak ${protocol}`);
    }
    const id = `${text.id}@${one.provider}/${one.model}#${one.group}`;
    if (ids.has(id)) report(place, `model ${text.id} has this deployment twice in group ${one.group}`);
    ids.add(id);
    const { provider: providerId, model: upstreamModel, group, tier, weight, echoModel, protocols } = one;
    return { id, providerId, upstreamModel, group, tier, weight, echoModel, protocols };
  });
  return {
    id: text.id,
    displayName: text.displayName,
    aliases: text.aliases,
    price: price?.ok === true ? price.price : undefined,
    contextLength: text.contextLength,
    maxOutputTokens: text.maxOutputTokens,
    created: 0,
    simulated: false,
    deployments,
  };
}

function toAccount(text: ConfigFile['accounts'][number], report: (message: string) => void): Account {
  const credits = text.credits === undefined ? undefined : parseDecimal(text.credits, SCALE);
  if (credits?.ok === false) report(`credits of ${text.name}: the value ${credits.reason}`);
  const { name, billing, groups, state } = text;
  return { id: '', name, billing, groups, state, openingCredits: credits?.ok === true ? credits.units : undefined };
}

function reportRepeats(file: ConfigFile, report: Report): void {
  const lists = [
    ['providers', 'provider', file.providers.map((one) => one.id)],
    ['models', 'model', file.models.map((one) => one.id)],
    ['accounts', 'account', file.accounts.map((one) => one.name)],
  ] as const;
  for (const [key, word, names] of lists) {
    for (const [i, name] of names.entries())
      if (names.indexOf(name) < i) report([key, i], `${word} ${name} stands twice`);
  }
  const owners = new Map(file.models.map((one) => [one.id, one.id]));
  for (const [i, one] of file.models.entries()) {
    for (const [j, alias] of one.aliases.entries()) {
      const owner = owners.get(alias);
      if (owner !== undefined && owner !== one.id)
        report(['models', i, 'aliases', j], `the alias ${alias} already means ${owner}`);
      owners.set(alias, one.id);
    }
  }
}
