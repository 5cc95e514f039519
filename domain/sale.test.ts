import { describe, expect, test } from 'vitest';
import type { DepartureId, TicketNumber } from '../contract/ids.ts';
import type { RefusalCode } from '../contract/refusals.ts';
import { MOST_PASSENGERS } from './order-check.ts';
import { decideSale } from './sale.ts';
import { adult, child, coach, ferry, leaseId, morning, order, shift, stateFor } from './sample-sale.ts';
import { freshLease } from './seats.ts';
import { addDays, instantOf } from './time.ts';
import type { SaleCommand, SaleDecision, SaleState } from './types.ts';

function sold(state: SaleState, command: SaleCommand, nowMs: number = morning): SaleDecision {
  const decided = decideSale(state, command, nowMs);
  if (!decided.ok) throw new Error(`refused: ${decided.refusal.code}`);
  return decided.value;
}

describe('a sale', () => {
  test('the first ticket of a departure brings the whole of it into the window, then the ticket, then the money', () => {
    const decision = sold(stateFor(ferry), order([adult('a')], 3000, 5000));
    const seats = { kind: 'free', count: 250 };
    const lease = { leaseId, departureId: ferry, grantor: 'self', seats };
    expect(decision.entries).toEqual([
      { kind: 'lease.given', body: { ...lease, holder: 'pier/03', capacity: 250 } },
      { kind: 'lease.taken', body: lease },
      {
        kind: 'ticket.sold',
        passenger: 0,
        body: {
          ticketNumber: decision.tickets[0]?.ticketNumber,
          departureId: ferry,
          departAt: instantOf('2025-06-15', '08:00'),
          lineId: 'w-pier-island',
          fromPlaceId: 'pier',
          toPlaceId: 'island',
          ticketClass: 'full',
          fareFen: 3000,
          fareRuleId: 'FULL',
          fareVersion: 7,
          capture: 'chip',
          documentKind: '111',
          leaseId,
          seatNumber: null,
          shiftId: shift.shiftId,
        },
      },
      {
        kind: 'sale.money',
        body: {
          shiftId: shift.shiftId,
          payment: 'cash',
          ticketCount: 1,
          totalFen: 3000,
          tenderedFen: 5000,
          changeFen: 2000,
        },
      },
    ]);
    expect(decision).toMatchObject({ totalFen: 3000, changeFen: 2000 });
  });

  test('a departure that is already leased is sold from what is held', () => {
    const leases = [freshLease('c'.repeat(32), coach as DepartureId, { kind: 'numbered', ranges: [[4, 6]] })];
    const state = stateFor(coach, { leases, nextSerial: 41 }, morning, 2);
    const decision = sold(state, order([adult('a'), child('b')], 6900));
    expect(decision.entries.map((entry) => entry.kind)).toEqual(['ticket.sold', 'ticket.sold', 'sale.money']);
    expect(decision.tickets).toMatchObject([
      { ticketClass: 'full', fareFen: 4600, seatNumber: 4 },
      { ticketClass: 'child_half', fareFen: 2300, seatNumber: 5 },
    ]);
    expect(decision.tickets.map((ticket) => ticket.ticketNumber.slice(0, 19))).toEqual([
      '3309250615030100041',
      '3309250615030100042',
    ]);
  });

  test('the basis of a child fare is on the ticket, and on no other', () => {
    const state = stateFor(ferry, {}, morning, 2);
    const tall = { ...adult('b'), childBasis: 'height' } as const;
    const tickets = sold(state, order([child('a'), tall], 4500)).entries.filter(
      (entry) => entry.kind === 'ticket.sold',
    );
    expect(tickets.map((ticket) => ticket.body.childBasis)).toEqual(['age', undefined]);
  });

  test('an infant who takes a place counts as a head of the ship', () => {
    const leases = [{ ...freshLease(leaseId, ferry as DepartureId, { kind: 'free', count: 2 }), sold: 1 }];
    const family = [adult('a'), { ...child('b'), birthDate: '2025-01-01' }];
    const state = stateFor(ferry, { leases }, morning, 2);
    expect(decideSale(state, order(family, 4500), morning)).toMatchObject({
      refusal: { code: 'seat.noneHeld' },
    });
  });

  test('a boat of 23:55 is sold before midnight, and the boat of 00:20 after it under the new date', () => {
    const before = instantOf('2025-12-31', '23:49');
    const late = sold(
      stateFor('w-pier-island/2025-12-31/2355', {}, before),
      order([adult('a')], 3000),
      before,
    );
    expect(late.tickets[0]?.ticketNumber.slice(4, 10)).toBe('251231');
    const after = instantOf('2026-01-01', '00:05');
    const early = sold(
      stateFor('w-pier-island/2026-01-01/0020', {}, after),
      order([adult('a')], 3200),
      after,
    );
    expect(early.tickets[0]?.ticketNumber.slice(4, 10)).toBe('260101');
    // Sold on the old year's last evening, the same boat already has its own day's fare.
    const ahead = sold(
      stateFor('w-pier-island/2026-01-01/0020', {}, before),
      order([adult('a')], 3200),
      before,
    );
    expect(ahead.tickets[0]).toMatchObject({
      fareFen: 3200,
      ticketNumber: expect.stringContaining('3309251231'),
    });
  });

  test('sale ends on the minute that the setting says, and not a millisecond before', () => {
    const end = instantOf('2025-06-15', '07:55');
    expect(decideSale(stateFor(ferry), order([adult('a')], 3000), end - 1).ok).toBe(true);
    expect(decideSale(stateFor(ferry), order([adult('a')], 3000), end)).toMatchObject({
      refusal: { code: 'departure.saleEnded', message: '开船(车)前 5 分钟已停止售票' },
    });
  });

  test('the last day on sale is the one that the setting says', () => {
    const on = (days: number) => stateFor(`w-pier-island/${addDays('2025-06-15', days)}/0800`);
    expect(decideSale(on(3), order([adult('a')], 3000), morning).ok).toBe(true);
    expect(decideSale(on(4), order([adult('a')], 3000), morning)).toMatchObject({
      refusal: { code: 'departure.notOnSaleYet' },
    });
  });

  test('the last serial of a day and the largest order are still sold', () => {
    const last = sold(stateFor(ferry, { nextSerial: 99_999 }), order([adult('a')], 3000));
    expect(last.tickets[0]?.ticketNumber.slice(14, 19)).toBe('99999');
    const party = Array.from({ length: MOST_PASSENGERS }, (_, n) => adult(`p${n}`));
    const state = stateFor(ferry, {}, morning, MOST_PASSENGERS);
    expect(sold(state, order(party, MOST_PASSENGERS * 3000)).tickets).toHaveLength(MOST_PASSENGERS);
  });

  test('a document is good to the end of its last day', () => {
    const until = (validTo: string | null) => order([{ ...adult('a'), validTo }], 3000);
    expect(decideSale(stateFor(ferry), until('2025-06-15'), morning).ok).toBe(true);
    expect(decideSale(stateFor(ferry), until(null), morning).ok).toBe(true);
    expect(decideSale(stateFor(ferry), until('2025-06-14'), morning).ok).toBe(false);
  });
});

