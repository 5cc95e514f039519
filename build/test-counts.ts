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
  testResults: { name: string; status: string; assertionResults: { status: string }[] }[];
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

/**
 * The files of a vitest report in which something was red.
 * @param report vitest's JSON report, undefined when it wrote none
 */
export function redFiles(report: string | undefined): string[] {
  if (report === undefined) return [];
  const { testResults } = JSON.parse(report) as VitestReport;
  return testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
}

/**
 * The report of a run with the files that were tried a second time, alone, in place of their first try. A file that the second
 * run does not tell of keeps its first result.
 * @param first report of the whole run
 * @param second report of the second try, undefined when it wrote none
 */
export function withSecondTry(first: string, second: string | undefined): string {
  const report = JSON.parse(first) as VitestReport;
  const again = new Map(
    second === undefined
      ? []
      : (JSON.parse(second) as VitestReport).testResults.map((file) => [file.name, file] as const),
  );
  const testResults = report.testResults.map((file) => again.get(file.name) ?? file);
  const count = (...statuses: string[]): number =>
    testResults.flatMap((file) => file.assertionResults).filter(({ status }) => statuses.includes(status))
      .length;
  return JSON.stringify({
    ...report,
    success: testResults.every(({ status }) => status === 'passed'),
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('pending', 'skipped'),
    numTodoTests: count('todo'),
    testResults,
  } satisfies VitestReport);
}
