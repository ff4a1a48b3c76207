import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { SAMPLE_CONFIG } from '../config/sample-config.ts';
import { CommandError } from './exit.ts';
import { type CommonFlags, withCommonFlags } from './flags.ts';
import { print, printJson } from './output.ts';
import { usingWorkspace } from './workspace.ts';

/** `saola init`: a data directory with its secrets and schema, and a sample configuration if asked for. */
export function initCommand(): Command {
  return withCommonFlags(new Command('init'))
    .description('prepare the data directory; with --sample also write a commented saola.yaml here')
    .option('--sample', 'write saola.yaml into this folder')
    .action(async (_flags: unknown, command: Command) => init(command.optsWithGlobals()));
}

async function init(flags: CommonFlags & { readonly sample?: boolean }): Promise<void> {
  await usingWorkspace(flags, async ({ config, installation, store }) => {
    const { dataDir } = config.settings;
    const sample = flags.sample === true ? await writeSample() : undefined;
    if (flags.json === true)
      printJson({ data_dir: dataDir, installation: installation.id, engine: store.engine, sample });
    else {
      print(`Ready: ${store.engine}, data directory ${dataDir}.`);
      if (sample !== undefined) print(`Wrote ${sample}; edit it and run \`saola serve\`.`);
    }
  });
}

async function writeSample(): Promise<string> {
  const file = resolve('saola.yaml');
  try {
    await writeFile(file, SAMPLE_CONFIG, { flag: 'wx' });
  } catch {
    throw new CommandError(`${file} is there already or cannot be written; it was left as it is`);
  }
  return file;
}
