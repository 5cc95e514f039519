import type { EntryBody, NewEntry } from '../../contract/entries.ts';
import type { DepartureId, WindowId } from '../../contract/ids.ts';
import type { LinkLease } from '../../contract/station-link.ts';
import { isLow, seatCount } from '../../domain/lease-pool.ts';
import { freeChildrenLeft, headsLeft, seatsLeft } from '../../domain/seats.ts';
import type { Departure, LeaseCounts } from '../../domain/types.ts';
import { unsoldPart, wholeDeparture } from './grantor.ts';
import { businessDateOf } from '../../domain/time.ts';
import type { Ledger } from '../ledger/types.ts';
import type { Runtime } from '../runtime.ts';
import { Down } from '../citylink/down.ts';
import { gonePlaces, seatsWithout, withoutGoneSeats } from './gone-places.ts';
import { type HostCalls } from './host-client.ts';

export interface SeatBookParts {
  runtime: Pick<Runtime, 'clock' | 'random' | 'timers'>;
  ledger: Ledger;
  write: (entries: NewEntry[]) => void;
  onSeats: (departureId: DepartureId) => void;
  departure: (departureId: string) => Departure | undefined;
  /** The connection to the host while it is up. */
  host: () => HostCalls | undefined;
}

/** A sale waits for its host at most so long; then it goes by what is in hand. */
const SALE_PATIENCE_MS = 2_500;
/** A form that was quoted keeps its seats so long. */
const FORM_MS = 60_000;
const TRIES = 3;
const NOTHING: LeaseCounts = { seats: 0, heads: 0, freeChildren: 0 };

