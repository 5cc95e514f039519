import { afterEach, expect, test } from 'vitest';
import type { OfficeInput } from '../../contract/office.ts';
import { standAtGate, staffOfAllRoles } from './gate-kit.ts';
import {
  closeOffices,
  expectRefused,
  ferry,
  newId,
  openOffice,
  numberOf,
  restart,
  type TestOffice,
} from './kit.ts';
import { as, of } from './people-kit.ts';

afterEach(closeOffices);

const MINUTE = 60_000;
const BOSS = 'boss';

/** A clerk with a shift on `page`, and the manager on a page of their own. */
async function openStation(): Promise<TestOffice> {
  const window = await openOffice({ config: { staff: await staffOfAllRoles() } });
  await window.signIn();
  await window.openShift();
  await as(window, 'manager', BOSS);
  return window;
}

const fog = (window: TestOffice, over: Partial<OfficeInput<'plans.order'>> = {}) => ({
  planId: 'fog',
  scope: {},
  until: window.machine.runtime.clock.nowMs() + 60 * MINUTE,
  reason: '能见度不足',
  orderedBy: { organisation: '海事处', reference: '样例 1 号', at: window.machine.runtime.clock.nowMs() },
  measured: {
    what: 'visibility' as const,
    value: '420',
    unit: 'm',
    source: '市气象台',
    at: window.machine.runtime.clock.nowMs(),
  },
  secondSignature: of('shiftLeader'),
  ...over,
});
const order = (window: TestOffice, over = {}) => window.ok('plans.order', fog(window, over), newId(), BOSS);
const word = { reason: '雾散', orderedBy: null, measured: null, secondSignature: of('shiftLeader') };
const refusalOf = async (window: TestOffice, method: string, params: unknown) => {
  const before = window.books();
  const refusal = await window.refusal(
    method,
    params,
    method === 'plans.preview' ? undefined : newId(),
    BOSS,
  );
  expect(window.books()).toEqual(before);
  return refusal;
};

test('in fog nothing is sold and nobody goes aboard, and after its end everything is as before', async () => {
  const window = await openStation();
  const ticket = numberOf(await window.sell(ferry(), [1]));
  const waiting = await window.order(ferry(), [2]);
  const gate = await standAtGate(window);
  await gate.open(ferry());

  const { key, id } = await order(window);
  const status = await window.ok('status.get');
  expect(status.plans).toEqual([id]);
  expect(status.inForce).toMatchObject([{ id, name: '大雾 · 三级', level: 3, colour: 'yellow' }]);
  await expectRefused(window, 'rules.saleStopped', 'sales.sell', waiting);
  const { refusal } = await window.ok('sales.quote', {
    departureId: ferry(),
    passengers: [{ holderRef: await window.holder(3), ticketClass: 'full' }],
  });
  expect(refusal?.code).toBe('rules.saleStopped');
  expect(await gate.present(ferry(), ticket)).toMatchObject({
    admit: false,
    refusal: { code: 'rules.boardingClosed' },
  });

  await window.ok('plans.end', { order: key, ...word }, newId(), BOSS);
  expect((await window.ok('status.get')).inForce).toBeUndefined();
  await window.ok('sales.sell', waiting, newId());
  expect(await gate.present(ferry(), ticket)).toMatchObject({ admit: true });
});

test('a plan outlives a restart, and what is written meanwhile names it', async () => {
  const before = await openStation();
  const { id } = await order(before);
  const window = await restart(before, { config: { staff: await staffOfAllRoles() } });
  expect((await window.ok('status.get')).plans).toEqual([id]);
  await window.signIn();
  const refusal = await window.ok('sales.quote', {
    departureId: ferry(),
    passengers: [{ holderRef: await window.holder(3), ticketClass: 'full' }],
  });
  expect(refusal.refusal?.code).toBe('rules.saleStopped');
});

test('a preview says how many departures, tickets and fares it would touch, and changes nothing', async () => {
  const window = await openStation();
  await window.sell(ferry(), [1, 2]);
  const before = window.books();
  const { until } = fog(window);
  const seen = await window.ok(
    'plans.preview',
    { of: { what: 'order', planId: 'fog', scope: { lines: ['w-wgz-pts'] }, until } },
    undefined,
    BOSS,
  );
  expect(seen).toMatchObject({ tickets: 2, passengers: 2, refundableFen: 6000 });
  expect(seen.departures).toBeGreaterThan(1);
  const row = seen.rows.find(({ departureId }) => departureId === ferry());
  expect(row).toMatchObject({ before: 'normal', tickets: 2, sold: false });
  expect(window.books()).toEqual(before);
});

