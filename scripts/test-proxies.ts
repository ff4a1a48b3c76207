// `npm run test:proxies`: the edge behind real nginx and HAProxy. Ends with one line `N passed, N failed`.
import { vitestGate } from './gates/vitest-gate.ts';

const { passed, failed } = await vitestGate('behind proxies', ['--project', 'proxies']).run();
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
