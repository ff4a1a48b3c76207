import { Argument, Command } from 'commander';
import { EXIT } from './exit.ts';
import { type CommonFlags, withCommonFlags } from './flags.ts';
import { print, printJson } from './output.ts';
import { openBareStore } from './workspace.ts';

/** `saola migrate [status|up]`. */
export function migrateCommand(): Command {
  return withCommonFlags(new Command('migrate'))
    .description("bring the store's schema up to this version, or show where it stands")
    .addArgument(new Argument('[what]', 'up or status').choices(['up', 'status']).default('up'))
    .action(async (what: string, _flags: unknown, command: Command) => migrate(what, command.optsWithGlobals()));
}

async function migrate(what: string, flags: CommonFlags): Promise<void> {
  const store = await openBareStore(flags);
  try {
    if (what === 'status') {
      const status = await store.migrations.status();
      if (flags.json === true) printJson({ engine: store.engine, ...status });
      else
        print(
          `${store.engine}: ${status.done.length} done, ${status.pending.length} pending, ${status.unknown.length} unknown`,
        );
      if (status.pending.length + status.unknown.length > 0) process.exitCode = EXIT.attention;
      return;
    }
    const ran = await store.migrations.up();
    if (flags.json === true) printJson({ engine: store.engine, ran });
    else print(ran.length === 0 ? 'The schema is up to date.' : `Ran ${ran.join(', ')}.`);
  } finally {
    await store.close();
  }
}
