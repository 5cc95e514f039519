import { describe, expect, test } from 'vitest';
import type { Effect } from '../../contract/contingency.ts';
import { recordId } from '../../contract/orders.ts';
import {
  at,
  coach,
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
  plan,
  ruleBook,
  stateSet,
  there,
} from './sample.ts';

const stopFastBoats: Effect = {
  effect: 'departureState',
  state: 'paused',
  scope: { vesselKinds: ['highSpeed'] },
};
const typed: Effect = { effect: 'identity', capture: 'typedWithSecond' };
const byList: Effect = { effect: 'boarding', check: 'list', evidence: ['headCount', 'nameList'] };

describe('without any order', () => {
  test('a departure is sold, checked and printed as always', () => {
    const rules = ruleBook([]).rulesFor(at(ferry), morning);
    expect(rules).toMatchObject({
      state: 'normal',
      sale: { passengers: 'fixed', vehicles: 'fixed' },
      channelOpen: true,
      identity: { record: true, capture: null },
      boarding: { open: true, by: 'departure', check: 'full', evidence: [], mostAboard: 250 },
      leases: 'normal',
      payments: null,
      printing: 'paper',
      queueNumbers: false,
      because: {},
      unreadable: [],
    });
    expect(rules.rights({ departure: ferry, soldAt: morning, subject: 'passenger' })).toEqual({
      refund: null,
      change: null,
    });
    expect(ruleBook([]).plans(morning)).toEqual([]);
  });
});

