import Database from 'better-sqlite3';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { makeMachine, type Machine } from '../support/machine.ts';
import { departureOn, openWindow } from '../support/window.ts';
import { auditFile } from './audit.ts';
import { officeKills } from './office-kills.ts';

test(
  'an office killed at any moment loses nothing, doubles nothing, and says what it cannot know',
  { timeout: 240_000 },
  async () => {
    const summary = await officeKills({ kills: 8, seed: 5 });
    expect(summary).toMatchObject({ kills: 8, lost: 0, doubled: 0, problems: [], ok: true });
    expect(summary.commands).toBeGreaterThan(8);
  },
);

describe('the look into the file after a kill finds', () => {
  const machines: Machine[] = [];
  afterEach(() => {
    for (const machine of machines.splice(0)) machine.remove();
  });
  const closedLedger = async (): Promise<Machine> => {
    const machine = makeMachine();
    machines.push(machine);
    const window = await openWindow(machine);
    window.openShift();
    window.takeLease(departureOn('2026-11-21', '1130'), { count: 10 });
    window.sell(departureOn('2026-11-21', '1130'), [1, 2]);
    window.close();
    return machine;
  };
  const found = (machine: Machine): string[] => {
    const all: string[] = [];
    auditFile(machine.folder, (text) => all.push(text));
    return all;
  };
  const alter = (machine: Machine, sql: string): void => {
    const database = new Database(join(machine.folder, 'ledger.db'));
    database.pragma('journal_mode = DELETE');
    database.exec(sql);
    database.close();
  };

  test('nothing wrong where nothing is', async () => {
    const machine = await closedLedger();
    expect(found(machine)).toEqual([]);
    expect(auditFile(machine.folder, () => undefined).tickets).toHaveLength(2);
  });

  test('an anchor that leads', async () => {
    const machine = await closedLedger();
    const file = join(machine.folder, 'anchor.json');
    const anchor = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...anchor, seq: anchor.seq + 1 }));
    expect(found(machine)).toEqual([`the anchor leads: ${anchor.seq + 1} of ${anchor.seq}`]);
  });

  test('half a command', async () => {
    const machine = await closedLedger();
    alter(machine, 'DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)');
    expect(found(machine)).toContain('entry 6: the parts of a command are not whole');
  });

  test('a ticket that nobody prints', async () => {
    const machine = await closedLedger();
    alter(machine, 'DELETE FROM effects WHERE effect_id = 1');
    expect(found(machine)).toEqual([expect.stringMatching(/^a ticket without a sheet: \d{20}$/)]);
  });
});
