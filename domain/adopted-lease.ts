import type { LeaseSeats, WholeDeparture } from '../contract/entries/station.ts';
import { joinRanges, seatCount, withoutRanges, wholePool, type SeatPool } from './lease-pool.ts';

/** What of a departure is nobody's, and the whole of it. */
export interface KnownPool {
  readonly pool: SeatPool;
  readonly whole: WholeDeparture;
}

/** A lease that a window had before its host began. */
export interface HeldLease {
  readonly seats: LeaseSeats;
  readonly heads: number;
  readonly freeChildren: number;
  /** The departure as the window knows it. */
  readonly whole: WholeDeparture;
}

/**
 * A lease that is held already, taken out of what a host knows of its departure; `known` undefined = nothing yet. With `tookOver` all leases are
 * of one earlier host: where a smaller vessel came meanwhile, the whole is counted as large as all that is held, because what is held was sold or
 * may be, and a window that is kept out helps nobody. Nothing of what is beyond the vessel is given to anybody. Without it more than the whole
 * is the mark of two windows that each had it for themselves.
 * @returns the whole with what remains of it; undefined where somebody else holds one of the seats, or they are of another kind
 */
export function adoptLease(
  known: KnownPool | undefined,
  lease: HeldLease,
  tookOver: boolean,
): KnownPool | undefined {
  const { seats, heads, freeChildren } = lease;
  const isNumbered = seats.kind === 'numbered';
  const before = known ?? { pool: wholePool(lease.whole, isNumbered), whole: lease.whole };
  if (before.pool.kind !== seats.kind) return undefined;
  const highest = isNumbered ? Math.max(...seats.ranges.map(([, to]) => to)) : 0;
  const seen = grown(before, {
    seats: Math.max(lease.whole.seats, highest),
    heads: lease.whole.heads,
    freeChildren: lease.whole.freeChildren,
  });
  const lacking = (wanted: number, free: number): number => Math.max(0, wanted - free);
  const { pool, whole } = grown(seen, {
    seats: seen.whole.seats + (isNumbered ? 0 : lacking(seatCount(seats), seen.pool.count)),
    heads: seen.whole.heads + lacking(heads, seen.pool.heads),
    freeChildren: seen.whole.freeChildren + lacking(freeChildren, seen.pool.freeChildren),
  });
  const ranges = isNumbered ? withoutRanges(pool.ranges, joinRanges(seats.ranges, []) ?? seats.ranges) : [];
  const isBeyond =
    whole.seats > seen.whole.seats ||
    whole.heads > seen.whole.heads ||
    whole.freeChildren > seen.whole.freeChildren;
  if (!ranges || (isBeyond && !tookOver)) return undefined;
  return {
    whole,
    pool: {
      kind: pool.kind,
      ranges,
      count: pool.count - seatCount(seats),
      heads: pool.heads - heads,
      freeChildren: pool.freeChildren - freeChildren,
    },
  };
}

/** As large as `other` where that is larger: what is new is nobody's. */
export function grown({ pool, whole }: KnownPool, other: WholeDeparture): KnownPool {
  const more = (now: number, then: number): number => Math.max(0, then - now);
  const seats = more(whole.seats, other.seats);
  const heads = more(whole.heads, other.heads);
  const freeChildren = more(whole.freeChildren, other.freeChildren);
  const added: [number, number][] =
    seats > 0 && pool.kind === 'numbered' ? [[whole.seats + 1, whole.seats + seats]] : [];
  return {
    whole: {
      seats: whole.seats + seats,
      heads: whole.heads + heads,
      freeChildren: whole.freeChildren + freeChildren,
    },
    pool: {
      kind: pool.kind,
      ranges: joinRanges(pool.ranges, added) ?? pool.ranges,
      count: pool.count + seats,
      heads: pool.heads + heads,
      freeChildren: pool.freeChildren + freeChildren,
    },
  };
}
