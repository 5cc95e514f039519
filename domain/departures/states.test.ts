import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entryBodies } from '../../contract/entries.ts';
import { decideExtra } from './extra.ts';
import { decideState, decideUndo, type StateCommand } from './decide-state.ts';
import { decideRelease, holdsFor } from './rolling.ts';
import { createStateBook, type StateChange } from './state-book.ts';
import { graverState, stateMeanings } from './states.ts';
import {
  at,
  coach,
  DAY,
  facts,
  fastBoat,
  ferry,
  here,
  HOUR,
  MINUTE,
  morning,
  only,
  order,
  ruleBook,
  stateSet,
  there,
} from '../contingency/sample.ts';

const evening = facts('16:30');
const night = facts('18:00');
const known = {
  lines: new Set(['w-fast', 'w-pier-island', 'r-town']),
  windows: new Set<string>(),
  departures: [fastBoat, ferry, evening, night, coach],
};
const command = (over: Partial<StateCommand>): StateCommand => ({
  scope: only(ferry),
  state: 'cancelled',
  reason: '大风',
  orderedBy: null,
  by: '0001',
  ...over,
});
const key = (n: number, issuer = here) => ({ issuer, n });

/** Takes decisions one after the other, as an office does, and gives the changes that they leave. */
function story(...commands: Partial<StateCommand>[]): StateChange[] {
  const changes: StateChange[] = [];
  for (const [index, each] of commands.entries()) {
    const decided = decideState(
      key(index + 1),
      createStateBook(changes),
      known,
      command(each),
      morning + index * MINUTE,
    );
    if (!decided.ok) throw new Error(decided.refusal.message);
    const { body } = decided.value.entry;
    expect(entryBodies['departure.stateSet'].parse(body)).toEqual(body);
    const { at: atMs, scope, state, supersedes } = body;
    changes.push({ what: 'set', key: body.key, at: atMs, scope, state, supersedes });
  }
  return changes;
}
const statesOf = (changes: readonly StateChange[], of = ferry) =>
  createStateBook(changes)
    .current(of)
    .map(({ state }) => state);
const codeOf = (outcome: { ok: boolean; refusal?: { code: string } }) =>
  outcome.ok ? 'accepted' : outcome.refusal?.code;

describe('the states of real notices', () => {
  test('a stopped departure is neither sold nor checked in, and its money comes back whole', () => {
    for (const state of ['pending', 'paused', 'cancelled'] as const)
      expect(stateMeanings[state]).toMatchObject({
        passengers: 'closed',
        checkIn: 'closed',
        freeRefund: 'all',
      });
  });

  test('the board shows the gravest word', () => {
    expect(graverState('paused', 'pending')).toBe('paused');
    expect(graverState('normal', 'rolling')).toBe('rolling');
    expect(graverState('cancelled', 'evacuation')).toBe('cancelled');
  });
});

