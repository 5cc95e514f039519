import { afterEach, expect, test } from 'vitest';
import { staffOfAllRoles } from './gate-kit.ts';
import { closeOffices, ferry, newId, openOffice, restart, type TestOffice } from './kit.ts';
import { as, of } from './people-kit.ts';

afterEach(closeOffices);

const BOSS = 'boss';
const MINUTE = 60_000;
const lineId = ferry().split('/')[0] ?? '';

async function openStation(): Promise<TestOffice> {
  const window = await openOffice({ config: { staff: await staffOfAllRoles() } });
  await window.signIn();
  await as(window, 'manager', BOSS);
  return window;
}
const order = (window: TestOffice, planId: string, scope = {}) => {
  const at = window.machine.runtime.clock.nowMs();
  return window.ok(
    'plans.order',
    {
      planId,
      scope,
      until: at + 600 * MINUTE,
      reason: '大雾',
      orderedBy: { organisation: '海事处', reference: '样例 1 号', at },
      measured: { what: 'visibility', value: '420', unit: 'm', source: '市气象台', at },
      secondSignature: of('shiftLeader'),
    },
    newId(),
    BOSS,
  );
};
const give = (window: TestOffice, line: string | null = lineId) =>
  window.ok('queue.give', { lineId: line }, newId());
const call = (window: TestOffice, count: number, line: string | null = lineId) =>
  window.ok('queue.call', { lineId: line, count }, newId(), BOSS);
const boardQueues = async (window: TestOffice) => (await window.ok('board.current')).queues;

test('in fog a window gives queue numbers, and after it the gate calls them in order on the board', async () => {
  const window = await openStation();
  const { key } = await order(window, 'fog');
  const [first, second, third] = [await give(window), await give(window), await give(window)];
  expect([first, second, third].map(({ ahead }) => ahead)).toEqual([0, 1, 2]);
  expect(first.label).toMatch(/^1000-0301$/);
  expect(first.printed).toBe(false);
  expect(await boardQueues(window)).toEqual([{ name: first.lineName, through: null, waiting: 3 }]);
  const { entries } = await window.ok('journal.page', { limit: 1 }, undefined, BOSS);
  expect(entries[0]).toMatchObject({ kind: 'queue.given', body: { lineId, queueNumber: 10_000_303 } });

  const end = { reason: '雾散', orderedBy: null, measured: null, secondSignature: of('shiftLeader') };
  await window.ok('plans.end', { order: key, ...end }, newId(), BOSS);
  // Nobody comes to the queue any more; who is in it is served.
  expect((await window.refusal('queue.give', { lineId }, newId())).code).toBe('queue.notIssued');
  expect(await call(window, 2)).toMatchObject({ through: second.label, waiting: 1, issued: false });
  expect(await boardQueues(window)).toEqual([{ name: first.lineName, through: second.label, waiting: 1 }]);
  expect(await call(window, 10)).toMatchObject({ through: third.label, waiting: 0 });
  expect((await window.refusal('queue.call', { lineId, count: 1 }, newId(), BOSS)).code).toBe('queue.nobody');
});

test('with no plan in force nobody gets a number, and a clerk calls none', async () => {
  const window = await openStation();
  expect((await window.refusal('queue.give', { lineId: null }, newId())).code).toBe('queue.notIssued');
  expect((await window.refusal('queue.call', { lineId, count: 1 }, newId())).code).toBe('access.role');
  expect((await window.ok('queue.list')).queues).toEqual([]);
});

test('while a line rolls its tickets carry the numbers, and the hall gives its own', async () => {
  const window = await openStation();
  await order(window, 'peak');
  expect((await window.refusal('queue.give', { lineId }, newId())).code).toBe('queue.onTicket');
  expect(await give(window, null)).toMatchObject({ lineName: null, ahead: 0 });
  expect(await call(window, 1, null)).toMatchObject({ lineId: null, waiting: 0 });
});

test('numbers and calls outlive a restart, and a command said twice gives one number', async () => {
  const before = await openStation();
  await order(before, 'fog');
  const id = newId();
  const once = await before.ok('queue.give', { lineId }, id);
  expect(await before.ok('queue.give', { lineId }, id)).toEqual(once);
  await give(before);
  await call(before, 1);
  const window = await restart(before, { config: { staff: await staffOfAllRoles() } });
  expect((await window.ok('board.current')).queues).toMatchObject([{ through: once.label, waiting: 1 }]);
});
