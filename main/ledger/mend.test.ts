import Database from 'better-sqlite3';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { makeMachine, type Machine } from '../../tests/support/machine.ts';
import { openWindow, type TestWindow } from '../../tests/support/window.ts';
import { COMPARED_AT_OPEN } from './mend.ts';

const DEPARTURE = 'wugongzhi-putuoshan/2026-11-21/1100';
const machines: Machine[] = [];
const windows: TestWindow[] = [];

function newMachine(): Machine {
  const machine = makeMachine();
  machines.push(machine);
  return machine;
}

async function open(machine: Machine): Promise<TestWindow> {
  const window = await openWindow(machine);
  windows.push(window);
  return window;
}

afterEach(() => {
  for (const window of windows.splice(0)) window.close();
  for (const machine of machines.splice(0)) machine.remove();
});

test('a table that is not what the journal says is made again at the start, and said in the log', async () => {
  const damages: [sql: string, table: string][] = [
    ['UPDATE tickets SET fare_fen = 1 WHERE seq = (SELECT min(seq) FROM tickets)', 'tickets'],
    ['DELETE FROM tickets WHERE seq = (SELECT max(seq) FROM tickets)', 'tickets'],
    ['UPDATE shifts SET sales_fen = sales_fen + 100', 'shifts'],
    ['UPDATE leases SET sold = sold - 1', 'leases'],
    ['UPDATE latest SET seq = 1 WHERE seq > 1', 'latest'],
    ["UPDATE station_tickets SET departure_id = 'x/2026-11-21/1100'", 'station_tickets'],
  ];
  for (const [sql, table] of damages) {
    const machine = newMachine();
    const window = await open(machine);
    window.openShift();
    window.takeLease(DEPARTURE, { count: 100 });
    window.sell(DEPARTURE, [1]);
    window.sell(DEPARTURE, [2]);
    const { ledger } = window;
    window.write([{ kind: 'window.enrolled', body: { cityKeyId: 'aabbccdd' } }]);
    const answers = () => [
      ledger.tickets({ limit: 9 }),
      ledger.openShift(),
      [...ledger.heldByDeparture([DEPARTURE])],
    ];
    const before = answers();
    window.close();
    const raw = new Database(join(machine.folder, 'ledger.db'));
    raw.pragma('foreign_keys = OFF');
    expect(raw.prepare(sql).run().changes, sql).toBeGreaterThan(0);
    raw.close();
    const again = await open(machine.restart());
    expect(
      [
        again.ledger.tickets({ limit: 9 }),
        again.ledger.openShift(),
        [...again.ledger.heldByDeparture([DEPARTURE])],
      ],
      sql,
    ).toEqual(before);
    expect(again.ledger.verify()).toMatchObject({ ok: true });
    expect(again.machine.logged.filter(({ message }) => message.includes('made again'))).toMatchObject([
      { level: 'error', fields: { table } },
    ]);
  }
});

/** A ledger of more than is compared at its opening, closed again. */
async function longLedger(): Promise<Machine> {
  const machine = newMachine();
  const window = await open(machine);
  window.openShift();
  window.takeLease(DEPARTURE, { count: 10_000 });
  const seats = Array.from({ length: 50 }, (_, n) => n + 1);
  while (window.ledger.head().seq <= COMPARED_AT_OPEN) window.sell(DEPARTURE, seats);
  window.close();
  return machine;
}

test('a long ledger is compared while the window sells: a wrong row is found by verify, and made again by the audit', async () => {
  const machine = await longLedger();
  const raw = new Database(join(machine.folder, 'ledger.db'));
  raw.prepare('UPDATE tickets SET fare_fen = 1 WHERE seq = 1000').run();
  raw.close();
  const again = await open(machine.restart());
  const { ledger } = again;
  expect(ledger.verify()).toMatchObject({ ok: false, why: 'table tickets is not what the journal says' });
  const audit = ledger.audit();
  let steps = 0;
  while (audit.step()) {
    steps += 1;
    if (steps % 10 === 0) again.sell(DEPARTURE, [1]);
  }
  audit.close();
  expect(steps).toBeGreaterThan(20);
  expect(again.machine.logged.filter(({ message }) => message.includes('made again'))).toHaveLength(1);
  expect(ledger.verify()).toMatchObject({ ok: true });
  const second = ledger.audit();
  while (second.step()) again.sell(DEPARTURE, [1]);
  expect(
    again.machine.logged.filter(({ message }) => message.includes('made again')),
    'nothing more',
  ).toHaveLength(1);
});

test('a page of a long ledger that cannot be read ends the audit, not the window: it is said in the log and sales go on', async () => {
  const machine = await longLedger();
  const file = join(machine.folder, 'ledger.db');
  const raw = new Database(file);
  const bytes = Number(raw.pragma('page_size', { simple: true }));
  const leaves = raw
    .prepare("SELECT pageno FROM dbstat WHERE name = 'journal' AND pagetype = 'leaf' ORDER BY path")
    .pluck()
    .all() as number[];
  raw.close();
  const handle = openSync(file, 'r+');
  writeSync(
    handle,
    Buffer.alloc(bytes),
    0,
    bytes,
    ((leaves[Math.floor(leaves.length / 2)] ?? 0) - 1) * bytes,
  );
  closeSync(handle);
  const again = await open(machine.restart());
  const audit = again.ledger.audit();
  while (audit.step()) again.sell(DEPARTURE, [1]);
  audit.close();
  expect(again.machine.logged.filter(({ level }) => level === 'error')).toMatchObject([
    {
      fields: { where: 'SQLITE_CORRUPT', chain: { ok: false } },
      message: 'the journal is damaged: it is to be verified and replaced',
    },
  ]);
  again.sell(DEPARTURE, [1]);
});

test('tables that a full disk does not let be made again stay as they are, are said in the log, and sales go on', async () => {
  const machine = await longLedger();
  const raw = new Database(join(machine.folder, 'ledger.db'));
  raw.prepare('UPDATE tickets SET fare_fen = 1 WHERE seq = 1000').run();
  // A disk that takes sales and no more: making tables again begins by emptying them.
  raw.exec(
    `CREATE TRIGGER full_disk BEFORE DELETE ON tickets BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`,
  );
  raw.close();
  const again = await open(machine.restart());
  const audit = again.ledger.audit();
  while (audit.step()) continue;
  audit.close();
  expect(again.machine.logged.filter(({ level }) => level === 'error').at(-1)).toMatchObject({
    fields: { table: 'tickets' },
    message: 'the ledger’s tables could not be made again',
  });
  again.sell(DEPARTURE, [1]);
  expect(again.ledger.verify()).toMatchObject({ ok: false });
});
