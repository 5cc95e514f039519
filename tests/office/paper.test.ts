import { afterEach, expect, test } from 'vitest';
import { readPlanFiles } from '../support/machine.ts';
import { staffOfAllRoles } from './gate-kit.ts';
import { closeOffices, ferry, newId, numberOf, openOffice, restart, type TestOffice } from './kit.ts';
import { as } from './people-kit.ts';
import { planFile } from '../support/plan-file.ts';

afterEach(closeOffices);

const BOSS = 'boss';
const HOUR = 3_600_000;
const electronic = planFile({
  id: 'electronic',
  name: '电子票',
  effect: '{ effect: printing, print: none }',
  loosensAtMostMin: 480,
});

async function openStation(): Promise<TestOffice> {
  const window = await openOffice({
    config: { staff: await staffOfAllRoles() },
    plans: [...readPlanFiles(), electronic],
  });
  await window.signIn();
  await window.openShift();
  await as(window, 'manager', BOSS);
  return window;
}
const word = { reason: '打印机故障', orderedBy: null, measured: null };
const order = (window: TestOffice, planId: string) =>
  window.ok(
    'plans.order',
    { planId, scope: {}, until: window.machine.runtime.clock.nowMs() + HOUR, ...word },
    newId(),
    BOSS,
  );
const sheetsQueued = async (window: TestOffice): Promise<number> =>
  (await window.ok('sales.list', { limit: 20 })).tickets.filter(({ print }) => print.state === 'waiting')
    .length;

test('with the printer down a sale ends with slips printed beforehand, numbered one after the other', async () => {
  const window = await openStation();
  await order(window, 'printer-down');
  const first = await window.order(ferry(), [1, 2]);
  const { paper } = await window.ok('sales.quote', {
    departureId: ferry(),
    passengers: first['passengers'],
  });
  expect(paper).toEqual({ way: 'slip', nextSlip: null });
  // Nobody knows the number of the first slip but the clerk who has it in hand.
  expect(await window.refusal('sales.sell', first, newId())).toMatchObject({
    code: 'paper.slipNumber',
    field: 'slipFrom',
  });
  const sold = await window.ok('sales.sell', { ...first, slipFrom: 701 }, newId());
  expect(sold.tickets.map(({ print }) => print)).toEqual([
    { state: 'slip', copy: 1, slip: 701 },
    { state: 'slip', copy: 1, slip: 702 },
  ]);
  const next = await window.sell(ferry(), [3]);
  expect(next.tickets[0]?.print).toMatchObject({ slip: 703 });
  expect(await sheetsQueued(window)).toBe(0);
});

test('no slip is given out twice, and those passed over count as spoiled', async () => {
  const before = await openStation();
  await order(before, 'printer-down');
  await before.sell(ferry(), [1, 2], { slipFrom: 701 });
  const window = await restart(before, {
    config: { staff: await staffOfAllRoles() },
    plans: [...readPlanFiles(), electronic],
  });
  await window.signIn();
  await as(window, 'manager', BOSS);
  const again = { ...(await window.order(ferry(), [3])), slipFrom: 702 };
  expect((await window.refusal('sales.sell', again, newId())).code).toBe('paper.slipUsed');
  await window.sell(ferry(), [3], { slipFrom: 706 });
  const { entries } = await window.ok('journal.page', { limit: 10 }, undefined, BOSS);
  expect(entries.find(({ kind }) => kind === 'ticket.slips')?.body).toMatchObject({
    way: 'slip',
    from: 706,
    skipped: 3,
  });
});

test('an electronic sale ends without a sheet, none is counted, and one can be printed after the end', async () => {
  const window = await openStation();
  const { key } = await order(window, 'electronic');
  const sold = await window.sell(ferry(), [1]);
  const ticketNumber = numberOf(sold);
  expect(sold.tickets[0]?.print).toEqual({ state: 'none', copy: 1 });
  expect((await window.ok('status.get')).printsToSettle).toBe(0);
  const { byWindow } = await window.ok('reports.day', { date: '2026-11-21' }, undefined, BOSS);
  expect(byWindow).toMatchObject([{ tickets: 1, sheets: {} }]);
  await window.ok('plans.end', { order: key, ...word }, newId(), BOSS);
  const reprinted = await window.ok('tickets.reprint', { ticketNumber, reason: '打印机已修好' }, newId());
  expect(reprinted).toMatchObject({ copy: 1, print: { state: 'waiting', copy: 1 } });
  expect((await window.sell(ferry(), [2])).tickets[0]?.print).toEqual({ state: 'waiting', copy: 1 });
});

test('an order that allows no cash lets a window that takes only cash sell nothing', async () => {
  const cards = {
    name: 'cards.yaml',
    text: electronic.text
      .replace('id: electronic', 'id: cards')
      .replace('{ effect: printing, print: none }', '{ effect: payments, allow: [mobile] }')
      .replace('loosensAtMostMin: 480', 'loosensAtMostMin: null'),
  };
  const window = await openOffice({ config: { staff: await staffOfAllRoles() }, plans: [cards] });
  await window.signIn();
  await window.openShift();
  await as(window, 'manager', BOSS);
  const { key } = await window.ok(
    'plans.order',
    { planId: 'cards', scope: {}, until: null, ...word },
    newId(),
    BOSS,
  );
  const waiting = await window.order(ferry(), [1]);
  const refusal = await window.refusal('sales.sell', waiting, newId());
  expect(refusal.code).toBe('rules.payment');
  expect(refusal.next).toContain('移动支付');
  await window.ok('plans.end', { order: key, ...word }, newId(), BOSS);
  await window.ok('sales.sell', waiting, newId());
});
