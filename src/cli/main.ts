import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { suggestion } from '../config/config-error.ts';
import { nearestName } from '../lib/nearest-name.ts';
import { accountsCommand } from './accounts.ts';
import { configCommand } from './config.ts';
import { doctorCommand } from './doctor.ts';
import { CommandError, EXIT } from './exit.ts';
import { withCommonFlags } from './flags.ts';
import { initCommand } from './init.ts';
import { keysCommand } from './keys.ts';
import { migrateCommand } from './migrate.ts';
import { modelsCommand } from './models.ts';
import { note } from './output.ts';
import { providersCommand } from './providers.ts';
import { serveCommand } from './serve.ts';
import { usageCommand } from './usage.ts';

/** Errors whose message says what to do; only the unexpected shows its stack. */
const FOR_PEOPLE: readonly string[] = ['ConfigError', 'StoreRefusal', 'SecretsRefusal', 'ListenRefusal'];

const program = withCommonFlags(new Command('saola'))
  .description('One endpoint and one key in front of every model.')
  .version(packageJson.version)
  .showHelpAfterError()
  .exitOverride();

// Without a command the gateway starts: `npx saola` is all that a newcomer has to type.
program.addCommand(serveCommand(packageJson.version).exitOverride(), { isDefault: true });
for (const command of [
  initCommand(),
  migrateCommand(),
  configCommand(),
  keysCommand(),
  accountsCommand(),
  providersCommand(),
  modelsCommand(),
  usageCommand(),
  doctorCommand(),
]) {
  program.addCommand(command.exitOverride());
}

try {
  refuseUnknownCommand(process.argv[2]);
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** `serve`, which is what no command means, would take the word for one argument too many. */
function refuseUnknownCommand(word: string | undefined): void {
  const names = [...program.commands.map((command) => command.name()), 'help'];
  if (word === undefined || word.startsWith('-') || names.includes(word)) return;
  const advice = suggestion(nearestName(word, names));
  throw new CommandError(`there is no command "${word}"${advice || `; there are ${names.join(', ')}`}`, EXIT.usage);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  if (error instanceof CommandError) {
    note(`saola: ${error.message}`);
    return error.exitCode;
  }
  const known = error instanceof Error && FOR_PEOPLE.includes(error.name);
  note(`saola: ${error instanceof Error ? (known ? error.message : error.stack) : String(error)}`);
  return EXIT.failed;
}
