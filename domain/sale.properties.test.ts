import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTicketNumber } from '../contract/encoding/ticket-number.ts';
import { entryBodies } from '../contract/entries.ts';
import { decideQuote } from './quote.ts';
import { decideSale } from './sale.ts';
import { adult, child, coach, ferry, morning, order, stateFor } from './sample-sale.ts';
import { freshLease, removeSeat, seatsLeft } from './seats.ts';
import type { LeaseState, SaleDecision, SalePassenger } from './types.ts';

/** What the ledger's projections do with the entries of a decision. */
function afterwards(leases: readonly LeaseState[], decision: SaleDecision): LeaseState[] {
  let now = [...leases];
  for (const { kind, body } of decision.entries) {
    if (kind === 'lease.taken') now.push(freshLease(body.leaseId, body.departureId, body.seats));
    if (kind !== 'ticket.sold') continue;
    now = now.map((lease) => {
      if (lease.leaseId !== body.leaseId) return lease;
      const freeRanges =
        body.seatNumber === null ? lease.freeRanges : removeSeat(lease.freeRanges, body.seatNumber);
      return { ...lease, sold: lease.sold + 1, freeRanges };
    });
  }
  return now;
}

describe('a day of sales, whatever is asked for', () => {
  const parties = fc.array(
    fc.record({
      adults: fc.integer({ min: 0, max: 5 }),
      children: fc.integer({ min: 0, max: 3 }),
      overpaidFen: fc.integer({ min: -100, max: 10_000 }),
    }),
    { minLength: 1, maxLength: 12 },
  );

  test.each([
    ['numbered seats', coach, 4600, 2300, 12],
    ['free seats', 'w-pier-island/2025-06-15/0800-1', 3000, 1500, 100],
  ] as const)(
    'with %s no seat is sold twice, none beyond the lease, and money is conserved',
    (_, id, fullFen, childFen, capacity) => {
      fc.assert(
        fc.property(parties, (day) => {
          let leases: LeaseState[] = [];
          let nextSerial = 1;
          const numbers: string[] = [];
          const seats: number[] = [];
          for (const [which, { adults, children, overpaidFen }] of day.entries()) {
            const people = [
              ...Array.from({ length: adults }, (_, n) => adult(`${which} a${n}`)),
              ...Array.from({ length: children }, (_, n) => child(`${which} c${n}`)),
            ];
            const totalFen = adults * fullFen + children * childFen;
            const state = stateFor(id, { leases, nextSerial }, morning, people.length);
            const left = leases.length > 0 ? seatsLeft(leases) : capacity;
            const decided = decideSale(state, order(people, totalFen, totalFen + overpaidFen), morning);
            expect(decided.ok).toBe(people.length > 0 && overpaidFen >= 0 && people.length <= left);
            if (!decided.ok) continue;
            const { entries, tickets, changeFen } = decided.value;
            for (const entry of entries)
              expect(entryBodies[entry.kind].parse(entry.body)).toEqual(entry.body);
            expect(tickets.reduce((sum, ticket) => sum + ticket.fareFen, 0)).toBe(totalFen);
            expect(totalFen + changeFen).toBe(totalFen + overpaidFen);
            expect(entries.map((entry) => entry.passenger ?? -1).filter((n) => n >= 0)).toEqual(
              people.map((_, n) => n),
            );
            leases = afterwards(leases, decided.value);
            expect(seatsLeft(leases)).toBe(left - people.length);
            nextSerial += people.length;
            for (const ticket of tickets) {
              numbers.push(ticket.ticketNumber);
              if (ticket.seatNumber !== null) seats.push(ticket.seatNumber);
            }
          }
          expect(numbers.every(isTicketNumber)).toBe(true);
          expect(new Set(numbers).size).toBe(numbers.length);
          expect(new Set(seats).size).toBe(seats.length);
          expect(numbers.length).toBeLessThanOrEqual(capacity);
          expect(seats.every((seat) => seat >= 1 && seat <= capacity)).toBe(true);
        }),
        { numRuns: 150 },
      );
    },
  );

  test('what a quote finds nothing wrong with is sold for the total that it says', () => {
    const people = fc.array(
      fc.record({
        birthDate: fc.constantFrom('1990-01-01', '2018-01-01', '2010-06-15', null),
        ticketClass: fc.constantFrom('full' as const, 'child_half' as const),
        childBasis: fc.constantFrom('age' as const, 'height' as const),
        samePersonKey: fc.constantFrom('a', 'b', 'c', 'd'),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(
        people,
        fc.constantFrom(ferry, coach, 'r-car/2025-06-15/1000', 'w-moon/2025-06-15/0800'),
        (list, id) => {
          const passengers = list.map((each): SalePassenger => ({ ...adult(''), ...each }));
          const state = stateFor(id, {}, morning, passengers.length);
          const quote = decideQuote(state, { clerkNumber: '1001', passengers }, morning);
          const clear =
            quote.refusal === undefined && quote.passengers.every((each) => each.refusal === undefined);
          const decided = decideSale(state, order(passengers, quote.totalFen), morning);
          expect(decided.ok).toBe(clear);
          const first = quote.refusal ?? quote.passengers.find((each) => each.refusal)?.refusal;
          if (!decided.ok) expect(decided.refusal).toEqual(first);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a decision changes nothing of what it is given', () => {
    const state = stateFor(coach);
    const command = order([adult('a')], 4600);
    const before = structuredClone([state.leases, state.existingTickets, command]);
    const first = decideSale(state, command, morning);
    expect(decideSale(state, command, morning)).toEqual(first);
    expect([state.leases, state.existingTickets, command]).toEqual(before);
  });
});
