import Database from 'better-sqlite3';
import fc from 'fast-check';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { jcs } from '../../contract/encoding/jcs.ts';
import type { NewEntry } from '../../contract/entries.ts';
import type { BusinessDate, LedgerId, WindowId } from '../../contract/ids.ts';
import { makeMachine, type Machine } from '../../tests/support/machine.ts';
import { departureOn, openWindow, type TestWindow } from '../../tests/support/window.ts';
import { openConnection } from './connection.ts';
import { checkChain, checkSealedRows } from './chain-check.ts';
import { createEnvelopeWriter } from './envelope.ts';

const machines: Machine[] = [];
afterEach(() => {
  for (const machine of machines.splice(0)) machine.remove();
});

async function newWindow(): Promise<TestWindow> {
  const machine = makeMachine();
  machines.push(machine);
  return openWindow(machine);
}

const tables = [
  'shifts',
  'leases',
  'vehicle_leases',
  'tickets',
  'prints',
  'station_tickets',
  'station_ticket_states',
  'station_boardings',
  'station_unboardings',
  'boarding_doubles',
  'station_gates',
  'station_sale_stops',
  'latest',
  'data_changes',
  'contingency_entries',
  'released_reserves',
  'lease_returns',
  'pools',
  'pool_closings',
  'vehicle_returns',
  'vehicle_pools',
  'vehicle_grants',
  'vehicle_grant_returns',
  'grants',
  'grant_returns',
  'station_windows',
  'station_codes',
  'lost_ledgers',
  'written_off_ledgers',
  'gate_rights',
  'name_keys_given',
];

function projectionsOf(machine: Machine): Record<string, unknown[]> {
  const database = new Database(join(machine.folder, 'ledger.db'), { readonly: true });
  const rows = Object.fromEntries(
    tables.map((table) => [table, database.prepare(`SELECT * FROM ${table} ORDER BY 1`).all()]),
  );
  database.close();
  return rows;
}

/** Acts of a day at the window; one that is not possible at the moment is passed over. */
const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('sell' as const),
      departure: fc.nat(2),
      heads: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('lease' as const),
      departure: fc.nat(2),
      count: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('shift' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('print' as const),
      outcome: fc.constantFrom('confirmed' as const, 'unknown' as const, 'failed' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('feed' as const), version: fc.integer({ min: 1, max: 99 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('later' as const), ms: fc.integer({ min: 0, max: 90_000_000 }) }),
  },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

function perform(window: TestWindow, step: Act, nth: number): void {
  const { ledger } = window;
  if (step.do === 'later') window.machine.pass(step.ms);
  else if (step.do === 'feed')
    window.write([{ kind: 'feed.applied', body: { version: step.version, hash: 'ab'.repeat(32) } }], {
      bodyMac: null,
    });
  else if (step.do === 'shift') {
    const open = ledger.openShift();
    if (open) window.closeShift(open.shiftId);
    else window.openShift(nth * 100);
  } else if (step.do === 'print') {
    const [queued] = ledger.queuedPrints();
    if (!queued) return;
    const { effectId, ticketNumber, sheetId, copy } = queued;
    ledger.markSending(effectId);
    const body = { ticketNumber, sheetId, copy, outcome: step.outcome, singleCopy: nth % 2 === 0 };
    window.write([{ kind: 'print.outcome', body }], {
      bodyMac: null,
      settleEffects: [{ effectId, state: step.outcome }],
    });
  } else {
    // Departures 0 and 1 have numbered seats, 2 has free ones.
    const departure = departureOn('2026-11-21', `1${step.departure}30`);
    const taken = ledger.leasesOf(departure).reduce((sum, { total }) => sum + total, 0);
    if (step.do === 'lease') {
      window.takeLease(
        departure,
        step.departure === 2 ? { count: step.count } : { ranges: [[taken + 1, taken + step.count]] },
      );
      return;
    }
    const { total, sold } = ledger.heldByDeparture([departure]).get(departure) ?? { total: 0, sold: 0 };
    const heads = Math.min(step.heads, total - sold);
    if (heads > 0 && ledger.openShift())
      window.sell(
        departure,
        Array.from({ length: heads }, (_, i) => nth * 10 + i),
      );
  }
}

test('any day at the window: the chain verifies, and a rebuild gives the projections that were there', async () => {
  let sales = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 60 }), async (acts) => {
      const window = await newWindow();
      for (const [nth, step] of acts.entries()) perform(window, step, nth);
      sales += window.ledger.tickets({ limit: 1 }).length;
      const live = projectionsOf(window.machine);
      expect(window.ledger.verify()).toEqual({ ok: true, count: window.ledger.head().seq });
      const answers = window.ledger.tickets({ limit: 200 });
      window.ledger.rebuild();
      expect(projectionsOf(window.machine)).toEqual(live);
      expect(window.ledger.tickets({ limit: 200 })).toEqual(answers);
      window.close();
    }),
    { numRuns: 60 },
  );
  expect(sales).toBeGreaterThan(5);
}, 120_000);

