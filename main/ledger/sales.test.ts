import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { makeMachine, type Machine } from '../../tests/support/machine.ts';
import { departureOn, openWindow, type TestWindow } from '../../tests/support/window.ts';
import type { EntryBody } from '../../contract/entries.ts';
import { LedgerConflictError } from './types.ts';

const DEPARTURE = departureOn('2026-11-21', '1130');
const machines: Machine[] = [];
const windows: TestWindow[] = [];

async function freshWindow(): Promise<TestWindow> {
  const machine = makeMachine();
  machines.push(machine);
  const window = await openWindow(machine);
  windows.push(window);
  return window;
}

async function restarted(window: TestWindow): Promise<TestWindow> {
  window.close();
  const again = await openWindow(window.machine.restart());
  windows.push(again);
  return again;
}

afterEach(() => {
  for (const window of windows.splice(0)) window.close();
  for (const machine of machines.splice(0)) machine.remove();
});

describe('seats', () => {
  test('a lease gives its seats one by one and no seat twice', async () => {
    const window = await freshWindow();
    window.openShift();
    const leaseId = window.takeLease(DEPARTURE, {
      ranges: [
        [1, 2],
        [5, 6],
      ],
    });
    window.sell(DEPARTURE, [1, 2, 3]);
    expect(window.ledger.leasesOf(DEPARTURE)).toEqual([
      {
        leaseId,
        departureId: DEPARTURE,
        kind: 'numbered',
        total: 4,
        sold: 3,
        freeRanges: [[6, 6]],
        grantor: 'self',
        heads: { total: 4, sold: 3 },
        freeChildren: { total: 0, sold: 0 },
      },
    ]);
    expect(() => window.sell(DEPARTURE, [4, 5])).toThrow('no seat left');
  });

  test('the database refuses a seat that is already sold, and the whole sale with it', async () => {
    const window = await freshWindow();
    window.openShift();
    window.takeLease(DEPARTURE, { ranges: [[1, 40]] });
    const planted = window.saleCommand(DEPARTURE, [1, 2]);
    window.sell(DEPARTURE, [3]);
    const head = window.ledger.head();
    expect(() => window.ledger.append(planted)).toThrow(LedgerConflictError);
    expect(window.ledger.head()).toEqual(head);
    expect(window.ledger.tickets({ limit: 10 })).toHaveLength(1);
    expect(window.ledger.openShift()?.ticketCount).toBe(1);
    expect(window.ledger.queuedPrints()).toHaveLength(1);
    expect(window.ledger.verify().ok).toBe(true);
  });

  test('the seat index holds by itself, whatever the leases say', async () => {
    const window = await freshWindow();
    window.openShift();
    window.takeLease(DEPARTURE, { ranges: [[1, 40]] });
    window.takeLease(DEPARTURE, { ranges: [[1, 40]] });
    window.sell(DEPARTURE, [1]);
    const second = window.saleCommand(DEPARTURE, [2]);
    const [ticket, money] = second.entries;
    const body = {
      ...(ticket?.body as EntryBody<'ticket.sold'>),
      seatNumber: 1,
      leaseId: window.ledger.leasesOf(DEPARTURE)[1]?.leaseId ?? '',
    };
    expect(() =>
      window.ledger.append({
        ...second,
        entries: [{ ...ticket, kind: 'ticket.sold', body }, money as never],
      }),
    ).toThrow(/UNIQUE constraint failed: tickets.departure_id, tickets.seat_number/);
  });

  test('a lease of free seats is never overdrawn', async () => {
    const window = await freshWindow();
    window.openShift();
    window.takeLease(DEPARTURE, { count: 2 });
    const planted = window.saleCommand(DEPARTURE, [9]);
    window.sell(
      DEPARTURE,
      [1, 2].map((n) => n + 10),
    );
    const renumbered = structuredClone(planted);
    const ticket = renumbered.entries[0];
    if (ticket?.kind === 'ticket.sold')
      ticket.body.ticketNumber = '33092611210301099993' as typeof ticket.body.ticketNumber;
    expect(() => window.ledger.append({ ...renumbered, effects: [] })).toThrow(/CHECK constraint failed/);
  });

  test('what is held and sold is counted over the leases of each departure asked for', async () => {
    const window = await freshWindow();
    const other = departureOn('2026-11-21', '1200');
    window.openShift();
    window.takeLease(DEPARTURE, { count: 5 });
    window.takeLease(DEPARTURE, { count: 7 });
    window.takeLease(other, { ranges: [[1, 3]] });
    window.sell(DEPARTURE, [1]);
    expect(window.ledger.heldByDeparture([DEPARTURE, other, departureOn('2026-11-21', '1300')])).toEqual(
      new Map([
        [DEPARTURE, { total: 12, sold: 1, left: 11 }],
        [other, { total: 3, sold: 0, left: 3 }],
      ]),
    );
  });
});

