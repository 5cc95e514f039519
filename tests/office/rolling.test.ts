import { afterEach, expect, test } from 'vitest';
import { standAtGate, staffOfAllRoles } from './gate-kit.ts';
import { closeOffices, ferry, newId, numberOf, openOffice, type TestOffice } from './kit.ts';
import { readPlanFiles } from '../support/machine.ts';
import { as } from './people-kit.ts';
import { planFile } from '../support/plan-file.ts';

afterEach(closeOffices);

const BOSS = 'boss';
const [lineId = '', date = ''] = ferry().split('/');
const wholeLine = { lines: [lineId], dates: { from: date, to: date } };

/** The line rolls; a shift is open, the manager has a page. */
async function openRolling(): Promise<TestOffice> {
  const window = await openOffice({ config: { staff: await staffOfAllRoles() } });
  await window.signIn();
  await window.openShift();
  await as(window, 'manager', BOSS);
  await setLine(window, 'rolling');
  return window;
}
const setLine = (window: TestOffice, state: 'rolling' | 'normal') =>
  window.ok(
    'departures.setState',
    { scope: wholeLine, state, reason: '大客流', orderedBy: null },
    newId(),
    BOSS,
  );
const extra = async (window: TestOffice, departLocal: string, capacity: number): Promise<string> => {
  const asked = { pattern: ferry(), departLocal, vesselName: '样例轮', vesselKind: null, capacity };
  return (await window.ok('departures.addExtra', asked, newId(), BOSS)).departureId;
};
const release = (window: TestOffice, departureId: string, count: number | null = null) =>
  window.ok('gate.release', { departureId, count }, newId(), BOSS);

test('a ticket for the day has a queue number, takes a place, and boards any vessel of its line when its turn has come', async () => {
  const window = await openRolling();
  const sold = await window.sell(ferry(), [1, 2]);
  const [first, second] = sold.tickets;
  expect(sold.tickets.map(({ queue }) => queue)).toEqual([
    expect.stringMatching(/^\d{4}-0301$/),
    expect.stringMatching(/^\d{4}-0302$/),
  ]);
  const { departures } = await window.ok('timetable.departures', { date, lineId });
  const named = departures.find(({ departureId }) => departureId === ferry());
  expect(named?.left).toBe((named?.capacity ?? 0) - 2);

  const other = await extra(window, '16:05', 1);
  const gate = await standAtGate(window);
  await gate.open(other);
  expect(await gate.present(other, first?.ticketNumber ?? '')).toMatchObject({
    admit: false,
    refusal: { code: 'boarding.notYourTurn' },
  });
  const view = await release(window, other);
  expect(view.queue).toMatchObject({ through: first?.queue, released: 1, underWay: 1, room: 0, waiting: 1 });
  expect(await gate.present(other, second?.ticketNumber ?? '')).toMatchObject({
    refusal: { code: 'boarding.notYourTurn' },
  });
  expect(await gate.present(other, first?.ticketNumber ?? '')).toMatchObject({
    admit: true,
    counts: { boarded: 1, licence: 1 },
  });
  // Full is full, in any mode: whoever is let go next goes to another vessel.
  expect((await release(window, other, 1)).departure.departureId).not.toBe(other);
  // The list of the vessel has who is aboard, the list of the departure on the ticket has not.
  const aboard = await window.ok(
    'gate.passengers',
    { departureId: other as never, which: 'aboard' },
    undefined,
    BOSS,
  );
  expect(aboard.tickets.map(({ ticketNumber }) => ticketNumber)).toEqual([first?.ticketNumber]);
  const own = await window.ok('gate.view', { departureId: ferry() as never }, undefined, BOSS);
  expect(own.departure.counts).toMatchObject({ sold: 0, boarded: 0, missing: 0 });
});