describe('setting a state', () => {
  test('"all after 16:30" stops what leaves then or later, and an extra departure added afterwards too', () => {
    const changes = story({
      scope: { lines: ['w-pier-island'], dates: { from: DAY, to: DAY }, departing: { from: '16:30' } },
    });
    expect(
      [ferry, evening, night, facts('17:00', { departureId: 'w-pier-island/2025-06-15/1700-1' })].map(
        (each) => statesOf(changes, each),
      ),
    ).toEqual([[], ['cancelled'], ['cancelled'], ['cancelled']]);
    expect(statesOf(changes, { ...night, date: '2025-06-16' })).toEqual([]);
  });

  test('by kind of vessel, and then one of them normal again', () => {
    const changes = story(
      { scope: { vesselKinds: ['regular'], dates: { from: DAY, to: DAY } }, state: 'pending' },
      { scope: only(evening), state: 'normal' },
    );
    expect(statesOf(changes, ferry)).toEqual(['pending']);
    expect(statesOf(changes, evening)).toEqual(['normal']);
    expect(createStateBook(changes).history(evening)).toMatchObject([
      { state: 'pending', fromMs: morning, toMs: morning + MINUTE, isUndone: false },
      { state: 'normal', toMs: null },
    ]);
  });

  test('a state follows a state; undoing it brings the one before back', () => {
    const changes = story({ state: 'pending' }, { state: 'cancelled' });
    expect(statesOf(changes)).toEqual(['cancelled']);
    const book = createStateBook(changes);
    const undone = decideUndo(key(9), book, { undoes: key(2), reason: '误操作', by: '0001' }, morning + HOUR);
    if (!undone.ok) throw new Error(undone.refusal.message);
    expect(entryBodies['departure.stateUndone'].parse(undone.value.body)).toEqual(undone.value.body);
    const after: StateChange[] = [
      ...changes,
      { what: 'undone', key: key(9), at: morning + HOUR, undoes: key(2) },
    ];
    expect(statesOf(after)).toEqual(['pending']);
    const twice = decideUndo(
      key(10),
      createStateBook(after),
      { undoes: key(2), reason: '误操作', by: '0001' },
      morning,
    );
    expect(codeOf(twice)).toBe('state.undoneAlready');
    expect(codeOf(decideUndo(key(10), book, { undoes: key(7), reason: '误', by: '0001' }, morning))).toBe(
      'state.unknown',
    );
  });

  test('two managers out of contact: both hold, and the stricter decides', () => {
    const mine = stateSet(1, 'paused', only(ferry));
    const theirs = stateSet(1, 'rolling', only(ferry), { key: key(1, there) });
    expect(statesOf([mine, theirs]).toSorted()).toEqual(['paused', 'rolling']);
    expect(ruleBook([], [theirs, mine]).rulesFor(at(ferry), morning).sale.passengers).toBe('nothing');
    const settled = stateSet(2, 'normal', only(ferry), {
      supersedes: [mine.key, theirs.key],
      at: morning + HOUR,
    });
    expect(statesOf([settled, theirs, mine])).toEqual(['normal']);
  });

  test('changes that name each other in a ring hold all of them', () => {
    const ring = [
      stateSet(1, 'paused', only(ferry), { supersedes: [key(2)] }),
      stateSet(2, 'normal', only(ferry), { supersedes: [key(1)] }),
    ];
    expect(statesOf(ring)).toEqual(['paused', 'normal']);
  });

  test.each([
    ['no day and no departure', { scope: { lines: ['w-fast'] } }, 'scope.needsDays'],
    ['a line that is not there', { scope: { lines: ['x'], dates: { from: DAY, to: DAY } } }, 'scope.unknown'],
    [
      'a day on which nothing sails',
      { scope: { dates: { from: '2025-06-20', to: '2025-06-20' } } },
      'scope.matchesNothing',
    ],
    ['what is so already', { state: 'normal' }, 'state.already'],
  ] as [string, Partial<StateCommand>, string][])('is refused with %s', (_, over, code) => {
    expect(codeOf(decideState(key(1), createStateBook([]), known, command(over), morning))).toBe(code);
  });
});

describe('an extra departure', () => {
  const add = (over = {}, nowMs = morning, departures = known.departures) =>
    decideExtra(
      departures,
      {
        pattern: ferry.departureId,
        departLocal: '10:00',
        vesselName: '样例 2',
        vesselKind: null,
        capacity: 120,
        by: '0001',
        ...over,
      },
      nowMs,
    );

  test('takes line and day from a pattern and the first free number of its minute', () => {
    const first = add();
    if (!first.ok) throw new Error(first.refusal.message);
    expect(first.value.body).toMatchObject({ departureId: 'w-pier-island/2025-06-15/1000-1', capacity: 120 });
    expect(entryBodies['departure.extraAdded'].parse(first.value.body)).toEqual(first.value.body);
    const there = facts('10:00', { departureId: 'w-pier-island/2025-06-15/1000-1' });
    expect(add({}, morning, [...known.departures, there])).toMatchObject({
      value: { body: { departureId: 'w-pier-island/2025-06-15/1000-2' } },
    });
  });

  test('is refused without a pattern and in the past', () => {
    expect(codeOf(add({ pattern: 'w-moon/2025-06-15/1000' }))).toBe('extra.pattern');
    expect(codeOf(add({ departLocal: '07:59' }))).toBe('extra.past');
  });
});