test('a cancelled departure is sold no more until the state is taken back, others go on', async () => {
  const window = await openStation();
  const { key } = await window.ok(
    'departures.setState',
    { scope: { departures: [ferry()] }, state: 'cancelled', reason: '机械故障', orderedBy: null },
    newId(),
    BOSS,
  );
  const quote = async (departureId: string) =>
    window.ok('sales.quote', {
      departureId,
      passengers: [{ holderRef: await window.holder(4), ticketClass: 'full' }],
    });
  expect((await quote(ferry())).refusal).toMatchObject({ code: 'rules.saleStopped' });
  expect((await quote(ferry('1320'))).refusal).toBeUndefined();
  const undo = { undoes: key, reason: '误设' };
  await window.ok('departures.undoState', undo, newId(), BOSS);
  expect((await quote(ferry())).refusal).toBeUndefined();
  expect(await refusalOf(window, 'departures.undoState', undo)).toMatchObject({
    code: 'state.undoneAlready',
  });
});

test('with the reader down, what is typed is sold only with a second person, whose number the ticket keeps', async () => {
  const window = await openStation();
  const told = async () =>
    (await window.ok('timetable.departures', { date: '2026-11-21' })).departures.find(
      ({ departureId }) => departureId === ferry(),
    );
  expect(await told()).not.toHaveProperty('capture');
  await order(window, { planId: 'reader-down' });
  // The screen asks for a second person before anything is typed.
  expect(await told()).toMatchObject({ capture: 'typedWithSecond' });
  const typed = await window.order(ferry(), [1]);
  await expectRefused(window, 'rules.secondReader', 'sales.sell', typed);
  // Any colleague may read aloud.
  const sold = await window.ok('sales.sell', { ...typed, secondSignature: of('gate') }, newId());
  const { entries } = await window.ok('journal.page', { limit: 20 }, undefined, BOSS);
  expect(entries.find(({ kind }) => kind === 'ticket.sold')?.body).toMatchObject({
    ticketNumber: numberOf(sold),
    capture: 'typed',
    readAloudBy: of('gate').number,
  });
});

test('bad orders are refused and nothing is written', async () => {
  const window = await openStation();
  const { secondSignature: _, ...alone } = fog(window);
  expect(await refusalOf(window, 'plans.order', alone)).toMatchObject({ code: 'plan.countersign' });
  const same = { ...fog(window), secondSignature: of('manager') };
  expect(await refusalOf(window, 'plans.order', same)).toMatchObject({ code: 'signature.samePerson' });
  const nowhere = fog(window, { scope: { lines: ['w-nowhere'] } });
  expect(await refusalOf(window, 'plans.order', nowhere)).toMatchObject({ code: 'scope.unknown' });
  const never = fog(window, { scope: { modes: ['road'] } });
  expect(await refusalOf(window, 'plans.order', never)).toMatchObject({ code: 'scope.matchesNothing' });
  expect(await refusalOf(window, 'plans.order', fog(window, { planId: 'flood' }))).toMatchObject({
    code: 'plan.unknown',
  });
  expect(await refusalOf(window, 'plans.order', fog(window, { measured: null }))).toMatchObject({
    code: 'plan.measured',
  });
  const late = fog(window, { until: window.machine.runtime.clock.nowMs() + 999 * MINUTE });
  expect(await refusalOf(window, 'plans.order', late)).toMatchObject({ code: 'plan.until' });
});

test('what is not in force can be neither ended nor extended, and an end is for ever', async () => {
  const window = await openStation();
  const { key } = await order(window);
  const other = { ...key, n: 77 };
  expect(await refusalOf(window, 'plans.end', { order: other, ...word })).toMatchObject({
    code: 'order.unknown',
  });
  const until = window.machine.runtime.clock.nowMs() + 90 * MINUTE;
  await window.ok('plans.extend', { order: key, until, ...word }, newId(), BOSS);
  expect((await window.ok('status.get')).inForce).toMatchObject([{ until }]);
  await window.ok('plans.end', { order: key, ...word }, newId(), BOSS);
  expect(await refusalOf(window, 'plans.end', { order: key, ...word })).toMatchObject({
    code: 'order.ended',
  });
  expect(
    await refusalOf(window, 'plans.extend', { order: key, until: until + MINUTE, ...word }),
  ).toMatchObject({
    code: 'order.ended',
  });
});

test('a plan file with an effect that the program does not know is named and cannot be put in force', async () => {
  const text = 'format: so.plan.1\nvocabulary: 1\nid: odd\neffects:\n  - effect: releaseBalloons\n';
  const window = await openOffice({
    config: { staff: await staffOfAllRoles() },
    plans: [{ name: 'odd.yaml', text }],
  });
  await as(window, 'manager', BOSS);
  const list = await window.ok('plans.list', {}, undefined, BOSS);
  expect(list.broken).toMatchObject([{ what: 'odd.yaml' }]);
  expect(await refusalOf(window, 'plans.order', fog(window, { planId: 'odd' }))).toMatchObject({
    code: 'plan.unknownEffect',
  });
});

test('a clerk puts nothing in force, and a shift leader no plan that is the manager’s', async () => {
  const window = await openStation();
  await expectRefused(window, 'access.role', 'plans.order', fog(window));
  await as(window, 'shiftLeader', 'leader');
  const refusal = await window.refusal(
    'plans.order',
    fog(window, { secondSignature: of('manager') }),
    newId(),
    'leader',
  );
  expect(refusal.code).toBe('plan.role');
});