test('one document has one ticket for the day until it has travelled', async () => {
  const window = await openRolling();
  const ticket = numberOf(await window.sell(ferry(), [1]));
  const other = await extra(window, '16:05', 5);
  const again = await window.order(other, [1]);
  expect((await window.refusal('sales.sell', again, newId())).code).toBe('rolling.held');
  const gate = await standAtGate(window);
  await gate.open(other);
  await release(window, other);
  await gate.present(other, ticket);
  await window.sell(other, [1]);
});

test('a ticket for the day holds when the line runs by its timetable again, and a fixed one boards any vessel while it rolls', async () => {
  const window = await openRolling();
  const day = numberOf(await window.sell(ferry(), [1]));
  await setLine(window, 'normal');
  const sold = await window.sell(ferry(), [2]);
  const fixed = numberOf(sold);
  expect(sold.tickets[0]?.queue).toBeUndefined();
  const other = await extra(window, '16:05', 5);
  const gate = await standAtGate(window);
  await gate.open(other);
  expect(await gate.present(other, day)).toMatchObject({ admit: true });
  expect(await gate.present(other, fixed)).toMatchObject({ refusal: { code: 'boarding.otherDeparture' } });
});

test('a ticket for another day cannot be one of a line that rolls', async () => {
  const window = await openOffice({ config: { staff: await staffOfAllRoles() } });
  await window.signIn();
  await window.openShift();
  await as(window, 'manager', BOSS);
  const later = ferry().replace(date, dayAfter(date));
  await window.ok(
    'departures.setState',
    { scope: { departures: [later] }, state: 'rolling', reason: '大客流', orderedBy: null },
    newId(),
    BOSS,
  );
  expect((await window.refusal('sales.sell', await window.order(later, [1]), newId())).code).toBe(
    'rolling.today',
  );
});

test('the sheet of a ticket for the day shows its queue number, and neither time nor seat', async () => {
  const window = await openRolling();
  const sold = await window.sell(ferry(), [1]);
  const { parts } = await window.ok('sales.paper', { ticketNumber: sold.tickets[0]?.ticketNumber as never });
  const text = parts.flatMap((part) => (part.kind === 'line' ? [part.text] : [])).join('\n');
  expect(text).toContain(sold.tickets[0]?.queue);
  expect(text).toContain('当日本线任一班次');
  expect(text).not.toContain('开航');
});

test('a standby ticket takes no place, and boards only when nobody who has one is kept out', async () => {
  const standbyPlan = planFile({
    id: 'standby',
    name: '只售候补',
    effect: '{ effect: sale, sell: standby }',
  });
  const window = await openOffice({
    config: { staff: await staffOfAllRoles() },
    plans: [...readPlanFiles(), standbyPlan],
  });
  await window.signIn();
  await window.openShift();
  await as(window, 'manager', BOSS);
  const small = await extra(window, '16:05', 2);
  const held = numberOf(await window.sell(small, [1]));
  const scope = { departures: [small] };
  const word = { reason: '大客流', orderedBy: null, measured: null };
  await window.ok('plans.order', { planId: 'standby', scope, until: null, ...word }, newId(), BOSS);
  const waiting = [2, 3, 4];
  const sold: string[] = [];
  for (const person of waiting) {
    const sale = await window.sell(small, [person]);
    expect(sale.tickets[0]?.queue).toMatch(/^候补 /);
    sold.push(numberOf(sale));
  }
  const { departures } = await window.ok('timetable.departures', { date, lineId });
  expect(departures.find(({ departureId }) => departureId === small)).toMatchObject({ left: 1 });

  const gate = await standAtGate(window);
  await gate.open(small);
  const [first = '', second = ''] = sold;
  const wait = { admit: false, refusal: { code: 'boarding.standbyWait' } };
  expect(await gate.present(small, first)).toMatchObject(wait);
  await window.ok('gate.stopSale', { departureId: small }, newId(), BOSS);
  // One of the two places has a holder who is not there yet.
  expect(await gate.present(small, first)).toMatchObject({ admit: true });
  expect(await gate.present(small, second)).toMatchObject(wait);
  expect(await gate.present(small, held)).toMatchObject({ admit: true, counts: { boarded: 2 } });
});

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
