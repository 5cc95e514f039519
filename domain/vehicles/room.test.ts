import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Deck, VehicleSpace } from '../../contract/vehicles.ts';
import type { VehicleLeaseState } from '../types.ts';
import {
  adoptRoom,
  grantRoom,
  joinRoom,
  noRoom,
  resizedRoom,
  roomLacking,
  roomNeeded,
  roomSize,
  unsoldRoom,
  withoutRoom,
  type RoomWanted,
} from './room.ts';
import { freshVehicleLease, takeSpace, withTaken } from './space.ts';

interface World {
  pool: VehicleSpace;
  windows: VehicleLeaseState[][];
}

/** Room of all hands: what the host has, what windows hold unsold, what vehicles took. */
function everywhere({ pool, windows }: World): VehicleSpace {
  const leases = windows.flat();
  const sold = leases.map(({ space, used }): VehicleSpace =>
    space.kind === 'lane' ? { kind: 'lane', laneCm: used.laneCm } : { kind: 'places', ...decksOf(used) },
  );
  return [...leases.map(unsoldRoom), ...sold].reduce(joinRoom, pool);
}
const decksOf = ({ upper, middle, lower }: Record<Deck, number>) => ({ upper, middle, lower });

const isOverdrawn = (room: VehicleSpace): boolean =>
  Object.values(room).some((figure) => typeof figure === 'number' && figure < 0);