describe('a refused sale', () => {
  const held = '33092506150301000419' as TicketNumber;
  const two = (state: Partial<SaleState> = {}) => stateFor(ferry, state, morning, 2);
  const late = instantOf('2025-06-15', '08:00');

  const cases: [RefusalCode, string | undefined, SaleState, SaleCommand, number?][] = [
    ['sale.empty', 'passengers', stateFor(ferry, {}, morning, 0), order([], 0)],
    [
      'sale.tooMany',
      'passengers',
      stateFor(ferry, {}, morning, MOST_PASSENGERS + 1),
      order(
        Array.from({ length: MOST_PASSENGERS + 1 }, (_, n) => adult(`p${n}`)),
        63_000,
      ),
    ],
    ['departure.unknown', 'departureId', stateFor('w-moon/2025-06-15/0800'), order([adult('a')], 3000)],
    [
      'departure.notOnSaleYet',
      'departureId',
      stateFor('w-pier-island/2025-06-19/0800'),
      order([adult('a')], 3000),
    ],
    ['departure.saleEnded', 'departureId', stateFor(ferry), order([adult('a')], 3000), late - 1],
    ['departure.left', 'departureId', stateFor(ferry), order([adult('a')], 3000), late],
    ['shift.notOpen', undefined, stateFor(ferry, { shift: null }), order([adult('a')], 3000)],
    [
      'shift.otherClerk',
      undefined,
      stateFor(ferry, { shift: { ...shift, clerkNumber: '1002' } }),
      order([adult('a')], 3000),
    ],
    ['holder.twice', 'passengers.1', two(), order([adult('a'), adult('a')], 6000)],
    [
      'holder.hasTicket',
      'passengers.1',
      two({ existingTickets: [undefined, held] }),
      order([adult('a'), adult('b')], 6000),
    ],
    [
      'document.expired',
      'passengers.1',
      two(),
      order([adult('a'), { ...adult('b'), validTo: '2025-06-14' }], 6000),
    ],
    [
      'fare.unknown',
      'passengers.0.ticketClass',
      stateFor('w-island-pier/2025-06-15/0800'),
      order([child('a')], 1500),
    ],
    [
      'fare.childAge',
      'passengers.1.childBasis',
      two(),
      order([adult('a'), { ...child('b'), birthDate: '2009-01-01' }], 4500),
    ],
    [
      'fare.childAdult',
      'passengers.1.ticketClass',
      two(),
      order([adult('a'), { ...child('b'), birthDate: '1990-01-01' }], 4500),
    ],
    [
      'fare.childAgeUnknown',
      'passengers.1.childBasis',
      two(),
      order([adult('a'), { ...child('b'), birthDate: null }], 4500),
    ],
    [
      'fare.childBasisMissing',
      'passengers.1.childBasis',
      two(),
      order([adult('a'), { ...adult('b'), birthDate: '2018-01-01', ticketClass: 'child_half' }], 4500),
    ],
    ['fare.changed', 'totalFen', stateFor(ferry), order([adult('a')], 2900, 10_000)],
    ['money.short', 'tenderedFen', stateFor(ferry), order([adult('a')], 3000, 2999)],
    [
      'seat.noneHeld',
      'departureId',
      two({ leases: [{ ...freshLease(leaseId, ferry as DepartureId, { kind: 'free', count: 1 }) }] }),
      order([adult('a'), adult('b')], 6000),
    ],
    ['sale.numbersUsed', undefined, two({ nextSerial: 99_999 }), order([adult('a'), adult('b')], 6000)],
  ];

  test.each(cases)('is refused with %s at %s', (code, field, state, command, nowMs = morning) => {
    const decided = decideSale(state, command, nowMs);
    expect(decided).toMatchObject({ ok: false, refusal: { code } });
    expect(decided.ok ? '' : decided.refusal.field).toBe(field);
    // The trade's language, with every placeholder filled.
    expect(decided.ok ? '' : decided.refusal.message + decided.refusal.next).toMatch(
      /^[^{}]*\p{Script=Han}[^{}]*$/u,
    );
  });

  test('every refusal of a sale is reached, and each only once', () => {
    const codes = cases.map(([code]) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).toHaveLength(20);
  });

  test('what a clerk meets first is said first: the departure before the passengers, they before the money', () => {
    const wrong = order([adult('a'), adult('a')], 1, 0);
    const codeOf = (state: SaleState, nowMs: number) => {
      const decided = decideSale(state, wrong, nowMs);
      return decided.ok ? '' : decided.refusal.code;
    };
    expect(codeOf(two({ shift: null }), late)).toBe('departure.left');
    expect(codeOf(two({ shift: null }), morning)).toBe('shift.notOpen');
    expect(codeOf(two(), morning)).toBe('holder.twice');
  });

  test('a departure of another day says its day', () => {
    const gone = decideSale(stateFor('w-pier-island/2025-06-14/0800'), order([adult('a')], 3000), morning);
    expect(gone).toMatchObject({ refusal: { message: '班次已开(2025-06-14 08:00)' } });
  });

  test('a state that does not belong to the order is a defect, not a refusal', () => {
    expect(() => decideSale(stateFor(ferry, {}, morning, 2), order([adult('a')], 3000), morning)).toThrow(
      TypeError,
    );
    expect(() =>
      decideSale(
        { ...stateFor(ferry), departureId: coach as DepartureId },
        order([adult('a')], 3000),
        morning,
      ),
    ).toThrow(TypeError);
    const foreign = freshLease(leaseId, coach as DepartureId, { kind: 'free', count: 9 });
    expect(() =>
      decideSale(stateFor(ferry, { leases: [foreign] }), order([adult('a')], 3000), morning),
    ).toThrow(TypeError);
  });
});
