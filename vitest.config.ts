import { defineConfig } from 'vitest/config';

/** Whole days, long stories, and what takes half a minute or more to say what a shorter test says in part: run by `npm test -- stories`. */
const stories = [
  'tests/demo/station/**/*.test.ts',
  'tests/demo/crisis/**/*.test.ts',
  'tests/demo/faults.test.ts',
  'tests/station/cuts-many.test.ts',
  'tests/demo/demo.test.ts',
  'tests/leaks/office.test.ts',
  'tests/crash/office.test.ts',
  'tests/crash/succession.test.ts',
  'tests/electron/bundled-host.test.ts',
  'tests/electron/key-store.test.ts',
  'tests/electron/packed-trial.test.ts',
  'tests/electron/shell.test.ts',
  'tests/city/link-process.test.ts',
  'tests/hardware/any-byte.test.ts',
  'tests/hardware/forgotten-bytes.test.ts',
  'tests/hardware/pulled-everywhere.test.ts',
  'tests/shells/orphans.test.ts',
  'tests/station/cuts-rooms.test.ts',
  'tests/station/library.test.ts',
  'tests/e2e/carried.test.ts',
  'tests/e2e/city-word.test.ts',
  'tests/e2e/lost-host.test.ts',
  'tests/e2e/kinds.test.ts',
  'tests/e2e/midnight.test.ts',
  'tests/e2e/people.test.ts',
  'tests/e2e/plan-effects.test.ts',
  'tests/e2e/rare-names.test.ts',
  'tests/e2e/busy.test.ts',
  'tests/e2e/screens.test.ts',
  'tests/e2e/retirement.test.ts',
  'tests/e2e/ledger-trouble.test.ts',
];
/** Offices in this process: they share a worker's modules, as `unit` does, because loading a whole office anew for each file took a fifth of the time. */
const offices = ['tests/office/**/*.test.ts', 'tests/station/**/*.test.ts'];
const neverTests = ['**/node_modules/**', 'out/**', 'dist/**'];

/**
 * Five projects: `unit` is what lies beside its file in the rooms, `offices` one and several offices in this process, `parts` what crosses rooms with
 * real processes, disks and lines, `stories` whole days of a station, `e2e` drives the screens in the real Electron where its binary resolves, else in Chromium, two files at a time, because each starts a whole office.
 * The files of `unit` share a worker's modules: loading them anew for each took more time than the tests.
 */
export default defineConfig({
  test: {
    allowOnly: false,
    passWithNoTests: false,
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...neverTests, 'tests/**'],
          pool: 'forks',
          isolate: false,
          // As many as `parts`: they run together.
          maxWorkers: 4,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'parts',
          environment: 'node',
          include: ['tests/**/*.test.ts'],
          exclude: [...neverTests, 'tests/e2e/**', ...offices, ...stories],
          pool: 'forks',
          // Twice CI's two cores: half of the time tests wait for processes, disks and timers.
          maxWorkers: 4,
          // Patience of a loaded machine: a test that hangs is ended, one that waits its turn is not.
          expect: { poll: { timeout: 15_000 } },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'offices',
          environment: 'node',
          include: offices,
          exclude: [...neverTests, ...stories],
          pool: 'forks',
          isolate: false,
          maxWorkers: 4,
          expect: { poll: { timeout: 15_000 } },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'stories',
          environment: 'node',
          include: stories,
          exclude: neverTests,
          globalSetup: ['tests/e2e/say-screens.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['tests/e2e/**/*.test.ts', 'tests/e2e/**/*.spec.ts'],
          exclude: [...neverTests, ...stories],
          globalSetup: ['tests/e2e/say-screens.ts'],
          pool: 'forks',
          maxWorkers: 3,
          expect: { poll: { timeout: 15_000 } },
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
