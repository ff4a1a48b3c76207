import type { Command } from 'commander';

/** Flags that every command takes, before or after its name. */
export interface CommonFlags {
  readonly dataDir?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** Adds the common flags to a command. */
export function withCommonFlags(command: Command): Command {
  return command
    .option('--data-dir <folder>', 'data directory (default ~/.saola, or SAOLA_DATA_DIR)')
    .option('--config <file>', 'configuration file (default saola.yaml here or in the data directory)')
    .option('--json', 'print JSON');
}

/** The common flags of a command, wherever on the line they stood. */
export function commonFlags(command: Command): CommonFlags {
  return command.optsWithGlobals<CommonFlags>();
}
