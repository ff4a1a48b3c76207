import { Command } from 'commander';
import { makeApiKey } from '../auth/make-api-key.ts';
import type { ApiKey } from '../identity/api-key.ts';
import { parseIpRange } from '../identity/ip-match.ts';
import { isKeyName, KEY_NAME_RULE } from '../identity/key-name.ts';
import { effectiveKeyState } from '../identity/key-state.ts';
import { CommandError, EXIT } from './exit.ts';
import { accountNamed } from './find-account.ts';
import { type CommonFlags, commonFlags, withCommonFlags } from './flags.ts';
import { print, printJson, printTable } from './output.ts';
import { usingWorkspace, type Workspace } from './workspace.ts';

interface CreateFlags extends CommonFlags {
  readonly account: string;
  readonly name: string;
  readonly expires?: string;
  readonly models?: string;
  readonly ips?: string;
  readonly test?: boolean;
}

/** `saola keys create|list|disable|enable|revoke`. */
export function keysCommand(): Command {
  const keys = new Command('keys').description('API keys of accounts');
  const create = withCommonFlags(new Command('create'))
    .description('make a key; the secret is shown once')
    .requiredOption('--account <name>', 'who pays', 'default')
    .requiredOption('--name <name>', '5-50 lowercase letters, digits and hyphens')
    .option('--expires <when>', 'a date (2027-01-31), a time in ISO form, or a span such as 30d, 12h')
    .option('--models <ids>', 'model ids, comma-separated; a trailing * matches any rest')
    .option('--ips <ranges>', 'addresses or CIDR ranges, comma-separated')
    .option('--test', 'a test key, which reaches simulated models only')
    .action(async (_flags: unknown, command: Command) => createKey(command.optsWithGlobals<CreateFlags>()));
  const list = withCommonFlags(new Command('list'))
    .description('list keys')
    .option('--account <name>', 'of one account only')
    .action(async (_flags: unknown, command: Command) => listKeys(command.optsWithGlobals()));
  keys.addCommand(create).addCommand(list);
  for (const [name, state, text] of [
    ['disable', 'disabled', 'switch a key off for a while'],
    ['enable', 'active', 'switch a disabled key on again'],
    ['revoke', 'revoked', 'end a key for good'],
  ] as const) {
    keys.addCommand(
      withCommonFlags(new Command(name))
        .description(text)
        .argument('<key>', "the key's id, or its name together with --account")
        .option('--account <name>', 'the account, when the key is named')
        .action(async (key: string, _flags: unknown, command: Command) => setState(command, key, state)),
    );
  }
  return keys;
}

async function createKey(flags: CreateFlags): Promise<void> {
  if (!isKeyName(flags.name)) throw new CommandError(`--name: a key's name has ${KEY_NAME_RULE}`, EXIT.usage);
  const allowedIps = listOf(flags.ips);
  for (const range of allowedIps ?? []) {
    if (parseIpRange(range) === undefined)
      throw new CommandError(`--ips: "${range}" is not an address or CIDR range`, EXIT.usage);
  }
  const now = Date.now();
  const expiresAt = flags.expires === undefined ? undefined : parseExpiry(flags.expires, now);
  await usingWorkspace(flags, async (workspace) => {
    const account = await accountNamed(workspace.store, flags.account);
    const mode = flags.test === true ? 'test' : 'live';
    const made = makeApiKey({ prefix: workspace.installation.keyPrefix, mode, pepper: workspace.secrets.pepper });
    const key = await workspace.store.keys.create({
      id: made.id,
      accountId: account.id,
      name: flags.name,
      mode,
      secretHmac: made.secretHmac,
      pepperId: made.pepperId,
      last4: made.last4,
      createdAt: now,
      expiresAt,
      allowedModels: listOf(flags.models),
      allowedIps,
    });
    await workspace.poke('refresh');
    if (flags.json === true) {
      printJson({ ...shown(key, account.name, now), key: made.token });
      return;
    }
    print(made.token);
    process.stderr.write(`Key ${key.name} of account ${account.name}. It is shown this once: keep it now.\n`);
  });
}

