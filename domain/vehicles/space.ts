import type { VehicleSpace, Deck } from '../../contract/vehicles.ts';
import { decks } from '../../contract/vehicles.ts';
import type { VehicleLeaseState } from '../types.ts';

/** What a vehicle takes: centimetres of lane, or places on a deck. */
export interface TakenSpace {
  readonly leaseId: string;
  readonly deck: Deck | null;
  readonly laneCm: number;
  readonly places: number;
}

/** The state of a lease of vehicle space at the moment it is taken. */
export function freshVehicleLease(leaseId: string, space: VehicleSpace): VehicleLeaseState {
  return { leaseId, space, used: { laneCm: 0, upper: 0, middle: 0, lower: 0 } };
}

/** Places on all decks. */
export function placesOf(space: Extract<VehicleSpace, { kind: 'places' }>): number {
  return space.upper + space.middle + space.lower;
}

/** What is left in the hands of a window: lane in centimetres, or places by deck. */
export function spaceLeft(leases: readonly VehicleLeaseState[]): { laneCm: number; places: number } {
  let laneCm = 0;
  let places = 0;
  for (const { space, used } of leases) {
    if (space.kind === 'lane') laneCm += space.laneCm - used.laneCm;
    else for (const deck of decks) places += space[deck] - used[deck];
  }
  return { laneCm, places };
}

/**
 * Takes room for one vehicle out of leases, or undefined where none has it: lane is never put together from two leases, places
 * never from two decks. `deck` narrows it to one; a lane has no decks and takes any wish.
 */
export function takeSpace(
  leases: readonly VehicleLeaseState[],
  wanted: { laneCm: number; places: number; deck: Deck | null },
): TakenSpace | undefined {
  for (const { leaseId, space, used } of leases) {
    if (space.kind === 'lane') {
      if (used.laneCm + wanted.laneCm <= space.laneCm)
        return { leaseId, deck: null, laneCm: wanted.laneCm, places: 0 };
      continue;
    }
    for (const deck of wanted.deck === null ? decks : [wanted.deck]) {
      if (space[deck] > 0 && used[deck] + wanted.places <= space[deck])
        return { leaseId, deck, laneCm: 0, places: wanted.places };
    }
  }
  return undefined;
}

/** Leases after a vehicle has taken its room. The leases given stay as they are. */
export function withTaken(leases: readonly VehicleLeaseState[], taken: TakenSpace): VehicleLeaseState[] {
  return leases.map((lease) => {
    if (lease.leaseId !== taken.leaseId) return lease;
    const used = { ...lease.used, laneCm: lease.used.laneCm + taken.laneCm };
    if (taken.deck !== null) used[taken.deck] += taken.places;
    return { ...lease, used };
  });
}
