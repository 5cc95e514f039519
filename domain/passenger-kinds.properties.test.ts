import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTicketNumber } from '../contract/encoding/ticket-number.ts';
import type { DepartureId } from '../contract/ids.ts';
import { decideQuote } from './quote.ts';
import { decideSale } from './sale.ts';
import { car, ferries, freeChild } from './sample-ferry.ts';
import { adult, child, morning, order, stateFor } from './sample-sale.ts';
import { freshLease, removeSeat } from './seats.ts';
import type { LeaseState, SaleDecision, SalePassenger, SaleVehicle, VehicleLeaseState } from './types.ts';
import { freshVehicleLease, withTaken } from './vehicles/space.ts';

interface Books {
  leases: LeaseState[];
  vehicleLeases: VehicleLeaseState[];
}

/** What the ledger's projections do with the entries of a decision. */
function afterwards(books: Books, { entries }: SaleDecision): Books {
  let { leases, vehicleLeases } = books;
  const plus = (counter: { total: number; sold: number }) => ({ ...counter, sold: counter.sold + 1 });
  for (const { kind, body } of entries) {
    if (kind === 'lease.taken')
      leases = [...leases, freshLease(body.leaseId, body.departureId, body.seats, body)];
    else if (kind === 'vehicleLease.taken')
      vehicleLeases = [...vehicleLeases, freshVehicleLease(body.leaseId, body.space)];
    else if (kind === 'vehicle.sold') vehicleLeases = withTaken(vehicleLeases, body);
    else if (kind === 'ticket.sold')
      leases = leases.map((lease) => {
        if (lease.leaseId !== body.leaseId || body.takes === 'none') return lease;
        if (body.takes === 'head') return { ...lease, heads: plus(lease.heads) };
        if (body.takes === 'quota') return { ...lease, freeChildren: plus(lease.freeChildren) };
        const freeRanges =
          body.seatNumber === null ? lease.freeRanges : removeSeat(lease.freeRanges, body.seatNumber);
        return { ...lease, sold: lease.sold + 1, freeRanges, heads: plus(lease.heads) };
      });
  }
  return { leases, vehicleLeases };
}

const person = fc.oneof(
  fc.constant({ kind: 'adult' as const }),
  fc.constant({ kind: 'child' as const }),
  fc.record({ kind: fc.constant('free' as const), with: fc.integer({ min: -1, max: 5 }) }),
);
const vehicle = fc.record({
  driver: fc.integer({ min: -1, max: 5 }),
  vehicleType: fc.constantFrom('small_car', 'medium_bus', 'motorcycle', 'dangerous_goods'),
  lengthCm: fc.integer({ min: 200, max: 1_200 }),
  deck: fc.constantFrom(null, 'upper' as const, 'lower' as const),
});
const parties = fc.array(
  fc.record({
    people: fc.array(person, { minLength: 1, maxLength: 5 }),
    vehicles: fc.array(vehicle, { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 14 },
);

describe('a sailing sold by orders of every kind, whatever is asked for', () => {
  test.each([
    ['w-lane', { seats: 6, heads: 8, quota: 0, laneCm: 3_000, upper: 0, lower: 0 }],
    ['w-deck', { seats: 50, heads: 50, quota: 0, laneCm: 0, upper: 1, lower: 2 }],
    ['r-bus', { seats: 20, heads: 20, quota: 2, laneCm: 0, upper: 0, lower: 0 }],
  ])(
    'on %s oversells neither seats nor heads nor lane nor places, nor carries more free children',
    (line, most) => {
      const id = `${line}/2025-06-15/0800` as DepartureId;
      fc.assert(
        fc.property(parties, (day) => {
          let books: Books = { leases: [], vehicleLeases: [] };
          let nextSerial = 1;
          const numbers: string[] = [];
          const free: string[] = [];
          for (const [which, party] of day.entries()) {
            const passengers = party.people.map((one, index): SalePassenger => {
              const key = `${which}-${index}`;
              if (one.kind === 'free') return freeChild(key, one.with);
              return one.kind === 'child' ? child(key) : adult(key);
            });
            const vehicles = party.vehicles.map((one, index): SaleVehicle => {
              const tail = String(which * 10 + index).padStart(5, '0');
              return car(one.driver, { ...one, plate: `浙L${tail}` });
            });
            const state = stateFor(
              id,
              {
                ...books,
                timetable: ferries,
                departure: ferries.departure(id),
                nextSerial,
                existingVehicles: vehicles.map(() => undefined),
                freshVehicleLeaseId: 'c'.repeat(32),
              },
              morning,
              passengers.length,
            );
            const quote = decideQuote(state, { passengers, vehicles }, morning);
            const decided = decideSale(state, { ...order(passengers, quote.totalFen), vehicles }, morning);
            const clear =
              !quote.refusal && [...quote.passengers, ...quote.vehicles].every(({ refusal }) => !refusal);
            // What a quote finds nothing wrong with is sold for the total that it says, and nothing else is.
            expect(decided.ok).toBe(clear);
            if (!decided.ok) continue;
            books = afterwards(books, decided.value);
            nextSerial += decided.value.tickets.length + decided.value.vehicles.length;
            const fares = [...decided.value.tickets, ...decided.value.vehicles].map(({ fareFen }) => fareFen);
            expect(fares.reduce((sum, fen) => sum + fen, 0)).toBe(decided.value.totalFen);
            for (const { ticketNumber } of [...decided.value.tickets, ...decided.value.vehicles])
              numbers.push(ticketNumber);
            for (const entry of decided.value.entries) {
              if (entry.kind !== 'ticket.sold' && entry.kind !== 'vehicle.sold') continue;
              if (entry.kind === 'ticket.sold' && entry.body.ticketClass === 'free_child') {
                expect(numbers).toContain(entry.body.carriedBy ?? '');
                free.push(entry.body.carriedBy ?? '');
              }
              if (entry.kind === 'vehicle.sold') expect(numbers).toContain(entry.body.driverTicket);
            }
          }
          for (const { sold, total, heads, freeChildren } of books.leases) {
            expect(sold).toBeLessThanOrEqual(Math.min(total, most.seats));
            expect(heads.sold).toBeLessThanOrEqual(most.heads);
            expect(freeChildren.sold).toBeLessThanOrEqual(most.quota);
          }
          for (const { used } of books.vehicleLeases) {
            expect(used.laneCm).toBeLessThanOrEqual(most.laneCm);
            expect(used.upper).toBeLessThanOrEqual(most.upper);
            expect(used.lower).toBeLessThanOrEqual(most.lower);
            expect(used.middle).toBe(0);
          }
          expect(new Set(numbers).size).toBe(numbers.length);
          expect(numbers.every(isTicketNumber)).toBe(true);
          expect(new Set(free).size).toBe(free.length);
        }),
        { numRuns: 200 },
      );
    },
  );
});
