import { afterEach, expect, test } from 'vitest';
import { staffOfAllRoles } from './gate-kit.ts';
import { closeOffices, ferry, newId, openOffice, restart, type TestOffice } from './kit.ts';
import { as } from './people-kit.ts';

afterEach(closeOffices);

const BOSS = 'boss';
const MINUTE = 60_000;

async function openStation(): Promise<TestOffice> {
  const window = await openOffice({ config: { staff: await staffOfAllRoles() } });
  await window.signIn();
  await window.openShift();
  await as(window, 'manager', BOSS);
  return window;
}

const [lineId = '', date = ''] = ferry().split('/');
const listed = async (window: TestOffice, departureId: string = ferry()) => {
  const { departures } = await window.ok('timetable.departures', { date, lineId });
  return departures.find((one) => one.departureId === departureId);
};
const set = (window: TestOffice, state: string, departureId: string = ferry()) =>
  window.ok(
    'departures.setState',
    { scope: { departures: [departureId] }, state, reason: '海事通知', orderedBy: null },
    newId(),
    BOSS,
  );

test('each state of real notices stands in the list of departures with its meaning', async () => {
  const window = await openStation();
  expect((await listed(window))?.notice).toBeUndefined();
  const meanings = {
    pending: ['待定', 'nothing', 'closed', 'all', 'stopped'],
    paused: ['暂停', 'nothing', 'closed', 'all', 'stopped'],
    cancelled: ['停航', 'nothing', 'closed', 'all', 'stopped'],
    rolling: ['滚动发班', 'rolling', 'queue', 'none', 'onSale'],
    paxOnly: ['只载客不载车', 'fixed', 'open', 'vehicles', 'onSale'],
    windowOnly: ['停止网售', 'fixed', 'open', 'none', 'onSale'],
    evacuation: ['应急疏客', 'fixed', 'open', 'all', 'onSale'],
  } as const;
  for (const [state, [words, passengers, checkIn, freeRefund, sale]] of Object.entries(meanings)) {
    const { key } = await set(window, state);
    const one = await listed(window);
    expect(one).toMatchObject({ notice: { state, words, sale: { passengers }, checkIn, freeRefund } });
    // windowOnly closes other channels and nothing here.
    expect(one?.state).toBe(sale);
    await window.ok('departures.undoState', { undoes: key, reason: '恢复' }, newId(), BOSS);
  }
  expect((await listed(window))?.notice).toBeUndefined();
  const { spans } = await window.ok('departures.history', { departureId: ferry() }, undefined, BOSS);
  // The test's clock stands still: of changes of one instant the order is that of their keys.
  expect(spans.map(({ words, undone }) => `${words} ${undone}`).toSorted()).toEqual(
    Object.values(meanings)
      .map(([words]) => `${words} true`)
      .toSorted(),
  );
});

test('a cancelled departure with tickets on it is told apart from one without', async () => {
  const window = await openStation();
  await window.sell(ferry(), [1]);
  await set(window, 'cancelled');
  expect((await listed(window))?.notice?.words).toBe('停航有售');
});

test('pages are told that departures mean something else', async () => {
  const window = await openStation();
  const before = window.events.filter(({ event }) => event === 'timetable.changed').length;
  await set(window, 'cancelled');
  expect(window.events.filter(({ event }) => event === 'timetable.changed').length).toBe(before + 1);
});

test('an extra departure is sold at once, from its own capacity and no further, and outlives a restart', async () => {
  const window = await openStation();
  const asked = {
    pattern: ferry(),
    departLocal: '16:05',
    vesselName: '样例加班轮',
    vesselKind: null,
    capacity: 2,
  };
  const { departureId } = await window.ok('departures.addExtra', asked, newId(), BOSS);
  expect(departureId).toBe(`${lineId}/${date}/1605-1`);
  expect(await listed(window, departureId)).toMatchObject({
    extra: true,
    departLocal: '16:05',
    vesselName: '样例加班轮',
    capacity: 2,
    left: 2,
    state: 'onSale',
  });
  await window.sell(departureId, [1, 2]);
  expect((await window.refusal('sales.sell', await window.order(departureId, [3]), newId())).code).toMatch(
    /^seat\./,
  );
  // Another of the same minute is the second.
  expect((await window.ok('departures.addExtra', asked, newId(), BOSS)).departureId).toBe(
    `${lineId}/${date}/1605-2`,
  );
  const again = await restart(window, { config: { staff: await staffOfAllRoles() } });
  await again.signIn();
  expect(await listed(again, departureId)).toMatchObject({ left: 0, state: 'soldOut' });
});

test('an extra departure is of the kind of vessel that it copies, unless told otherwise: what stops the kind stops it', async () => {
  const window = await openStation();
  const asked = {
    pattern: `w-wgz-mzh/${date}/0830`,
    departLocal: '16:05',
    vesselName: '样例轮',
    capacity: 20,
  };
  const add = async (vesselKind: string | null) =>
    (await window.ok('departures.addExtra', { ...asked, vesselKind }, newId(), BOSS)).departureId;
  const [same, other] = [await add(null), await add('regular')];
  await window.ok(
    'departures.setState',
    {
      scope: { vesselKinds: ['highSpeed'], dates: { from: date, to: date } },
      state: 'cancelled',
      reason: '阵风',
      orderedBy: null,
    },
    newId(),
    BOSS,
  );
  const { departures } = await window.ok('timetable.departures', { date, lineId: 'w-wgz-mzh' });
  const stateOf = (id: string) => departures.find(({ departureId }) => departureId === id)?.notice?.state;
  expect([stateOf(same), stateOf(other)]).toEqual(['cancelled', undefined]);
});

test('an extra departure in the past, or of no pattern, is refused', async () => {
  const window = await openStation();
  const asked = { departLocal: '00:01', vesselName: '轮', vesselKind: null, capacity: 2 };
  const past = { ...asked, pattern: ferry() };
  expect((await window.refusal('departures.addExtra', past, newId(), BOSS)).code).toBe('extra.past');
  const none = { ...asked, pattern: `${lineId}/${date}/0003` };
  expect((await window.refusal('departures.addExtra', none, newId(), BOSS)).code).toBe('extra.pattern');
});

test('a departure that left early is sold no more; it is told once and never ahead of time', async () => {
  const window = await openStation();
  const nowMs = window.machine.runtime.clock.nowMs();
  const early = { departureId: ferry(), leftAt: nowMs + MINUTE };
  expect((await window.refusal('departures.leave', early, newId(), BOSS)).code).toBe('departure.leftTime');
  await window.ok('departures.leave', { departureId: ferry(), leftAt: nowMs }, newId(), BOSS);
  expect(await listed(window)).toMatchObject({ state: 'left', leftAt: nowMs });
  expect((await window.refusal('sales.sell', await window.order(ferry(), [1]), newId())).code).toBe(
    'departure.hasLeft',
  );
  const again = { departureId: ferry(), leftAt: nowMs };
  expect((await window.refusal('departures.leave', again, newId(), BOSS)).code).toBe('departure.leftAlready');
});
