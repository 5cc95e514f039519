import type { LeaseSeats } from '../contract/entries.ts';
import type { WholeDeparture } from '../contract/entries/station.ts';

type Range = readonly [number, number];

/** Seats of one departure that its grantor has not given to anybody. */
export interface SeatPool {
  readonly kind: 'numbered' | 'free';
  readonly count: number;
  /** Inclusive ranges, ascending; empty where seats are free. */
  readonly ranges: readonly Range[];
  /** Heads, with a seat or without, and free children outside the seats. */
  readonly heads: number;
  readonly freeChildren: number;
}

/** A lease is at most this many seats beyond what is wanted: a window that dies takes few with it. */
const LARGEST_SPARE = 20;
/** Ranges that one lease may name (`leaseSeatsSchema`). */
const MOST_RANGES = 500;

/** The pool of a departure that nobody has touched. */
export function wholePool(whole: WholeDeparture, numbered: boolean): SeatPool {
  const { seats, heads, freeChildren } = whole;
  return numbered
    ? { kind: 'numbered', count: seats, ranges: [[1, seats]], heads, freeChildren }
    : { kind: 'free', count: seats, ranges: [], heads, freeChildren };
}

/**
 * Heads and free children that go with a lease of `seats`: a head a seat, those that are wanted without one, and of what is left
 * over a share like that of the seats.
 */
export function grantCounters(
  pool: SeatPool,
  seats: number,
  wanted: { heads: number; freeChildren: number },
): { heads: number; freeChildren: number } {
  const share = (spare: number): number =>
    Math.floor((Math.max(0, spare) * seats) / (2 * Math.max(1, pool.count)));
  const spareHeads = pool.heads - Math.min(pool.count, pool.heads);
  const heads = seats + Math.max(wanted.heads, share(spareHeads));
  const children = Math.max(wanted.freeChildren, share(pool.freeChildren));
  return { heads: Math.min(pool.heads, heads), freeChildren: Math.min(pool.freeChildren, children) };
}

/**
 * How many seats a window gets. What it wants now, as far as there is any; beyond that a share in advance, so that the next
 * sales need no question: half of what is left, over all windows that sell, at most {@link LARGEST_SPARE}. As a departure
 * fills up the share shrinks to nothing, and the last seats go to who has a passenger for them.
 */
export function grantCount(pool: SeatPool, wanted: number, sellers: number): number {
  const share = Math.floor((Math.min(pool.count, pool.heads) - wanted) / (2 * Math.max(1, sellers)));
  return Math.min(pool.count, wanted + Math.max(0, Math.min(LARGEST_SPARE, share)));
}

/** Whether a holder should ask for more before it needs them: less than a third of a spare share in hand. */
export function isLow(left: number): boolean {
  return left < Math.ceil(LARGEST_SPARE / 3);
}

/**
 * Takes `count` seats out of a pool: the lowest run that has them all in neighbouring numbers, else the lowest run that seats
 * `together`, else the lowest seats there are. Undefined when there is none or `count` is 0.
 */
export function takeFromPool(pool: SeatPool, count: number, together: number): LeaseSeats | undefined {
  const wanted = Math.min(count, pool.count);
  if (wanted < 1) return undefined;
  if (pool.kind === 'free') return { kind: 'free', count: wanted };
  const size = ([from, to]: Range): number => to - from + 1;
  const run =
    pool.ranges.find((range) => size(range) >= wanted) ??
    (together > 1 ? pool.ranges.find((range) => size(range) >= together) : undefined);
  if (run) {
    const taken = Math.min(wanted, size(run));
    return { kind: 'numbered', ranges: [[run[0], run[0] + taken - 1]] };
  }
  const ranges: [number, number][] = [];
  let missing = wanted;
  for (const [from, to] of pool.ranges) {
    if (missing === 0 || ranges.length === MOST_RANGES) break;
    const taken = Math.min(missing, to - from + 1);
    ranges.push([from, from + taken - 1]);
    missing -= taken;
  }
  return { kind: 'numbered', ranges };
}

/** How many seats a lease or a part of one is. */
export function seatCount(seats: LeaseSeats): number {
  if (seats.kind === 'free') return seats.count;
  return seats.ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

/** Ranges `a` without those of `b`; undefined when one of `b` is not in `a`. */
export function withoutRanges(a: readonly Range[], b: readonly Range[]): [number, number][] | undefined {
  let left: [number, number][] = a.map(([from, to]) => [from, to]);
  for (const [from, to] of b) {
    const at = left.findIndex(([low, high]) => low <= from && to <= high);
    const range = left[at];
    if (!range) return undefined;
    const rest: [number, number][] = [];
    if (range[0] < from) rest.push([range[0], from - 1]);
    if (to < range[1]) rest.push([to + 1, range[1]]);
    left = left.toSpliced(at, 1, ...rest);
  }
  return left;
}

/** Both, ascending, neighbours joined; undefined when a seat is in both. */
export function joinRanges(a: readonly Range[], b: readonly Range[]): [number, number][] | undefined {
  const joined: [number, number][] = [];
  for (const [from, to] of [...a, ...b].toSorted((x, y) => x[0] - y[0])) {
    const last = joined.at(-1);
    if (last && from <= last[1]) return undefined;
    if (last && from === last[1] + 1) last[1] = to;
    else joined.push([from, to]);
  }
  return joined;
}

/** The seats that are in both. */
export function commonRanges(a: readonly Range[], b: readonly Range[]): [number, number][] {
  const common: [number, number][] = [];
  for (const [from, to] of a) {
    for (const [low, high] of b) {
      const start = Math.max(from, low);
      const end = Math.min(to, high);
      if (start <= end) common.push([start, end]);
    }
  }
  return common.toSorted((x, y) => x[0] - y[0]);
}

/** The highest `count` seats of some: what is given back, because the lowest are sold next. */
export function lastSeats(ranges: readonly Range[], count: number): [number, number][] {
  const taken: [number, number][] = [];
  let missing = count;
  for (const [from, to] of ranges.toReversed()) {
    if (missing === 0) break;
    const size = Math.min(missing, to - from + 1);
    taken.unshift([to - size + 1, to]);
    missing -= size;
  }
  return taken;
}
