import type { LeaseSeats, NewEntry } from '../../contract/entries.ts';
import type { WholeDeparture } from '../../contract/entries/station.ts';
import type { BusinessDate, DepartureId, LedgerId, WindowId } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { HostInput, HostOutput, LinkLease } from '../../contract/station-link.ts';
import {
  commonRanges,
  grantCount,
  grantCounters,
  lastSeats,
  seatCount,
  takeFromPool,
  wholePool,
  type SeatPool,
} from '../../domain/lease-pool.ts';
import { adoptLease, type KnownPool } from '../../domain/adopted-lease.ts';
import { poolWithout, type HeldBack } from '../../domain/reserves.ts';
import { leavesHereAt } from '../../domain/order-check.ts';
import { isFrozen } from '../../domain/succession.ts';
import type { Departure, LeaseCounts, OwnGrant } from '../../domain/types.ts';
import type { GrantRow, LeaseRow, Ledger } from '../ledger/types.ts';
import type { Random } from '../runtime.ts';

/** What somebody wants of a departure: seats, heads without one, free children outside the seats. */
export type Wanted = LeaseCounts;

/** What giving seats needs. */
export interface GrantorParts {
  ledger: Pick<Ledger, 'station' | 'leasesOf'>;
  random: Pick<Random, 'id'>;
  window: WindowId;
  departure: (departureId: string) => Departure | undefined;
  nowMs: () => number;
  /** Windows that sell now, this one included. */
  sellers: () => number;
  frozenThrough: () => BusinessDate | null;
  /** This host was named in the place of another one. */
  tookOver: () => boolean;
  /** Seats kept back from sale (留座) now. */
  heldBack: (departure: Departure) => HeldBack | undefined;
  /** An order in force holds the leases or asks them back: nothing is given to another office meanwhile. */
  isHeld: (departure: Departure, holder: WindowId) => boolean;
  write: (entries: NewEntry[]) => void;
  /** Seats of a departure were given or came back. */
  onMoved: (departureId: DepartureId, left: number) => void;
}

