import { Command } from 'commander';
import { ConfigError } from '../config/config-error.ts';
import { configJsonSchema } from '../config/json-schema.ts';
import { printableConfig } from '../config/print-config.ts';
import { EXIT } from './exit.ts';
import { type CommonFlags, withCommonFlags } from './flags.ts';
import { print, printJson } from './output.ts';
import { loadForCommand } from './workspace.ts';

/** `saola config check|schema|print`. */
export function configCommand(): Command {
  const config = new Command('config').description('the configuration file');
  config.addCommand(
    withCommonFlags(new Command('check'))
      .description('say whether the configuration holds; every fault with line, column and a suggestion')
      .action(async (_flags: unknown, command: Command) => check(command.optsWithGlobals())),
  );
  config.addCommand(
    withCommonFlags(new Command('schema'))
      .description('print the JSON Schema of the configuration file')
      .action(() => printJson(configJsonSchema())),
  );
  config.addCommand(
    withCommonFlags(new Command('print'))
      .description('print the configuration that is in force, secrets masked')
      .action(async (_flags: unknown, command: Command) => printConfig(command.optsWithGlobals())),
  );
  return config;
}

async function check(flags: CommonFlags): Promise<void> {
  const config = await loadForCommand(flags).catch((error: unknown) => {
    if (!(flags.json === true && error instanceof ConfigError)) throw error;
    printJson({ ok: false, file: error.source, problems: error.problems });
    process.exitCode = EXIT.failed;
  });
  if (config === undefined) return;
  const { catalogue } = config;
  const counts = {
    file: config.file ?? null,
    providers: catalogue?.providers.length ?? 0,
    models: catalogue?.models.length ?? 0,
    accounts: catalogue?.accounts.length ?? 0,
  };
  if (flags.json === true) printJson({ ok: true, ...counts });
  else if (config.file === undefined) print('There is no configuration file; the store and the environment count.');
  else
    print(`${config.file} holds: ${counts.providers} providers, ${counts.models} models, ${counts.accounts} accounts.`);
}

async function printConfig(flags: CommonFlags): Promise<void> {
  const config = await loadForCommand(flags);
  const shown = printableConfig(config);
  if (flags.json === true) printJson(shown);
  else print(JSON.stringify(shown, null, 2));
}