test('a rebuild mends projections that were spoiled', async () => {
  const window = await newWindow();
  window.openShift();
  window.takeLease(departureOn('2026-11-21', '1030'), { ranges: [[1, 9]] });
  window.sell(departureOn('2026-11-21', '1030'), [1, 2]);
  const right = projectionsOf(window.machine);
  const database = new Database(join(window.machine.folder, 'ledger.db'));
  database.exec(
    'DELETE FROM tickets; UPDATE leases SET sold = 0; UPDATE shifts SET sales_fen = 1; DELETE FROM latest',
  );
  database.close();
  expect(projectionsOf(window.machine)).not.toEqual(right);
  window.ledger.rebuild();
  expect(projectionsOf(window.machine)).toEqual(right);
  window.close();
});

test('a rebuild keeps entries of kinds that this program does not know', async () => {
  const window = await newWindow();
  window.write([{ kind: 'weather.noted', body: { wind: 7 } } as unknown as NewEntry], { bodyMac: null });
  window.ledger.rebuild();
  expect(window.ledger.entriesAfter(1, 9, 1e6).map(({ kind }) => kind)).toEqual(['weather.noted']);
  expect(window.ledger.verify()).toEqual({ ok: true, count: 2 });
  window.close();
});

test('one changed byte of any entry, hash or column, or any two entries exchanged, is found', async () => {
  const window = await newWindow();
  window.openShift();
  const departure = departureOn('2026-11-21', '1030');
  window.takeLease(departure, { ranges: [[1, 40]] });
  for (let sale = 0; sale < 4; sale += 1) window.sell(departure, [sale * 2, sale * 2 + 1]);
  const count = window.ledger.head().seq;
  window.close();
  const connection = openConnection(join(window.machine.folder, 'ledger.db'));
  connection.pragma('foreign_keys = OFF');
  const read = connection.prepare<[number], { entry: Uint8Array; hash: Uint8Array }>(
    'SELECT CAST(entry AS BLOB) AS entry, hash FROM journal WHERE seq = ?',
  );
  const writeEntry = connection.prepare<[Uint8Array, number]>(
    'UPDATE journal SET entry = CAST(? AS TEXT) WHERE seq = ?',
  );
  const writeHash = connection.prepare<[Uint8Array, number]>('UPDATE journal SET hash = ? WHERE seq = ?');
  const damages = {
    entry(seq: number, at: number, bit: number) {
      const bytes = Uint8Array.from(read.get(seq)?.entry ?? []);
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit);
      writeEntry.run(bytes, seq);
    },
    hash(seq: number, at: number, bit: number) {
      const bytes = Uint8Array.from(read.get(seq)?.hash ?? []);
      bytes[at % 32] = (bytes[at % 32] ?? 0) ^ (1 << bit);
      writeHash.run(bytes, seq);
    },
    order(seq: number, at: number) {
      const other = 1 + ((seq + (at % (count - 1))) % count);
      if (other === seq) return damages.column(seq, at);
      connection.exec(
        `CREATE TEMP TABLE exchanged AS SELECT * FROM journal WHERE seq IN (${seq}, ${other});
         DELETE FROM journal WHERE seq IN (${seq}, ${other});
         INSERT INTO journal SELECT CASE seq WHEN ${seq} THEN ${other} ELSE ${seq} END, kind, at_ms, business_date, command_id,
           part_n, part_of, entry, hash FROM exchanged;
         DROP TABLE exchanged;`,
      );
    },
    column(seq: number, at: number) {
      const column = ['kind', 'business_date', 'command_id'][at % 3];
      connection.exec(`UPDATE journal SET ${column} = ${column} || 'x' WHERE seq = ${seq}`);
    },
    time(seq: number) {
      connection.exec(`UPDATE journal SET at_ms = at_ms + 1 WHERE seq = ${seq}`);
    },
    missing(seq: number) {
      connection.exec(`DELETE FROM journal WHERE seq = ${seq}`);
    },
  };
  expect(checkChain(connection)).toEqual({ ok: true, count });
  fc.assert(
    fc.property(
      fc.constantFrom(...(Object.keys(damages) as (keyof typeof damages)[])),
      fc.integer({ min: 1, max: count }),
      fc.nat(5_000),
      fc.nat(7),
      (kind, seq, at, bit) => {
        connection.exec('BEGIN');
        damages[kind](seq, at, bit);
        const found = checkChain(connection);
        connection.exec('ROLLBACK');
        // The last command cut off at its end leaves a shorter chain that is right in itself: head and anchor know.
        if (kind === 'missing' && seq === count) expect(found).not.toEqual({ ok: true, count });
        else expect(found.ok).toBe(false);
      },
    ),
    { numRuns: 600 },
  );
  expect(checkChain(connection)).toEqual({ ok: true, count });
  connection.close();
});

