import { afterEach, expect, test } from 'vitest';
import { standAtGate, staffOfAllRoles } from './gate-kit.ts';
import { closeOffices, ferry, newId, numberOf, openOffice, type TestOffice } from './kit.ts';
import { as, of } from './people-kit.ts';

afterEach(closeOffices);

const BOSS = 'boss';
const [lineId = '', date = ''] = ferry().split('/');

async function openStation(): Promise<TestOffice> {
  const window = await openOffice({ config: { staff: await staffOfAllRoles() } });
  await window.signIn();
  await window.openShift();
  await as(window, 'manager', BOSS);
  return window;
}
const order = (window: TestOffice, planId: string) => {
  const at = window.machine.runtime.clock.nowMs();
  const measured = { what: 'queue' as const, value: '620', unit: '人', source: '候船厅', at };
  const scope = { lines: [lineId] };
  const word = { reason: '大客流', orderedBy: null, measured, secondSignature: of('shiftLeader') };
  return window.ok('plans.order', { planId, scope, until: at + 3_600_000, ...word }, newId(), BOSS);
};
const end = (window: TestOffice, key: { issuer: string; n: number }) => {
  const word = { reason: '回落', orderedBy: null, measured: null, secondSignature: of('shiftLeader') };
  return window.ok('plans.end', { order: key, ...word }, newId(), BOSS);
};
const report = (window: TestOffice, key: unknown) =>
  window.ok('plans.report', { order: key as never }, undefined, BOSS);

test('the report of a crowd says who ordered what, what was measured, sold, let go, boarded, and who waits', async () => {
  const window = await openStation();
  const { key } = await order(window, 'peak');
  const asked = {
    pattern: ferry(),
    departLocal: '16:05',
    vesselName: '样例轮',
    vesselKind: null,
    capacity: 2,
  };
  const { departureId } = await window.ok('departures.addExtra', asked, newId(), BOSS);
  const sold = await window.sell(ferry(), [1, 2, 3]);
  const gate = await standAtGate(window);
  await gate.open(departureId);
  await window.ok('gate.release', { departureId, count: null }, newId(), BOSS);
  for (const n of [0, 1]) await gate.present(departureId, numberOf(sold, n));
  const notice = { board: '滚动发班', broadcast: '', text: '', departures: [], orderId: null, until: null };
  await window.ok('notices.publish', notice, newId(), BOSS);
  await end(window, key);

  const made = await report(window, key);
  expect(made).toMatchObject({
    planName: '大客流 · 滚动发班',
    by: of('manager').number,
    countersignedBy: of('shiftLeader').number,
    measured: [{ value: '620', unit: '人' }],
    endedAt: expect.any(Number),
    totals: { tickets: 3, boarded: 2, waiting: 1, released: 2, mostReleasedAtOnce: 2, notices: 1 },
  });
  expect(made.totals.salesFen).toBe(sold.totalFen);
  expect(made.events.map(({ what }) => what).toSorted()).toEqual(
    ['ordered', 'extra', 'release', 'notice', 'ended'].toSorted(),
  );
  const row = made.departures.find((each) => each.departureId === departureId);
  expect(row).toMatchObject({ capacity: 2, boarded: 2, sold: 0 });
  expect(made.departures.every((each) => each.departureId.startsWith(`${lineId}/${date}/`))).toBe(true);
  const { orders } = await window.ok('plans.orders', {}, undefined, BOSS);
  expect(orders).toMatchObject([{ key, name: '大客流 · 滚动发班' }]);
});

test('identities that were typed while somebody read aloud are counted, others are not', async () => {
  const window = await openStation();
  await window.sell(ferry(), [1]);
  const { key } = await order(window, 'reader-down');
  await window.sell(ferry(), [2], { secondSignature: of('gate') });
  await end(window, key);
  expect((await report(window, key)).totals).toMatchObject({ tickets: 2, identitiesTyped: 1 });
});

test('the report leaves as data, without a name in it, and no cell of it is a formula', async () => {
  const window = await openStation();
  const { key } = await order(window, 'peak');
  await window.sell(ferry(), [1]);
  const take = async (format: 'json' | 'csv') => {
    const file = await window.ok('plans.exportReport', { order: key, format }, undefined, BOSS);
    return Buffer.from(file.base64, 'base64').toString();
  };
  expect(JSON.parse(await take('json'))).toMatchObject({
    planName: '大客流 · 滚动发班',
    totals: { tickets: 1 },
  });
  const csv = await take('csv');
  expect(csv.startsWith('\uFEFF预案,大客流')).toBe(true);
  expect(csv.split(/[\r\n,]+/).filter((cell) => /^[=+@]/.test(cell))).toEqual([]);
  for (const text of [csv, await take('json')]) expect(text).not.toMatch(/\d{17}[\dX]"?,|测试甲|样例乙/);
  const never = { order: { ...key, n: key.n + 7 } };
  expect((await window.refusal('plans.report', never, undefined, BOSS)).code).toBe('order.unknown');
});
