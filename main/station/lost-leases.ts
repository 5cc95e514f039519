import type { EntryBody, EntryEnvelope, LeaseSeats } from '../../contract/entries.ts';
import type { WholeDeparture } from '../../contract/entries/station.ts';
import type { DepartureId, LedgerId, WindowId } from '../../contract/ids.ts';
import type { VehicleSpace } from '../../contract/vehicles.ts';
import { seatCount, withoutRanges } from '../../domain/lease-pool.ts';
import { roomSize, withoutRoom } from '../../domain/vehicles/room.ts';

/** A lease that stands in a lost machine's journal and is not over: its own, or one that it gave. */
export interface LostLease {
  leaseId: string;
  departureId: DepartureId;
  holder: WindowId;
  ledgerId: LedgerId;
  seats: LeaseSeats;
  heads: number;
  freeChildren: number;
  whole: WholeDeparture;
  /** Under these ids parts of it came back: none of them comes back again. */
  returned: string[];
}

/** As {@link LostLease}, of room for vehicles. */
export type LostRoom = Pick<LostLease, 'leaseId' | 'departureId' | 'holder' | 'ledgerId' | 'returned'> & {
  space: VehicleSpace;
  whole: VehicleSpace;
};

/** What goes back of a lease. */
interface Part {
  leaseId: string;
  seats: LeaseSeats;
  heads?: number | undefined;
  freeChildren?: number | undefined;
  returnId?: string | undefined;
}

/**
 * Who holds which seats and which room, by the journal of a machine that is lost: whatever it sold came out of a lease, so a lease
 * that counts as given keeps every seat that it may have sold.
 */
export function createLostLeases(window: WindowId, ledgerId: LedgerId) {
  const leases = new Map<string, LostLease>();
  const rooms = new Map<string, LostRoom>();
  const own = { holder: window, ledgerId };

  function add(body: EntryBody<'lease.given'> | EntryBody<'lease.taken'>, holder: typeof own): void {
    const { leaseId, departureId, seats } = body;
    if (leases.has(leaseId)) return;
    const { heads = seatCount(seats), freeChildren = 0 } = body;
    const all = { seats: seatCount(seats), heads, freeChildren };
    const whole = ('whole' in body ? body.whole : undefined) ?? all;
    const returned = ('returned' in body ? body.returned : undefined) ?? [];
    leases.set(leaseId, { leaseId, departureId, seats, heads, freeChildren, whole, returned, ...holder });
  }

  function takeBack({ leaseId, seats, heads = seatCount(seats), freeChildren = 0, returnId }: Part): void {
    const lease = leases.get(leaseId);
    const rest = lease && seatsLess(lease.seats, seats);
    if (!lease || !rest) return void leases.delete(leaseId);
    leases.set(leaseId, {
      ...lease,
      seats: rest,
      heads: Math.max(0, lease.heads - heads),
      freeChildren: Math.max(0, lease.freeChildren - freeChildren),
      returned: [...lease.returned, ...(returnId === undefined ? [] : [returnId])],
    });
  }

  function addRoom(
    body: EntryBody<'vehicleLease.given'> | EntryBody<'vehicleLease.taken'>,
    holder: typeof own,
  ): void {
    const { leaseId, departureId, space } = body;
    const whole = ('whole' in body ? body.whole : undefined) ?? space;
    const returned = ('returned' in body ? body.returned : undefined) ?? [];
    if (!rooms.has(leaseId)) rooms.set(leaseId, { leaseId, departureId, space, whole, returned, ...holder });
  }

  function takeRoomBack(leaseId: string, space: VehicleSpace, returnId?: string): void {
    const room = rooms.get(leaseId);
    const rest = room && withoutRoom(room.space, space);
    if (!room || !rest || roomSize(rest) === 0) return void rooms.delete(leaseId);
    const returned = [...room.returned, ...(returnId === undefined ? [] : [returnId])];
    rooms.set(leaseId, { ...room, space: rest, returned });
  }

  return {
    /** Entries in their order, of kinds and bodies that this program knows. */
    take({ kind, body }: { kind: string; body: EntryEnvelope['body'] }): void {
      const entry = { kind, body } as { [K in LeaseKind]: { kind: K; body: EntryBody<K> } }[LeaseKind];
      switch (entry.kind) {
        case 'lease.given': {
          const { holder, ledgerId: bound } = entry.body;
          return add(entry.body, bound === undefined ? own : { holder, ledgerId: bound });
        }
        case 'lease.taken':
          return add(entry.body, own);
        case 'lease.returned':
        case 'lease.returnTaken':
          return takeBack(entry.body);
        case 'lease.writtenOff': {
          const { leaseId, freed, heads, freeChildren } = entry.body;
          return freed ? takeBack({ leaseId, seats: freed, heads, freeChildren }) : undefined;
        }
        case 'vehicleLease.given': {
          const { holder, ledgerId: bound } = entry.body;
          return addRoom(entry.body, bound === undefined ? own : { holder, ledgerId: bound });
        }
        case 'vehicleLease.taken':
          return addRoom(entry.body, own);
        case 'vehicleLease.returned':
        case 'vehicleLease.returnTaken':
          return takeRoomBack(entry.body.leaseId, entry.body.space, entry.body.returnId);
        case 'vehicleLease.writtenOff':
          return entry.body.freed ? takeRoomBack(entry.body.leaseId, entry.body.freed) : undefined;
      }
    },
    leases: (): LostLease[] => [...leases.values()],
    rooms: (): LostRoom[] => [...rooms.values()],
  };
}

/** Kinds that say who holds what. */
export const LEASE_KINDS = [
  'lease.given',
  'lease.taken',
  'lease.returned',
  'lease.returnTaken',
  'lease.writtenOff',
  'vehicleLease.given',
  'vehicleLease.taken',
  'vehicleLease.returned',
  'vehicleLease.returnTaken',
  'vehicleLease.writtenOff',
] as const;
export type LeaseKind = (typeof LEASE_KINDS)[number];

/** Undefined when nothing is left. */
function seatsLess(seats: LeaseSeats, back: LeaseSeats): LeaseSeats | undefined {
  if (seats.kind === 'free' || back.kind === 'free') {
    const count = seatCount(seats) - seatCount(back);
    return count > 0 ? { kind: 'free', count } : undefined;
  }
  const ranges = withoutRanges(seats.ranges, back.ranges) ?? seats.ranges;
  return ranges.length > 0 ? { kind: 'numbered', ranges } : undefined;
}
