import type { LeaseSeats } from '../contract/entries.ts';
import type { DepartureId } from '../contract/ids.ts';
import { accepted, refused, type Outcome } from '../contract/refusals.ts';
import type { Departure, LeaseState, TakenSeat } from './types.ts';

type Ranges = readonly (readonly [number, number])[];
/** Consecutive seat numbers of one lease. */
interface Run {
  readonly leaseId: string;
  readonly from: number;
  readonly to: number;
}

/** All seats of a departure: what a grantor that is its own holder gives itself at first use. */
export function seatsOfWhole(departure: Pick<Departure, 'capacity' | 'numberedSeats'>): LeaseSeats {
  return departure.numberedSeats
    ? { kind: 'numbered', ranges: [[1, departure.capacity]] }
    : { kind: 'free', count: departure.capacity };
}

/** The state of a lease at the moment it is taken, nothing sold. */
export function freshLease(leaseId: string, departureId: DepartureId, seats: LeaseSeats): LeaseState {
  if (seats.kind === 'free') {
    return { leaseId, departureId, kind: 'free', total: seats.count, sold: 0, freeRanges: [] };
  }
  const freeRanges = seats.ranges.toSorted((a, b) => a[0] - b[0]);
  return { leaseId, departureId, kind: 'numbered', total: countOf(freeRanges), sold: 0, freeRanges };
}

/** Seats left in the hands of a window over all its leases of a departure. */
export function seatsLeft(leases: readonly LeaseState[]): number {
  let left = 0;
  for (const lease of leases)
    left += lease.kind === 'free' ? lease.total - lease.sold : countOf(lease.freeRanges);
  return left;
}

/**
 * Takes `count` seats out of leases of one departure, ascending: the lowest run of neighbouring numbers that holds the whole
 * party, else the lowest seats there are; where seats are free, a count. Nothing is taken when there are too few
 * (`seat.noneHeld`). The leases given stay as they are.
 */
export function takeSeats(leases: readonly LeaseState[], count: number): Outcome<TakenSeat[]> {
  const left = seatsLeft(leases);
  if (count > left) return refused('seat.noneHeld', { wanted: count, left }, 'departureId');
  const runs = leases
    .flatMap((lease) => lease.freeRanges.map(([from, to]): Run => ({ leaseId: lease.leaseId, from, to })))
    .sort((a, b) => a.from - b.from);
  const taken = neighbours(runs, count) ?? lowest(runs, count);
  for (const lease of leases) {
    if (lease.kind !== 'free') continue;
    for (let free = lease.total - lease.sold; free > 0 && taken.length < count; free -= 1) {
      taken.push({ leaseId: lease.leaseId, seatNumber: null });
    }
  }
  return accepted(taken);
}

/** The lowest `count` neighbouring seats, across leases where their numbers touch. */
function neighbours(runs: readonly Run[], count: number): TakenSeat[] | undefined {
  let start = 0;
  for (const [place, run] of runs.entries()) {
    const first = runs[start];
    if (!first) return undefined;
    if (run.to - first.from + 1 >= count) return lowest(runs.slice(start), count);
    if (runs[place + 1]?.from !== run.to + 1) start = place + 1;
  }
  return undefined;
}

function lowest(runs: readonly Run[], count: number): TakenSeat[] {
  const taken: TakenSeat[] = [];
  for (const { leaseId, from, to } of runs) {
    for (let seatNumber = from; seatNumber <= to; seatNumber += 1) {
      if (taken.length === count) return taken;
      taken.push({ leaseId, seatNumber });
    }
  }
  return taken;
}

/** Free ranges without one seat. A seat that is not free there is a defect: it would be sold twice. */
export function removeSeat(ranges: Ranges, seat: number): [number, number][] {
  const rest: [number, number][] = [];
  let found = false;
  for (const [from, to] of ranges) {
    if (seat < from || seat > to) {
      rest.push([from, to]);
      continue;
    }
    found = true;
    if (from < seat) rest.push([from, seat - 1]);
    if (seat < to) rest.push([seat + 1, to]);
  }
  if (!found) throw new RangeError(`seat ${seat} is not free`);
  return rest;
}

function countOf(ranges: Ranges): number {
  let seats = 0;
  for (const [from, to] of ranges) seats += to - from + 1;
  return seats;
}
