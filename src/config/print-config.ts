import { shownCredits, shownPrice } from '../metering/shown-price.ts';
import type { Catalogue } from '../routing/catalogue.ts';
import type { LoadedConfig } from './load-config.ts';
import type { Settings } from './settings.ts';

const SECRETS: readonly (keyof Settings)[] = ['databaseUrl', 'secretKey', 'keyPepper'];

/** The configuration in force as plain data, amounts in credits, every secret masked. Provider keys show their last four characters. */
export function printableConfig({ settings, catalogue, file }: LoadedConfig): unknown {
  const masked = Object.entries(settings).map(([name, value]: [string, unknown]) => {
    const secret = SECRETS.includes(name as keyof Settings) && value !== undefined;
    return [name, secret ? '***' : (value ?? null)];
  });
  return plain({
    file: file ?? null,
    settings: Object.fromEntries(masked),
    catalogue: catalogue === undefined ? null : shownCatalogue(catalogue),
  });
}

/** Without what only the store gives, and with amounts as people write them. */
function shownCatalogue({ accounts, providers, models }: Catalogue): unknown {
  return {
    accounts: accounts.map(({ id: _id, openingCredits, ...account }) => ({
      ...account,
      ...(openingCredits === undefined ? {} : { credits: shownCredits(openingCredits) }),
    })),
    providers: providers.map(({ keys, ...provider }) => ({
      ...provider,
      keys: keys.map(({ hint, ...key }) => ({ ...key, ...(hint === '' ? {} : { hint }) })),
    })),
    models: models.map(({ price, ...model }) => ({ ...model, price: shownPrice(price) })),
  };
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
