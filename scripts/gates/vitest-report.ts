import type { Counts } from './gate.ts';

interface ReportedTest {
  readonly fullName: string;
  readonly status: 'passed' | 'failed' | 'skipped' | 'pending' | 'todo' | 'disabled';
}

interface ReportedFile {
  readonly name: string;
  readonly status: 'passed' | 'failed';
  readonly message?: string;
  readonly assertionResults: readonly ReportedTest[];
}

/** What vitest's JSON reporter writes, as far as it is read here. */
export interface VitestReport {
  readonly testResults: readonly ReportedFile[];
}

/** A test that cannot run on every operating system says so in its title; any other skipped test counts as failed. */
const platformMark = '(platform)';

/** Counts each test; a file that failed before its tests ran counts as one failed check. */
export function countTests(report: VitestReport): Counts & { readonly complaints: readonly string[] } {
  let passed = 0;
  const complaints: string[] = [];
  for (const file of report.testResults) {
    const before = complaints.length;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') passed += 1;
      else if (test.status === 'failed') complaints.push(`failed: ${test.fullName}`);
      else if (!test.fullName.includes(platformMark))
        complaints.push(`skipped without ${platformMark}: ${test.fullName}`);
    }
    if (file.status === 'failed' && complaints.length === before) complaints.push(`did not run: ${file.name}`);
  }
  return { passed, failed: complaints.length, complaints };
}
