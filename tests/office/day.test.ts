import { afterEach, describe, expect, test } from 'vitest';
import { isTicketNumber } from '../../contract/encoding/ticket-number.ts';
import { trialFeed } from '../../city/shell/files.ts';
import { citizenNumber } from '../support/people.ts';
import { readEntries } from './books.ts';
import { closeOffices, ferry, newId, openWindow, restart } from './kit.ts';

afterEach(closeOffices);

/** Instant of a Shanghai wall clock in November 2026. */
const at = (day: number, hour: number, minute: number): number => Date.UTC(2026, 10, day, hour - 8, minute);

describe('around midnight', () => {
  test('a sale at 23:55 and one at 00:05 bear their own business date and begin their own numbers', async () => {
    const window = await openWindow({ nowMs: at(21, 23, 55) });
    const before = await window.sell(ferry('0620', '2026-11-22'), [1, 2]);
    window.machine.pass(600_000);
    const after = await window.sell(ferry('0620', '2026-11-22'), [3]);
    const numbers = [...before.tickets, ...after.tickets].map(({ ticketNumber }) => ticketNumber as string);
    expect(numbers.map((number) => number.slice(0, 19))).toEqual([
      '3309261121030100001',
      '3309261121030100002',
      '3309261122030100001',
    ]);
    expect(numbers.every(isTicketNumber)).toBe(true);
    const sold = readEntries(window.machine.folder).filter(({ kind }) => kind === 'ticket.sold');
    expect(sold.map(({ businessDate }) => businessDate)).toEqual(['2026-11-21', '2026-11-21', '2026-11-22']);
    expect(await window.ok('status.get')).toMatchObject({
      businessDate: '2026-11-22',
      shift: { businessDate: '2026-11-21', ticketCount: 3 },
    });
  });

  test('numbers go on where they stood after a restart on the same day', async () => {
    const window = await openWindow({ nowMs: at(21, 23, 55) });
    await window.sell(ferry('0620', '2026-11-22'), [1]);
    const again = await restart(window);
    await again.signIn();
    const { tickets } = await again.sell(ferry('0620', '2026-11-22'), [2]);
    expect(tickets[0]?.ticketNumber).toMatch(/^3309261121030100002/);
  });

  test('the night ferry of 00:20 is sold at 23:55 for the day after, and today’s has left', async () => {
    const window = await openWindow({ nowMs: at(21, 23, 55) });
    await window.sell('w-bf-yds/2026-11-22/0020', [1]);
    const { departures } = await window.ok('timetable.departures', { date: '2026-11-21' });
    expect(new Set(departures.map(({ state }) => state))).toEqual(new Set(['left']));
  });
});

describe('the clock', () => {
  test('that somebody set is journalled with both times, and entries keep their order', async () => {
    const window = await openWindow();
    await window.sell(ferry(), [1]);
    const fromMs = window.machine.runtime.clock.nowMs();
    window.machine.setWallClock(fromMs - 3_600_000);
    await window.sell(ferry(), [2]);
    const entries = readEntries(window.machine.folder);
    expect(entries.filter(({ kind }) => kind === 'clock.jumped')).toMatchObject([
      { body: { fromMs, toMs: fromMs - 3_600_000 }, actor: 'office' },
    ]);
    expect(entries.map(({ kind }) => kind).slice(-3)).toEqual(['clock.jumped', 'ticket.sold', 'sale.money']);
    expect(window.books().verified).toMatchObject({ ok: true });
  });

  test('is found out within ten seconds when nobody touches the window', async () => {
    const window = await openWindow();
    window.machine.pass(1_000);
    window.machine.setWallClock(at(21, 14, 0));
    window.machine.pass(10_000);
    expect(window.books().kinds.at(-1)).toBe('clock.jumped');
  });

  test('that goes as it should is not journalled', async () => {
    const window = await openWindow();
    for (let minute = 0; minute < 60; minute += 1) window.machine.pass(60_000);
    expect(window.books().kinds).not.toContain('clock.jumped');
  });
});

