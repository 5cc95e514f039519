import type { LeaseSeats } from '../contract/entries.ts';
import type { DepartureId } from '../contract/ids.ts';
import { accepted, refused, type Outcome } from '../contract/refusals.ts';
import type { TicketTakes } from '../contract/ticket-classes.ts';
import type { Departure, LeaseState, TakenSeat } from './types.ts';

type Ranges = readonly (readonly [number, number])[];
/** Consecutive seat numbers of one lease. */
interface Run {
  readonly leaseId: string;
  readonly from: number;
  readonly to: number;
}

/** What a lease of a whole departure says, as in `lease.given`. */
export interface WholeLease {
  readonly seats: LeaseSeats;
  /** Left out where every head has a seat of its own. */
  readonly heads?: number;
  /** Left out where there are none. */
  readonly freeChildren?: number;
}

/** All of a departure: what a grantor that is its own holder gives itself at first use. */
export function wholeOf(
  departure: Pick<Departure, 'capacity' | 'numberedSeats' | 'seats' | 'freeChildQuota'>,
): WholeLease {
  const { capacity, numberedSeats, seats: count, freeChildQuota } = departure;
  const seats: LeaseSeats = numberedSeats
    ? { kind: 'numbered', ranges: [[1, count]] }
    : { kind: 'free', count };
  return {
    seats,
    ...(count === capacity ? {} : { heads: capacity }),
    ...(freeChildQuota === 0 ? {} : { freeChildren: freeChildQuota }),
  };
}

/** The state of a lease at the moment it is taken, nothing sold. */
export function freshLease(
  leaseId: string,
  departureId: DepartureId,
  seats: LeaseSeats,
  more: { heads?: number | undefined; freeChildren?: number | undefined } = {},
): LeaseState {
  const freeRanges = seats.kind === 'free' ? [] : seats.ranges.toSorted((a, b) => a[0] - b[0]);
  const total = seats.kind === 'free' ? seats.count : countOf(freeRanges);
  return {
    leaseId,
    departureId,
    kind: seats.kind,
    total,
    sold: 0,
    freeRanges,
    heads: { total: more.heads ?? total, sold: 0 },
    freeChildren: { total: more.freeChildren ?? 0, sold: 0 },
  };
}

/** Seats left in the hands of a window over all its leases of a departure: places to sit or heads, whichever is less. */
export function seatsLeft(leases: readonly LeaseState[]): number {
  let left = 0;
  for (const lease of leases) left += seatsOf(lease);
  return left;
}

/** Heads left: those of whoever needs no seat may be more than seats. */
export function headsLeft(leases: readonly LeaseState[]): number {
  let left = 0;
  for (const { heads } of leases) left += heads.total - heads.sold;
  return left;
}

/** Free children that may still ride outside the seats. */
export function freeChildrenLeft(leases: readonly LeaseState[]): number {
  let left = 0;
  for (const { freeChildren } of leases) left += freeChildren.total - freeChildren.sold;
  return left;
}

function seatsOf(lease: LeaseState): number {
  const seats = lease.kind === 'free' ? lease.total - lease.sold : countOf(lease.freeRanges);
  return Math.min(seats, lease.heads.total - lease.heads.sold);
}

/**
 * Takes what the tickets of one order need, in their order, or nothing: seats as {@link takeSeats} has it, for those without a
 * seat a head or a place in the coach's quota. Refuses `seat.noneHeld`, `head.noneHeld` or `child.quota`.
 */
export function takePlaces(
  leases: readonly LeaseState[],
  wants: readonly TicketTakes[],
): Outcome<TakenSeat[]> {
  const count = (what: TicketTakes): number => wants.filter((one) => one === what).length;
  const seats = takeSeats(leases, count('seat'));
  if (!seats.ok) return seats;
  const wanted = count('seat') + count('head');
  const left = headsLeft(leases);
  if (wanted > left) return refused('head.noneHeld', { wanted, left }, 'departureId');
  if (count('quota') > freeChildrenLeft(leases))
    return refused('child.quota', { left: freeChildrenLeft(leases) }, 'departureId');

  const headRoom = new Map(leases.map(({ leaseId, heads }) => [leaseId, heads.total - heads.sold]));
  for (const { leaseId } of seats.value) headRoom.set(leaseId, (headRoom.get(leaseId) ?? 0) - 1);
  const quotaRoom = new Map(
    leases.map(({ leaseId, freeChildren }) => [leaseId, freeChildren.total - freeChildren.sold]),
  );
  const takeFrom = (room: Map<string, number>): TakenSeat => {
    for (const [leaseId, some] of room) {
      if (some <= 0) continue;
      room.set(leaseId, some - 1);
      return { leaseId, seatNumber: null };
    }
    throw new TypeError('there was room a moment ago');
  };
  let nextSeat = 0;
  return accepted(
    wants.map((what): TakenSeat => {
      if (what === 'head') return takeFrom(headRoom);
      if (what === 'quota') return takeFrom(quotaRoom);
      if (what === 'none') return { leaseId: leases[0]?.leaseId ?? '', seatNumber: null };
      const seat = seats.value[nextSeat];
      nextSeat += 1;
      if (!seat) throw new TypeError('every ticket with a seat has one');
      return seat;
    }),
  );
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
    .flatMap((lease) =>
      lowestOf(lease.freeRanges, seatsOf(lease)).map(([from, to]): Run => ({
        leaseId: lease.leaseId,
        from,
        to,
      })),
    )
    .sort((a, b) => a.from - b.from);
  const taken = neighbours(runs, count) ?? lowest(runs, count);
  for (const lease of leases) {
    if (lease.kind !== 'free') continue;
    for (let free = seatsOf(lease); free > 0 && taken.length < count; free -= 1) {
      taken.push({ leaseId: lease.leaseId, seatNumber: null });
    }
  }
  return accepted(taken);
}

/** The lowest `count` seats of some ranges: a lease that allows fewer heads than it has seats gives no more. */
function lowestOf(ranges: Ranges, count: number): [number, number][] {
  const kept: [number, number][] = [];
  let left = count;
  for (const [from, to] of ranges) {
    if (left <= 0) break;
    kept.push([from, Math.min(to, from + left - 1)]);
    left -= to - from + 1;
  }
  return kept;
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
