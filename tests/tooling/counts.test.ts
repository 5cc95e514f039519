import { expect, test } from 'vitest';
import { readCounts, redFiles, withSecondTry } from '../../build/test-counts.ts';

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

const file = (name: string, ...statuses: string[]): object => ({
  name,
  status: statuses.includes('failed') || statuses.length === 0 ? 'failed' : 'passed',
  assertionResults: statuses.map((status) => ({ status })),
});
const first = report({
  numPassedTests: 2,
  numFailedTests: 1,
  testResults: [file('a', 'passed'), file('b', 'passed', 'failed')],
});

test('only a file with a red test, or one that broke, is tried again', () => {
  expect(redFiles(first)).toEqual(['b']);
  expect(redFiles(report({ testResults: [file('a', 'passed'), file('c')] }))).toEqual(['c']);
  expect(redFiles(undefined)).toEqual([]);
});

test.each([
  [
    'green the second time counts as green',
    report({ testResults: [file('b', 'passed', 'passed')] }),
    0,
    3,
    0,
  ],
  ['red the second time stays red', report({ testResults: [file('b', 'passed', 'failed')] }), 1, 2, 1],
  ['skipped the second time stays red', report({ testResults: [file('b', 'passed', 'skipped')] }), 0, 2, 1],
  ['broken before its tests the second time is red', report({ testResults: [file('b')] }), 1, 1, 1],
  ['no word from the second time leaves the first', undefined, 1, 2, 1],
  ['green tests with a bad end are red', report({ testResults: [file('b', 'passed', 'passed')] }), 1, 3, 1],
])('%s', (_, second, exitCode, passed, failed) => {
  expect(readCounts(withSecondTry(first, second), exitCode)).toEqual({ passed, failed });
});
