import type { DepartureId, WindowId } from '../contract/ids.ts';
import { sampleFeed } from './sample-feed.ts';
import { businessDateOf, instantOf } from './time.ts';
import { createTimetable } from './timetable.ts';
import type { SaleCommand, SalePassenger, SaleState } from './types.ts';

// Made-up orders for tests.

export const timetable = createTimetable(sampleFeed());
/** Half an hour before the ferry of 08:00. */
export const morning = instantOf('2025-06-15', '07:30');
export const leaseId = 'a'.repeat(32);
export const shift = { shiftId: 'b'.repeat(32), clerkNumber: '1001' };

/** What a sale on the sample feed looks at: nothing leased, nothing sold, a shift of clerk 1001. */
export function stateFor(
  id: string,
  over: Partial<SaleState> = {},
  nowMs: number = morning,
  passengers = 1,
): SaleState {
  const departureId = id as DepartureId;
  return {
    departureId,
    departure: timetable.departure(id),
    timetable,
    shift,
    leases: [],
    existingTickets: Array.from({ length: passengers }, () => undefined),
    vehicleLeases: [],
    existingVehicles: [],
    businessDate: businessDateOf(nowMs),
    nextSerial: 1,
    stationCode: '3309',
    windowNumber: 3,
    ledgerOrdinal: 1,
    windowId: 'pier/03' as WindowId,
    freshLeaseId: leaseId,
    ...over,
  };
}

/** A traveller of 35 years with a full fare. */
export const adult = (samePersonKey: string): SalePassenger => ({
  documentKind: '111',
  birthDate: '1990-01-01',
  capture: 'chip',
  ticketClass: 'full',
  samePersonKey,
});
/** A traveller of 7 years with a child fare by age. */
export const child = (samePersonKey: string): SalePassenger => ({
  ...adult(samePersonKey),
  birthDate: '2018-01-01',
  ticketClass: 'child_half',
  childBasis: 'age',
});
export const order = (
  passengers: SalePassenger[],
  totalFen: number,
  tenderedFen = totalFen,
): SaleCommand => ({
  clerkNumber: '1001',
  passengers,
  totalFen,
  tenderedFen,
  payment: 'cash',
});

export const ferry = 'w-pier-island/2025-06-15/0800';
export const coach = 'r-pier-town/2025-06-15/0900';
