import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNode } from '../../build/program.ts';
import { readCounts } from '../../build/test-counts.ts';
import type { LineCuts, TestCounts } from './page.ts';

/** Long tests of vitest as a part of the proof. */
export interface LongTests {
  tests: TestCounts;
  seconds: number;
  ok: boolean;
}

/** Longer than any of them takes on a loaded machine. */
const PATIENCE_MS = 3 * 3_600_000;

/** Runs vitest with a JSON report; undefined when it wrote none. */
async function runVitest(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<(LongTests & { report: string }) | undefined> {
  const scratch = mkdtempSync(join(tmpdir(), 'station-proof-'));
  try {
    const file = join(scratch, 'report.json');
    const since = Date.now();
    const { code } = await runNode(
      'node_modules/vitest/vitest.mjs',
      ['run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
      { timeoutMs: PATIENCE_MS, env: { NO_COLOR: '1', ...env } },
    );
    if (!existsSync(file)) return undefined;
    const report = readFileSync(file, 'utf8');
    const tests = readCounts(report, code);
    return { tests, seconds: (Date.now() - since) / 1000, ok: tests.failed === 0, report };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Whole days of a station and of a window: all of them, or only the files named. */
export async function runStories(files: readonly string[] = []): Promise<LongTests | undefined> {
  const ran = await runVitest(['--project', 'stories', ...files]);
  return ran && { tests: ran.tests, seconds: ran.seconds, ok: ran.ok };
}

/** The name of the test that cuts the line; a test of this part looks that it is still called so. */
export const CUTTING_TEST = 'cut at any byte of a batch or of its answer, every ticket is in the city once';
export const CUTTING_FILE = 'tests/city/link-line.test.ts';

/** The line from a window to the city cut at every `stepBytes`th byte of a batch and of its answer, a sale for each cut. */
export async function cutEveryByte(stepBytes: number): Promise<(LongTests & { cuts: LineCuts }) | undefined> {
  // Long: some thousand sales, each with its own broken line.
  const ran = await runVitest([CUTTING_FILE, '--testNamePattern', CUTTING_TEST], {
    LINE_STEP_BYTES: String(stepBytes),
  });
  if (!ran) return undefined;
  const found = readLineCuts(ran.report);
  return found && { ...found, seconds: ran.seconds };
}

interface MetaReport {
  testResults: { assertionResults: { status: string; meta?: { lineCuts?: LineCuts } }[] }[];
}

/** The cuts that the test wrote beside its result in vitest's JSON report, and how it ended. Tests left out by name do not count. */
export function readLineCuts(
  report: string,
): (Pick<LongTests, 'tests' | 'ok'> & { cuts: LineCuts }) | undefined {
  const { testResults } = JSON.parse(report) as MetaReport;
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  const cuts = all.find(({ meta }) => meta?.lineCuts)?.meta?.lineCuts;
  if (!cuts) return undefined;
  const passed = all.filter(({ status }) => status === 'passed').length;
  const failed = all.filter(({ status }) => status === 'failed').length;
  return { tests: { passed, failed }, ok: failed === 0 && passed > 0, cuts };
}
