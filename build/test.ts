/**
 * Runs every check there is, all of them even when one is red, and ends with one line: `N passed, N failed`, where each
 * test of vitest counts as one and each other check as one. `npm test -- lint types` runs only those named.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { BLANK_DATABASE } from '../city/shell/data-folder.ts';
import { ensureRenderer, root } from './pieces.mjs';
import { runNode } from './program.ts';
import { readCounts, redFiles, withSecondTry } from './test-counts.ts';
import type { Counts } from './test-counts.ts';

/** CI has 20 minutes for everything. Who names checks waits for them. */
const limitMs = (process.argv.length > 2 ? 90 : 18.5) * 60_000;
const startedAtMs = Date.now();
const scratch = mkdtempSync(join(tmpdir(), 'station-office-test-'));

/** Dozens of cities are started: each but the first copies its blank database. */
const blankDatabase = join(root, '.cache', `blank-database-${pgliteVersion()}`);

function pgliteVersion(): string {
  const manifest = readFileSync(join(root, 'node_modules/@electric-sql/pglite/package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

/** A check that passes or fails as one, by the exit code of a file; a file that is not there is red, never skipped. */
const one =
  (file: string, args: readonly string[], timeoutMs: number, hold = false) =>
  async (): Promise<Counts> => {
    if (!existsSync(join(root, file))) {
      console.error(`${file} is missing`);
      return { passed: 0, failed: 1 };
    }
    const { code, timedOut } = await runNode(file, args, { timeoutMs: leftMs(timeoutMs), hold });
    if (timedOut) console.error(`${file} took longer than ${timeoutMs / 1000} s and was ended`);
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  };

/** Tests that were red among the others and green alone; they are named at the end so that nobody takes them for steady. */
const unsteady: string[] = [];
const mostSecondTries = 4;

/**
 * Projects of vitest: their own counts, and at least one failure when a run ends badly or ran nothing. Up to four red files are tried once
 * more, alone: a test that waits for a process or a printer may be starved by its neighbours, and a defect is red again.
 */
const vitest = (projects: readonly string[], timeoutMs: number) => async (): Promise<Counts> => {
  const untilMs = Date.now() + timeoutMs;
  const once = async (name: string, more: readonly string[]) => {
    const report = join(scratch, `${projects.join('-')}-${name}.json`);
    const { code, timedOut } = await runNode(
      'node_modules/vitest/vitest.mjs',
      [
        'run',
        ...projects.flatMap((project) => ['--project', project]),
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...more,
      ],
      // Hundreds of offices are started: each but the first finds its modules compiled.
      {
        timeoutMs: leftMs(untilMs - Date.now()),
        env: {
          NO_COLOR: '1',
          NODE_COMPILE_CACHE: join(root, '.cache/compile'),
          [BLANK_DATABASE]: blankDatabase,
        },
      },
    );
    if (timedOut)
      console.error(`vitest ${projects.join(', ')} took longer than ${timeoutMs / 1000} s and was ended`);
    return { code, report: existsSync(report) ? readFileSync(report, 'utf8') : undefined };
  };
  const first = await once('first', []);
  const red = redFiles(first.report);
  if (first.report === undefined || red.length === 0 || red.length > mostSecondTries) {
    return readCounts(first.report, first.code);
  }
  const files = red.map((file) => relative(root, file));
  console.log(`\n-- once more, alone: ${files.join(' ')}`);
  const second = await once('second', ['--maxWorkers=1', ...files]);
  const counts = readCounts(withSecondTry(first.report, second.report), second.code);
  const stillRed = new Set(redFiles(second.report));
  if (second.report !== undefined) {
    unsteady.push(...red.filter((file) => !stillRed.has(file)).map((file) => relative(root, file)));
  }
  return counts;
};

const minutes = (count: number): number => count * 60_000;

const checks: [name: string, run: () => Promise<Counts>][] = [
  ['format', one('node_modules/oxfmt/bin/oxfmt', ['--check'], minutes(1))],
  ['lint', one('build/lint.ts', [], minutes(2))],
  ['doors', one('build/doors.ts', [], minutes(1))],
  ['docs', one('build/generate-docs.mjs', ['--check'], minutes(1))],
  ['build', one('build/bundle.ts', [], minutes(2))],
  ['types', one('build/types.ts', [], minutes(3), true)],
  ['unit', vitest(['unit', 'offices', 'parts'], minutes(12))],
  ['e2e', vitest(['e2e'], minutes(8))],
  ['demo', one('build/run.mjs', ['demo', '--json'], minutes(4))],
  ['bench', one('build/run.mjs', ['bench', '--quick', '--json'], minutes(5))],
];

function leftMs(wantedMs: number): number {
  return Math.max(1000, Math.min(wantedMs, startedAtMs + limitMs - Date.now()));
}

/** Run only when named: whole days of a station and a window, longer than a commit can wait for. */
const onRequest: [name: string, run: () => Promise<Counts>][] = [
  ['stories', vitest(['stories'], minutes(60))],
];

const wanted = process.argv.slice(2);
const all = wanted.length > 0 ? [...checks, ...onRequest] : checks;
const unknown = wanted.filter((name) => !all.some(([known]) => known === name));
if (unknown.length > 0) {
  console.error(
    `no check is called ${unknown.join(', ')}; there are: ${all.map(([name]) => name).join(', ')}`,
  );
  process.exit(2);
}

const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);

/** Types keep one core busy while the other does the checks that stand before them. */
const ahead = new Map(
  checks.filter(([name]) => name === 'types' && isWanted(name)).map(([name, run]) => [name, run()]),
);

const total: Counts = { passed: 0, failed: 0 };
const summary: string[] = [];
for (const [name, run] of all) {
  if (!isWanted(name)) continue;
  console.log(`\n== ${name}`);
  const since = Date.now();
  if (['e2e', 'unit', 'stories'].includes(name)) {
    ensureRenderer();
    // Without it each city makes its own; what is wrong with that, their tests say.
    await runNode('build/blank-database.ts', [blankDatabase]);
  }
  const counts = await (ahead.get(name) ?? run());
  total.passed += counts.passed;
  total.failed += counts.failed;
  const seconds = ((Date.now() - since) / 1000).toFixed(1);
  summary.push(`${counts.failed === 0 ? 'green' : 'RED  '} ${name.padEnd(7)} ${seconds.padStart(6)} s`);
}
rmSync(scratch, { recursive: true, force: true });

console.log(`\n${summary.join('\n')}`);
for (const file of unsteady) console.log(`unsteady: ${file} was red among the others and green alone`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
