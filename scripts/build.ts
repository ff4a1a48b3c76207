// `npm run build [-- --out DIR]`: the release in dist/: the program, its workers, and what the bundled libraries ask for.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { bundleProgram, bundleWorkers } from './build/bundle.ts';
import { bundledPackages } from './build/bundled-packages.ts';
import { licenceTexts } from './build/licence-texts.ts';
import { projectRoot } from './gates/project-root.ts';

const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist' } } });
const out = path.resolve(projectRoot, values.out);

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const modules = [...(await bundleProgram(out)), ...(await bundleWorkers(out))];
const packages = bundledPackages(modules);
const list = packages.map(({ name, version, licence }) => ({ name, version, licence }));
writeFileSync(path.join(out, 'bundled-packages.json'), `${JSON.stringify(list, null, 2)}\n`);
writeFileSync(path.join(out, 'THIRD_PARTY_LICENSES.txt'), licenceTexts(packages));
process.stderr.write(
  `built ${path.relative(projectRoot, out) || out}: ${modules.length} modules, ${packages.length} packages inlined\n`,
);
