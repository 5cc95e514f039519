import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isoWeekOf } from '../../domain/time.ts';
import { makeMachine, readMigrationFiles, type Machine } from '../support/machine.ts';
import { citizenNumber } from '../support/people.ts';
import { departureOn, openWindow, type TestWindow } from '../support/window.ts';
import { needlesOf, readHaystacks, searchLeaks } from './search.ts';

const DEPARTURE = departureOn('2026-11-21', '1130');
const GIVEN = Array.from('甲乙丙丁戊己庚辛壬癸');
/** Ten people with names and numbers that occur nowhere else. */
const planted = GIVEN.map((given, n) => ({
  name: `欧阳植入${given}${GIVEN[(n * 7 + 3) % 10]}`,
  number: citizenNumber(`19${60 + n}0${1 + (n % 9)}1${n}`, 100 + n * 37),
}));
const needles = planted.flatMap((person, n) => needlesOf(person, `person ${n}`));

const machines: Machine[] = [];
afterEach(() => {
  for (const machine of machines.splice(0)) machine.remove();
});

/** Sells each person a ticket, with the person's own identity sealed beside it. */
function sellToPlanted(window: TestWindow): void {
  const week = isoWeekOf(window.machine.runtime.clock.nowMs());
  for (const [n, { name, number }] of planted.entries()) {
    const command = window.saleCommand(DEPARTURE, [n]);
    const identity = window.vault.seal({ kind: '111', name, number }, week);
    const bodyMac = window.vault.commandMac(JSON.stringify({ name, number }));
    window.ledger.append({
      ...command,
      bodyMac,
      entries: command.entries.map((entry, i) => (i === 0 ? { ...entry, identity } : entry)),
    });
  }
}

test('names and numbers stand in no file of the data folder: not in ledger, WAL, copies, anchor, keys or lock', async () => {
  const machine = makeMachine();
  machines.push(machine);
  const window = await openWindow(machine);
  window.openShift();
  window.takeLease(DEPARTURE, { ranges: [[1, 200]] });
  sellToPlanted(window);
  machine.pass(2_000);
  const [ticket] = window.ledger.tickets({ limit: 1 });
  expect(window.vault.open(window.ledger.sealedRow(ticket?.seq ?? 0) ?? ({} as never))).toMatchObject({
    ok: true,
    value: planted[9],
  });
  const running = readHaystacks(machine.folder);
  expect(running.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['ledger.db', 'ledger.db-wal', 'ledger.db-shm', 'anchor.json', 'keys.json']),
  );
  expect(searchLeaks(needles, running)).toEqual([]);
  window.close();

  const known = readMigrationFiles();
  const next = String(known.length + 1).padStart(4, '0');
  const migrations = [
    ...known,
    { name: `${next}_more.sql`, sql: '-- min-reader: 1\nCREATE TABLE more (n INTEGER) STRICT;' },
  ];
  const migrated = await openWindow(machine.restart(), { migrations });
  migrated.ledger.rebuild();
  migrated.close();
  const stopped = readHaystacks(machine.folder);
  expect(stopped.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['ledger.db (values)', `ledger.db.before-${next}`]),
  );
  expect(searchLeaks(needles, stopped)).toEqual([]);
  const logged = Buffer.from(JSON.stringify(machine.logged));
  expect(searchLeaks(needles, [{ name: 'log', bytes: logged }])).toEqual([]);
});

test('the same search finds one entry that carries a number, and one stray file that carries a name', async () => {
  const machine = makeMachine();
  machines.push(machine);
  const window = await openWindow(machine);
  const [first, second] = planted;
  if (!first || !second) throw new Error('nobody planted');
  window.write([
    {
      kind: 'print.outcome',
      body: {
        ticketNumber: '33092611210301000018' as never,
        sheetId: 'ab'.repeat(16),
        outcome: 'failed',
        reason: first.number,
        copy: 1,
        singleCopy: true,
      },
    },
  ]);
  writeFileSync(join(machine.folder, 'stray.tmp'), Buffer.from(second.name, 'utf16le').toString('base64'));
  const leaks = searchLeaks(needles, readHaystacks(machine.folder));
  expect(leaks).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ what: 'number of person 0', where: 'ledger.db-wal' }),
      expect.objectContaining({ what: 'name of person 1', where: 'stray.tmp' }),
    ]),
  );
  window.close();
});
