import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effectSchema, type Effect } from '../../contract/contingency.ts';
import type { StateChange } from '../departures/state-book.ts';
import type { KnownRecord } from './orders.ts';
import type { Rules } from './rules.ts';
import {
  at,
  coach,
  end,
  extension,
  fastBoat,
  ferry,
  here,
  HOUR,
  MINUTE,
  morning,
  order,
  ruleBook,
  there,
} from './sample.ts';

const departures = [fastBoat, ferry, coach, { ...ferry, vesselKind: null }];
const scope = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  fc.constantFrom(
    { vesselKinds: ['highSpeed'] },
    { modes: ['water' as const] },
    { lines: ['w-pier-island'] },
    { departing: { from: '09:30' } },
    { windows: ['pier/03'] },
  ),
);
const raw = fc.oneof(
  fc.record({
    effect: fc.constant('departureState'),
    state: fc.constantFrom(
      'pending',
      'paused',
      'cancelled',
      'rolling',
      'paxOnly',
      'windowOnly',
      'evacuation',
    ),
  }),
  fc.record({
    effect: fc.constant('sale'),
    sell: fc.constantFrom('rolling', 'fixed', 'standby', 'nothing'),
    of: fc.constantFrom('all', 'passengers', 'vehicles'),
  }),
  fc.record({ effect: fc.constant('identity'), capture: fc.constantFrom('read', 'typedWithSecond') }),
  fc.record({
    effect: fc.constant('boarding'),
    check: fc.constantFrom('full', 'list', 'deferred'),
    // As a plan that slipped past its check might have it.
    evidence: fc.constantFrom([], ['signature']),
  }),
  fc.record({
    effect: fc.constantFrom('refund', 'change'),
    free: fc.constant(true),
    of: fc.constantFrom('all', 'passengers', 'vehicles'),
    until: fc.constantFrom({ hoursAfterEnd: 24 }, { daysInclusive: 3 }),
  }),
  fc.record({ effect: fc.constant('leases'), leases: fc.constantFrom('hold', 'recall') }),
  fc.record({
    effect: fc.constant('payments'),
    allow: fc.constantFrom(['cash'], ['cash', 'mobile'], ['mobile']),
  }),
  fc.record({ effect: fc.constant('printing'), print: fc.constantFrom('paper', 'slip', 'none') }),
  fc.record({ effect: fc.constant('queueNumbers'), issue: fc.constant(true) }),
  fc.record({
    effect: fc.constant('channelsClosed'),
    channels: fc.constantFrom(['web'], ['agent', 'phone']),
  }),
);
const effect = fc
  .tuple(raw, scope)
  .map(([each, scope]): Effect => effectSchema.parse(scope === undefined ? each : { ...each, scope }));

const minute = fc.integer({ min: -120, max: 600 }).map((count) => morning + count * MINUTE);
const issuer = fc.constantFrom(here, there);
/** Records of a day: orders, extensions and ends, some of orders that are never heard of. */
const recordsAt = (minute: fc.Arbitrary<number>) =>
  fc
    .tuple(
      fc.array(fc.record({ effects: fc.array(effect, { minLength: 1, maxLength: 4 }), at: minute, issuer }), {
        maxLength: 5,
      }),
      fc.array(fc.record({ of: fc.integer({ min: 1, max: 6 }), issuer, at: minute, by: issuer }), {
        maxLength: 4,
      }),
      fc.array(fc.record({ of: fc.integer({ min: 1, max: 6 }), issuer, at: minute, by: issuer }), {
        maxLength: 3,
      }),
    )
    .map(([orders, longer, ends]): KnownRecord[] => [
      ...orders.map((each, index) => order(index + 1, each.effects, { at: each.at, issuer: each.issuer })),
      ...longer.map((each, index) =>
        extension(20 + index, { issuer: each.issuer, n: each.of }, each.at, each.at + HOUR, each.by),
      ),
      ...ends.map((each, index) => end(40 + index, { issuer: each.issuer, n: each.of }, each.at, each.by)),
    ]);
