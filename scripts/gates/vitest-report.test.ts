import { expect, test } from 'vitest';
import { countTests, type VitestReport } from './vitest-report.ts';

type Status = VitestReport['testResults'][number]['assertionResults'][number]['status'];

function reportOf(status: 'passed' | 'failed', ...tests: readonly (readonly [string, Status])[]): VitestReport {
  const assertionResults = tests.map(([fullName, one]) => ({ fullName, status: one }));
  return { testResults: [{ name: 'a.test.ts', status, assertionResults }] };
}

test('each test counts', () => {
  const { passed, failed } = countTests(reportOf('failed', ['a', 'passed'], ['b', 'failed'], ['c', 'passed']));
  expect({ passed, failed }).toEqual({ passed: 2, failed: 1 });
});

test('a skipped test is a failed one', () => {
  expect(countTests(reportOf('passed', ['a', 'skipped'])).failed).toBe(1);
});

test('a test that cannot run on this platform is neither', () => {
  const { passed, failed } = countTests(reportOf('passed', ['a (platform)', 'skipped']));
  expect({ passed, failed }).toEqual({ passed: 0, failed: 0 });
});

test('a file that broke before its tests is one failed check', () => {
  expect(countTests(reportOf('failed')).complaints).toEqual(['did not run: a.test.ts']);
});
