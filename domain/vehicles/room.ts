import { decks, type Deck, type VehicleSpace } from '../../contract/vehicles.ts';
import { settingOf } from '../settings.ts';
import type { Departure, SaleVehicle, Timetable, VehicleLeaseState } from '../types.ts';
import { freshVehicleLease, placesOf, takeSpace, withTaken } from './space.ts';
import { vehicleFareFor } from './vehicles.ts';

/** What one vehicle asks of a departure's room: lane in centimetres or places, on a deck or wherever there is room. */
export interface RoomWanted {
  readonly laneCm: number;
  readonly places: number;
  readonly deck: Deck | null;
}

/** In advance a window gets at most so much lane, about four cars, or so many places: one that dies takes few with it. */
const LARGEST_SPARE_CM = 2_200;
const LARGEST_SPARE_PLACES = 4;

/** What the vehicles of an order ask for; those without a fare or of a type that is not carried ask for nothing. */
export function roomWanted(
  timetable: Timetable,
  departure: Departure,
  vehicles: readonly SaleVehicle[],
): RoomWanted[] {
  const gapCm = settingOf(timetable.settings, 'vehicleGapCm');
  return vehicles.flatMap((vehicle) => {
    const fare = vehicleFareFor(timetable, departure, vehicle);
    return fare ? [{ laneCm: vehicle.lengthCm + gapCm, places: fare.places, deck: vehicle.deck }] : [];
  });
}

/** No room, of the same kind. */
export function noRoom(kind: VehicleSpace['kind']): VehicleSpace {
  return kind === 'lane' ? { kind, laneCm: 0 } : { kind, upper: 0, middle: 0, lower: 0 };
}

/** Centimetres of lane, or places on all decks. */
export function roomSize(room: VehicleSpace): number {
  return room.kind === 'lane' ? room.laneCm : placesOf(room);
}

/** Sums of rooms of both kinds, for people: lane in centimetres, places of all decks. */
export function roomFigures(rooms: readonly VehicleSpace[]): { unsoldLaneCm: number; unsoldPlaces: number } {
  const of = (kind: VehicleSpace['kind']): number =>
    rooms.reduce((sum, room) => sum + (room.kind === kind ? roomSize(room) : 0), 0);
  return { unsoldLaneCm: of('lane'), unsoldPlaces: of('places') };
}

/** Both together. @throws {TypeError} where one is lane and the other places */
export function joinRoom(a: VehicleSpace, b: VehicleSpace): VehicleSpace {
  return combine(a, b, (x, y) => x + y);
}

/** `a` without `b`; undefined when `b` is not in it, or one is lane and the other places. */
export function withoutRoom(a: VehicleSpace, b: VehicleSpace): VehicleSpace | undefined {
  if (a.kind !== b.kind) return undefined;
  const left = combine(a, b, (x, y) => x - y);
  const isIn = left.kind === 'lane' ? left.laneCm >= 0 : decks.every((deck) => left[deck] >= 0);
  return isIn ? left : undefined;
}

/** Room that is nobody's, and the whole of it. */
export interface KnownRoom {
  readonly free: VehicleSpace;
  readonly whole: VehicleSpace;
}

/**
 * Room that a window held before its host began, taken out of what the host knows (undefined = nothing yet); the whole is counted as large as
 * all that is held where this host took over from another, as with seats (`adoptLease`). Undefined where it is not there, or one is lane and the
 * other places.
 */
export function adoptRoom(
  known: KnownRoom | undefined,
  held: { space: VehicleSpace; whole: VehicleSpace },
  tookOver: boolean,
): KnownRoom | undefined {
  const before = known ?? { free: held.whole, whole: held.whole };
  if (before.free.kind !== held.space.kind || held.whole.kind !== held.space.kind) return undefined;
  const beyond = (a: VehicleSpace, b: VehicleSpace): VehicleSpace =>
    combine(a, b, (x, y) => Math.max(0, x - y));
  const seen = beyond(held.whole, before.whole);
  const free = joinRoom(before.free, seen);
  const lacking = beyond(held.space, free);
  if (roomSize(lacking) > 0 && !tookOver) return undefined;
  return {
    whole: joinRoom(joinRoom(before.whole, seen), lacking),
    free: combine(joinRoom(free, lacking), held.space, (x, y) => x - y),
  };
}

/** `room` after its departure changed from `before` to `now`: less where a smaller vessel came, never below nothing. */
export function resizedRoom(
  room: VehicleSpace,
  before: VehicleSpace,
  now: VehicleSpace | null,
): VehicleSpace {
  if (now === null || now.kind !== room.kind || before.kind !== room.kind) return noRoom(room.kind);
  return combine(
    combine(room, now, (x, y) => x + y),
    before,
    (x, y) => Math.max(0, x - y),
  );
}

