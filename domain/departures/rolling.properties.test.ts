import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Scope } from '../../contract/contingency.ts';
import type { TicketNumber } from '../../contract/ids.ts';
import { STANDBY_FROM } from '../../contract/rolling.ts';
import { decideBoarding, type BoardingTicket } from '../boarding.ts';
import { DAY, facts, MINUTE, morning, ruleBook, stateSet } from '../contingency/sample.ts';
import { nextQueueNumbers } from './queue-numbers.ts';
import { decideRelease } from './rolling.ts';

/** Three vessels of one line and day. */
const vessels = [facts('09:00'), facts('10:00'), facts('11:00')];
const lineId = vessels[0]?.lineId ?? '';
const wholeDay = { lines: [lineId], dates: { from: DAY, to: DAY } } as Scope;
const rolling = ruleBook([], [stateSet(1, 'rolling', wholeDay)]);

type Step =
  | { do: 'sell'; window: number; vessel: number; people: number; standby: boolean; minute: number }
  | { do: 'release'; vessel: number; count: number }
  | { do: 'present'; ticket: number; vessel: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('sell' as const),
    window: fc.integer({ min: 1, max: 4 }),
    vessel: fc.nat(2),
    people: fc.integer({ min: 1, max: 4 }),
    standby: fc.boolean(),
    minute: fc.nat(200),
  }),
  fc.record({
    do: fc.constant('release' as const),
    vessel: fc.nat(2),
    count: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({ do: fc.constant('present' as const), ticket: fc.nat(20), vessel: fc.nat(2) }),
);

interface Boarded {
  ticket: string;
  queue: number;
  vessel: number;
  /** How far the queue had been let go then. */
  through: number;
}

interface Told {
  boarded: Boarded[];
  numbers: number[];
  placed: number[];
  capacities: number[];
}

/** What must never be, looked for in what happened and not in the rules. */
function faultsOf({ boarded, numbers, placed, capacities }: Told): string[] {
  const faults: string[] = [];
  for (const [vessel, capacity] of capacities.entries()) {
    if (boarded.filter((each) => each.vessel === vessel).length > capacity) faults.push('over the licence');
    if ((placed[vessel] ?? 0) > capacity) faults.push('places sold twice');
  }
  if (boarded.some(({ queue, through }) => queue > through)) faults.push('out of turn');
  if (new Set(boarded.map(({ ticket }) => ticket)).size < boarded.length) faults.push('aboard twice');
  if (new Set(numbers).size < numbers.length) faults.push('a number given twice');
  return faults;
}

/** Runs a day of steps; `decide` is the gate's verdict, so that one can be planted. */
function day(capacities: number[], steps: readonly Step[], decide = decideBoarding): Told {
  const tickets: { ticket: BoardingTicket; queue: number; aboard: number | null }[] = [];
  const told: Told = { boarded: [], numbers: [], placed: [0, 0, 0], capacities };
  const released = [0, 0, 0];
  let through: number | null = null;
  const vesselAt = (index: number) => {
    const vessel = vessels[index];
    if (!vessel) throw new RangeError('no such vessel');
    return { ...vessel, capacity: capacities[index] ?? 0 };
  };
  const rulesOf = (vessel: number) =>
    rolling.rulesFor({ window: 'w', channel: 'window', departure: vesselAt(vessel) }, morning);
  for (const one of steps) {
    const vessel = vesselAt(one.vessel);
    const { capacity } = vessel;
    if (one.do === 'sell') {
      const standby = one.standby;
      if (!standby && (told.placed[one.vessel] ?? 0) + one.people > capacity) continue;
      if (!standby) told.placed[one.vessel] = (told.placed[one.vessel] ?? 0) + one.people;
      const own = told.numbers.filter(
        (each) => Math.floor(each / 100) % 100 === one.window && each >= STANDBY_FROM === standby,
      );
      const given = nextQueueNumbers(
        { kind: standby ? 'standby' : 'rolling', last: Math.max(0, ...own) },
        one.window,
        one.people,
        // Clocks of windows differ, and one may be set back.
        morning + one.minute * MINUTE,
      );
      for (const queue of given) {
        told.numbers.push(queue);
        const ticketNumber = String(told.numbers.length).padStart(20, '0') as TicketNumber;
        tickets.push({
          queue,
          aboard: null,
          ticket: {
            ticketNumber,
            departureId: vessel.departureId as never,
            departAtMs: vessel.departAt,
            ticketClass: 'full',
            heads: 1,
            queue,
            standby,
            state: 'sold',
            replacedBy: null,
            aboard: null,
          },
        });
      }
    } else if (one.do === 'release') {
      const next = tickets
        .filter(({ aboard, queue }) => aboard === null && queue > (through ?? 0))
        .toSorted((a, b) => a.queue - b.queue)
        .slice(0, one.count);
      const last = next.at(-1)?.queue;
      if (last === undefined) continue;
      const aboard = Math.max(
        released[one.vessel] ?? 0,
        tickets.filter((each) => each.aboard === one.vessel).length,
      );
      const decided = decideRelease(
        {
          facts: vessel,
          aboard,
          throughQueueNumber: through,
        },
        rulesOf(one.vessel),
        { count: next.length, throughQueueNumber: last, by: '0001' },
        'r',
      );
      if (!decided.ok) continue;
      released[one.vessel] = decided.value.body.totalAboard;
      through = last;
    } else {
      const known = tickets[one.ticket];
      if (!known) continue;
      const aboardAt = known.aboard === null ? null : { atMs: morning, gate: '1' };
      const verdict = decide(
        {
          gate: {
            gate: '1',
            departureId: vessel.departureId as never,
            departAtMs: vessel.departAt,
            mode: 'water',
            capacity,
            state: 'open',
            aboard: { heads: tickets.filter((each) => each.aboard === one.vessel).length, free: 0 },
            byQueue: { throughQueueNumber: through },
            elsewhere: new Map(),
          },
          ticket: { ...known.ticket, aboard: aboardAt },
          children: [],
          adultAboard: false,
          settings: { boardUntilMin: 30 },
        },
        morning,
      );
      if (!verdict.admit) continue;
      known.aboard = one.vessel;
      const { queue } = known;
      told.boarded.push({
        ticket: known.ticket.ticketNumber,
        queue,
        vessel: one.vessel,
        through: through ?? 0,
      });
    }
  }
  return told;
}

const capacities = fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4)).map((each) => each.map((one) => one + 1));
const steps = fc.array(step, { minLength: 30, maxLength: 150 });

