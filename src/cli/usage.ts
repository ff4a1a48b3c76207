import { Command } from 'commander';
import type { SessionSums, UsageDimension, UsageSums } from '../storage/ports/request-log.ts';
import { CommandError, EXIT } from './exit.ts';
import { accountNamed } from './find-account.ts';
import { type CommonFlags, withCommonFlags } from './flags.ts';
import { printJson, printTable } from './output.ts';
import { usingWorkspace } from './workspace.ts';

const DIMENSIONS: readonly UsageDimension[] = ['account', 'key', 'model', 'provider', 'day', 'session'];
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
  const by = dimensions(flags.by);
  const days = Number(flags.days);
  if (!Number.isInteger(days) || days < 1 || days > 3_650)
    throw new CommandError('--days is a number from 1 to 3650', EXIT.usage);
  await usingWorkspace(flags, async ({ store }) => {
    const account = flags.account === undefined ? undefined : await accountNamed(store, flags.account);
    const since = Date.now() - days * DAY_MS;
    const found = await store.requestLog.usage({
      since,
      by,
      ...(account === undefined ? {} : { accountId: account.id }),
    });
    const sums = by.includes('session') ? found.toSorted(newestSessionFirst) : found;
    if (flags.json === true) {
      printJson(
        sums.map(({ group, requests, errors, quantities, session }) => ({
          ...group,
          ...sessionFields(session),
          ...{ requests, errors },
          ...quantities,
        })),
      );
      return;
    }
    const names = new Map((await store.accounts.list()).map((listed) => [listed.account.id, listed.account.name]));
    const about = by.includes('session') ? SESSION_FIELDS : [];
    const rows = sums.map((row) => {
      const session = sessionFields(row.session);
      return [
        ...by.map((name) => labelOf(row, name, names)),
        ...about.map((field) => session?.[field]),
        ...figures(row),
      ];
    });
    printTable(
      [
        ...[...by, ...about].map((name) => name.replace('_at', '').toUpperCase()),
        'REQUESTS',
        'ERRORS',
        'INPUT',
        'CACHED',
        'OUTPUT',
      ],
      rows,
      'No requests yet.',
    );
  });
}

function labelOf(row: UsageSums, name: UsageDimension, accounts: ReadonlyMap<string, string>): string | undefined {
  const value = row.group[name] || undefined;
  return name === 'account' && value !== undefined ? (accounts.get(value) ?? value) : value;
}

function figures({ requests, errors, quantities }: UsageSums): (number | undefined)[] {
  return [requests, errors, quantities.input, quantities.input_cached, quantities.output];
}

const SESSION_FIELDS = ['tool', 'agents', 'first_at', 'last_at'] as const;

function sessionFields(session: SessionSums | undefined) {
  if (session === undefined) return undefined;
  const { tool, agents, firstAt, lastAt } = session;
  return { tool, agents, first_at: new Date(firstAt).toISOString(), last_at: new Date(lastAt).toISOString() };
}

function newestSessionFirst(one: UsageSums, two: UsageSums): number {
  return (two.session?.lastAt ?? 0) - (one.session?.lastAt ?? 0);
}

/** A session is one of an account, whatever id the client chose for it. */
function dimensions(text: string): UsageDimension[] {
  const by = text.split(',').map(dimension);
  return by.includes('session') && !by.includes('account') ? ['account', ...by] : by;
}

function dimension(text: string): UsageDimension {
  const found = DIMENSIONS.find((name) => name === text.trim());
  if (found === undefined) throw new CommandError(`--by: "${text}" is not one of ${DIMENSIONS.join(', ')}`, EXIT.usage);
  return found;
}