const changesAt = (minute: fc.Arbitrary<number>) =>
  fc
    .array(
      fc.record({
        state: fc.constantFrom(
          'normal' as const,
          'pending' as const,
          'paused' as const,
          'cancelled' as const,
          'rolling' as const,
        ),
        scope: scope.map((each) => each ?? {}),
        at: minute,
        issuer,
        supersedes: fc.boolean(),
        undone: fc.option(minute),
      }),
      { maxLength: 4 },
    )
    .map((list): StateChange[] =>
      list.flatMap((each, index) => {
        const key = { issuer: each.issuer, n: 60 + index };
        const before = list.slice(0, index).map((other, n) => ({ issuer: other.issuer, n: 60 + n }));
        const set = {
          what: 'set',
          key,
          at: each.at,
          scope: each.scope as never,
          state: each.state,
          supersedes: each.supersedes ? before : [],
        } as const;
        if (each.undone === null) return [set];
        return [
          set,
          {
            what: 'undone',
            key: { issuer: each.issuer, n: 80 + index },
            at: each.undone,
            undoes: key,
          } as const,
        ];
      }),
    );
const records = recordsAt(minute);
const changes = changesAt(minute);
const ticket = fc.record({
  subject: fc.constantFrom('passenger' as const, 'vehicle' as const),
  soldAt: minute,
});

/** Everything that a command sees, as plain data. */
function seen(
  known: readonly KnownRecord[],
  states: readonly StateChange[],
  nowMs: number,
  soldAt = morning,
) {
  const book = ruleBook(known, states);
  return departures.map((departure) => {
    const { rights, payments, channelsClosed, ...rest } = book.rulesFor(at(departure), nowMs);
    return {
      ...rest,
      payments: payments && [...payments].toSorted(),
      channels: [...channelsClosed].toSorted(),
      rights: rights({ departure, soldAt, subject: 'passenger' }),
      plans: book.plans(nowMs),
    };
  });
}

/** Runs a check that must hold, and the same with a fault planted in what it looks at, which it must catch. */
function proven<T>(property: (fault?: T) => fc.IProperty<any>, fault: T): void {
  fc.assert(property(), { numRuns: 300 });
  expect(() => fc.assert(property(fault), { numRuns: 2_000 })).toThrow(/Property failed/);
}