function combine(a: VehicleSpace, b: VehicleSpace, of: (x: number, y: number) => number): VehicleSpace {
  if (a.kind === 'lane' && b.kind === 'lane') return { kind: 'lane', laneCm: of(a.laneCm, b.laneCm) };
  if (a.kind === 'places' && b.kind === 'places')
    return {
      kind: 'places',
      upper: of(a.upper, b.upper),
      middle: of(a.middle, b.middle),
      lower: of(a.lower, b.lower),
    };
  throw new TypeError('lane and places are not added');
}

/** What of a lease no vehicle has taken. */
export function unsoldRoom({ space, used }: VehicleLeaseState): VehicleSpace {
  if (space.kind === 'lane') return { kind: 'lane', laneCm: space.laneCm - used.laneCm };
  return {
    kind: 'places',
    upper: space.upper - used.upper,
    middle: space.middle - used.middle,
    lower: space.lower - used.lower,
  };
}

/** Vehicles for which no lease has room, each taking its own before the next is looked at. */
export function roomLacking(
  leases: readonly VehicleLeaseState[],
  wanted: readonly RoomWanted[],
): RoomWanted[] {
  let left = leases;
  return wanted.filter((one) => {
    const taken = takeSpace(left, one);
    if (taken) left = withTaken(left, taken);
    return !taken;
  });
}

/** By lease, what the vehicles wanted would take of it: what a recall leaves. */
export function roomNeeded(
  leases: readonly VehicleLeaseState[],
  wanted: readonly RoomWanted[],
): Map<string, VehicleSpace> {
  let left = leases;
  const needed = new Map<string, VehicleSpace>();
  for (const one of wanted) {
    const taken = takeSpace(left, one);
    const lease = taken && leases.find(({ leaseId }) => leaseId === taken.leaseId);
    if (!taken || !lease) continue;
    left = withTaken(left, taken);
    const before = needed.get(taken.leaseId) ?? noRoom(lease.space.kind);
    needed.set(taken.leaseId, joinRoom(before, roomOfTaken(lease.space.kind, taken)));
  }
  return needed;
}

/** The room that a vehicle took, as a part of its lease. One that takes none still needs a place of its deck in hand. */
function roomOfTaken(
  kind: VehicleSpace['kind'],
  taken: { laneCm: number; places: number; deck: Deck | null },
): VehicleSpace {
  const none = noRoom(kind);
  if (none.kind === 'lane') return { ...none, laneCm: taken.laneCm };
  return taken.deck === null ? none : { ...none, [taken.deck]: taken.places };
}

/**
 * What a window gets of a pool: room for every vehicle wanted as far as there is any, each whole and on one deck; beyond that a share
 * in advance, half of what is left over all windows that sell and at most {@link LARGEST_SPARE_CM} or {@link LARGEST_SPARE_PLACES},
 * so that the last room goes to who has a vehicle for it. Undefined when that is nothing.
 */
export function grantRoom(
  pool: VehicleSpace,
  wanted: readonly RoomWanted[],
  sellers: number,
): VehicleSpace | undefined {
  let left = [freshVehicleLease('', pool)];
  let given = noRoom(pool.kind);
  let isShort = false;
  for (const one of wanted) {
    // A vehicle that takes no place is let onto a deck of which a place is in hand.
    const taken = takeSpace(left, { ...one, places: Math.max(1, one.places) });
    if (!taken) {
      isShort = true;
      continue;
    }
    left = withTaken(left, taken);
    given = joinRoom(given, roomOfTaken(pool.kind, taken));
  }
  const [rest] = left;
  // What is short goes to those who have a vehicle for it.
  const spare = rest && !isShort && shareOf(unsoldRoom(rest), Math.max(1, sellers));
  const all = spare ? joinRoom(given, spare) : given;
  return roomSize(all) > 0 ? all : undefined;
}

function shareOf(room: VehicleSpace, sellers: number): VehicleSpace {
  if (room.kind === 'lane')
    return { kind: 'lane', laneCm: Math.min(LARGEST_SPARE_CM, Math.floor(room.laneCm / (2 * sellers))) };
  let most = LARGEST_SPARE_PLACES;
  const share = { upper: 0, middle: 0, lower: 0 };
  for (const deck of decks) {
    share[deck] = Math.min(most, Math.floor(room[deck] / (2 * sellers)));
    most -= share[deck];
  }
  return { kind: 'places', ...share };
}
