import type { EntryBody } from '../../contract/entries.ts';
import type { DepartureId, WindowId } from '../../contract/ids.ts';
import type { LinkRoom } from '../../contract/station-link.ts';
import type { VehicleSpace } from '../../contract/vehicles.ts';
import {
  noRoom,
  roomLacking,
  roomNeeded,
  roomSize,
  unsoldRoom,
  withoutRoom,
  type RoomWanted,
} from '../../domain/vehicles/room.ts';
import { businessDateOf } from '../../domain/time.ts';
import { Down } from '../citylink/down.ts';
import { gonePlaces, withoutGoneRoom } from './gone-places.ts';
import type { HostCalls } from './host-client.ts';
import type { SeatBookParts } from './seat-book.ts';

/** A sale waits for its host at most so long; then it goes by what is in hand. */
const SALE_PATIENCE_MS = 2_500;
/** A form that was quoted keeps its room so long. */
const FORM_MS = 60_000;
const TRIES = 3;

/** A window's room for vehicles of its host's giving: asked for, kept for the form in front, given back. */
export function createRoomBook(parts: SeatBookParts) {
  const { ledger } = parts;
  const { clock, random, timers } = parts.runtime;
  const pools = new Map<string, VehicleSpace | null>();
  const forms = new Map<string, { wanted: readonly RoomWanted[]; untilMs: number }>();
  const selling = new Map<string, RoomWanted[][]>();
  const asking = new Map<string, Promise<void>>();

  /** Leases that the host gave and whose answer did not arrive; what went back and whose word did not. */
  async function settle(calls: HostCalls, given: readonly LinkRoom[]): Promise<void> {
    for (const room of given) {
      const own = ledger.vehicleLease(room.leaseId);
      if (!own) take(room, calls.host);
      else if (roomSize(room.space) > roomSize(own.space))
        for (const body of ledger.vehicleReturnsOf(room.leaseId)) await tellReturn(calls, body);
    }
  }

  function tellReturn(calls: HostCalls, body: EntryBody<'vehicleLease.returned'>): Promise<unknown> {
    const { returnId, leaseId, departureId, space } = body;
    return calls.call('room.return', { returnId, leaseId, departureId, space, ledgerId: ledger.ledgerId });
  }

  function take({ leaseId, departureId, space }: LinkRoom, grantor: WindowId): void {
    if (ledger.vehicleLease(leaseId) || roomSize(space) === 0) return;
    parts.write([{ kind: 'vehicleLease.taken', body: { leaseId, departureId, grantor, space } }]);
    parts.onSeats(departureId);
  }

  /** One question a departure at a time; what it brings is durable here before it resolves. */
  function request(departureId: DepartureId, wanted: RoomWanted[]): Promise<void> {
    const running = asking.get(departureId);
    if (running) return running;
    const calls = parts.host();
    if (!calls) return Promise.resolve();
    const done = calls
      .call('room.request', { requestId: random.id(), ledgerId: ledger.ledgerId, departureId, wanted })
      .then(({ lease, left }) => {
        pools.set(departureId, left);
        take(lease, calls.host);
      })
      .catch((error: unknown) => {
        if (!(error instanceof Down)) throw error;
      })
      .finally(() => asking.delete(departureId));
    asking.set(departureId, done);
    return done;
  }

  /** Vehicles of a form or a sale under way: a recall leaves their room. */
  function inFront(departureId: DepartureId): RoomWanted[] {
    const form = forms.get(departureId);
    const ofForm = form && form.untilMs > clock.monotonicMs() ? form.wanted : [];
    return [...ofForm, ...(selling.get(departureId) ?? []).flat()];
  }

  function ensure(
    departureId: DepartureId,
    wanted: readonly RoomWanted[],
    isSale: boolean,
  ): Promise<void> | undefined {
    if (isSale) forms.delete(departureId);
    else forms.set(departureId, { wanted, untilMs: clock.monotonicMs() + FORM_MS });
    const waiting = fetchRoom(departureId, wanted);
    if (!waiting || !isSale) return waiting;
    const mine = [...wanted];
    selling.set(departureId, [...(selling.get(departureId) ?? []), mine]);
    return waiting.finally(() =>
      selling.set(
        departureId,
        (selling.get(departureId) ?? []).filter((one) => one !== mine),
      ),
    );
  }

  function fetchRoom(departureId: DepartureId, wanted: readonly RoomWanted[]): Promise<void> | undefined {
    const lack = (): RoomWanted[] => roomLacking(ledger.vehicleLeasesOf(departureId), wanted);
    if (!parts.host() || lack().length === 0) return undefined;
    return new Promise((resolve, reject) => {
      const timer = timers.setTimeout(resolve, SALE_PATIENCE_MS);
      const end = (): void => {
        timers.clearTimeout(timer);
        resolve();
      };
      void (async () => {
        // A question that was under way may have been for others.
        for (let tries = 0; tries < TRIES && parts.host(); tries += 1) {
          const missing = lack();
          if (missing.length === 0) return;
          await request(departureId, missing);
          // No vehicle stands in two leases: pieces too short for it go back, and the host joins them to what it has.
          if (lack().length > 0 && !(await giveBack(departureId, wanted))) return;
        }
      })().then(end, reject);
    });
  }

  /**
   * Gives back what no vehicle of `keep` needs, written down when this returns; resolves when the host has it, or cannot be told now.
   * @returns whether that was any
   * @throws at once what the disk said, to whoever asked: nobody may be waiting for the promise
   */
  function giveBack(departureId: DepartureId | undefined, keep: readonly RoomWanted[]): Promise<boolean> {
    const today = businessDateOf(clock.nowMs());
    const leases = ledger
      .vehicleLeasesFrom(today)
      .filter((lease) => departureId === undefined || lease.departureId === departureId);
    const needed = roomNeeded(leases, keep);
    const told: Promise<unknown>[] = [];
    for (const lease of leases) {
      const { leaseId, grantor } = lease;
      const unsold = unsoldRoom(lease);
      const space = withoutRoom(unsold, needed.get(leaseId) ?? noRoom(unsold.kind));
      if (!space || roomSize(space) === 0) continue;
      const body = { leaseId, departureId: lease.departureId, returnId: random.id(), grantor, space };
      parts.write([{ kind: 'vehicleLease.returned', body }]);
      parts.onSeats(lease.departureId);
      // Where this does not arrive it is said again at the next contact.
      const calls = parts.host();
      if (calls) told.push(tellReturn(calls, body).catch(() => undefined));
    }
    return Promise.all(told).then(() => told.length > 0);
  }

  return {
    settle,
    ensure,
    giveBackAll: (departureId: DepartureId | undefined): void => void giveBack(departureId, []),
    poolLeft: (departureId: string): VehicleSpace | null | undefined => pools.get(departureId),
    /** Everything that this window holds from today on, sold or not: what a host that is new must know. */
    holds(): LinkRoom[] {
      const gone = gonePlaces(ledger);
      return ledger.vehicleLeasesFrom(businessDateOf(clock.nowMs())).flatMap((lease): LinkRoom[] => {
        const { leaseId, departureId } = lease;
        const whole = parts.departure(departureId)?.vehicleSpace ?? lease.space;
        // What the host before took back of it is somebody else's.
        const held = withoutGoneRoom(
          { leaseId, departureId, space: lease.space, whole },
          gone.get(leaseId) ?? [],
        );
        return held ? [held] : [];
      });
    },
    told(departureId: DepartureId, left: VehicleSpace | null): void {
      pools.set(departureId, left);
      parts.onSeats(departureId);
    },
    recalled: (departureId: DepartureId, all: boolean): void =>
      void giveBack(departureId, all ? [] : inFront(departureId)),
    closed(departureId: DepartureId): void {
      pools.set(departureId, null);
      void giveBack(departureId, []);
    },
  };
}