describe('a rolling line', () => {
  const book = ruleBook(
    [],
    [stateSet(1, 'rolling', { lines: ['w-pier-island'], dates: { from: DAY, to: DAY } })],
  );
  const rules = book.rulesFor(at(ferry), morning);

  test('sells for line and day, boards in queue order, and still records who travels', () => {
    expect(rules).toMatchObject({
      sale: { passengers: 'rolling' },
      boarding: { by: 'queue' },
      identity: { record: true },
    });
    const rolling = { lineId: 'w-pier-island', date: DAY };
    expect(holdsFor({ departureId: 'x', rolling }, evening, rules)).toBe(true);
    expect(holdsFor({ departureId: 'x', rolling }, fastBoat, rules)).toBe(false);
    expect(holdsFor({ departureId: 'x', rolling }, { ...evening, date: '2025-06-16' }, rules)).toBe(false);
  });

  test('takes tickets of a fixed time in its queue; another line does not', () => {
    const fixed = { departureId: ferry.departureId, rolling: null };
    expect(holdsFor(fixed, evening, rules)).toBe(true);
    const always = ruleBook([]).rulesFor(at(evening), morning);
    expect(holdsFor(fixed, evening, always)).toBe(false);
    expect(holdsFor(fixed, ferry, always)).toBe(true);
  });

  const release = (over: { count?: number; through?: number | null; aboard?: number }, of = rules) =>
    decideRelease(
      { facts: ferry, aboard: over.aboard ?? 0, throughQueueNumber: 40 },
      of,
      {
        count: over.count ?? 20,
        throughQueueNumber: over.through === undefined ? 60 : over.through,
        by: '0001',
      },
      'r1',
    );

  test('counts those let go to the berth', () => {
    const decided = release({ aboard: 230 });
    if (!decided.ok) throw new Error(decided.refusal.message);
    expect(decided.value.body).toMatchObject({ count: 20, totalAboard: 250 });
    expect(entryBodies['release.counted'].parse(decided.value.body)).toEqual(decided.value.body);
  });

  test('lets nobody go beyond the licence, out of turn, from a stopped line, or where nothing rolls', () => {
    expect(codeOf(release({ aboard: 231 }))).toBe('release.over');
    expect(codeOf(release({ through: 40 }))).toBe('release.queueOrder');
    expect(codeOf(release({}, ruleBook([]).rulesFor(at(ferry), morning)))).toBe('release.notQueue');
    const stopped = ruleBook(
      [order(1, [{ effect: 'departureState', state: 'paused' }])],
      [stateSet(1, 'rolling', only(ferry))],
    );
    expect(codeOf(release({}, stopped.rulesFor(at(ferry), morning)))).toBe('release.closed');
  });

  test('however people are released, a vessel never carries more than its licence', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 30 });
    const carried = (list: readonly number[], limit: (aboard: number) => number): number => {
      let aboard = 0;
      for (const count of list) {
        const decided = decideRelease(
          { facts: ferry, aboard: limit(aboard), throughQueueNumber: null },
          rules,
          { count, throughQueueNumber: null, by: '0001' },
          'r',
        );
        if (decided.ok) aboard += count;
      }
      return aboard;
    };
    fc.assert(fc.property(counts, (list) => carried(list, (aboard) => aboard) <= ferry.capacity));
    // Planted: each gate counts only its own people.
    expect(() => fc.assert(fc.property(counts, (list) => carried(list, () => 0) <= ferry.capacity))).toThrow(
      /Property failed/,
    );
  });
});
