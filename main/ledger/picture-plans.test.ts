import Database from 'better-sqlite3';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { makeMachine, type Machine } from '../../tests/support/machine.ts';
import { openWindow } from '../../tests/support/window.ts';

const machines: Machine[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const machine of machines.splice(0)) machine.remove();
});

/** Tables that grow with every ticket, and the names under which statements of the picture read them. */
const GROWING = /^SCAN (t|v|i|u|station_tickets|station_boardings|station_identities|tickets|vault_rows)\b/;

const planOf = (database: Database.Database, sql: string): string[] =>
  database
    .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...Array.from(sql.match(/\?/g) ?? [], () => null))
    .map(({ detail }) => detail);

test('no question of the picture reads every ticket of the station', async () => {
  const machine = makeMachine({ seed: 31 });
  machines.push(machine);
  const prepare = vi.spyOn(Database.prototype, 'prepare');
  const window = await openWindow(machine);
  const asked = [...new Set(prepare.mock.calls.map(([sql]) => sql))].filter(
    (sql) => /\bstation_(tickets|aboard|identities)\b/.test(sql) && /^\s*(SELECT|WITH)\b/.test(sql),
  );
  window.close();
  prepare.mockRestore();
  const database = new Database(join(machine.folder, 'ledger.db'), { readonly: true });
  const slow = (sql: string): boolean => planOf(database, sql).some((step) => GROWING.test(step));
  try {
    expect(asked.length).toBeGreaterThan(15);
    expect(asked.some((sql) => sql.includes('sum(heads * aboard)'))).toBe(true);
    const plans = asked.filter(slow);
    // All tickets that are aboard twice are looked for once, at the start of an office and on the manager's page.
    expect(
      plans.filter((sql) => !sql.startsWith('SELECT ticket_number FROM station_aboard GROUP BY')),
    ).toEqual([]);
    // The fault that made a verdict take a third of a second: without CROSS the tickets lead.
    const counts = asked.find((sql) => sql.includes('CROSS JOIN station_tickets')) ?? '';
    expect(slow(counts.replace('CROSS JOIN station_tickets', 'JOIN station_tickets'))).toBe(true);
  } finally {
    database.close();
  }
});
