import type { NewEntry } from '../../contract/entries.ts';
import type { LedgerId, WindowId } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { HostInput, HostOutput, LinkRoom } from '../../contract/station-link.ts';
import type { VehicleSpace } from '../../contract/vehicles.ts';
import { leavesHereAt } from '../../domain/order-check.ts';
import { isFrozen } from '../../domain/succession.ts';
import type { Departure, OwnRoom } from '../../domain/types.ts';
import {
  grantRoom,
  adoptRoom,
  joinRoom,
  noRoom,
  resizedRoom,
  roomLacking,
  roomSize,
  unsoldRoom,
  withoutRoom,
  type KnownRoom,
  type RoomWanted,
} from '../../domain/vehicles/room.ts';
import { freshVehicleLease } from '../../domain/vehicles/space.ts';
import type { Ledger, RoomGrantRow } from '../ledger/types.ts';
import type { GrantorParts } from './grantor.ts';

/** What giving room needs. */
export type RoomGrantorParts = Pick<
  GrantorParts,
  'random' | 'window' | 'departure' | 'nowMs' | 'sellers' | 'frozenThrough' | 'tookOver' | 'isHeld' | 'write'
> & {
  ledger: Pick<Ledger, 'station' | 'vehicleLeasesOf'>;
  /** Room of a departure was given or came back. */
  onMoved: (departureId: Departure['departureId'], left: VehicleSpace | null) => void;
};