test('verify knows its own head: entries cut off at the end are missed', async () => {
  const window = await newWindow();
  window.openShift();
  const database = new Database(join(window.machine.folder, 'ledger.db'));
  database.exec('DELETE FROM journal WHERE seq = 2');
  database.close();
  expect(window.ledger.verify()).toEqual({ ok: false, seq: 2, why: 'the entry is missing' });
  window.close();
});

test('an identity that was erased leaves the chain whole', async () => {
  const window = await newWindow();
  window.openShift();
  const departure = departureOn('2026-11-21', '1030');
  window.takeLease(departure, { count: 9 });
  window.sell(departure, [1, 2]);
  const database = new Database(join(window.machine.folder, 'ledger.db'));
  database.exec('DELETE FROM vault_rows');
  database.close();
  expect(window.ledger.verify()).toEqual({ ok: true, count: window.ledger.head().seq });
  const [ticket] = window.ledger.tickets({ limit: 1 });
  expect(ticket?.identity?.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(window.ledger.sealedRow(ticket?.seq ?? 0)).toBeUndefined();
  window.close();
});

test('a sealed row moved to another entry is found', async () => {
  const window = await newWindow();
  window.openShift();
  const departure = departureOn('2026-11-21', '1030');
  window.takeLease(departure, { count: 9 });
  window.sell(departure, [1, 2]);
  window.close();
  const connection = openConnection(join(window.machine.folder, 'ledger.db'));
  expect(checkSealedRows(connection)).toEqual({ ok: true, count: 0 });
  connection.exec('UPDATE vault_rows SET seq = seq + 2 WHERE seq = (SELECT max(seq) - 1 FROM vault_rows)');
  expect(checkSealedRows(connection).ok).toBe(false);
  connection.close();
});

test('the text of an envelope is the JCS of its object, for any body, actor and plans', () => {
  const window = 'pier-é/03' as WindowId;
  const ledgerId = 'ab'.repeat(16) as LedgerId;
  const writer = createEnvelopeWriter(window, ledgerId);
  const text = fc.string({ unit: 'grapheme' });
  const body = fc.dictionary(
    text,
    fc.oneof(fc.maxSafeInteger(), text, fc.boolean(), fc.constant(null), fc.array(fc.nat())),
  );
  fc.assert(
    fc.property(
      fc.record({
        actor: text,
        at: fc.nat(),
        businessDate: text,
        commandId: text,
        plans: fc.array(text),
        kind: text,
        body,
        seq: fc.nat(),
        n: fc.nat(),
        of: fc.nat(),
      }),
      fc.option(fc.record({ ref: text, digest: text }), { nil: undefined }),
      ({ actor, at, businessDate, commandId, plans, kind, body, seq, n, of }, identity) => {
        const frame = { actor, atMs: at, businessDate: businessDate as BusinessDate, commandId, plans, of };
        const entry = {
          v: 1,
          window,
          ledgerId,
          seq,
          at,
          businessDate,
          kind,
          actor,
          plans,
          commandId,
          part: { n, of },
          body,
        };
        const written = writer(frame)({ kind, body } as unknown as NewEntry, identity, seq, n);
        expect(written).toBe(jcs(identity ? { ...entry, identity } : entry));
      },
    ),
  );
});