describe('the fold, whatever was ordered', () => {
  test('any order of arrival, and any repetition, gives the same rules', () => {
    const property = (merge?: (records: KnownRecord[]) => KnownRecord[]) =>
      fc.property(
        fc.tuple(records, changes).chain(([known, states]) =>
          fc.record({
            known: fc.constant(known),
            states: fc.constant(states),
            shuffled: fc.shuffledSubarray([...known, ...known], {
              minLength: known.length * 2,
              maxLength: known.length * 2,
            }),
            other: fc.shuffledSubarray([...states, ...states], {
              minLength: states.length * 2,
              maxLength: states.length * 2,
            }),
          }),
        ),
        minute,
        ({ known, states, shuffled, other }, now) => {
          const first = merge ? merge(known) : known;
          const second = merge ? merge(shuffled) : shuffled;
          expect(seen(second, other, now)).toEqual(seen(first, states, now));
        },
      );
    // Planted: the last word heard of an order wins, as a plain overwriting store would have it.
    proven(property, (list: KnownRecord[]) => {
      const last = new Map<string, KnownRecord>();
      for (const each of list) {
        const { record } = each;
        const of = record.record === 'order' ? record : record.order;
        last.set(`${record.record === 'order'} ${of.issuer} ${of.n}`, each);
      }
      return [...last.values()];
    });
  });

  test('ending everything gives new commands the rules of always, and takes no right away within its time', () => {
    const property = (planted?: (rights: Rules['rights']) => Rules['rights']) =>
      fc.property(
        records,
        minute,
        ticket,
        fc.integer({ min: 0, max: 23 }),
        (known, now, { subject, soldAt }, hours) => {
          fc.pre(soldAt <= now);
          const ends = known.flatMap(({ record }, index) =>
            record.record === 'order' ? [end(100 + index, { issuer: record.issuer, n: record.n }, now)] : [],
          );
          const before = ruleBook(known);
          const after = ruleBook([...known, ...ends]);
          const later = now + hours * HOUR;
          expect(after.plans(later)).toEqual([]);
          for (const departure of departures) {
            const old = before.rulesFor(at(departure), now).rights({ departure, soldAt, subject });
            const ended = after.rulesFor(at(departure), later);
            const { rights, ...rest } = ended;
            const { rights: _, ...always } = ruleBook([]).rulesFor(at(departure), later);
            expect(rest).toEqual(always);
            const gained = (planted ? planted(rights) : rights)({ departure, soldAt, subject });
            // Orders that had ended before now have deadlines of their own.
            if (old.refund !== null && (old.refund.untilMs === null || old.refund.untilMs > later))
              expect(gained.refund).not.toBeNull();
          }
        },
      );
    // Planted: rights end with the plan.
    proven(property, () => () => ({ refund: null, change: null }));
  });

  test('nobody boards beyond the licence, and no check is put off without counting heads and keeping names', () => {
    const property = (planted?: (rules: Rules) => Rules) =>
      fc.property(records, changes, minute, (known, states, now) => {
        const book = ruleBook(known, states);
        for (const departure of departures) {
          const folded = book.rulesFor(at(departure), now);
          const { boarding } = planted ? planted(folded) : folded;
          expect(boarding.mostAboard).toBe(departure.capacity);
          if (boarding.check === 'full') continue;
          expect(boarding.evidence).toContain('headCount');
          expect(boarding.evidence.some((each) => each === 'nameList' || each === 'checkAboard')).toBe(true);
        }
      });
    // Planted: who checks later counts later.
    proven(property, (rules: Rules) =>
      rules.boarding.check === 'full'
        ? rules
        : { ...rules, boarding: { ...rules.boarding, mostAboard: null } },
    );
  });

  test('the duty to record identities is never lost, and reading is given up only for two people', () => {
    const property = (planted?: (rules: Rules) => Rules) =>
      fc.property(records, changes, minute, (known, states, now) => {
        const book = ruleBook(known, states);
        for (const departure of [...departures, null]) {
          const folded = book.rulesFor(at(departure), now);
          const { identity } = planted ? planted(folded) : folded;
          expect(identity.record).toBe(true);
          expect([null, 'read', 'typedWithSecond']).toContain(identity.capture);
        }
      });
    // Planted: a list at the gate is taken for a reason not to record.
    proven(property, (rules: Rules) =>
      rules.boarding.check === 'deferred'
        ? { ...rules, identity: { record: false as never, capture: null } }
        : rules,
    );
  });

  test('whoever holds a ticket when the carrier does not sail as sold pays nothing to give it back', () => {
    // All of it happens before the first departure, so every departure is touched while it can still be missed.
    const early = fc.integer({ min: -120, max: 50 }).map((count) => morning + count * MINUTE);
    const property = (planted?: (rights: Rules['rights']) => Rules['rights']) =>
      fc.property(recordsAt(early), changesAt(early), early, (known, states, now) => {
        const book = ruleBook(known, states);
        const soldAt = morning - 3 * HOUR;
        for (const departure of departures) {
          const rules = book.rulesFor(at(departure), now);
          if (!['pending', 'paused', 'cancelled', 'evacuation'].includes(rules.state)) continue;
          const rights = planted ? planted(rules.rights) : rules.rights;
          const { refund, change } = rights({ departure, soldAt, subject: 'passenger' });
          expect(refund?.untilMs).toBeNull();
          expect(change?.untilMs).toBeNull();
        }
      });
    // Planted: only a ticket sold after the stop is looked at.
    proven(
      property,
      (rights: Rules['rights']) => (of: Parameters<Rules['rights']>[0]) =>
        rights({ ...of, departure: { ...of.departure, leftAt: 0 } }),
    );
  });

  test('one more order never makes anything less strict for safety than each order alone', () => {
    const rank = (order: readonly string[], value: string): number => order.indexOf(value);
    fc.assert(
      fc.property(
        records,
        fc.array(effect, { minLength: 1, maxLength: 3 }),
        minute,
        (known, effects, now) => {
          const more = order(90, effects, { at: now - HOUR });
          for (const departure of departures) {
            const alone = ruleBook([more]).rulesFor(at(departure), now);
            const all = ruleBook([...known, more]).rulesFor(at(departure), now);
            if (alone.because.sale)
              expect(
                rank(['rolling', 'fixed', 'standby', 'nothing'], all.sale.passengers),
              ).toBeGreaterThanOrEqual(
                alone.sale.passengers === 'fixed'
                  ? 0
                  : rank(['rolling', 'fixed', 'standby', 'nothing'], alone.sale.passengers),
              );
            if (!alone.boarding.open) expect(all.boarding.open).toBe(false);
            expect(rank(['normal', 'hold', 'recall'], all.leases)).toBeGreaterThanOrEqual(
              rank(['normal', 'hold', 'recall'], alone.leases),
            );
            for (const channel of alone.channelsClosed) expect(all.channelsClosed.has(channel)).toBe(true);
            if (alone.payments)
              for (const kind of all.payments ?? []) expect(alone.payments.has(kind)).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