/** The one office that gives seats of its station. Everything it gives is durable before it is said. */
export function createGrantor(parts: GrantorParts) {
  const { ledger, random, window } = parts;

  /** What may be given of a departure now: less when a smaller vessel came, more when a larger one did. */
  function available(departure: Departure): SeatPool {
    return poolWithout(wholeAvailable(departure), parts.heldBack(departure));
  }

  function wholeAvailable(departure: Departure): SeatPool {
    const kind = departure.numberedSeats ? 'numbered' : 'free';
    const nothing: SeatPool = { kind, count: 0, ranges: [], heads: 0, freeChildren: 0 };
    if (isFrozen(departure.date, parts.frozenThrough())) return nothing;
    if (ledger.station.isClosed(departure.departureId)) return nothing;
    const pool = ledger.station.pool(departure.departureId);
    const now = wholeDeparture(departure);
    if (!pool) return wholePool(now, departure.numberedSeats);
    if (pool.kind !== kind) return nothing;
    const { whole } = pool;
    const still = (free: number, before: number, after: number): number => Math.max(0, free + after - before);
    const counts = {
      heads: still(pool.heads, whole.heads, now.heads),
      freeChildren: still(pool.freeChildren, whole.freeChildren, now.freeChildren),
    };
    const count = still(pool.count, whole.seats, now.seats);
    if (kind === 'free') return { kind, count, ranges: [], ...counts };
    const more: [number, number][] = now.seats > whole.seats ? [[whole.seats + 1, now.seats]] : [];
    const ranges = commonRanges([...pool.ranges, ...more], [[1, now.seats]]);
    const free = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
    return { kind, count: Math.min(free, count), ranges, ...counts };
  }

  function part(departure: Departure, pool: SeatPool, wanted: Wanted): OwnGrant | undefined {
    const seatsWanted = Math.min(
      Math.max(wanted.seats, wanted.heads + wanted.freeChildren > 0 ? 1 : 0),
      pool.count,
      pool.heads,
    );
    const count = grantCount(pool, seatsWanted, parts.sellers());
    const seats = takeFromPool(pool, count, wanted.seats);
    return (
      seats && { seats, ...grantCounters(pool, seatCount(seats), wanted), whole: wholeDeparture(departure) }
    );
  }

  const left = (departure: Departure): number => {
    const { count, heads } = available(departure);
    return Math.min(count, heads);
  };
  const moved = (departureId: DepartureId): void => {
    const departure = parts.departure(departureId);
    parts.onMoved(departureId, departure ? left(departure) : 0);
  };

  return {
    left,
    /** Nothing of it is given to another office now, so nobody is asked to give back for it either. */
    isHeld(departureId: string, holder: WindowId): boolean {
      const departure = parts.departure(departureId);
      return departure !== undefined && parts.isHeld(departure, holder);
    },
    /** 0 for a departure that nobody knows. */
    leftOf(departureId: string): number {
      const departure = parts.departure(departureId);
      return departure ? left(departure) : 0;
    },

    /** Everything that may be given, for what a quote may promise. */
    more(departure: Departure): LeaseCounts {
      const { count, heads, freeChildren } = available(departure);
      return { seats: count, heads, freeChildren };
    },

    /** Places for a sale of this office itself, given and taken in the sale's own transaction. */
    ownGrant: (departure: Departure, wanted: Wanted): OwnGrant | null =>
      part(departure, available(departure), wanted) ?? null,
    moved,

    /** Puts this office's own unsold seats of a departure back, all but `keep`: another window has a passenger for them. */
    recallOwn(departureId: DepartureId, keep: number): void {
      let kept = 0;
      const entries: NewEntry[] = [];
      for (const lease of ledger.leasesOf(departureId)) {
        const stay = Math.min(lease.total - lease.sold, keep - kept);
        kept += stay;
        const back = unsoldPart(lease, stay);
        if (!back) continue;
        const body = {
          leaseId: lease.leaseId,
          departureId,
          grantor: 'self' as const,
          returnId: random.id(),
          ...back,
        };
        entries.push({ kind: 'lease.returned', body });
      }
      if (entries.length === 0) return;
      parts.write(entries);
      moved(departureId);
    },

    /** Refuses `seat.poolEmpty`, `seat.held`, `host.frozen`, `departure.unknown`, `departure.left`. The same request is given once. */
    request(
      holder: WindowId,
      { requestId, ledgerId, departureId, wanted, heads, freeChildren }: HostInput<'lease.request'>,
    ): Outcome<HostOutput<'lease.request'>> {
      const departure = parts.departure(departureId);
      const known = ledger.station.grantOfRequest(ledgerId, requestId);
      if (known) return accepted({ lease: leaseOf(known), left: departure ? left(departure) : 0 });
      if (!departure) return refused('departure.unknown', { departureId }, 'departureId');
      if (leavesHereAt(departure) <= parts.nowMs())
        return refused('departure.left', { time: departure.departLocal }, 'departureId');
      const through = parts.frozenThrough();
      if (through !== null && isFrozen(departure.date, through))
        return refused('host.frozen', { frozenThrough: through }, 'departureId');
      if (parts.isHeld(departure, holder)) return refused('seat.held', {}, 'departureId');
      const given = part(departure, available(departure), { seats: wanted, heads, freeChildren });
      if (!given) return refused('seat.poolEmpty', {}, 'departureId');
      const lease: LinkLease = { leaseId: random.id(), departureId, ...given };
      const body = { ...lease, capacity: departure.capacity, grantor: window, holder, ledgerId, requestId };
      parts.write([{ kind: 'lease.given', body }]);
      moved(departureId);
      return accepted({ lease, left: left(departure) });
    },

    /** What a holder gave back; said again it changes nothing. */
    takeReturn(holder: WindowId, given: HostInput<'lease.return'>): Outcome<HostOutput<'lease.return'>> {
      const { leaseId, departureId, returnId, seats, heads, freeChildren, ledgerId } = given;
      const departure = parts.departure(departureId);
      const grant = ledger.station.grant(leaseId);
      const isRight =
        grant?.holder === holder && grant.ledgerId === ledgerId && grant.departureId === departureId;
      if (!isRight) return refused('host.rubbish', { detail: 'lease.return' });
      if (!grant.writtenOff && !ledger.station.wasReturned(returnId)) {
        const isHis =
          seats.kind === grant.kind &&
          seatCount(seats) <= grant.count &&
          heads <= grant.heads &&
          freeChildren <= grant.freeChildren;
        if (!isHis) return refused('host.rubbish', { detail: 'lease.return' });
        const body = { leaseId, departureId, holder, returnId, seats, heads, freeChildren };
        parts.write([{ kind: 'lease.returnTaken', body }]);
        moved(departureId);
      }
      return accepted({ left: departure ? left(departure) : 0 });
    },

    /**
     * Leases that a window had before this host began, as entries; refuses `host.holdsConflict` where somebody else has them. Of a departure that is
     * closed as well: the window hears that it is at its next word, and gives back what it did not sell.
     */
    adopt(holder: WindowId, ledgerId: LedgerId, holds: readonly LinkLease[]): Outcome<NewEntry[]> {
      const entries: NewEntry[] = [];
      const pools = new Map<string, KnownPool>();
      for (const lease of holds) {
        const { leaseId, departureId, seats, heads, freeChildren, returned } = lease;
        if (ledger.station.grant(leaseId)) continue;
        const row = ledger.station.pool(departureId);
        const known = pools.get(departureId) ?? (row && { pool: row, whole: row.whole });
        const left = adoptLease(known, lease, parts.tookOver());
        if (!left) return refused('host.holdsConflict', { departureId });
        pools.set(departureId, left);
        const { whole } = left;
        const capacity = Math.max(1, whole.heads);
        const body = { leaseId, departureId, capacity, seats, heads, freeChildren, whole };
        entries.push({
          kind: 'lease.given',
          body: {
            ...body,
            ...(returned ? { returned } : {}),
            grantor: window,
            holder,
            ledgerId,
            adopted: true,
          },
        });
      }
      return accepted(entries);
    },
  };
}

