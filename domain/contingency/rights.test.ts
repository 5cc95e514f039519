import { describe, expect, test } from 'vitest';
import type { Effect } from '../../contract/contingency.ts';
import { instantOf } from '../time.ts';
import {
  at,
  coach,
  DAY,
  end,
  extension,
  fastBoat,
  ferry,
  here,
  HOUR,
  keyOf,
  MINUTE,
  morning,
  only,
  order,
  ruleBook,
  stateSet,
  there,
} from './sample.ts';

const stop: Effect = { effect: 'departureState', state: 'paused' };
const free: Effect = { effect: 'refund', free: true, of: 'all', until: { hoursAfterEnd: 24 } };
const yesterday = morning - 20 * HOUR;
const rightOf = (book: ReturnType<typeof ruleBook>, nowMs: number, soldAt = yesterday, departure = ferry) =>
  book.rulesFor(at(departure), nowMs).rights({ departure, soldAt, subject: 'passenger' });

describe('a passenger of a departure that was stopped', () => {
  const fog = order(1, [stop, free]);
  const lifted = ruleBook([fog, end(2, keyOf(fog), morning + 2 * HOUR)]);

  test('has the fare back free while it is stopped, however long that lasts', () => {
    expect(rightOf(ruleBook([fog]), morning + 100 * HOUR).refund).toEqual({
      untilMs: null,
      because: [`${here}-1`],
    });
  });

  test('keeps the right for its time after the plan has ended', () => {
    expect(rightOf(lifted, morning + 25 * HOUR).refund?.untilMs).toBe(morning + 26 * HOUR);
    expect(rightOf(lifted, morning + 26 * HOUR).refund).toBeNull();
  });

  test('may change to another sailing free as well', () => {
    expect(rightOf(lifted, morning + 3 * HOUR).change).toMatchObject({ to: 'sameLine' });
  });

  test('who bought after the end pays the fee of always; who bought meanwhile does not', () => {
    expect(rightOf(lifted, morning + 4 * HOUR, morning + 3 * HOUR).refund).toBeNull();
    expect(rightOf(lifted, morning + 4 * HOUR, morning + HOUR).refund).not.toBeNull();
  });

  test('whose ship had sailed before has gained nothing', () => {
    const sailed = { ...ferry, departAt: morning - HOUR, leftAt: morning - 50 * MINUTE };
    expect(rightOf(ruleBook([fog]), morning + HOUR, yesterday, sailed).refund).toBeNull();
    const late = { ...sailed, leftAt: morning + HOUR };
    expect(rightOf(ruleBook([fog]), morning + HOUR, yesterday, late).refund).not.toBeNull();
  });
});

describe('a right', () => {
  test('that counts in days lasts to the end of the last one, the day of travel counted', () => {
    const power = order(1, [{ effect: 'refund', free: true, of: 'all', until: { daysInclusive: 3 } }]);
    expect(rightOf(ruleBook([power]), morning).refund?.untilMs).toBe(instantOf('2025-06-18', '00:00'));
    const tomorrow = { ...ferry, date: '2025-06-16', departAt: ferry.departAt + 24 * HOUR };
    expect(rightOf(ruleBook([power]), morning, yesterday, tomorrow).refund?.untilMs).toBe(
      instantOf('2025-06-19', '00:00'),
    );
    expect(DAY).toBe('2025-06-15');
  });

  test('of a plan that only loosens counts from the last instant that was signed', () => {
    const divert = order(1, [free], { until: morning + HOUR });
    expect(rightOf(ruleBook([divert]), morning).refund?.untilMs).toBe(morning + 25 * HOUR);
    const longer = ruleBook([divert, extension(2, keyOf(divert), morning, morning + 3 * HOUR)]);
    expect(rightOf(longer, morning).refund?.untilMs).toBe(morning + 27 * HOUR);
  });

  test('never comes from an extension that came after the end', () => {
    const divert = order(1, [free], { until: morning + HOUR });
    const lost = [
      divert,
      end(2, keyOf(divert), morning + HOUR),
      extension(1, keyOf(divert), morning + 2 * HOUR, morning + 9 * HOUR, there),
    ];
    expect(rightOf(ruleBook(lost), morning + 3 * HOUR, morning + 2 * HOUR).refund).toBeNull();
  });

  test('to change goes to every line that any plan names', () => {
    const change = (to: 'sameLine' | 'anyLine' | string[]): Effect => ({
      effect: 'change',
      free: true,
      of: 'all',
      to,
      until: { hoursAfterEnd: 1 },
    });
    const to = (...effects: Effect[]) =>
      rightOf(ruleBook(effects.map((each, n) => order(n + 1, [each]))), morning).change?.to;
    expect(to(change('sameLine'))).toBe('sameLine');
    expect(to(change(['w-b']), change(['w-a', 'w-b']))).toEqual(['w-a', 'w-b']);
    expect(to(change(['w-b']), change('anyLine'))).toBe('anyLine');
  });

  test('of vehicles is no right of passengers', () => {
    const book = ruleBook([], [stateSet(1, 'paxOnly', only(ferry))]);
    const { rights } = book.rulesFor(at(ferry), morning);
    expect(rights({ departure: ferry, soldAt: yesterday, subject: 'passenger' }).refund).toBeNull();
    expect(rights({ departure: ferry, soldAt: yesterday, subject: 'vehicle' }).refund).not.toBeNull();
  });

  test('gained by a state stays for its time when the state is taken back or followed by another', () => {
    const cancelled = stateSet(1, 'cancelled', only(fastBoat));
    const undone = {
      what: 'undone',
      key: { issuer: here, n: 2 },
      at: morning + HOUR,
      undoes: cancelled.key,
    } as const;
    const restored = stateSet(3, 'normal', only(fastBoat), {
      at: morning + HOUR,
      supersedes: [cancelled.key],
    });
    expect(
      rightOf(ruleBook([], [cancelled]), morning + 99 * HOUR, yesterday, fastBoat).refund?.untilMs,
    ).toBeNull();
    for (const change of [undone, restored]) {
      const book = ruleBook([], [cancelled, change]);
      expect(book.rulesFor(at(fastBoat), morning + 2 * HOUR).state).toBe('normal');
      expect(rightOf(book, morning + 2 * HOUR, yesterday, fastBoat).refund?.untilMs).toBe(
        morning + 25 * HOUR,
      );
      expect(rightOf(book, morning + 25 * HOUR, yesterday, fastBoat).refund).toBeNull();
    }
    expect(rightOf(ruleBook([], [cancelled]), morning, yesterday, coach).refund).toBeNull();
  });
});
