import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runDemo } from '../run-demo.ts';
import { cityFolder } from '../station/offices.ts';
import { countCrisis, isUnharmed } from './count.ts';

const folder = mkdtempSync(join(tmpdir(), 'station-office-peak-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  const told = await runDemo('--scenario', 'peak', '--keep', folder);
  expect(told.summary, told.stderr).toMatchObject({
    ok: true,
    overCapacity: 0,
    feesChargedAtCarrierFault: 0,
    unresolvedPassengers: 0,
    outOfTurn: 0,
    numbersTwice: 0,
  });
  expect(told.code).toBe(0);
}, 300_000);

test('a crowd boards in the order of its queue numbers, and whoever lost their boat was moved or refunded', async () => {
  const count = await countCrisis(folder);
  expect(isUnharmed(count, true)).toBe(true);
  expect(count.moved).toBeGreaterThan(0);
  expect(count.refunds).toBeGreaterThan(0);
  expect(count.boarded).toBeGreaterThan(count.refunds);
});

test('a day on which nobody was let go, and one on which nobody was ever on the work list, are no good days', async () => {
  const good = await countCrisis(folder);
  expect(isUnharmed({ ...good, listedAtPeak: 0 }, true)).toBe(false);
  await inCity((database) => database.exec(`delete from entries where kind = 'release.counted'`));
  const count = await countCrisis(folder);
  expect(count.outOfTurn).toBeGreaterThan(0);
  expect(isUnharmed(count, true)).toBe(false);
});

async function inCity<T>(work: (database: PGlite) => Promise<T>): Promise<T> {
  const database = await PGlite.create(join(cityFolder(folder), 'database'));
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
