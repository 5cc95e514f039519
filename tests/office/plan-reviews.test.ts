import { afterEach, expect, test } from 'vitest';
import { staffOfAllRoles } from './gate-kit.ts';
import { closeOffices, newId, openOffice, restart, type TestOffice } from './kit.ts';
import { as, of } from './people-kit.ts';

afterEach(closeOffices);

const MINUTE = 60_000;
const BOSS = 'boss';

async function openStation(): Promise<TestOffice> {
  const window = await openOffice({ config: { staff: await staffOfAllRoles() } });
  await window.signIn();
  await as(window, 'manager', BOSS);
  return window;
}

/** Fog: somebody has to look every 30 minutes. */
async function fog(window: TestOffice) {
  const at = window.machine.runtime.clock.nowMs();
  const { key } = await window.ok(
    'plans.order',
    {
      planId: 'fog',
      scope: {},
      until: at + 600 * MINUTE,
      reason: '能见度不足',
      orderedBy: { organisation: '海事处', reference: '样例 1 号', at },
      measured: { what: 'visibility', value: '420', unit: 'm', source: '市气象台', at },
      secondSignature: of('shiftLeader'),
    },
    newId(),
    BOSS,
  );
  return { key, at };
}
const later = (window: TestOffice, minutes: number): void =>
  window.machine.setWallClock(window.machine.runtime.clock.nowMs() + minutes * MINUTE);
const timerOf = async (window: TestOffice) => (await window.ok('status.get')).inForce?.[0]?.review;
const review = (window: TestOffice, order: unknown, note = '') =>
  window.ok('plans.review', { order, note }, newId(), BOSS);

test('a review is due so many minutes after the order, and after each review that somebody signed', async () => {
  const window = await openStation();
  const { key, at } = await fog(window);
  expect(await timerOf(window)).toEqual({ everyMin: 30, dueAt: at + 30 * MINUTE, due: false, last: null });
  later(window, 20);
  const looked = await review(window, key, '能见度 300 米');
  expect(looked.dueAt).toBe(looked.at + 30 * MINUTE);
  expect(await timerOf(window)).toMatchObject({
    dueAt: looked.at + 30 * MINUTE,
    due: false,
    last: { at: looked.at, by: of('manager').number, note: '能见度 300 米' },
  });
  const { entries } = await window.ok('journal.page', { limit: 5 }, undefined, BOSS);
  expect(entries.find(({ kind }) => kind === 'plan.reviewed')?.body).toMatchObject({ order: key });
});

test('an overdue review is told to every page once, and ends nothing', async () => {
  const window = await openStation();
  const { key, at } = await fog(window);
  const told = () => window.events.filter(({ event }) => event === 'plan.reviewDue');
  later(window, 31);
  // The bar is told every ten seconds; a due review once.
  window.machine.pass(30_000);
  expect(told()).toHaveLength(1);
  expect(told()[0]?.data).toMatchObject({ name: '大雾 · 三级', dueAt: at + 30 * MINUTE });
  expect(await timerOf(window)).toMatchObject({ due: true });
  // Hours later the restriction holds as on the first minute.
  later(window, 20 * 60);
  const { inForce, plans } = await window.ok('status.get');
  expect(plans).toHaveLength(1);
  expect(inForce).toMatchObject([{ until: null, review: { due: true } }]);
  await review(window, key);
  expect(await timerOf(window)).toMatchObject({ due: false });
});

test('reviews stand in the report, outlive a restart, and none is taken of an order that has ended', async () => {
  const before = await openStation();
  const { key } = await fog(before);
  await review(before, key, '候船 420 人');
  const window = await restart(before, { config: { staff: await staffOfAllRoles() } });
  await as(window, 'manager', BOSS);
  expect(await timerOf(window)).toMatchObject({ last: { note: '候船 420 人' } });
  const made = await window.ok('plans.report', { order: key }, undefined, BOSS);
  expect(made.totals.reviews).toBe(1);
  expect(made.events).toContainEqual(
    expect.objectContaining({ what: 'reviewed', text: '复查:继续执行,候船 420 人' }),
  );
  const word = { reason: '雾散', orderedBy: null, measured: null, secondSignature: of('shiftLeader') };
  await window.ok('plans.end', { order: key, ...word }, newId(), BOSS);
  expect((await window.refusal('plans.review', { order: key, note: '' }, newId(), BOSS)).code).toBe(
    'order.ended',
  );
});
