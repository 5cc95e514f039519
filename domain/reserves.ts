import type { FeedReserve } from '../contract/feed.ts';
import { commonRanges, lastSeats, seatCount, withoutRanges, type SeatPool } from './lease-pool.ts';
import type { Departure, LeaseState } from './types.ts';

/** Seats of one departure that are kept for a purpose (留座). */
export interface Reserve {
  readonly purpose: string;
  readonly count: number;
  /** Inclusive, ascending; empty where seats are free. */
  readonly ranges: readonly (readonly [number, number])[];
  /** From then on they are sold like any other, UTC milliseconds. */
  readonly releaseAt: number;
}

/** What may not be sold now: of numbered seats these, of free ones so many. */
export interface HeldBack {
  readonly ranges: readonly (readonly [number, number])[];
  readonly count: number;
}

/** The reserves of a departure, in the order of their rows: those without seat numbers take the highest that nobody has named. */
export function reservesOf(
  rows: readonly FeedReserve[],
  departure: Pick<Departure, 'date' | 'departLocal' | 'departAt' | 'numberedSeats' | 'seats'>,
): Reserve[] {
  const { date, departLocal, departAt, numberedSeats, seats } = departure;
  const found = rows.filter(
    (row) =>
      (row.departLocal === null || row.departLocal === departLocal) &&
      row.validFrom <= date &&
      (row.validTo === null || date <= row.validTo),
  );
  let free: [number, number][] = [[1, seats]];
  const take = (ranges: readonly [number, number][]): [number, number][] =>
    ranges
      .flatMap((range) => {
        const there = commonRanges(free, [range]);
        free = withoutRanges(free, there) ?? free;
        return there;
      })
      .toSorted((one, two) => one[0] - two[0]);
  const named = new Map(found.map((row) => [row, numberedSeats ? take(row.ranges) : []]));
  return found.flatMap((row) => {
    const { purpose, releaseMin } = row;
    const ranges =
      numberedSeats && row.ranges.length === 0 ? take(lastSeats(free, row.count)) : (named.get(row) ?? []);
    const count = numberedSeats ? seatCount({ kind: 'numbered', ranges }) : Math.min(row.count, seats);
    return count === 0 ? [] : [{ purpose, count, ranges, releaseAt: departAt - releaseMin * 60_000 }];
  });
}

/** What is kept back at `nowMs`; `released` are purposes that the manager gave up. Undefined when it is nothing. */
export function heldBackAt(
  reserves: readonly Reserve[],
  nowMs: number,
  released: ReadonlySet<string>,
): HeldBack | undefined {
  const kept = reserves.filter(({ purpose, releaseAt }) => nowMs < releaseAt && !released.has(purpose));
  if (kept.length === 0) return undefined;
  return {
    ranges: kept.flatMap(({ ranges }) => ranges).toSorted((a, b) => a[0] - b[0]),
    count: kept.reduce((sum, { count }) => sum + count, 0),
  };
}

/** What a grantor may give: its pool without what is kept back, and without their heads. */
export function poolWithout(pool: SeatPool, held: HeldBack | undefined): SeatPool {
  if (!held) return pool;
  if (pool.kind === 'free') {
    const count = Math.max(0, pool.count - held.count);
    return { ...pool, count, heads: Math.max(0, pool.heads - held.count) };
  }
  const kept = commonRanges(pool.ranges, held.ranges);
  const count = seatCount({ kind: 'numbered', ranges: kept });
  return {
    ...pool,
    ranges: withoutRanges(pool.ranges, kept) ?? pool.ranges,
    count: Math.max(0, pool.count - count),
    heads: Math.max(0, pool.heads - count),
  };
}

/** The same of leases at a window that is its own host: it holds the whole departure and does not sell what is kept back. */
export function leasesWithout(
  leases: readonly LeaseState[],
  held: HeldBack | undefined,
): readonly LeaseState[] {
  if (!held) return leases;
  let missing = held.count;
  return leases.map((lease) => {
    const spareHeads = lease.heads.total - lease.heads.sold;
    const less = (count: number): LeaseState['heads'] => ({
      ...lease.heads,
      total: lease.heads.total - Math.min(count, spareHeads),
    });
    if (lease.kind === 'free') {
      const count = Math.min(missing, lease.total - lease.sold);
      missing -= count;
      return { ...lease, total: lease.total - count, heads: less(count) };
    }
    const kept = commonRanges(lease.freeRanges, held.ranges);
    const count = seatCount({ kind: 'numbered', ranges: kept });
    return {
      ...lease,
      freeRanges: withoutRanges(lease.freeRanges, kept) ?? lease.freeRanges,
      total: lease.total - count,
      heads: less(count),
    };
  });
}
