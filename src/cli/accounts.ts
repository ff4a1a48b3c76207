import { Command } from 'commander';
import { CommandError, EXIT } from './exit.ts';
import { accountNamed } from './find-account.ts';
import { type CommonFlags, withCommonFlags } from './flags.ts';
import { print, printJson, printTable } from './output.ts';
import { usingWorkspace } from './workspace.ts';

interface CreateFlags extends CommonFlags {
  readonly billing: string;
  readonly groups: string;
}

/** `saola accounts list|create|suspend|activate`. */
export function accountsCommand(): Command {
  const accounts = new Command('accounts').description('accounts: who pays');
  accounts.addCommand(
    withCommonFlags(new Command('list'))
      .description('list accounts')
      .action(async (_flags: unknown, command: Command) => listAccounts(command.optsWithGlobals())),
  );
  accounts.addCommand(
    withCommonFlags(new Command('create'))
      .description('make an account')
      .argument('<name>', 'lowercase letters, digits and hyphens')
      .option('--billing <mode>', 'prepaid or postpaid', 'prepaid')
      .option('--groups <names>', 'groups in order, comma-separated', 'default')
      .action(async (name: string, _flags: unknown, command: Command) =>
        createAccount(name, command.optsWithGlobals()),
      ),
  );
  for (const [name, state, text] of [
    ['suspend', 'suspended', 'refuse all requests of an account'],
    ['activate', 'active', 'end a suspension'],
  ] as const) {
    accounts.addCommand(
      withCommonFlags(new Command(name))
        .description(text)
        .argument('<name>', 'the account')
        .action(async (account: string, _flags: unknown, command: Command) =>
          setState(account, state, command.optsWithGlobals()),
        ),
    );
  }
  return accounts;
}

async function listAccounts(flags: CommonFlags): Promise<void> {
  await usingWorkspace(flags, async ({ store }) => {
    const rows = (await store.accounts.list()).map(({ account, managedBy, createdAt }) => ({
      id: account.id,
      name: account.name,
      billing: account.billing,
      groups: account.groups,
      state: account.state,
      managed_by: managedBy,
      created_at: new Date(createdAt).toISOString(),
    }));
    if (flags.json === true) {
      printJson(rows);
      return;
    }
    printTable(
      ['NAME', 'BILLING', 'GROUPS', 'STATE', 'MANAGED BY', 'ID'],
      rows.map((row) => [row.name, row.billing, row.groups.join(','), row.state, row.managed_by, row.id]),
      'No accounts yet.',
    );
  });
}

async function createAccount(name: string, flags: CreateFlags): Promise<void> {
  const { billing } = flags;
  if (billing !== 'prepaid' && billing !== 'postpaid')
    throw new CommandError('--billing is prepaid or postpaid', EXIT.usage);
  if (!/^[a-z0-9][a-z0-9-]{0,48}[a-z0-9]$/.test(name)) {
    throw new CommandError('an account name has lowercase letters, digits and hyphens, 2 to 50 characters', EXIT.usage);
  }
  const groups = flags.groups.split(',').map((group) => group.trim());
  if (groups.some((group) => group === '')) throw new CommandError('--groups: a group needs a name', EXIT.usage);
  await usingWorkspace(flags, async (workspace) => {
    const account = await workspace.store.accounts.create({ name, billing, groups, openingCredits: undefined });
    await workspace.poke('refresh');
    if (flags.json === true) printJson(account);
    else
      print(
        `Account ${account.name} is made. \`saola keys create --account ${account.name} --name NAME\` makes its first key.`,
      );
  });
}

async function setState(name: string, state: 'active' | 'suspended', flags: CommonFlags): Promise<void> {
  await usingWorkspace(flags, async (workspace) => {
    const account = await workspace.store.accounts.setState((await accountNamed(workspace.store, name)).id, state);
    await workspace.poke('refresh');
    if (flags.json === true) printJson(account);
    else print(`Account ${account.name} is ${account.state}.`);
  });
}