describe('a family', () => {
  test('of two adults, one child by age and one by height is one sale with four tickets and one payment', async () => {
    const window = await openWindow();
    const typed = async (birth: string, sequence: number): Promise<string> =>
      (
        await window.ok('holders.type', {
          documentKind: '111',
          name: '样例乙',
          number: citizenNumber(birth, sequence),
        })
      ).holderRef;
    const passengers = [
      { holderRef: await typed('19850301', 11), ticketClass: 'full' },
      { holderRef: await typed('19870412', 22), ticketClass: 'full' },
      { holderRef: await typed('20161122', 33), ticketClass: 'child_half', childBasis: 'age' },
      { holderRef: await typed('20110102', 44), ticketClass: 'child_half', childBasis: 'height' },
    ];
    const quote = await window.ok('sales.quote', { departureId: ferry(), passengers });
    expect(quote.passengers).toMatchObject([
      { fareFen: 3_000, suggestedClass: 'full' },
      { fareFen: 3_000 },
      { fareFen: 1_500, suggestedClass: 'child_half', ageYears: 9 },
      { fareFen: 1_500, ageYears: 15 },
    ]);
    expect(quote.refusal).toBeUndefined();
    const sale = await window.ok(
      'sales.sell',
      { departureId: ferry(), passengers, payment: 'cash', totalFen: quote.totalFen, tenderedFen: 10_000 },
      newId(),
    );
    expect(sale).toMatchObject({ totalFen: 9_000, changeFen: 1_000 });
    expect(sale.tickets.map(({ fareFen }) => fareFen)).toEqual([3_000, 3_000, 1_500, 1_500]);
    const entries = readEntries(window.machine.folder).slice(-7);
    expect(entries.map(({ kind }) => kind)).toEqual([
      'lease.given',
      'lease.taken',
      'ticket.sold',
      'ticket.sold',
      'ticket.sold',
      'ticket.sold',
      'sale.money',
    ]);
    expect(
      entries.filter(({ kind }) => kind === 'ticket.sold').map(({ body }) => body['childBasis']),
    ).toEqual([undefined, undefined, 'age', 'height']);
    const { tickets } = await window.ok('sales.list', { limit: 10 });
    expect(tickets.map(({ masked }) => masked)).toEqual(
      ['20110102', '20161122', '19870412', '19850301'].map(
        (birth, n) => `330999********${citizenNumber(birth, [44, 33, 22, 11][n] ?? 0).slice(14)}`,
      ),
    );
  });

  test('on a coach sits in numbered seats, each sold once', async () => {
    const window = await openWindow();
    const { lineId } =
      trialFeed().departures.find(
        ({ departLocal, numberedSeats }) => numberedSeats && departLocal === '06:30',
      ) ?? {};
    const departureId = `${lineId}/2026-11-22/0630`;
    const first = await window.sell(departureId, [1, 2, 3]);
    const second = await window.sell(departureId, [4]);
    const seats = [...first.tickets, ...second.tickets].map(({ seatNumber }) => seatNumber);
    expect(seats).toEqual([1, 2, 3, 4]);
  });
});

