import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { vesselFor } from './next-vessel.ts';

interface Vessel {
  departureId: string;
  departAt: number;
  capacity: number;
  taken: number;
  closed: boolean;
}

const asVessel = (vessel: Vessel) => ({
  departureId: vessel.departureId,
  departAt: vessel.departAt,
  isOpen: () => !vessel.closed,
  room: () => vessel.capacity - vessel.taken,
});

type Step = { do: 'order'; vessel: number; heads: number } | { do: 'close'; vessel: number };
const most = 4;
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('order' as const),
        vessel: fc.nat(most),
        heads: fc.integer({ min: 1, max: 4 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), vessel: fc.nat(most) }) },
  ),
  { minLength: 5, maxLength: 60 },
);
const capacities = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: most + 1, maxLength: most + 1 });

/** A day of orders and vessels that left; what must never be, looked for in what happened. */
function faultsOf(
  sizes: number[],
  what: readonly Step[],
  choose = vesselFor,
): { faults: string[]; passed: number } {
  const day = sizes.map((capacity, index): Vessel => ({
    departureId: `w/2026-11-21/${String(9 + index).padStart(2, '0')}00`,
    departAt: index,
    capacity,
    taken: 0,
    closed: false,
  }));
  const faults = new Set<string>();
  let passed = 0;
  for (const step of what) {
    const chosen = day[step.vessel];
    if (!chosen) continue;
    if (step.do === 'close') {
      chosen.closed = true;
      continue;
    }
    // Whatever order the timetable has them in.
    const found = choose(day.toReversed().map(asVessel), chosen.departureId, step.heads);
    const fits = day.filter(
      ({ departAt, capacity, taken, closed }) =>
        departAt >= chosen.departAt && !closed && capacity - taken >= step.heads,
    );
    if (!found) {
      if (fits.length > 0) faults.add('somebody was turned away although a vessel had room');
      continue;
    }
    const vessel = day.find(({ departureId }) => departureId === found.departureId) ?? chosen;
    if (vessel.departAt < chosen.departAt) faults.add('an earlier vessel');
    if (vessel.closed) faults.add('a vessel that left');
    if (vessel !== fits[0]) faults.add('not the next one that has room');
    if (vessel !== chosen) passed += 1;
    vessel.taken += step.heads;
    if (vessel.taken > vessel.capacity) faults.add('over the licence');
  }
  return { faults: [...faults], passed };
}

describe('a line that rolls goes on to the next vessel by itself', () => {
  test('never over a licence, never back, never to one that left, and nobody is turned away while one has room', () => {
    let passed = 0;
    fc.assert(
      fc.property(capacities, steps, (sizes, what) => {
        const told = faultsOf(sizes, what);
        passed += told.passed;
        expect(told.faults).toEqual([]);
      }),
      { numRuns: 500 },
    );
    expect(passed).toBeGreaterThan(500);
  });

  test('a choice that forgets the licence, the time, or who left is found', () => {
    const planted: Record<string, typeof vesselFor> = {
      'over the licence': (vessels, id) => vesselFor(vessels, id, 0),
      'an earlier vessel': (vessels, _id, heads) => vesselFor(vessels, 'w/2026-11-21/0900', heads),
      'a vessel that left': (vessels, id, heads) =>
        vesselFor(
          vessels.map((one) => ({ ...one, isOpen: () => true })),
          id,
          heads,
        ),
    };
    for (const [fault, choose] of Object.entries(planted)) {
      const found = new Set<string>();
      for (const [sizes, what] of fc.sample(fc.tuple(capacities, steps), { numRuns: 100, seed: 3 }))
        for (const each of faultsOf(sizes, what, choose).faults) found.add(each);
      expect([...found]).toContain(fault);
    }
  });

  test('a vessel that is not of the line and day is not passed on from', () => {
    const [one] = [asVessel({ departureId: 'a', departAt: 0, capacity: 9, taken: 0, closed: false })];
    expect(one && vesselFor([one], 'b', 1)).toBeUndefined();
  });
});
