import { Command } from 'commander';
import { PROTOCOL_IDS } from '../canonical/protocol-id.ts';
import type { Provider } from '../routing/catalogue.ts';
import type { ProviderHealth } from '../routing/health.ts';
import { CommandError, EXIT } from './exit.ts';
import { type CommonFlags, withCommonFlags } from './flags.ts';
import { printJson, printTable } from './output.ts';
import { testProvider } from './test-provider.ts';
import { usingWorkspace, type Workspace } from './workspace.ts';

/** `saola providers list|test`. */
export function providersCommand(): Command {
  const providers = new Command('providers').description('upstream providers and their keys');
  providers.addCommand(
    withCommonFlags(new Command('list'))
      .description('list providers with their health in the running server')
      .action(async (_flags: unknown, command: Command) => listProviders(command.optsWithGlobals())),
  );
  providers.addCommand(
    withCommonFlags(new Command('test'))
      .description('ask a provider for its models, once with each key')
      .argument('[id]', 'one provider; all without')
      .action(async (id: string | undefined, _flags: unknown, command: Command) =>
        testProviders(id, command.optsWithGlobals()),
      ),
  );
  return providers;
}

async function listProviders(flags: CommonFlags): Promise<void> {
  await usingWorkspace(flags, async (workspace) => {
    const { catalogue } = await workspace.store.catalogue.load();
    const health = await healthOf(workspace);
    const rows = catalogue.providers.map((provider) => ({
      id: provider.id,
      preset: provider.preset ?? null,
      protocols: PROTOCOL_IDS.filter((protocol) => provider.endpoints[protocol] !== undefined),
      endpoints: provider.endpoints,
      keys: provider.keys.map((key) => ({
        id: key.id,
        label: `...${key.hint}`,
        weight: key.weight,
        state: keyState(health, provider, key.id),
      })),
      state: health?.[provider.id]?.state ?? ('unknown' as const),
      active: health?.[provider.id]?.active ?? null,
    }));
    if (flags.json === true) {
      printJson(rows);
      return;
    }
    printTable(
      ['ID', 'STATE', 'PROTOCOLS', 'KEYS', 'BASE URL'],
      rows.map((row) => [
        row.id,
        STATE_WORDS[row.state],
        row.protocols.join(','),
        keysText(row.keys),
        Object.values(row.endpoints)[0],
      ]),
      'No providers yet.',
    );
    if (health === undefined) process.stderr.write('No server is running here, so that health is unknown.\n');
  });
}

/** In a table, `closed` would read like a door that is shut. */
const STATE_WORDS = { closed: 'ok', half_open: 'probing', open: 'failing', unknown: 'unknown' } as const;

function keysText(keys: readonly { state: string }[]): string {
  const well = keys.filter((key) => key.state === 'ok' || key.state === 'unknown').length;
  return keys.length === 0 ? 'none needed' : `${well}/${keys.length}`;
}

type HealthView = Readonly<Record<string, ProviderHealth>>;

function keyState(health: HealthView | undefined, provider: Provider, keyId: string): string {
  return health?.[provider.id]?.keys.find((key) => key.id === keyId)?.state ?? 'unknown';
}

async function healthOf(workspace: Workspace): Promise<HealthView | undefined> {
  const answer = await workspace.poke('health');
  return answer?.ok === true ? (answer.result as HealthView) : undefined;
}

async function testProviders(id: string | undefined, flags: CommonFlags): Promise<void> {
  await usingWorkspace(flags, async (workspace) => {
    const stored = await workspace.store.catalogue.load();
    const chosen = stored.catalogue.providers.filter((provider) => id === undefined || provider.id === id);
    if (chosen.length === 0)
      throw new CommandError(id === undefined ? 'there are no providers' : `there is no provider "${id}"`, EXIT.usage);
    const results = [];
    for (const provider of chosen) results.push(...(await testProvider(provider, workspace.openSecrets(stored))));
    if (flags.json === true) printJson(results);
    else {
      printTable(
        ['PROVIDER', 'KEY', 'PROTOCOL', 'RESULT', 'MS', 'MODELS'],
        results.map((result) => [
          result.provider,
          result.key,
          result.protocol,
          result.result,
          result.ms,
          result.models,
        ]),
        'Nothing to test.',
      );
    }
    if (results.some((result) => result.result !== 'ok')) process.exitCode = EXIT.attention;
  });
}
