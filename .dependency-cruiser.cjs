// Who may import whom: the table of ARCHITECTURE.md as rules. Everything between two folders of src/ that the table does
// not name is forbidden. Checked by `npm run check`; scripts/gates/borders.ts also plants offences that must be caught.

/** Folder -> folders it may import. Its own folder and lib/ are always allowed. A folder that is absent here may import nothing. */
const mayImport = {
  canonical: [],
  identity: [],
  ledger: [],
  protocols: ['canonical'],
  providers: ['canonical'],
  // Types only, by a rule of its own below: a catalogue entry names the price of its model.
  routing: ['canonical', 'metering'],
  metering: ['canonical', 'ledger'],
  http1: [],
  egress: ['canonical', 'http1'],
  upstream: ['canonical', 'egress'],
  // Types only, by a rule of its own below.
  'storage/ports': ['canonical', 'ledger', 'identity', 'routing', 'metering'],
  storage: ['storage/ports', 'canonical', 'ledger', 'identity', 'routing', 'metering'],
  journal: ['storage/ports', 'canonical', 'ledger', 'identity', 'routing', 'metering'],
  pipeline: [
    'canonical',
    'identity',
    'ledger',
    'protocols',
    'providers',
    'routing',
    'metering',
    'storage/ports',
    'journal',
  ],
  edge: ['canonical', 'http1', 'identity', 'protocols', 'pipeline'],
  auth: ['canonical', 'identity', 'ledger', 'routing', 'metering', 'storage/ports'],
  config: ['canonical', 'identity', 'routing', 'metering', 'providers'],
  workers: ['storage', 'storage/ports', 'journal', 'canonical', 'metering'],
  lib: [],
};

/** Folders and files that compose the others; nobody imports them but each other. */
const composers = ['cli', 'main'];

/** npm package -> where it may be used. A package that is absent here may not be imported from src/ at all. */
const packageOwners = {
  kysely: ['storage'],
  pg: ['storage'],
  zod: ['config', 'edge', 'console-api'],
  yaml: ['config', 'cli'],
  pino: ['edge', 'cli', 'main'],
  '@prometheus-io/client': ['edge'],
  commander: ['cli'],
};

/** Node module that opens or accepts connections -> where it may be used. */
const networkOwners = {
  // For the names of statuses only.
  http: ['edge'],
  https: [],
  http2: [],
  // edge and cli: address checks and the control socket in the data directory; `tidy` bans outgoing connects there.
  net: ['egress', 'edge', 'cli'],
  tls: ['egress'],
  dgram: [],
  dns: ['egress'],
  'dns/promises': ['egress'],
  child_process: [],
  cluster: [],
};

// The conformance suite of the stores lies beside them and runs in tests only.
const tests = '[.]test[.]ts$|^src/storage/conformance';
const folderPath = (folder) => `^src/${folder}(/|[.]ts$)`;
const anyOf = (folders) => (folders.length === 0 ? '^$' : folders.map(folderPath).join('|'));

const borders = Object.entries(mayImport).map(([folder, others]) => ({
  name: `border-${folder.replace('/', '-')}`,
  comment: `${folder} may import ${others.length === 0 ? 'nothing' : others.join(', ')} (and lib).`,
  severity: 'error',
  from: {
    path: folderPath(folder),
    // The ports lie inside storage/ and have rules of their own; tests may use what they need to state a guarantee.
    pathNot: folder === 'storage' ? [folderPath('storage/ports'), tests] : [tests],
  },
  to: { path: '^src/', pathNot: [folder, 'lib', ...others].map(folderPath) },
}));

const packages = Object.entries(packageOwners).map(([name, owners]) => ({
  name: `package-${name.replace(/[^a-z]/g, '')}`,
  comment: `${name} is used by ${owners.join(', ')} only, so that it can be replaced there.`,
  severity: 'error',
  from: { path: '^src/', pathNot: [anyOf(owners), tests] },
  to: { path: `node_modules/(@types/)?${name}/` },
}));