describe('a line that rolls', () => {
  test('nobody is aboard over the licence, out of turn or twice, and no number is given twice, whatever happens', () => {
    let boarded = 0;
    fc.assert(
      fc.property(capacities, steps, (of, what) => {
        const told = day(of, what);
        boarded += told.boarded.length;
        expect(faultsOf(told)).toEqual([]);
      }),
      { numRuns: 300 },
    );
    // The days were not empty ones.
    expect(boarded).toBeGreaterThan(100);
  });

  test('a gate that forgets the licence, or the queue, is found', () => {
    const careless = (forget: 'capacity' | 'byQueue'): typeof decideBoarding => {
      return (state, nowMs) => {
        const { byQueue, ...gate } = state.gate;
        const kept =
          forget === 'byQueue' ? gate : { ...gate, ...(byQueue ? { byQueue } : {}), capacity: 999 };
        return decideBoarding({ ...state, gate: { ...kept, standbyRoom: 999 } }, nowMs);
      };
    };
    const found = (forget: 'capacity' | 'byQueue'): string[] => {
      const faults = new Set<string>();
      for (const [of, what] of fc.sample(fc.tuple(capacities, steps), { numRuns: 300, seed: 7 }))
        for (const fault of faultsOf(day(of, what, careless(forget)))) faults.add(fault);
      return [...faults];
    };
    expect(found('capacity')).toContain('over the licence');
    expect(found('byQueue')).toContain('out of turn');
  });
});
