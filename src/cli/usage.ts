import { Command } from 'commander';
import type { UsageDimension, UsageSums } from '../storage/ports/request-log.ts';
import { CommandError, EXIT } from './exit.ts';
import { accountNamed } from './find-account.ts';
import { type CommonFlags, withCommonFlags } from './flags.ts';
import { printJson, printTable } from './output.ts';
import { usingWorkspace } from './workspace.ts';

const DIMENSIONS: readonly UsageDimension[] = ['account', 'key', 'model', 'provider', 'day'];
const DAY_MS = 86_400_000;

interface UsageFlags extends CommonFlags {
  readonly by: string;
  readonly days: string;
  readonly account?: string;
}

/** `saola usage`: requests and tokens from the request log. */
export function usageCommand(): Command {
  return withCommonFlags(new Command('usage'))
    .description('requests and tokens, added up')
    .option('--by <dimensions>', `${DIMENSIONS.join(', ')}; several with commas`, 'model')
    .option('--days <n>', 'how far back', '30')
    .option('--account <name>', 'of one account only')
    .action(async (_flags: unknown, command: Command) => showUsage(command.optsWithGlobals()));
}

async function showUsage(flags: UsageFlags): Promise<void> {
  const by = flags.by.split(',').map(dimension);
  const days = Number(flags.days);
  if (!Number.isInteger(days) || days < 1 || days > 3_650)
    throw new CommandError('--days is a number from 1 to 3650', EXIT.usage);
  await usingWorkspace(flags, async ({ store }) => {
    const account = flags.account === undefined ? undefined : await accountNamed(store, flags.account);
    const since = Date.now() - days * DAY_MS;
    const sums = await store.requestLog.usage({
      since,
      by,
      ...(account === undefined ? {} : { accountId: account.id }),
    });
    if (flags.json === true) {
      printJson(sums.map(({ group, requests, errors, quantities }) => ({ ...group, requests, errors, ...quantities })));
      return;
    }
    const names = new Map((await store.accounts.list()).map((listed) => [listed.account.id, listed.account.name]));
    const rows = sums.map((row) => [...by.map((name) => labelOf(row, name, names)), ...figures(row)]);
    printTable(
      [...by.map((name) => name.toUpperCase()), 'REQUESTS', 'ERRORS', 'INPUT', 'CACHED', 'OUTPUT'],
      rows,
      'No requests yet.',
    );
  });
}

function labelOf(row: UsageSums, name: UsageDimension, accounts: ReadonlyMap<string, string>): string | undefined {
  const value = row.group[name];
  return name === 'account' && value !== undefined ? (accounts.get(value) ?? value) : value;
}

function figures({ requests, errors, quantities }: UsageSums): (number | undefined)[] {
  return [requests, errors, quantities.input, quantities.input_cached, quantities.output];
}

function dimension(text: string): UsageDimension {
  const found = DIMENSIONS.find((name) => name === text.trim());
  if (found === undefined) throw new CommandError(`--by: "${text}" is not one of ${DIMENSIONS.join(', ')}`, EXIT.usage);
  return found;
}
