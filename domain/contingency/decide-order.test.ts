import { describe, expect, test } from 'vitest';
import type { Effect, Plan } from '../../contract/contingency.ts';
import { endRecordSchema, extendRecordSchema, orderRecordSchema, recordId } from '../../contract/orders.ts';
import { decideEnd, decideExtend, decideNarrow, decideOrder, type OrderCommand } from './decide-order.ts';
import { createOrderBook } from './orders.ts';
import {
  at,
  coach,
  end,
  fastBoat,
  ferry,
  here,
  HOUR,
  keyOf,
  MINUTE,
  morning,
  order,
  plan,
  ruleBook,
  window3,
} from './sample.ts';

const stop: Effect = { effect: 'departureState', state: 'paused', scope: { vesselKinds: ['highSpeed'] } };
const free: Effect = { effect: 'refund', free: true, of: 'all', until: { hoursAfterEnd: 24 } };
const fog = plan([stop, free], { name: '大雾' });
const strictOnly = plan([stop], { loosensAtMostMin: null });
const issuer = { ledgerId: here, nextN: 4, window: window3 };
const known = {
  lines: new Set(['w-fast', 'w-pier-island', 'r-town']),
  windows: new Set(['pier/03', 'pier/04']),
  departures: [fastBoat, ferry, coach],
};
const command: OrderCommand = {
  scope: {},
  until: morning + 2 * HOUR,
  by: { number: '0001', role: 'manager' },
  countersignedBy: { number: '0002', role: 'shiftLeader' },
  reason: '能见度低于 500 米',
  orderedBy: { organisation: '海事处', reference: '电话 07:36', at: morning - MINUTE },
  measured: { what: 'visibility', value: '420', unit: 'm', source: '市气象台', at: morning - MINUTE },
};
const library = (of: Plan) => ({ plan: of, hash: 'c'.repeat(64), latestVersion: 1 });
const decide = (over: Partial<OrderCommand> = {}, of: Plan = fog, latest = 1) =>
  decideOrder(issuer, { ...library(of), latestVersion: latest }, known, { ...command, ...over }, morning);
const codeOf = (outcome: { ok: boolean; refusal?: { code: string } }) =>
  outcome.ok ? 'accepted' : outcome.refusal?.code;

describe('putting a plan in force', () => {
  test('gives a record that names plan, scope, signers, word and measured value', () => {
    const decided = decide();
    if (!decided.ok) throw new Error(decided.refusal.message);
    expect(orderRecordSchema.parse(decided.value)).toEqual(decided.value);
    expect(decided.value).toMatchObject({
      issuer: here,
      n: 4,
      at: morning,
      plan: { id: 'sample', version: 1 },
    });
  });

  test.each([
    ['a clerk of the wrong role', { by: { number: '0001', role: 'shiftLeader' } }, 'plan.role'],
    ['nobody to countersign', { countersignedBy: null }, 'plan.countersign'],
    [
      'a countersigner of the wrong role',
      { countersignedBy: { number: '0002', role: 'manager' } },
      'plan.countersign',
    ],
    [
      'the same person twice',
      { countersignedBy: { number: '0001', role: 'shiftLeader' } },
      'plan.countersignSame',
    ],
    ['no word from anybody', { orderedBy: null }, 'plan.reference'],
    [
      'a word without a number or call',
      { orderedBy: { organisation: '海事处', reference: '', at: morning } },
      'plan.reference',
    ],
    ['no measured value', { measured: null }, 'plan.measured'],
    ['no end of what it loosens', { until: null }, 'plan.until'],
    ['an end too far away', { until: morning + 721 * MINUTE }, 'plan.until'],
    ['an end that is past', { until: morning }, 'plan.untilPast'],
    ['a line that is not there', { scope: { lines: ['w-moon'] } }, 'scope.unknown'],
    ['a window that is not there', { scope: { windows: ['pier/09'] } }, 'scope.unknown'],
    [
      'a scope that matches no departure',
      { scope: { departing: { from: '23:00' } } },
      'scope.matchesNothing',
    ],
    ['hours that run backwards', { scope: { departing: { from: '12:00', to: '09:00' } } }, 'scope.backwards'],
  ] as [string, Partial<OrderCommand>, string][])('is refused with %s', (_, over, code) => {
    expect(codeOf(decide(over))).toBe(code);
  });

  test('is refused in an old version, and without loosenings takes no end', () => {
    expect(codeOf(decide({}, fog, 2))).toBe('plan.outdated');
    expect(codeOf(decide({}, strictOnly))).toBe('plan.noUntil');
    expect(codeOf(decide({ until: null }, strictOnly))).toBe('accepted');
  });

  test('where one person is enough, nobody else is asked', () => {
    const alone = plan([stop, free], { authority: { ...fog.authority, countersign: [] } });
    expect(codeOf(decide({ countersignedBy: null }, alone))).toBe('accepted');
  });
});

