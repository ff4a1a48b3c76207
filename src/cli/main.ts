import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { accountsCommand } from './accounts.ts';
import { configCommand } from './config.ts';
import { doctorCommand } from './doctor.ts';
import { CommandError, EXIT } from './exit.ts';
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

const program = new Command('saola')
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
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
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
