import { expect, test } from 'vitest';
import { readCounts } from '../../build/test-counts.ts';

const report = (changes: object): string =>
  JSON.stringify({
    success: true,
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [{ status: 'passed', assertionResults: [1, 2, 3] }],
    ...changes,
  });

test('every test that passed counts', () => {
  expect(readCounts(report({}), 0)).toEqual({ passed: 3, failed: 0 });
});

test.each([
  ['a run that wrote no report', undefined, 0, { passed: 0, failed: 1 }],
  ['a run without tests', report({ numPassedTests: 0, testResults: [] }), 0, { passed: 0, failed: 1 }],
  ['a bad end after green tests', report({}), 1, { passed: 3, failed: 1 }],
  ['a red test', report({ numFailedTests: 2 }), 1, { passed: 3, failed: 2 }],
  ['a skipped test', report({ numPendingTests: 1 }), 0, { passed: 3, failed: 1 }],
  [
    'a file that broke before its tests',
    report({ testResults: [{ status: 'failed', assertionResults: [] }] }),
    1,
    { passed: 3, failed: 1 },
  ],
])('%s is red', (_, text, exitCode, expected) => {
  expect(readCounts(text, exitCode)).toEqual(expected);
});
