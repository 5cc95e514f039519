import { afterEach, expect, test } from 'vitest';
import { boardViewSchema } from '../../contract/office/notices.ts';
import { standAtGate, staffOfAllRoles } from './gate-kit.ts';
import { closeOffices, ferry, newId, openOffice, restart, type TestOffice } from './kit.ts';
import { as, of } from './people-kit.ts';

afterEach(closeOffices);

const BOSS = 'boss';
/** Nobody is signed in there: the hall's screen. */
const HALL = 'hall';

async function openStation(): Promise<TestOffice> {
  const window = await openOffice({ config: { staff: await staffOfAllRoles() } });
  await window.signIn();
  await window.openShift();
  await as(window, 'manager', BOSS);
  return window;
}
const board = (window: TestOffice) => window.ok('board.current', {}, undefined, HALL);
const rowOf = async (window: TestOffice, departureId: string = ferry()) =>
  (await board(window)).rows.find((row) => row.departureId === departureId);
const set = (window: TestOffice, state: string) =>
  window.ok(
    'departures.setState',
    { scope: { departures: [ferry()] }, state, reason: '大风', orderedBy: null },
    newId(),
    BOSS,
  );
const texts = { board: '样例告示一行', broadcast: '各位旅客请注意', text: '【样例】告示' };
const publish = (window: TestOffice, over = {}) =>
  window.ok(
    'notices.publish',
    { ...texts, departures: [], orderId: null, until: null, ...over },
    newId(),
    BOSS,
  );

test('the board follows the departures, and whoever stands in the hall needs no sign-in', async () => {
  const window = await openStation();
  expect(await rowOf(window)).toMatchObject({ seats: '有票', gate: null });
  const { key } = await set(window, 'cancelled');
  expect(await rowOf(window)).toMatchObject({ words: '停航', tone: 'stop', seats: '' });
  await window.ok('departures.undoState', { undoes: key, reason: '恢复' }, newId(), BOSS);
  const gate = await standAtGate(window);
  await gate.open(ferry(), '2 号检票口');
  expect(await rowOf(window)).toMatchObject({ words: '正在检票', tone: 'good', gate: '2 号检票口' });
  const leftAt = window.machine.runtime.clock.nowMs();
  await window.ok('departures.leave', { departureId: ferry(), leftAt }, newId(), BOSS);
  expect(await rowOf(window)).toMatchObject({
    tone: 'gone',
    words: expect.stringMatching(/^已开 \d\d:\d\d$/),
  });
});

test('the board has no place for a person, and shows nothing of tickets sold but how many are left', async () => {
  const window = await openStation();
  await window.sell(ferry(), [1, 2]);
  const shown = await board(window);
  expect(boardViewSchema.parse(shown)).toEqual(shown);
  expect(JSON.stringify(shown)).not.toMatch(/\d{20}|测试|样例甲|0001/);
});

test('nothing is published but by a person who confirms it; it stands on the board until withdrawn, and outlives a restart', async () => {
  const window = await openStation();
  await set(window, 'cancelled');
  const draft = await window.ok(
    'notices.draft',
    { about: { what: 'departures', departures: [ferry()] } },
    undefined,
    BOSS,
  );
  expect(draft.board).toContain('停航');
  expect(draft.broadcast).toContain('免费退票');
  expect((await board(window)).notices).toEqual([]);

  const { noticeId } = await publish(window, { board: draft.board });
  expect((await board(window)).notices).toMatchObject([{ text: draft.board }]);
  const { notices } = await window.ok('notices.list', {}, undefined, BOSS);
  expect(notices).toMatchObject([
    { noticeId, by: of('manager').number, shown: true, script: '各位旅客请注意\n再播送一遍:各位旅客请注意' },
  ]);
  const { base64 } = await window.ok('notices.feed', {}, undefined, BOSS);
  const feed = JSON.parse(Buffer.from(base64, 'base64').toString()) as { notices: { text: string }[] };
  expect(feed.notices.map(({ text }) => text)).toEqual([texts.text]);

  const again = await restart(window, { config: { staff: await staffOfAllRoles() } });
  await as(again, 'manager', BOSS);
  expect((await board(again)).notices).toHaveLength(1);
  await again.ok('notices.withdraw', { noticeId, reason: '已恢复' }, newId(), BOSS);
  expect((await board(again)).notices).toEqual([]);
  const twice = { noticeId, reason: '已恢复' };
  expect((await again.refusal('notices.withdraw', twice, newId(), BOSS)).code).toBe('notice.gone');
});

test('an empty notice, one that is over before it begins and a clerk who publishes are refused', async () => {
  const window = await openStation();
  const none = { board: ' ', broadcast: '', text: '', departures: [], orderId: null, until: null };
  expect((await window.refusal('notices.publish', none, newId(), BOSS)).code).toBe('notice.empty');
  const past = { ...none, ...texts, until: window.machine.runtime.clock.nowMs() };
  expect((await window.refusal('notices.publish', past, newId(), BOSS)).code).toBe('notice.past');
  const good = { ...none, ...texts };
  expect((await window.refusal('notices.publish', good, newId())).code).toBe('access.role');
});

test('the texts of an order come from its plan, with its fields filled in', async () => {
  const window = await openStation();
  const at = window.machine.runtime.clock.nowMs();
  const { key } = await window.ok(
    'plans.order',
    {
      planId: 'fog',
      scope: {},
      until: at + 3_600_000,
      reason: '能见度不足',
      orderedBy: { organisation: '海事处', reference: '样例 1 号', at },
      measured: { what: 'visibility', value: '420', unit: 'm', source: '市气象台', at },
      secondSignature: of('shiftLeader'),
    },
    newId(),
    BOSS,
  );
  const draft = await window.ok('notices.draft', { about: { what: 'order', order: key } }, undefined, BOSS);
  for (const text of [draft.board, draft.broadcast, draft.text]) expect(text).not.toMatch(/[{}]/);
  expect(draft.departures.length).toBeGreaterThan(0);
});

test('from when on a departure is called, how few seats are told and how long one that left stays are settings of the station', async () => {
  const window = await openStation();
  const set = (name: string, value: number) => ({
    table: 'settings',
    put: { name, lineId: null, value, mark: 'D', source: '' },
  });
  expect(await rowOf(window)).toMatchObject({ seats: '有票', words: '待检' });
  const changes = [set('fewSeats', 250), set('checkInMin', 200), set('goneShownMin', 0)];
  await window.ok('data.change', { changes, effectiveAt: null, note: '' }, newId(), BOSS);
  expect(await rowOf(window)).toMatchObject({ seats: '余 250', words: '候检' });
  const leftAt = window.machine.runtime.clock.nowMs() - 60_000;
  await window.ok('departures.leave', { departureId: ferry(), leftAt }, newId(), BOSS);
  expect(await rowOf(window)).toBeUndefined();
  // A value that cannot be is refused with the table, the row and the column, before it is put in.
  const wrong = { changes: [set('fewSeats', 1_001)], effectiveAt: null, note: '' };
  expect((await window.refusal('data.change', wrong, newId(), BOSS)).code).toBe('data.wrong');
  const { problems } = await window.ok(
    'data.check',
    { changes: wrong.changes, effectiveAt: null },
    undefined,
    BOSS,
  );
  expect(problems.map(({ message }) => message)).toContain('参数“大屏逐个报余座的座位数”应为 0 至 1000');
});
