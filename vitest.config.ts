import { defineConfig } from 'vitest/config';

const neverTests = ['**/node_modules/**', 'out/**', 'dist/**'];

/**
 * Two projects: `unit` is everything that lies beside its file or crosses rooms without a browser;
 * `e2e` drives the office through Debian's Chromium, two files at a time, because each starts a whole office.
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
          exclude: [...neverTests, 'tests/e2e/**'],
          pool: 'forks',
          // One more than CI's two cores: much of the time tests wait for processes, disks and timers.
          maxWorkers: 3,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['tests/e2e/**/*.test.ts', 'tests/e2e/**/*.spec.ts'],
          exclude: neverTests,
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
