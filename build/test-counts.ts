/** How many checks held and how many did not. */
export interface Counts {
  passed: number;
  failed: number;
}

/** The part of vitest's JSON report that counts. */
interface VitestReport {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

/**
 * Counts the tests of a vitest run. A file that broke before its tests, a skipped test, a run without tests and a bad
 * exit code are failures too, so that nothing that was not shown to hold is counted as if it did.
 * @param report vitest's JSON report, undefined when it wrote none
 * @param exitCode how vitest ended
 */
export function readCounts(report: string | undefined, exitCode: number): Counts {
  if (report === undefined) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    report,
  ) as VitestReport;
  const brokenFiles = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  const failed = numFailedTests + numPendingTests + numTodoTests + brokenFiles;
  const isBadEnd = exitCode !== 0 || numPassedTests === 0;
  return { passed: numPassedTests, failed: failed === 0 && isBadEnd ? 1 : failed };
}