/** A window's seats of its host's giving: asked for, kept for the form in front, given back. */
export function createSeatBook(parts: SeatBookParts) {
  const { ledger } = parts;
  const { clock, random, timers } = parts.runtime;
  const pools = new Map<string, number>();
  const forms = new Map<string, { count: number; untilMs: number }>();
  const selling = new Map<string, number>();
  const asking = new Map<string, Promise<void>>();

  /** Leases that the host gave and whose answer did not arrive; what went back and whose word did not. */
  async function settle(calls: HostCalls, given: readonly LinkLease[]): Promise<void> {
    for (const lease of given) {
      const own = ledger.lease(lease.leaseId);
      if (!own) take(lease, calls.host);
      else if (seatCount(lease.seats) > own.total || lease.heads > own.heads.total)
        for (const body of ledger.returnsOf(lease.leaseId)) await tellReturn(calls, body);
    }
  }

  function tellReturn(calls: HostCalls, body: EntryBody<'lease.returned'>): Promise<unknown> {
    const { returnId, leaseId, departureId, seats } = body;
    const { heads = seatCount(seats), freeChildren = 0 } = body;
    const said = { returnId, leaseId, departureId, seats, heads, freeChildren };
    return calls.call('lease.return', { ...said, ledgerId: ledger.ledgerId });
  }

  function take({ leaseId, departureId, seats, heads, freeChildren }: LinkLease, grantor: WindowId): void {
    if (ledger.lease(leaseId)) return;
    const body = { leaseId, departureId, grantor, seats, heads, freeChildren };
    parts.write([{ kind: 'lease.taken', body }]);
    parts.onSeats(departureId);
  }

  /** What is in hand of a departure and not sold. */
  function heldOf(departureId: string): LeaseCounts {
    const leases = ledger.leasesOf(departureId);
    return {
      seats: seatsLeft(leases),
      heads: headsLeft(leases) - seatsLeft(leases),
      freeChildren: freeChildrenLeft(leases),
    };
  }

  /** What is wanted and not in hand; undefined when that is nothing. */
  function lack(departureId: string, wanted: LeaseCounts): LeaseCounts | undefined {
    const held = heldOf(departureId);
    const spareSeats = Math.max(0, held.seats - wanted.seats);
    const missing = {
      seats: Math.max(0, wanted.seats - held.seats),
      heads: Math.max(0, wanted.heads - held.heads - spareSeats),
      freeChildren: Math.max(0, wanted.freeChildren - held.freeChildren),
    };
    return missing.seats + missing.heads + missing.freeChildren > 0 ? missing : undefined;
  }

  /** One question a departure at a time; what it brings is durable here before it resolves. */
  function request(departureId: DepartureId, wanted: LeaseCounts): Promise<void> {
    const running = asking.get(departureId);
    if (running) return running;
    const calls = parts.host();
    if (!calls) return Promise.resolve();
    const done = calls
      .call('lease.request', {
        requestId: random.id(),
        ledgerId: ledger.ledgerId,
        departureId,
        wanted: wanted.seats,
        heads: wanted.heads,
        freeChildren: wanted.freeChildren,
      })
      .then(({ lease, left }) => {
        pools.set(departureId, left);
        take(lease, calls.host);
      })
      .catch((error: unknown) => {
        if (!(error instanceof Down)) throw error;
        if (error.refusal.code === 'seat.poolEmpty') pools.set(departureId, 0);
      })
      .finally(() => asking.delete(departureId));
    asking.set(departureId, done);
    return done;
  }

  /** Seats that a form or a sale under way needs: a recall leaves them. */
  function needed(departureId: DepartureId): number {
    const form = forms.get(departureId);
    const ofForm = form && form.untilMs > clock.monotonicMs() ? form.count : 0;
    return ofForm + (selling.get(departureId) ?? 0);
  }

  function ensure(departureId: DepartureId, wanted: LeaseCounts, isSale: boolean): Promise<void> | undefined {
    const { seats } = wanted;
    if (isSale) forms.delete(departureId);
    else forms.set(departureId, { count: seats, untilMs: clock.monotonicMs() + FORM_MS });
    const waiting = fetchSeats(departureId, wanted);
    if (!waiting || !isSale) return waiting;
    selling.set(departureId, (selling.get(departureId) ?? 0) + seats);
    return waiting.finally(() => selling.set(departureId, (selling.get(departureId) ?? 0) - seats));
  }

  function fetchSeats(departureId: DepartureId, wanted: LeaseCounts): Promise<void> | undefined {
    if (!parts.host()) return undefined;
    if (!lack(departureId, wanted)) {
      // Asked in good time, so that no sale waits: the answer comes while the next passenger is read.
      if (isLow(heldOf(departureId).seats - wanted.seats) && pools.get(departureId) !== 0)
        void request(departureId, NOTHING).catch(() => undefined);
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const timer = timers.setTimeout(resolve, SALE_PATIENCE_MS);
      const end = (): void => {
        timers.clearTimeout(timer);
        resolve();
      };
      void (async () => {
        // A question that was under way may have been for fewer.
        for (let tries = 0; tries < TRIES && parts.host(); tries += 1) {
          const missing = lack(departureId, wanted);
          if (!missing) return;
          await request(departureId, missing);
        }
      })().then(end, reject);
    });
  }

  function giveBack(departureId: DepartureId | undefined, keep: number): void {
    const today = businessDateOf(clock.nowMs());
    const kept = new Map<string, number>();
    for (const lease of ledger.unsoldLeases(today)) {
      if (departureId !== undefined && lease.departureId !== departureId) continue;
      const before = kept.get(lease.departureId) ?? 0;
      const stay = Math.min(lease.total - lease.sold, Math.max(0, keep - before));
      kept.set(lease.departureId, before + stay);
      const back = unsoldPart(lease, stay);
      if (!back) continue;
      const { leaseId, grantor } = lease;
      const body = { leaseId, departureId: lease.departureId, returnId: random.id(), grantor, ...back };
      parts.write([{ kind: 'lease.returned', body }]);
      parts.onSeats(lease.departureId);
      // Where this does not arrive it is said again at the next contact.
      const calls = parts.host();
      if (calls) void tellReturn(calls, body).catch(() => undefined);
    }
  }

  return {
    settle,
    ensure,
    giveBack,
    poolLeft: (departureId: string): number | undefined => pools.get(departureId),
    /** Everything that this window holds from today on, sold or not: what a host that is new must know. */
    holds(): LinkLease[] {
      const today = businessDateOf(clock.nowMs());
      const gone = gonePlaces(ledger);
      return ledger.leasesFrom(today).flatMap((lease): LinkLease[] => {
        const taken = ledger.leaseTaken(lease.leaseId);
        if (!taken || lease.total < 1) return [];
        let { seats } = taken;
        for (const back of ledger.returnsOf(lease.leaseId)) seats = seatsWithout(seats, back.seats);
        const departure = parts.departure(lease.departureId);
        const heads = lease.heads.total;
        const freeChildren = lease.freeChildren.total;
        const count = seatCount(taken.seats);
        const whole = departure ? wholeDeparture(departure) : { seats: count, heads, freeChildren };
        const { leaseId, departureId } = lease;
        // What the host before took back of it is somebody else's.
        const held = withoutGoneSeats(
          { leaseId, departureId, seats, heads, freeChildren, whole },
          gone.get(leaseId) ?? [],
        );
        return held ? [held] : [];
      });
    },
    told(departureId: DepartureId, left: number): void {
      pools.set(departureId, left);
      parts.onSeats(departureId);
    },
    recalled: (departureId: DepartureId, all: boolean): void =>
      giveBack(departureId, all ? 0 : needed(departureId)),
    closed(departureId: DepartureId): void {
      pools.set(departureId, 0);
      giveBack(departureId, 0);
    },
  };
}
