import { describe, expect, test } from 'vitest';
import type { DepartureId } from '../contract/ids.ts';
import { decideQuote } from './quote.ts';
import { sampleFeed } from './sample-feed.ts';
import { freshLease } from './seats.ts';
import { businessDateOf, instantOf } from './time.ts';
import { createTimetable } from './timetable.ts';
import type { QuoteState, SalePassenger } from './types.ts';

const timetable = createTimetable(sampleFeed());
const morning = instantOf('2025-06-15', '07:30');
const ferry = 'w-pier-island/2025-06-15/0800';

function stateFor(id: string, passengers: number, over: Partial<QuoteState> = {}): QuoteState {
  return {
    departureId: id as DepartureId,
    departure: timetable.departure(id),
    timetable,
    shift: { shiftId: 'b'.repeat(32), clerkNumber: '1001' },
    leases: [],
    existingTickets: Array.from({ length: passengers }, () => undefined),
    vehicleLeases: [],
    existingVehicles: [],
    businessDate: businessDateOf(morning),
    ...over,
  };
}
const person = (
  samePersonKey: string,
  birthDate: string | null,
  ticketClass: SalePassenger['ticketClass'],
): SalePassenger => ({
  documentKind: '111',
  birthDate,
  capture: 'typed',
  ticketClass,
  samePersonKey,
});

describe('a quote', () => {
  test('gives each passenger fare, age on the travel date and the class that the rules suggest', () => {
    const passengers = [
      person('a', '1990-06-16', 'full'),
      { ...person('b', '2018-06-15', 'child_half'), childBasis: 'age' } as const,
      person('c', '2018-06-15', 'full'),
      person('d', null, 'full'),
    ];
    expect(decideQuote(stateFor(ferry, 4), { passengers }, morning)).toEqual({
      passengers: [
        { fareFen: 3000, suggestedClass: 'full', ageYears: 34 },
        { fareFen: 1500, suggestedClass: 'child_half', ageYears: 7 },
        { fareFen: 3000, suggestedClass: 'child_half', ageYears: 7 },
        { fareFen: 3000, suggestedClass: 'full', ageYears: null },
      ],
      vehicles: [],
      totalFen: 10_500,
    });
  });

  test('an obstacle of one passenger stays with that passenger', () => {
    const passengers = [person('a', '1990-01-01', 'full'), person('a', '1990-01-01', 'full')];
    const quote = decideQuote(stateFor(ferry, 2), { passengers }, morning);
    expect(quote.passengers.map((each) => [each.fareFen, each.refusal?.code])).toEqual([
      [3000, undefined],
      [null, 'holder.twice'],
    ]);
    expect(quote).not.toHaveProperty('refusal');
    expect(quote.totalFen).toBe(3000);
  });

  test('an empty form is no obstacle', () => {
    expect(decideQuote(stateFor(ferry, 0), { passengers: [] }, morning)).toEqual({
      passengers: [],
      vehicles: [],
      totalFen: 0,
    });
  });

  test('what stands in the way of the whole order is said once', () => {
    const passengers = [person('a', '1990-01-01', 'full')];
    const codeOf = (state: QuoteState, nowMs = morning, clerkNumber = '1001') =>
      decideQuote(state, { passengers, clerkNumber }, nowMs).refusal?.code;
    expect(codeOf(stateFor('w-moon/2025-06-15/0800', 1))).toBe('departure.unknown');
    expect(codeOf(stateFor(ferry, 1), instantOf('2025-06-15', '08:01'))).toBe('departure.left');
    expect(codeOf(stateFor(ferry, 1, { shift: null }))).toBe('shift.notOpen');
    expect(codeOf(stateFor(ferry, 1), morning, '1002')).toBe('shift.otherClerk');
    const departureId = ferry as DepartureId;
    const full = { ...freshLease('a'.repeat(32), departureId, { kind: 'free', count: 9 }), sold: 9 };
    expect(codeOf(stateFor(ferry, 1, { leases: [full] }))).toBe('seat.noneHeld');
    expect(codeOf(stateFor(ferry, 1, { leases: [{ ...full, sold: 8 }] }))).toBeUndefined();
    expect(codeOf(stateFor(ferry, 1))).toBeUndefined();
  });

  test('an unknown departure has no fares', () => {
    const quote = decideQuote(
      stateFor('w-moon/2025-06-15/0800', 1),
      { passengers: [person('a', '1990-01-01', 'full')] },
      morning,
    );
    expect(quote).toMatchObject({ passengers: [{ fareFen: null, ageYears: null }], totalFen: 0 });
  });
});
