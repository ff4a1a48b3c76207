import type { LoadedConfig } from './load-config.ts';
import type { Settings } from './settings.ts';

const SECRETS: readonly (keyof Settings)[] = ['databaseUrl', 'secretKey', 'keyPepper'];

/** The configuration in force as plain data, every secret masked. Provider keys show their last four characters only. */
export function printableConfig({ settings, catalogue, file }: LoadedConfig): unknown {
  const masked = Object.entries(settings).map(([name, value]: [string, unknown]) => {
    const secret = SECRETS.includes(name as keyof Settings) && value !== undefined;
    return [name, secret ? '***' : (value ?? null)];
  });
  return plain({ file: file ?? null, settings: Object.fromEntries(masked), catalogue: catalogue ?? null });
}

function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item)),
  );
}