describe('the end of a shift', () => {
  test('records the difference, too little or too much, and the next shift begins at nothing', async () => {
    const window = await openWindow();
    await window.sell(ferry(), [1, 2]);
    const short = await window.ok('shifts.close', { countedFen: 55_500 }, newId());
    expect(short).toMatchObject({ expectedFen: 56_000, countedFen: 55_500, differenceFen: -500 });
    await window.openShift(0);
    expect((await window.ok('shifts.current')).shift).toMatchObject({
      ticketCount: 0,
      salesFen: 0,
      floatFen: 0,
    });
    await window.sell(ferry(), [3]);
    const over = await window.ok('shifts.close', { countedFen: 3_050 }, newId());
    expect(over).toMatchObject({ expectedFen: 3_000, differenceFen: 50 });
    const differences = readEntries(window.machine.folder).filter(({ kind }) => kind === 'shift.closed');
    expect(differences.map(({ body }) => body['differenceFen'])).toEqual([-500, 50]);
    // Sold tickets stay in the list, by shift.
    const { tickets } = await window.ok('sales.list', { limit: 10, shiftId: short.shiftId });
    expect(tickets).toHaveLength(2);
  });

  test('is possible whatever was counted into the drawer at its beginning', async () => {
    const window = await openWindow();
    await window.ok('shifts.close', { countedFen: 50_000 }, newId());
    const most = 100_000_000;
    await window.openShift(most);
    await window.sell(ferry(), [1]);
    expect(await window.ok('shifts.close', { countedFen: 0 }, newId())).toMatchObject({
      differenceFen: -most - 3_000,
    });
    for (const floatFen of [most + 1, 1_000_000_000, -1, 1.5]) {
      expect((await window.refusal('shifts.open', { floatFen }, newId())).code).toBe('request.shape');
    }
  });
});

describe('the list of sold tickets', () => {
  test('is read page by page, newest first, and searched by the last digits of a number', async () => {
    const window = await openWindow();
    for (const n of [1, 2, 3, 4, 5]) await window.sell(ferry(), [n]);
    const first = await window.ok('sales.list', { limit: 2 });
    const second = await window.ok('sales.list', { limit: 2, before: first.next });
    const third = await window.ok('sales.list', { limit: 2, before: second.next });
    const all = [...first.tickets, ...second.tickets, ...third.tickets];
    expect([first, second, third].map(({ place }) => place)).toEqual([
      { newer: 0, total: 5 },
      { newer: 2, total: 5 },
      { newer: 4, total: 5 },
    ]);
    expect(third.next).toBeNull();
    expect(all.map(({ ticketNumber }) => ticketNumber.slice(14, 19))).toEqual([
      '00005',
      '00004',
      '00003',
      '00002',
      '00001',
    ]);
    const wanted = all[3]?.ticketNumber ?? '';
    expect(
      (await window.ok('sales.list', { limit: 5, ticketNumber: wanted.slice(-6) })).tickets,
    ).toMatchObject([{ ticketNumber: wanted }]);
    expect((await window.ok('sales.list', { limit: 5, ticketNumber: '99999999' })).tickets).toEqual([]);
  });

  test('leads to the oldest and back by cursors, and sales that come meanwhile move no page', async () => {
    const window = await openWindow();
    for (const n of [1, 2, 3, 4, 5]) await window.sell(ferry(), [n]);
    const list = async (query: object) => {
      const { tickets, ...rest } = await window.ok('sales.list', { limit: 2, ...query });
      return {
        serials: tickets.map(({ ticketNumber }) => Number(ticketNumber.slice(14, 19))).join(' '),
        ...rest,
      };
    };
    const newest = await list({});
    expect(newest).toMatchObject({ serials: '5 4', previous: null });
    const middle = await list({ before: newest.next });
    const oldest = await list({ after: 0 });
    expect(oldest).toMatchObject({ serials: '2 1', next: null, place: { newer: 3, total: 5 } });
    // One sale more while the clerk looks at old ones.
    await window.sell(ferry(), [6]);
    expect(await list({ before: newest.next })).toEqual({ ...middle, place: { newer: 3, total: 6 } });
    const back = await list({ after: oldest.previous });
    expect(back).toMatchObject({ serials: '4 3', place: { newer: 2, total: 6 } });
    const top = await list({ after: back.previous });
    expect(top).toMatchObject({ serials: '6 5', previous: null, place: { newer: 0, total: 6 } });
    expect(await list({ before: top.next })).toMatchObject({ serials: '4 3' });
    // A part of the tickets has no place among all of them.
    expect(await list({ ticketNumber: '1' })).not.toHaveProperty('place');
    expect(await list({ before: 1 })).toEqual({ serials: '', next: null, previous: null });
  });
});