describe('an order in force', () => {
  const fog = order(1, [stopFastBoats], { until: null });

  test('stops what its scope matches and nothing else', () => {
    const book = ruleBook([fog]);
    expect(book.rulesFor(at(fastBoat), morning)).toMatchObject({
      state: 'paused',
      sale: { passengers: 'nothing' },
      boarding: { open: false },
      because: { sale: [recordId(keyOf(fog))] },
    });
    expect(book.rulesFor(at(ferry), morning).sale.passengers).toBe('fixed');
    expect(book.rulesFor(at(coach), morning).state).toBe('normal');
    expect(book.plans(morning)).toEqual([recordId(keyOf(fog))]);
  });

  test('a vessel whose kind nobody knows is stopped with the rest', () => {
    const unknown = { ...ferry, vesselKind: null };
    expect(ruleBook([fog]).rulesFor(at(unknown), morning).sale.passengers).toBe('nothing');
  });

  test('a vessel whose kind nobody knows is not loosened with the rest', () => {
    const loose = order(1, [{ ...byList, scope: { vesselKinds: ['highSpeed'] } }]);
    const book = ruleBook([loose]);
    expect(book.rulesFor(at(fastBoat), morning).boarding.check).toBe('list');
    expect(book.rulesFor(at({ ...ferry, vesselKind: null }), morning).boarding.check).toBe('full');
  });

  test('an order is narrowed by its own scope within its plan', () => {
    const narrowed = order(1, plan([stopFastBoats], { scope: { modes: ['water'] } }), {
      scope: { toPlaces: ['elsewhere'] },
    });
    expect(ruleBook([narrowed]).rulesFor(at(fastBoat), morning).state).toBe('normal');
  });

  test('one window with a dead reader types, the next one reads', () => {
    const book = ruleBook([order(1, [typed], { scope: { windows: ['pier/03' as never] } })]);
    expect(book.rulesFor(at(ferry, 'pier/03'), morning).identity.capture).toBe('typedWithSecond');
    expect(book.rulesFor(at(ferry, 'pier/04'), morning).identity.capture).toBeNull();
  });

  test('a restriction holds on whatever the clock says, until somebody signs its end', () => {
    const years = morning + 10_000 * HOUR;
    expect(ruleBook([fog]).rulesFor(at(fastBoat), years).state).toBe('paused');
    expect(ruleBook([fog]).rulesFor(at(fastBoat), morning - 10_000 * HOUR).state).toBe('paused');
    const ended = ruleBook([fog, end(2, keyOf(fog), morning + HOUR)]);
    expect(ended.rulesFor(at(fastBoat), morning).state).toBe('normal');
    expect(ended.plans(morning)).toEqual([]);
  });

  test('a loosening ends by the clock, and lasts longer by an extension', () => {
    const reader = order(1, [typed], { until: morning + HOUR });
    const capture = (book: ReturnType<typeof ruleBook>, ms: number) =>
      book.rulesFor(at(ferry), ms).identity.capture;
    const book = ruleBook([reader]);
    expect(capture(book, morning - 1)).toBeNull();
    expect(capture(book, morning)).toBe('typedWithSecond');
    expect(capture(book, morning + HOUR - 1)).toBe('typedWithSecond');
    expect(capture(book, morning + HOUR)).toBeNull();
    expect(book.plans(morning + HOUR)).toEqual([]);
    const longer = ruleBook([reader, extension(2, keyOf(reader), morning + 50 * MINUTE, morning + 3 * HOUR)]);
    expect(capture(longer, morning + 2 * HOUR)).toBe('typedWithSecond');
    expect(capture(longer, morning + 3 * HOUR)).toBeNull();
  });

  test('an end beats an extension, also one that comes later or is heard first', () => {
    const reader = order(1, [typed], { until: morning + HOUR });
    const later = extension(1, keyOf(reader), morning + 40 * MINUTE, morning + 5 * HOUR, there);
    const over = end(2, keyOf(reader), morning + 30 * MINUTE);
    for (const records of [
      [reader, over, later],
      [later, over, reader],
      [later, reader, over],
    ]) {
      expect(ruleBook(records).rulesFor(at(ferry), morning + HOUR).identity.capture).toBeNull();
      expect(ruleBook(records).plans(morning + 41 * MINUTE)).toEqual([]);
    }
  });

  test('is neither ended nor extended by people whom its plan does not allow', () => {
    const reader = order(1, [typed], { until: morning + HOUR });
    const alone = end(2, keyOf(reader), morning);
    const byOne = { record: { ...alone.record, countersignedBy: null } };
    expect(ruleBook([reader, byOne]).plans(morning)).toEqual([recordId(keyOf(reader))]);
    expect(ruleBook([reader, alone]).plans(morning)).toEqual([]);
    const longer = extension(3, keyOf(reader), morning, morning + 5 * HOUR);
    const byLeader = { record: { ...longer.record, by: { number: '0003', role: 'shiftLeader' as const } } };
    expect(ruleBook([reader, byLeader]).plans(morning + 2 * HOUR)).toEqual([]);
    expect(ruleBook([reader, longer]).plans(morning + 2 * HOUR)).toEqual([recordId(keyOf(reader))]);
  });

  test('loosens no longer than its plan allows, whatever was signed', () => {
    const short = plan([typed], { loosensAtMostMin: 60 });
    const book = ruleBook([order(1, short, { until: morning + 100 * HOUR })]);
    expect(book.plans(morning + HOUR - 1)).toHaveLength(1);
    expect(book.plans(morning + HOUR)).toEqual([]);
    expect(ruleBook([order(1, plan([typed], { loosensAtMostMin: null }))]).plans(morning)).toEqual([]);
  });

  test('one that this program cannot read stops sale and boarding in its scope, and says so', () => {
    const { record } = order(1, [typed], { scope: { lines: ['w-fast'] } });
    const book = ruleBook([{ record, plan: null }]);
    const rules = book.rulesFor(at(fastBoat), morning);
    expect(rules.sale).toEqual({ passengers: 'nothing', vehicles: 'nothing' });
    expect(rules.boarding.open).toBe(false);
    expect(rules.unreadable).toEqual([recordId(record)]);
    expect(book.rulesFor(at(ferry), morning).sale.passengers).toBe('fixed');
    expect(
      ruleBook([
        { record, plan: null },
        { record, plan: plan([typed]) },
      ]).rulesFor(at(fastBoat), morning).unreadable,
    ).toEqual([]);
  });
});