const network = Object.entries(networkOwners).map(([name, owners]) => ({
  name: `node-${name.replace(/[^a-z]/g, '-')}`,
  comment: `node:${name} is used by ${owners.join(', ') || 'nobody'}: one server, one opener of outbound connections, no child processes.`,
  severity: 'error',
  from: { path: '^src/', pathNot: [anyOf(owners), tests] },
  to: { dependencyTypes: ['core'], dependencyTypesNot: ['type-only'], path: `^(node:)?${name}$` },
}));

/** Siblings below `parent` that may not know each other. Shared files lie directly in `parent` or in `shared` folders. */
const strangers = (name, parent, shared) => ({
  name,
  comment: `Siblings in ${parent} are strangers; what they share lies beside them.`,
  severity: 'error',
  from: { path: `^${parent}/([^/]+)/`, pathNot: [tests, ...shared.map((folder) => `^${parent}/${folder}/`)] },
  to: { path: `^${parent}/[^/]+/`, pathNot: [`^${parent}/$1/`, ...shared.map((folder) => `^${parent}/${folder}/`)] },
});

const known = [...Object.keys(mayImport), ...composers];

module.exports = {
  forbidden: [
    ...borders,
    ...packages,
    ...network,
    strangers('protocols-are-strangers', 'src/protocols', ['json', 'stream']),
    {
      name: 'ports-types-only',
      comment: 'A port is described in domain words; it runs no domain code.',
      severity: 'error',
      from: { path: folderPath('storage/ports'), pathNot: [tests] },
      to: {
        path: '^src/',
        pathNot: [folderPath('storage/ports'), folderPath('lib')],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'routing-metering-types-only',
      comment: 'The catalogue carries prices; routing does not compute with them.',
      severity: 'error',
      from: { path: folderPath('routing'), pathNot: [tests] },
      to: { path: folderPath('metering'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'folder-without-a-row',
      comment: 'A new folder in src/ needs a row in the import table first.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: [anyOf(known), tests] },
      to: {},
    },
    {
      name: 'no-import-of-composers',
      comment: 'cli and main put everything together; nothing knows them.',
      severity: 'error',
      from: { path: '^src/', pathNot: [anyOf(composers), tests] },
      to: { path: anyOf(composers) },
    },
    {
      name: 'no-import-of-workers',
      comment: 'A worker is started by its URL; importing it would run it on the main thread.',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/workers/', tests] },
      to: { path: '^src/workers/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-unlisted-package',
      comment: 'Each library has an owner and a reason (.dependency-cruiser.cjs, packageOwners).',
      severity: 'error',
      from: { path: '^src/', pathNot: [tests] },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled', 'npm-no-pkg', 'npm-unknown'],
        pathNot: Object.keys(packageOwners).map((name) => `node_modules/(@types/)?${name}/`),
      },
    },
    {
      name: 'no-pure-host',
      comment: 'Pure folders know no host: time, chance, network and files are arguments.',
      severity: 'error',
      from: { path: '^src/(canonical|protocols|providers|routing|metering|ledger|identity)/', pathNot: [tests] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-import-of-tests',
      comment: 'A test is the end of the road.',
      severity: 'error',
      from: { pathNot: ['^test/', tests] },
      to: { path: ['^test/', tests] },
    },
    {
      name: 'no-import-out-of-src',
      comment: 'What is shipped does not use the mock provider, the benchmarks or the scripts.',
      severity: 'error',
      from: { path: '^src/', pathNot: [tests] },
      to: { path: '^(mock-provider|bench|scripts)/' },
    },
    {
      name: 'mock-is-independent',
      comment: 'The mock provider must not share code, and so faults, with what it checks.',
      severity: 'error',
      from: { path: '^mock-provider/', pathNot: [tests] },
      to: { path: '^src/' },
    },
    {
      name: 'no-cycle',
      comment: 'Modules that import each other cannot be understood one by one.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that resolves to nothing would make every other rule blind.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    builtInModules: { add: ['node:sqlite'] },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
