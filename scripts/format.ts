// `npm run format`: formats the tree and applies the fixes that are safe.
import { runNode } from './gates/run-node.ts';

process.exitCode = await runNode(['node_modules/@biomejs/biome/bin/biome', 'check', '--write']);