describe('two orders that speak of one part', () => {
  const both = (a: Effect, b: Effect) =>
    ruleBook([order(1, [a]), order(1, [b], { issuer: there })]).rulesFor(at(ferry), morning);

  test('the stricter holds', () => {
    const rolling: Effect = { effect: 'sale', sell: 'rolling', of: 'all' };
    const standby: Effect = { effect: 'sale', sell: 'standby', of: 'all' };
    const nothing: Effect = { effect: 'sale', sell: 'nothing', of: 'all' };
    expect(both(rolling, standby).sale.passengers).toBe('standby');
    expect(both(nothing, rolling).sale.passengers).toBe('nothing');
    const read: Effect = { effect: 'identity', capture: 'read' };
    expect(both(typed, read).identity.capture).toBe('read');
    const deferred: Effect = {
      effect: 'boarding',
      check: 'deferred',
      evidence: ['headCount', 'checkAboard'],
    };
    expect(both(deferred, byList).boarding).toMatchObject({
      check: 'list',
      evidence: ['checkAboard', 'headCount', 'nameList'],
    });
    const slip: Effect = { effect: 'printing', print: 'slip' };
    const none: Effect = { effect: 'printing', print: 'none' };
    expect(both(slip, none).printing).toBe('slip');
    const hold: Effect = { effect: 'leases', leases: 'hold' };
    const recall: Effect = { effect: 'leases', leases: 'recall' };
    expect(both(recall, hold).leases).toBe('recall');
  });

  test('payments are those that both allow; closed channels and queue numbers add up', () => {
    const cash: Effect = { effect: 'payments', allow: ['cash', 'mobile'] };
    const cards: Effect = { effect: 'payments', allow: ['cash', 'transportCard'] };
    expect([...(both(cash, cards).payments ?? [])]).toEqual(['cash']);
    const web: Effect = { effect: 'channelsClosed', channels: ['web'] };
    const agents: Effect = { effect: 'channelsClosed', channels: ['agent'] };
    expect([...both(web, agents).channelsClosed]).toEqual(['web', 'agent']);
    const queue: Effect = { effect: 'queueNumbers', issue: true };
    expect(both(queue, web)).toMatchObject({ queueNumbers: true, channelOpen: true });
  });

  test('vehicles and passengers are closed apart', () => {
    const cars: Effect = { effect: 'sale', sell: 'nothing', of: 'vehicles' };
    const rules = ruleBook([order(1, [cars])]).rulesFor(at(ferry), morning);
    expect(rules.sale).toEqual({ passengers: 'fixed', vehicles: 'nothing' });
  });
});

describe('states of departures', () => {
  test('a state set singly and a plan hold beside each other', () => {
    const set = stateSet(7, 'paxOnly', only(ferry));
    const rolling = order(1, [{ effect: 'departureState', state: 'rolling' }]);
    const rules = ruleBook([rolling], [set]).rulesFor(at(ferry), morning);
    expect(rules).toMatchObject({
      state: 'paxOnly',
      sale: { passengers: 'rolling', vehicles: 'nothing' },
      boarding: { by: 'queue', open: true },
    });
    expect(rules.because.sale).toEqual([`${here}-1`, `${here}-7`]);
  });

  test('no internet sale means the window alone', () => {
    const book = ruleBook([], [stateSet(1, 'windowOnly', only(ferry))]);
    expect(book.rulesFor(at(ferry), morning).channelOpen).toBe(true);
    expect(book.rulesFor({ ...at(ferry), channel: 'web' }, morning).channelOpen).toBe(false);
  });
});

describe('what belongs to no departure', () => {
  test('sees effects of whole plans only', () => {
    const book = ruleBook([
      order(1, [{ effect: 'payments', allow: ['cash'] }]),
      order(2, [{ effect: 'payments', allow: ['mobile'], scope: { lines: ['w-fast'] } }]),
    ]);
    expect([...(book.rulesFor(at(null), morning).payments ?? [])]).toEqual(['cash']);
    expect(book.rulesFor(at(null), morning).boarding.mostAboard).toBeNull();
  });
});
