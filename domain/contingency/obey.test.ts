import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effectSchema, type Effect } from '../../contract/contingency.ts';
import { obstacleToBoarding, obstacleToSale, type BoardingAttempt, type SaleAttempt } from './obey.ts';
import { at, ferry, HOUR, morning, only, order, plan, ruleBook, stateSet } from './sample.ts';

const rulesUnder = (...effects: Effect[]) =>
  ruleBook(effects.map((each, n) => order(n + 1, [each]))).rulesFor(at(ferry), morning);
const sale = (rules: ReturnType<typeof rulesUnder>, over: Partial<SaleAttempt> = {}) =>
  obstacleToSale(rules, {
    subject: 'passenger',
    capture: 'chip',
    secondReader: null,
    payment: 'cash',
    ...over,
  })?.code;
const boarding = (rules: ReturnType<typeof rulesUnder>, over: Partial<BoardingAttempt> = {}) =>
  obstacleToBoarding(rules, { aboard: 0, heads: 1, evidence: [], ...over })?.code;

describe('a sale', () => {
  test('on an ordinary day meets nothing, typed or read', () => {
    expect(sale(rulesUnder())).toBeUndefined();
    expect(sale(rulesUnder(), { capture: 'typed' })).toBeUndefined();
  });

  test('is refused where nothing is sold, with the state that the board shows', () => {
    const stopped = rulesUnder({ effect: 'departureState', state: 'cancelled' });
    expect(sale(stopped)).toBe('rules.saleStopped');
    const attempt = { subject: 'passenger', capture: 'chip', secondReader: null, payment: 'cash' } as const;
    expect(obstacleToSale(stopped, attempt)?.message).toContain('停航');
    const noCars = ruleBook([], [stateSet(1, 'paxOnly', only(ferry))]).rulesFor(at(ferry), morning);
    expect(sale(noCars, { subject: 'vehicle' })).toBe('rules.vehiclesStopped');
    expect(sale(noCars)).toBeUndefined();
  });

  test('is refused through a closed channel and for a payment that is not taken', () => {
    const book = ruleBook([order(1, [{ effect: 'channelsClosed', channels: ['web'] }])]);
    expect(sale(book.rulesFor({ ...at(ferry), channel: 'web' }, morning))).toBe('rules.channelClosed');
    const cash = rulesUnder({ effect: 'payments', allow: ['cash'] });
    expect(sale(cash, { payment: 'mobile' })).toBe('rules.payment');
    expect(sale(cash)).toBeUndefined();
    const none = rulesUnder(
      { effect: 'payments', allow: ['cash'] },
      { effect: 'payments', allow: ['mobile'] },
    );
    expect(sale(none)).toBe('rules.payment');
  });

  test('with a dead reader is typed by two people, never by one; where reading is ordered it is not typed', () => {
    const typed = rulesUnder({ effect: 'identity', capture: 'typedWithSecond' });
    expect(sale(typed, { capture: 'typed' })).toBe('rules.secondReader');
    expect(sale(typed, { capture: 'typed', secondReader: '0002' })).toBeUndefined();
    expect(sale(typed, { capture: 'chip' })).toBeUndefined();
    const read = rulesUnder({ effect: 'identity', capture: 'read' });
    expect(sale(read, { capture: 'typed', secondReader: '0002' })).toBe('rules.identityRead');
    expect(sale(read, { capture: 'mrz' })).toBeUndefined();
  });

  test('is refused under an order that this program cannot read', () => {
    const { record } = order(1, plan([]));
    const rules = ruleBook([{ record, plan: null }]).rulesFor(at(ferry), morning);
    expect(sale(rules)).toBe('rules.unreadable');
  });
});

describe('a boarding', () => {
  test('is refused while check-in is closed, and beyond the licence', () => {
    expect(boarding(rulesUnder({ effect: 'departureState', state: 'pending' }))).toBe('rules.boardingClosed');
    expect(boarding(rulesUnder(), { aboard: 249 })).toBeUndefined();
    expect(boarding(rulesUnder(), { aboard: 250 })).toBe('rules.overLicence');
    expect(boarding(rulesUnder(), { aboard: 249, heads: 2 })).toBe('rules.overLicence');
  });

  test('that is checked later leaves its evidence behind, or does not happen', () => {
    const deferred = rulesUnder({
      effect: 'boarding',
      check: 'deferred',
      evidence: ['headCount', 'checkAboard'],
    });
    expect(boarding(deferred)).toBe('rules.evidence');
    expect(boarding(deferred, { evidence: ['headCount'] })).toBe('rules.evidence');
    expect(boarding(deferred, { evidence: ['headCount', 'checkAboard'] })).toBeUndefined();
  });
});

describe('under whatever plans are in force', () => {
  const effect = fc.oneof(
    fc.constantFrom<object>(
      { effect: 'departureState', state: 'rolling' },
      { effect: 'departureState', state: 'evacuation' },
      { effect: 'sale', sell: 'rolling' },
      { effect: 'sale', sell: 'standby' },
      { effect: 'identity', capture: 'typedWithSecond' },
      { effect: 'boarding', check: 'deferred' },
      { effect: 'boarding', check: 'list' },
      { effect: 'printing', print: 'none' },
      { effect: 'queueNumbers', issue: true },
    ),
  );
  const plans = fc.array(fc.array(effect, { minLength: 1, maxLength: 3 }), { maxLength: 4 });
  const fold = (list: object[][]) =>
    ruleBook(
      list.map((effects, n) =>
        order(
          n + 1,
          effects.map((each) => effectSchema.parse(each)),
        ),
      ),
    ).rulesFor(at(ferry), morning + HOUR);

  test('no sequence of boardings brings more aboard than the licence', () => {
    const groups = fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 25 });
    const property = (countsAll = true) =>
      fc.property(plans, groups, (list, heads) => {
        const rules = fold(list);
        let aboard = 0;
        for (const each of heads) {
          const evidence = ['headCount', 'nameList', 'checkAboard', 'signature'] as const;
          // Planted: whoever is to be checked aboard is not counted at the gate.
          const counted = countsAll || rules.boarding.check === 'full' ? aboard : 0;
          if (!obstacleToBoarding(rules, { aboard: counted, heads: each, evidence })) aboard += each;
        }
        expect(aboard).toBeLessThanOrEqual(ferry.capacity);
      });
    fc.assert(property(), { numRuns: 300 });
    expect(() => fc.assert(property(false), { numRuns: 2_000 })).toThrow(/Property failed/);
  });

  test('nobody is sold a ticket without an identity, and nobody types one alone where reading was given up', () => {
    const attempts = fc.record({
      capture: fc.constantFrom('chip' as const, 'typed' as const, 'mrz' as const, null),
      secondReader: fc.constantFrom('0002', null),
    });
    const property = (asks = true) =>
      fc.property(plans, attempts, (list, attempt) => {
        const rules = fold(list);
        // Planted: a desk that takes "checked later" for "not recorded".
        const passed = asks || rules.boarding.check === 'full';
        const sold = passed ? sale(rules, attempt) === undefined : true;
        if (!sold) return;
        expect(attempt.capture).not.toBeNull();
        if (attempt.capture === 'typed' && rules.identity.capture === 'typedWithSecond')
          expect(attempt.secondReader).not.toBeNull();
      });
    fc.assert(property(), { numRuns: 300 });
    expect(() => fc.assert(property(false), { numRuns: 2_000 })).toThrow(/Property failed/);
  });
});