/** Gives room for vehicles as `grantor.ts` gives seats: by lane in centimetres or by places on decks. */
export function createRoomGrantor(parts: RoomGrantorParts) {
  const { ledger, random, window } = parts;

  /** What may be given of a departure now; null where it takes no vehicles. */
  function available(departure: Departure): VehicleSpace | null {
    const { vehicleSpace: now, departureId, date } = departure;
    if (now === null) return null;
    if (isFrozen(date, parts.frozenThrough()) || ledger.station.isClosed(departureId))
      return noRoom(now.kind);
    const pool = ledger.station.roomPool(departureId);
    if (!pool) return now;
    if (pool.free.kind !== now.kind) return noRoom(now.kind);
    return resizedRoom(pool.free, pool.whole, now);
  }

  const left = (departureId: string): VehicleSpace | null => {
    const departure = parts.departure(departureId);
    return departure ? available(departure) : null;
  };
  const moved = (departureId: Departure['departureId']): void =>
    parts.onMoved(departureId, left(departureId));

  return {
    left,
    moved,
    more: available,
    /** Whether all of these vehicles can be given room now. */
    has(departureId: string, wanted: readonly RoomWanted[]): boolean {
      const room = left(departureId);
      return room !== null && roomLacking([freshVehicleLease('', room)], wanted).length === 0;
    },

    /** Room for a sale of this office itself, given and taken in the sale's own transaction. */
    ownRoom(departure: Departure, wanted: readonly RoomWanted[]): OwnRoom | null {
      const room = available(departure);
      // Nothing in advance: what is here can be given at any moment, and pieces are never joined.
      const space = room && grantRoom(room, wanted, Number.POSITIVE_INFINITY);
      return space && departure.vehicleSpace ? { space, whole: departure.vehicleSpace } : null;
    },

    /** Puts this office's own unsold room of a departure back. */
    recallOwn(departureId: Departure['departureId']): void {
      const entries = ledger.vehicleLeasesOf(departureId).flatMap((lease): NewEntry[] => {
        const space = unsoldRoom(lease);
        if (roomSize(space) === 0) return [];
        const body = { leaseId: lease.leaseId, departureId, grantor: 'self' as const };
        return [{ kind: 'vehicleLease.returned', body: { ...body, returnId: random.id(), space } }];
      });
      if (entries.length === 0) return;
      parts.write(entries);
      moved(departureId);
    },

    /** Refuses `vehicle.noRoom`, `vehicle.none`, `seat.held`, `host.frozen`, `departure.unknown`, `departure.left`. The same request is given once. */
    request(holder: WindowId, input: HostInput<'room.request'>): Outcome<HostOutput<'room.request'>> {
      const { requestId, ledgerId, departureId, wanted } = input;
      const known = ledger.station.roomGrantOfRequest(ledgerId, requestId);
      if (known) return accepted({ lease: linkRoomOf(known), left: left(departureId) });
      const departure = parts.departure(departureId);
      if (!departure) return refused('departure.unknown', { departureId }, 'departureId');
      if (leavesHereAt(departure) <= parts.nowMs())
        return refused('departure.left', { time: departure.departLocal }, 'departureId');
      const through = parts.frozenThrough();
      if (through !== null && isFrozen(departure.date, through))
        return refused('host.frozen', { frozenThrough: through }, 'departureId');
      if (parts.isHeld(departure, holder)) return refused('seat.held', {}, 'departureId');
      const room = available(departure);
      if (room === null || departure.vehicleSpace === null) return refused('vehicle.none', {}, 'departureId');
      const space = grantRoom(room, wanted, parts.sellers());
      if (!space) return refused('vehicle.noRoom', {}, 'departureId');
      const lease: LinkRoom = { leaseId: random.id(), departureId, space, whole: departure.vehicleSpace };
      parts.write([
        { kind: 'vehicleLease.given', body: { ...lease, grantor: window, holder, ledgerId, requestId } },
      ]);
      moved(departureId);
      return accepted({ lease, left: left(departureId) });
    },

    /** What a holder gave back; said again it changes nothing. */
    takeReturn(holder: WindowId, input: HostInput<'room.return'>): Outcome<HostOutput<'room.return'>> {
      const { leaseId, departureId, returnId, space, ledgerId } = input;
      const grant = ledger.station.roomGrant(leaseId);
      const isRight =
        grant?.holder === holder && grant.ledgerId === ledgerId && grant.departureId === departureId;
      if (!isRight) return refused('host.rubbish', { detail: 'room.return' });
      if (!grant.writtenOff && !ledger.station.wasRoomReturned(returnId)) {
        if (!withoutRoom(grant.open, space)) return refused('host.rubbish', { detail: 'room.return' });
        const body = { leaseId, departureId, holder, returnId, space };
        parts.write([{ kind: 'vehicleLease.returnTaken', body }]);
        moved(departureId);
      }
      return accepted({ left: left(departureId) });
    },

    /** Leases that a window had before this host began, as entries; refuses `host.holdsConflict` where somebody else has them. */
    adopt(holder: WindowId, ledgerId: LedgerId, rooms: readonly LinkRoom[]): Outcome<NewEntry[]> {
      const entries: NewEntry[] = [];
      const pools = new Map<string, KnownRoom>();
      for (const room of rooms) {
        const { departureId } = room;
        if (ledger.station.roomGrant(room.leaseId)) continue;
        const left = adoptRoom(
          pools.get(departureId) ?? ledger.station.roomPool(departureId),
          room,
          parts.tookOver(),
        );
        if (!left) return refused('host.holdsConflict', { departureId });
        pools.set(departureId, left);
        entries.push({
          kind: 'vehicleLease.given',
          body: { ...room, whole: left.whole, grantor: window, holder, ledgerId, adopted: true },
        });
      }
      return accepted(entries);
    },
  };
}

export type RoomGrantor = ReturnType<typeof createRoomGrantor>;

/** A grant as its holder is told of it: all that was not given back. */
export function linkRoomOf({ leaseId, departureId, open, whole }: RoomGrantRow): LinkRoom {
  return { leaseId, departureId, space: open, whole };
}

/** What of a grant no vehicle that is known here took; null when that is nothing. */
export function unsoldOfRoomGrant(
  { open }: RoomGrantRow,
  vehicles: readonly { laneCm: number; places: number; deck: 'upper' | 'middle' | 'lower' | null }[],
): VehicleSpace | null {
  let left: VehicleSpace | undefined = open;
  for (const { laneCm, places, deck } of vehicles) {
    const none = noRoom(open.kind);
    const taken: VehicleSpace =
      none.kind === 'lane' ? { ...none, laneCm } : deck === null ? none : { ...none, [deck]: places };
    left = left && withoutRoom(left, taken);
  }
  return left && roomSize(left) > 0 ? joinRoom(noRoom(open.kind), left) : null;
}