describe('an order in force', () => {
  const started = order(1, fog);
  const key = keyOf(started);
  const signing = { ...command, order: key };

  test('is extended to a later instant only, within what its plan allows from now', () => {
    const book = createOrderBook([started]);
    const extend = (until: number, nowMs = morning + HOUR) =>
      decideExtend(issuer, book, { ...signing, until }, nowMs);
    const longer = extend(morning + 3 * HOUR);
    if (!longer.ok) throw new Error(longer.refusal.message);
    expect(extendRecordSchema.parse(longer.value)).toEqual(longer.value);
    expect(codeOf(extend(morning + 2 * HOUR))).toBe('order.notLater');
    expect(codeOf(extend(morning + 14 * HOUR))).toBe('plan.until');
    expect(codeOf(extend(morning + HOUR))).toBe('plan.untilPast');
  });

  test('that restricts only needs no extension', () => {
    const strict = order(1, strictOnly, { until: null });
    const extended = decideExtend(
      issuer,
      createOrderBook([strict]),
      { ...signing, until: morning + HOUR },
      morning,
    );
    expect(codeOf(extended)).toBe('order.nothingToExtend');
  });

  test('is ended by its name, once; what is not in force cannot be ended or extended', () => {
    const ended = decideEnd(issuer, createOrderBook([started]), signing, morning + HOUR);
    if (!ended.ok) throw new Error(ended.refusal.message);
    expect(endRecordSchema.parse(ended.value)).toMatchObject({ order: key });
    const over = createOrderBook([started, end(2, key, morning + HOUR)]);
    expect(codeOf(decideEnd(issuer, over, signing, morning + HOUR))).toBe('order.ended');
    expect(codeOf(decideExtend(issuer, over, { ...signing, until: morning + 3 * HOUR }, morning))).toBe(
      'order.ended',
    );
    expect(codeOf(decideEnd(issuer, createOrderBook([]), signing, morning))).toBe('order.unknown');
    expect(over.order(recordId(key))?.endedAtMs).toBe(morning + HOUR);
  });

  test('is ended by the same signers as it was started', () => {
    const book = createOrderBook([started]);
    expect(codeOf(decideEnd(issuer, book, { ...signing, countersignedBy: null }, morning))).toBe(
      'plan.countersign',
    );
    const unread = createOrderBook([{ record: started.record, plan: null }]);
    const byLeader = { ...signing, by: { number: '0003', role: 'shiftLeader' as const } };
    expect(codeOf(decideEnd(issuer, unread, byLeader, morning))).toBe('plan.role');
    expect(codeOf(decideEnd(issuer, unread, signing, morning))).toBe('accepted');
  });

  test('lets short lines sail again first: ended and put in force for the rest, in one command', () => {
    const whole = order(1, plan([{ effect: 'departureState', state: 'pending' }, free]));
    const book = createOrderBook([whole]);
    const scope = { lines: ['w-fast'] };
    const narrowed = decideNarrow(issuer, library(fog), book, known, { ...signing, scope }, morning + HOUR);
    if (!narrowed.ok) throw new Error(narrowed.refusal.message);
    expect([narrowed.value.end.n, narrowed.value.order.n]).toEqual([4, 5]);
    const { end: over, order: rest } = narrowed.value;
    const after = ruleBook([whole, { record: over }, { record: rest, plan: whole.plan }]);
    const stateOf = (of: typeof ferry) => after.rulesFor(at(of), morning + HOUR).state;
    expect([stateOf(ferry), stateOf(fastBoat)]).toEqual(['normal', 'pending']);
    const { rights } = after.rulesFor(at(ferry), morning + 20 * HOUR);
    expect(rights({ departure: ferry, soldAt: morning - HOUR, subject: 'passenger' }).refund).not.toBeNull();
    const none = { ...signing, scope: { lines: ['w-moon'] } };
    expect(codeOf(decideNarrow(issuer, library(fog), book, known, none, morning))).toBe('scope.unknown');
  });
});