const spaces = fc.oneof(
  fc.integer({ min: 1, max: 14_000 }).map((laneCm): VehicleSpace => ({ kind: 'lane', laneCm })),
  fc
    .tuple(fc.nat(6), fc.nat(6), fc.nat(12))
    .map(([upper, middle, lower]): VehicleSpace => ({ kind: 'places', upper, middle, lower })),
);
const steps = fc.array(
  fc.record({
    act: fc.constantFrom('sell' as const, 'sell' as const, 'recall' as const, 'writeOff' as const),
    window: fc.nat(2),
    cars: fc.array(
      fc.record({
        laneCm: fc.integer({ min: 200, max: 1_900 }),
        places: fc.nat(3),
        deck: fc.constantFrom(null, 'lower' as const, 'upper' as const),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  }),
  { maxLength: 60 },
);

type Act = typeof steps extends fc.Arbitrary<(infer A)[]> ? A : never;
type Faults = { giveWithoutTaking?: boolean; returnTwice?: boolean };

/** One window's act against the host's pool, as host and windows do it. */
function live(world: World, whole: VehicleSpace, { act, window, cars }: Act, faults: Faults) {
  const leases = world.windows[window] ?? [];
  const giveBack = (keep: readonly RoomWanted[]): void => {
    const needed = roomNeeded(leases, keep);
    for (const [at, lease] of leases.entries()) {
      const back = withoutRoom(unsoldRoom(lease), needed.get(lease.leaseId) ?? noRoom(whole.kind));
      const space = back && withoutRoom(lease.space, back);
      if (!back || !space) throw new Error('a lease without its own room');
      leases[at] = { ...lease, space };
      world.pool = joinRoom(world.pool, back);
      if (faults.returnTwice) world.pool = joinRoom(world.pool, back);
    }
  };
  if (act !== 'sell') return giveBack(act === 'recall' ? cars : []);
  const missing = roomLacking(leases, cars);
  const given = missing.length === 0 ? undefined : grantRoom(world.pool, missing, 3);
  if (given) {
    const rest = faults.giveWithoutTaking ? world.pool : withoutRoom(world.pool, given);
    if (!rest) throw new Error('room that was not there');
    world.pool = rest;
    leases.push(freshVehicleLease(`${window}/${leases.length}`, given));
  }
  for (const car of cars) {
    const taken = takeSpace(leases, car);
    if (taken) leases.splice(0, leases.length, ...withTaken(leases, taken));
  }
}

function conserved(faults: Faults): (whole: VehicleSpace, acts: Act[]) => void {
  return (whole, acts) => {
    const world: World = { pool: whole, windows: [[], [], []] };
    for (const act of acts) {
      live(world, whole, act, faults);
      expect(everywhere(world)).toEqual(whole);
      expect(isOverdrawn(world.pool)).toBe(false);
      for (const lease of world.windows.flat()) expect(isOverdrawn(unsoldRoom(lease))).toBe(false);
    }
  };
}

test('whatever windows ask for, sell and give back, every metre and place is in one hand', () => {
  fc.assert(fc.property(spaces, steps, conserved({})), { numRuns: 150 });
});

test.each<[string, Faults]>([
  ['room that is given and not taken out of the pool', { giveWithoutTaking: true }],
  ['a return that is taken twice', { returnTwice: true }],
])('the count finds %s', (_what, faults) => {
  expect(() => fc.assert(fc.property(spaces, steps, conserved(faults)), { numRuns: 150 })).toThrow(
    /Property failed/,
  );
});

test('the last metres go to who has a vehicle for them, none in advance', () => {
  const car: RoomWanted = { laneCm: 530, places: 1, deck: null };
  expect(grantRoom({ kind: 'lane', laneCm: 600 }, [car], 20)).toEqual({ kind: 'lane', laneCm: 531 });
  expect(grantRoom({ kind: 'lane', laneCm: 500 }, [car], 1)).toBeUndefined();
  expect(grantRoom({ kind: 'lane', laneCm: 700 }, [car, car], 1)).toEqual({ kind: 'lane', laneCm: 530 });
});

test('a lorry of two places stands on one deck, a motorcycle of none only where a place is in hand', () => {
  const lorry: RoomWanted = { laneCm: 0, places: 2, deck: null };
  const apart: VehicleSpace = { kind: 'places', upper: 1, middle: 0, lower: 1 };
  expect(grantRoom(apart, [lorry], 1)).toBeUndefined();
  const motorcycle: RoomWanted = { laneCm: 255, places: 0, deck: null };
  expect(roomLacking([], [motorcycle])).toEqual([motorcycle]);
  expect(roomSize(grantRoom(apart, [motorcycle], 4) ?? noRoom('places'))).toBe(1);
});

test('a smaller vessel leaves what is left of its own room, never less than nothing', () => {
  const before: VehicleSpace = { kind: 'lane', laneCm: 12_000 };
  const left: VehicleSpace = { kind: 'lane', laneCm: 5_000 };
  expect(resizedRoom(left, before, { kind: 'lane', laneCm: 8_000 })).toEqual({ kind: 'lane', laneCm: 1_000 });
  expect(resizedRoom(left, before, { kind: 'lane', laneCm: 2_000 })).toEqual({ kind: 'lane', laneCm: 0 });
  expect(resizedRoom(left, before, null)).toEqual({ kind: 'lane', laneCm: 0 });
});

test('room that windows held before their host began is taken out of the whole; beyond it only where one host had given it all', () => {
  const lane = (laneCm: number): VehicleSpace => ({ kind: 'lane', laneCm });
  const first = adoptRoom(undefined, { space: lane(9_000), whole: lane(12_000) }, false);
  expect(first).toEqual({ free: lane(3_000), whole: lane(12_000) });
  const second = { space: lane(5_000), whole: lane(10_000) };
  expect(adoptRoom(first, second, false)).toBeUndefined();
  expect(adoptRoom(first, second, true)).toEqual({ free: lane(0), whole: lane(14_000) });
  const places = { ...noRoom('places'), upper: 1 } as VehicleSpace;
  expect(adoptRoom(first, { space: places, whole: places }, true)).toBeUndefined();
  // One that knows the departure larger: what is new is nobody's.
  expect(adoptRoom(first, { space: lane(1_000), whole: lane(13_000) }, false)).toEqual({
    free: lane(3_000),
    whole: lane(13_000),
  });
});