export type Grantor = ReturnType<typeof createGrantor>;

/** A grant as its holder is told of it: all that was not given back. */
export function leaseOf(grant: GrantRow): LinkLease {
  const { leaseId, departureId, kind, count, ranges, heads, freeChildren, whole } = grant;
  // A lease of which every seat came back and a head did not is told with one seat too many; the holder knows it already.
  const seats: LeaseSeats =
    kind === 'free' || ranges.length === 0 ? { kind: 'free', count: Math.max(1, count) } : { kind, ranges };
  return { leaseId, departureId, seats, heads, freeChildren, whole };
}

/** The whole of a departure as the timetable has it now. */
export function wholeDeparture({ seats, capacity, freeChildQuota }: Departure): WholeDeparture {
  return { seats, heads: capacity, freeChildren: freeChildQuota };
}

/** What of a lease is unsold but `keep` seats, as it goes back; undefined when that is nothing. */
export function unsoldPart(
  { kind, total, sold, freeRanges, heads, freeChildren }: LeaseRow,
  keep: number,
): { seats: LeaseSeats; heads: number; freeChildren: number } | undefined {
  const count = total - sold - keep;
  if (count < 1) return undefined;
  const seats: LeaseSeats =
    kind === 'free' ? { kind, count } : { kind, ranges: lastSeats(freeRanges, count) };
  const spare = heads.total - heads.sold;
  // Heads beyond the seats stay while any seat does.
  const headsBack = keep > 0 ? Math.min(count, Math.max(0, spare - keep)) : spare;
  return { seats, heads: headsBack, freeChildren: keep > 0 ? 0 : freeChildren.total - freeChildren.sold };
}
