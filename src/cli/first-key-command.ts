import { dataDirOf, type Settings } from '../config/settings.ts';

/** The command that makes a first key on this very installation, ready to be pasted into a second terminal. */
export function firstKeyCommand(where: {
  /** The file that was started: a source in a clone, else the program of the package. */
  readonly program: string;
  readonly settings: Pick<Settings, 'dataDir'>;
  readonly account: string;
}): string {
  const { program, settings, account } = where;
  const saola = program.endsWith('.ts') ? 'npm run -s saola --' : 'npx saola';
  const place = settings.dataDir === dataDirOf({}, {}) ? '' : ` --data-dir ${quoted(settings.dataDir)}`;
  return `${saola} keys create --account ${account} --name my-first-key${place}`;
}

function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