test('selling to one adult takes eleven statements between begin and commit', async () => {
  const machine = makeMachine();
  machines.push(machine);
  const statements: { sql: string; params: readonly unknown[] }[] = [];
  const window = await openWindow(machine, { trace: (sql, params) => void statements.push({ sql, params }) });
  windows.push(window);
  window.openShift();
  window.takeLease(DEPARTURE, { ranges: [[1, 40]] });
  const command = window.saleCommand(DEPARTURE, [1]);
  statements.length = 0;
  window.ledger.append(command);
  const verbs = statements.map(({ sql }) => sql.trim().split(/\s+/).slice(0, 3).join(' '));
  expect(verbs[0]).toBe('BEGIN IMMEDIATE');
  expect(verbs.at(-1)).toBe('COMMIT');
  expect(verbs.filter((verb) => verb === 'INSERT INTO journal')).toHaveLength(2);
  expect(verbs).toHaveLength(11 + 2);
  expect(statements.find(({ sql }) => sql.includes('INTO journal'))?.params[4]).toBe(command.commandId);
});

describe('shifts and tickets', () => {
  test('a shift counts its tickets and sales, and closes once', async () => {
    const window = await freshWindow();
    expect(window.ledger.openShift()).toBeUndefined();
    const shiftId = window.openShift(10_000);
    window.takeLease(DEPARTURE, { count: 9 });
    window.sell(DEPARTURE, [1, 2]);
    expect(window.ledger.openShift()).toMatchObject({
      shiftId,
      clerkNumber: '1001',
      floatFen: 10_000,
      ticketCount: 2,
      salesFen: 6_000,
      closed: null,
    });
    expect(() => window.openShift()).toThrow(LedgerConflictError);
    window.closeShift(shiftId);
    expect(window.ledger.openShift()).toBeUndefined();
    expect(window.ledger.shift(shiftId)?.closed).toMatchObject({
      countedFen: 16_000,
      expectedFen: 16_000,
      differenceFen: 0,
    });
    expect(() => window.closeShift(shiftId)).toThrow(LedgerConflictError);
    expect(() => window.sell(DEPARTURE, [3])).toThrow('no shift is open');
  });

  test('serials run on over a restart and begin at one on each business date', async () => {
    const window = await freshWindow();
    window.openShift();
    window.takeLease(DEPARTURE, { count: 9 });
    const { ticketNumbers } = window.sell(DEPARTURE, [1, 2]);
    expect(ticketNumbers.map((number) => number.slice(14, 19))).toEqual(['00001', '00002']);
    const again = await restarted(window);
    expect(again.ledger.nextSerial('2026-11-21' as never)).toBe(3);
    expect(again.ledger.nextSerial('2026-11-22' as never)).toBe(1);
    again.sell(DEPARTURE, [3]);
    expect(again.ledger.nextSerial('2026-11-21' as never)).toBe(4);
  });

  test('the last digits of a number lead to its tickets, not through all of them', async () => {
    const asked: string[] = [];
    const machine = makeMachine();
    machines.push(machine);
    const window = await openWindow(machine, { trace: (sql) => asked.push(sql) });
    windows.push(window);
    asked.length = 0;
    window.ledger.tickets({ limit: 10, ticketNumberSuffix: '1234' });
    const file = new Database(`${machine.folder}/ledger.db`, { readonly: true });
    const plan = file
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${asked[0]}`)
      .all('', '', 0, '', null, null, 1)
      .map(({ detail }) => detail);
    file.close();
    expect(plan.find((line) => /\bt\b/.test(line))).toMatch(/^SEARCH t USING INDEX tickets_number_backwards/);
  });

  test('tickets are listed newest first, a page at a time, by shift and by last digits', async () => {
    const window = await freshWindow();
    const first = window.openShift();
    window.takeLease(DEPARTURE, { count: 9 });
    const one = window.sell(DEPARTURE, [1, 2]).ticketNumbers;
    window.closeShift(first);
    const second = window.openShift();
    const two = window.sell(DEPARTURE, [3]).ticketNumbers;
    const { ledger } = window;
    const numbers = (query: Parameters<typeof ledger.tickets>[0]): string[] =>
      ledger.tickets(query).map(({ body }) => body.ticketNumber);
    expect(numbers({ limit: 10 })).toEqual([...two, one[1], one[0]]);
    expect(numbers({ limit: 2 })).toEqual([two[0], one[1]]);
    const last = ledger.tickets({ limit: 2 }).at(-1)?.seq ?? 0;
    expect(numbers({ limit: 2, before: last })).toEqual([one[0]]);
    const lowest = ledger.tickets({ limit: 3 }).at(-1)?.seq ?? 0;
    expect(numbers({ limit: 1, after: lowest })).toEqual([one[1]]);
    expect(numbers({ limit: 2, after: lowest })).toEqual([two[0], one[1]]);
    expect(numbers({ limit: 2, after: 0 })).toEqual([one[1], one[0]]);
    expect(numbers({ limit: 9, after: 0, shiftId: second })).toEqual(two);
    expect(numbers({ limit: 9, after: lowest, shiftId: first })).toEqual([one[1]]);
    expect(numbers({ limit: 9, after: 0, ticketNumberSuffix: one[1]?.slice(-5) ?? '' })).toEqual([one[1]]);
    expect(ledger.ticketPlace(lowest)).toEqual({ newer: 2, total: 3 });
    expect(ledger.ticketPlace(last)).toEqual({ newer: 1, total: 3 });
    expect(numbers({ limit: 10, shiftId: first })).toEqual([one[1], one[0]]);
    expect(numbers({ limit: 10, shiftId: second })).toEqual(two);
    expect(numbers({ limit: 10, ticketNumberSuffix: two[0]?.slice(-6) ?? '' })).toEqual(two);
    expect(numbers({ limit: 10, ticketNumberSuffix: one[0] ?? '' })).toEqual([one[0]]);
    expect(numbers({ limit: 10, ticketNumberSuffix: one[0] ?? '', shiftId: second })).toEqual([]);
    expect(numbers({ limit: 10, ticketNumberSuffix: '%' })).toEqual([]);
    for (const number of [...one, ...two])
      for (let digits = 1; digits <= 20; digits += 1) {
        const ending = number.slice(-digits);
        const wanted = [...two, one[1], one[0]].filter((each) => each?.endsWith(ending));
        expect(numbers({ limit: 10, ticketNumberSuffix: ending }), ending).toEqual(wanted);
        expect(numbers({ limit: 10, ticketNumberSuffix: ending, shiftId: second }), ending).toEqual(
          wanted.filter((each) => each === two[0]),
        );
      }
    expect(ledger.ticket(two[0] ?? '')).toMatchObject({
      actor: '1001',
      body: { shiftId: second, fareFen: 3_000 },
    });
    expect(ledger.ticket('0'.repeat(20))).toBeUndefined();
  });

  test('a document is found again by its keyed token, for its departure only', async () => {
    const window = await freshWindow();
    window.openShift();
    window.takeLease(DEPARTURE, { count: 9 });
    const command = window.saleCommand(DEPARTURE, [5]);
    window.ledger.append(command);
    const identity = command.entries[0]?.identity;
    const token = identity?.token ?? new Uint8Array();
    const sold = window.ledger.ticketByToken(token, DEPARTURE);
    expect(sold).toBe(window.ledger.tickets({ limit: 1 })[0]?.body.ticketNumber);
    expect(window.ledger.ticketByToken(token, departureOn('2026-11-21', '1200'))).toBeUndefined();
    expect(window.ledger.ticketByToken(new Uint8Array(16), DEPARTURE)).toBeUndefined();
    const seq = window.ledger.tickets({ limit: 1 })[0]?.seq ?? 0;
    expect(window.ledger.sealedRow(seq)).toEqual(identity?.row);
    expect(window.ledger.sealedRow(1)).toBeUndefined();
  });
});

describe('paper', () => {
  const sheet = (window: TestWindow, effectId: number) => {
    const row = [
      ...window.ledger.queuedPrints(),
      ...window.ledger.recoverSending(),
      ...window.ledger.unknownPrints(),
    ].find((each) => each.effectId === effectId);
    if (!row) throw new Error(`no sheet ${effectId}`);
    return row;
  };
  const settle = (
    window: TestWindow,
    effectId: number,
    outcome: 'confirmed' | 'unknown' | 'failed',
    reason?: string,
  ): void => {
    const { ticketNumber, sheetId, copy } = sheet(window, effectId);
    const body = {
      ticketNumber,
      sheetId,
      copy,
      outcome,
      singleCopy: true,
      ...(reason !== undefined && { reason }),
    };
    window.write([{ kind: 'print.outcome', body }], {
      bodyMac: null,
      actor: 'office',
      settleEffects: [{ effectId, state: outcome }],
    });
  };

  test('a sheet goes from queued over sending to confirmed, each step durable', async () => {
    const window = await freshWindow();
    window.openShift();
    window.takeLease(DEPARTURE, { count: 9 });
    const [ticketNumber] = window.sell(DEPARTURE, [1]).ticketNumbers;
    window.sell(DEPARTURE, [2, 3]);
    const [queued, ...more] = window.ledger.queuedPrints(2);
    expect(more).toHaveLength(1);
    expect(queued).toMatchObject({ ticketNumber, copy: 1, state: 'queued' });
    window.ledger.markSending(queued?.effectId ?? 0);
    expect(window.ledger.queuedPrints().map(({ effectId }) => effectId)).not.toContain(queued?.effectId);
    settle(window, queued?.effectId ?? 0, 'confirmed');
    expect(window.ledger.printOf(ticketNumber ?? '')).toMatchObject({
      state: 'confirmed',
      copy: 1,
      reason: null,
    });
    expect(() => window.ledger.markSending(queued?.effectId ?? 0)).toThrow(LedgerConflictError);
  });

  test('a sheet that was being sent when the power went is given again until its unknown fate is journalled', async () => {
    const window = await freshWindow();
    window.openShift();
    window.takeLease(DEPARTURE, { count: 9 });
    const [ticketNumber] = window.sell(DEPARTURE, [1]).ticketNumbers;
    window.ledger.markSending(window.ledger.queuedPrints()[0]?.effectId ?? 0);
    const again = await restarted(window);
    expect(again.ledger.queuedPrints()).toEqual([]);
    const [left] = again.ledger.recoverSending();
    expect(left?.ticketNumber).toBe(ticketNumber);
    settle(again, left?.effectId ?? 0, 'unknown', 'restart');
    expect(again.ledger.recoverSending()).toEqual([]);
    expect(again.ledger.unknownPrints()).toHaveLength(1);
    expect(again.ledger.unknownPrintCount()).toBe(1);
    expect(again.ledger.printOf(ticketNumber ?? '')).toMatchObject({ state: 'unknown', reason: 'restart' });
  });

  test('a printed sheet can become waste paper, which the day counts; one that is waiting or spoiled cannot', async () => {
    const window = await freshWindow();
    window.openShift();
    window.takeLease(DEPARTURE, { count: 9 });
    const [ticketNumber] = window.sell(DEPARTURE, [1]).ticketNumbers;
    if (!ticketNumber) throw new Error('nothing sold');
    const [queued] = window.ledger.queuedPrints();
    if (!queued) throw new Error('nothing queued');
    const { effectId, sheetId } = queued;
    const spoil = (): void => {
      const body = { ticketNumber, sheetId, copy: 1, outcome: 'spoiled', singleCopy: false } as const;
      const settleEffects = [{ effectId, state: 'spoiled' }] as const;
      window.write([{ kind: 'print.outcome', body }], { method: 'prints.settle', settleEffects });
    };
    window.ledger.markSending(effectId);
    settle(window, effectId, 'confirmed');
    const [sold] = window.ledger.tickets({ limit: 1 });
    if (!sold) throw new Error('the sale is not listed');
    const date = sold.businessDate;
    expect(window.ledger.day(date).sheets).toMatchObject([{ outcome: 'confirmed', sheets: 1 }]);
    spoil();
    expect(window.ledger.printOf(ticketNumber)).toMatchObject({ state: 'spoiled', copy: 1 });
    expect(window.ledger.day(date).sheets).toMatchObject([{ outcome: 'spoiled', sheets: 1 }]);
    expect(window.ledger.queuedPrints()).toEqual([]);
    expect(spoil, 'spoiled once is spoiled').toThrow(LedgerConflictError);
  });

  test('a sheet of unknown fate is the one that is asked about, also behind a newer one, and each is found by its copy', async () => {
    const window = await freshWindow();
    window.openShift();
    window.takeLease(DEPARTURE, { count: 9 });
    const [ticketNumber = ''] = window.sell(DEPARTURE, [1]).ticketNumbers;
    expect(window.ledger.copies(ticketNumber)).toBe(1);
    const first = window.ledger.queuedPrints()[0]?.effectId ?? 0;
    window.ledger.markSending(first);
    settle(window, first, 'unknown', 'restart');
    // As a program of before let it be: another sheet while nobody had looked for the first.
    window.write(
      [{ kind: 'ticket.reprinted', body: { ticketNumber: ticketNumber as never, copy: 2, reason: '-' } }],
      { effects: [{ kind: 'print', ticketNumber: ticketNumber as never, copy: 2 }] },
    );
    const second = window.ledger.queuedPrints()[0]?.effectId ?? 0;
    expect(second).not.toBe(first);
    window.ledger.markSending(second);
    settle(window, second, 'failed', 'paper');
    const seen = (copy?: number) => {
      const { copy: n, state, reason } = window.ledger.printOf(ticketNumber, copy) ?? {};
      return [n, state, reason];
    };
    expect(seen()).toEqual([1, 'unknown', null]);
    expect(seen(2)).toEqual([2, 'failed', 'paper']);
    expect(window.ledger.printOf(ticketNumber, 3)).toBeUndefined();
    expect(window.ledger.copies(ticketNumber)).toBe(2);
    settle(window, first, 'confirmed');
    expect(seen(), 'the word on an older sheet takes nothing from the newer one').toEqual([
      2,
      'failed',
      'paper',
    ]);
    window.ledger.rebuild();
    expect(seen()).toEqual([2, 'failed', 'paper']);
    settle(window, second, 'confirmed');
    expect(seen()).toEqual([2, 'confirmed', null]);
    expect(window.ledger.unknownPrintCount()).toBe(0);
  });

  test('a spoiled sheet gives way to the next copy, and no copy is queued twice', async () => {
    const window = await freshWindow();
    window.openShift();
    window.takeLease(DEPARTURE, { count: 9 });
    const [ticketNumber] = window.sell(DEPARTURE, [1]).ticketNumbers;
    if (!ticketNumber) throw new Error('nothing sold');
    const [queued] = window.ledger.queuedPrints();
    window.ledger.markSending(queued?.effectId ?? 0);
    settle(window, queued?.effectId ?? 0, 'failed', 'paper');
    const spoiled = {
      ticketNumber,
      sheetId: queued?.sheetId ?? '',
      copy: 1,
      outcome: 'spoiled',
      singleCopy: true,
    } as const;
    window.write([{ kind: 'print.outcome', body: spoiled }], {
      method: 'prints.settle',
      settleEffects: [{ effectId: queued?.effectId ?? 0, state: 'spoiled' }],
      effects: [{ kind: 'print', ticketNumber, copy: 2 }],
    });
    expect(window.ledger.printOf(ticketNumber)).toMatchObject({ state: 'queued', copy: 2, reason: null });
    expect(() =>
      window.write([{ kind: 'print.outcome', body: spoiled }], {
        effects: [{ kind: 'print', ticketNumber, copy: 2 }],
      }),
    ).toThrow(LedgerConflictError);
    expect(window.ledger.tickets({ limit: 1 })[0]?.print).toMatchObject({ copy: 2 });
  });
});
