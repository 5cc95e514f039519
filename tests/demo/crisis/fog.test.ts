import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cityFolder } from '../station/offices.ts';
import { runDemo, type DemoRun } from '../run-demo.ts';

const folder = mkdtempSync(join(tmpdir(), 'station-office-fog-test-'));
const kept = `${folder}-kept`;
afterAll(() => {
  for (const one of [folder, kept]) rmSync(one, { recursive: true, force: true });
});

beforeAll(async () => {
  const told = await runDemo('--scenario', 'fog', '--keep', folder);
  expect(told.stderr).not.toContain('Error');
  expect(told.summary).toMatchObject({
    tickets: 18,
    refunds: 9,
    moved: 4,
    boarded: 5,
    listedAtPeak: 14,
    overCapacity: 0,
    feesChargedAtCarrierFault: 0,
    unresolvedPassengers: 0,
    endedTwice: 0,
    ok: true,
  });
  expect(told.code).toBe(0);
  cpSync(cityFolder(folder), kept, { recursive: true });
}, 300_000);

/** Counts again after somebody changed the city's database as nobody honest could, and puts it back. */
async function planted(sql: string): Promise<DemoRun> {
  const database = await PGlite.create(join(cityFolder(folder), 'database'));
  await database.exec(`alter table entries disable trigger all; ${sql}`);
  await database.close();
  try {
    return await runDemo('--scenario', 'fog', '--count', folder);
  } finally {
    rmSync(cityFolder(folder), { recursive: true });
    cpSync(kept, cityFolder(folder), { recursive: true });
  }
}

test.each<[string, string, string]>([
  [
    'a passenger of a cancelled boat whose refund nobody wrote down',
    'unresolvedPassengers',
    `delete from entries where ctid = (select ctid from entries where kind = 'ticket.refunded' limit 1)`,
  ],
  [
    'a fee kept from somebody whose boat the fog stopped',
    'feesChargedAtCarrierFault',
    `update entries set entry = jsonb_set(entry::jsonb, '{body,feeFen}', '500')::text
     where ctid = (select ctid from entries where kind = 'ticket.refunded' limit 1)`,
  ],
  [
    'a ticket that two offices refunded',
    'endedTwice',
    `insert into entries select window_id, ledger_id, seq + 100000, hash, entry, kind, at, business_date, command_id, part_n, part_of, received_at
     from entries where kind = 'ticket.refunded' limit 1`,
  ],
  [
    'somebody let aboard a boat that had no place for them',
    'overCapacity',
    `insert into entries select window_id, ledger_id, seq + 100000, hash,
       jsonb_set(entry::jsonb, '{body,ticketNumber}', '"33092611210901000999"')::text, kind, at, business_date, command_id, part_n, part_of, received_at
     from entries where kind = 'ticket.boarded' limit 1`,
  ],
])(
  '%s is seen from outside',
  async (_, figure, sql) => {
    const told = await planted(sql);
    expect(told.summary[figure]).toBe(1);
    expect(told.summary['ok']).toBe(false);
    expect(told.code).toBe(1);
  },
  60_000,
);