async function listKeys(flags: CommonFlags & { readonly account?: string }): Promise<void> {
  await usingWorkspace(flags, async ({ store }) => {
    const accounts = new Map((await store.accounts.list()).map(({ account }) => [account.id, account.name]));
    const account = flags.account === undefined ? undefined : await accountNamed(store, flags.account);
    const listed = await store.keys.list(account === undefined ? {} : { accountId: account.id });
    const now = Date.now();
    const rows = listed.map(({ key, lastUsedAt }) => ({
      ...shown(key, accounts.get(key.accountId) ?? key.accountId, now),
      last_used_at: iso(lastUsedAt),
    }));
    if (flags.json === true) {
      printJson(rows);
      return;
    }
    printTable(
      ['ID', 'NAME', 'ACCOUNT', 'STATUS', 'KEY', 'EXPIRES', 'LAST USED'],
      rows.map((row) => [
        row.id,
        row.name,
        row.account,
        row.status,
        row.label,
        row.expires_at ?? undefined,
        row.last_used_at ?? undefined,
      ]),
      'No keys yet. `saola keys create --account NAME --name NAME` makes one.',
    );
  });
}

async function setState(command: Command, idOrName: string, state: ApiKey['state']): Promise<void> {
  const flags = commonFlags(command) as CommonFlags & { account?: string };
  await usingWorkspace(flags, async (workspace) => {
    const id = await findKey(workspace, idOrName, flags.account);
    const key = await workspace.store.keys.setState(id, state);
    await workspace.poke('refresh');
    const accounts = await workspace.store.accounts.list();
    const payer = accounts.find(({ account }) => account.id === key.accountId)?.account.name;
    if (flags.json === true) printJson(shown(key, payer ?? key.accountId, Date.now()));
    else print(`${key.name} (${key.id}) is ${effectiveKeyState(key, Date.now())}.`);
  });
}

async function findKey({ store }: Workspace, idOrName: string, accountName: string | undefined): Promise<string> {
  if ((await store.keys.byId(idOrName)) !== undefined) return idOrName;
  const account = accountName === undefined ? undefined : await accountNamed(store, accountName);
  const named = (await store.keys.list(account === undefined ? {} : { accountId: account.id })).filter(
    ({ key }) => key.name === idOrName && key.state !== 'revoked',
  );
  const [only, ...others] = named;
  if (only === undefined) throw new CommandError(`there is no key "${idOrName}"; \`saola keys list\` shows them`);
  if (others.length > 0) throw new CommandError(`several keys are called "${idOrName}"; name the id`);
  return only.key.id;
}

function shown(key: ApiKey, account: string, now: number) {
  return {
    id: key.id,
    name: key.name,
    account,
    mode: key.mode,
    status: effectiveKeyState(key, now),
    label: `...${key.last4}`,
    created_at: iso(key.createdAt),
    expires_at: iso(key.expiresAt),
    allowed_models: key.allowedModels ?? null,
    allowed_ips: key.allowedIps ?? null,
  };
}

function iso(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

function listOf(text: string | undefined): string[] | undefined {
  const items = text
    ?.split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items === undefined || items.length === 0 ? undefined : items;
}

const SPANS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function parseExpiry(text: string, now: number): number {
  const span = /^(\d{1,6})([mhd])$/.exec(text);
  const at = span === null ? Date.parse(text) : now + Number(span[1]) * (SPANS[span[2] ?? ''] ?? 0);
  if (Number.isNaN(at))
    throw new CommandError(`--expires: "${text}" is neither a date nor a span such as 30d`, EXIT.usage);
  if (at <= now) throw new CommandError(`--expires: ${text} is in the past`, EXIT.usage);
  return at;
}
