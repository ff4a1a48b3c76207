import { isTestCode } from './tree.ts';

/** A token that may not stand in some files, and what to write there. Searched in code, not in comments or strings. */
export interface Ban {
  readonly name: string;
  readonly token: RegExp;
  readonly instead: string;
  applies(file: string): boolean;
}

const pure = /^src\/(canonical|protocols|providers|routing|metering|ledger|identity)\//;
const inSource = (file: string): boolean => file.startsWith('src/') && !isTestCode(file);
const outside = (...folders: readonly string[]) => {
  const allowed = folders.map((folder) => `src/${folder}`);
  return (file: string): boolean => inSource(file) && !allowed.some((prefix) => file.startsWith(prefix));
};
const inPure = (file: string): boolean => pure.test(file) && !isTestCode(file);
const everywhere = (): boolean => true;

/** One line a ban. */
export const bans: readonly Ban[] = [
  {
    name: 'clock',
    token: /\b(Date\.now|new Date\(\s*\)|performance\.now)\b/,
    instead: 'take the time as an argument',
    applies: inPure,
  },
  { name: 'chance', token: /\bMath\.random\b/, instead: 'take the random source as an argument', applies: inPure },
  {
    name: 'weak-random',
    token: /\bMath\.random\b/,
    instead: 'src/lib, which draws from node:crypto',
    applies: outside('lib'),
  },
  { name: 'fetch', token: /(?<![.\w])fetch\(/, instead: 'the guarded client in src/egress', applies: inSource },
  {
    name: 'outbound',
    token: /\b(https?\.(request|get)|(net|tls)\.(connect|createConnection)|new (Web)?Socket|new WebSocket)\b/,
    instead: 'the guarded client in src/egress',
    applies: outside('egress/', 'cli/'),
  },
  {
    name: 'environment',
    token: /\bprocess\.env\b/,
    instead: 'a setting in src/config, parsed once',
    applies: outside('config/'),
  },
  {
    name: 'exit',
    token: /\bprocess\.exit\(/,
    instead: 'an error that src/cli turns into an exit code',
    applies: outside('cli/', 'main.ts'),
  },
  { name: 'float', token: /\bparseFloat\b/, instead: 'decimal text into integer units', applies: inSource },
  {
    name: 'console',
    token: /\bconsole\.\w+\(/,
    instead: 'the logger, or src/cli for what a command prints',
    applies: outside('cli/'),
  },
  { name: 'export-star', token: /\bexport \*/, instead: 'the names that are meant to be used', applies: everywhere },
  {
    name: 'default-export',
    token: /\bexport default\b/,
    instead: 'a named export',
    applies: (file) => file !== 'vitest.config.ts',
  },
  { name: 'only', token: /\.only\(/, instead: 'all tests', applies: everywhere },
  {
    name: 'skip',
    token: /\.(skip|todo)\(/,
    instead: 'a test that runs, or skipIf with "(platform)" in its title',
    applies: everywhere,
  },
  {
    name: 'sleep',
    token: /\bsetTimeout\((resolve|done|r|\w*[rR]esolve)\b|\bawait (sleep|delay|setTimeout)\(/,
    instead: 'the event that the test waits for; when silence itself is tested, say so with tidy-allow',
    applies: isTestCode,
  },
  { name: 'any', token: /\bas any\b/, instead: 'a type, or unknown and a check', applies: everywhere },
  {
    name: 'eval',
    token: /(?<![.\w])eval\(|\bnew Function\(/,
    instead: 'code that is there before the program starts',
    applies: inSource,
  },
];
