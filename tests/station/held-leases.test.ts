import { afterEach, expect, test } from 'vitest';
import { closeOffices, ferry, newId, type TestOffice } from '../office/kit.ts';
import { readPlanFiles } from '../support/machine.ts';
import { openHost, openWindowAt } from './kit.ts';
import { expectOrders, order, word } from './orders-kit.ts';
import { planFile } from '../support/plan-file.ts';

afterEach(closeOffices);

/** Only the grantor is spoken to; sale, payment and boarding go on. */
const holding = planFile({
  id: 'hold',
  name: '暂停分配',
  effect: '{ effect: leases, leases: hold }',
});
const plans = [...readPlanFiles(), holding];
const hold = (host: TestOffice, over: Parameters<typeof order>[1] = {}) =>
  order(host, { planId: 'hold', until: null, measured: null, ...over });

const seatsOf = async (office: TestOffice, departureId: string) => {
  const { departures } = await office.ok('timetable.departures', { date: '2026-11-21' });
  const { held = -1, left = -1 } = departures.find((one) => one.departureId === departureId) ?? {};
  return { held, left };
};
const given = (host: TestOffice): number =>
  host.books().kinds.filter((kind) => kind === 'lease.given').length;

test('while leases are held the host gives no window anything more, and a window sells what it holds', async () => {
  const station = await openHost({ plans });
  const two = await openWindowAt(station, 2, { plans });
  await two.sell(ferry(), [1]);
  const { held } = await seatsOf(two, ferry());
  expect(held).toBeGreaterThan(0);
  const { id, key } = await hold(station.host);
  await expectOrders(two, [id]);
  const before = given(station.host);

  // What it holds is all that it can sell now, and it says so.
  expect(await seatsOf(two, ferry())).toEqual({ held, left: held });
  await two.sell(ferry(), [2]);
  // Of a departure of which it holds nothing it sells nothing, however many places the host has.
  const other = await two.order(ferry('1320'), [3]);
  expect((await two.refusal('sales.sell', other, newId())).code).toBe('seat.noneHeld');
  expect(given(station.host)).toBe(before);

  await station.host.ok('plans.end', { order: key, ...word }, newId(), 'manager');
  await expectOrders(two, []);
  await two.sell(ferry('1320'), [3]);
  expect(given(station.host)).toBeGreaterThan(before);
});

test('leases held for one window are given to the others as before', async () => {
  const station = await openHost({ plans });
  const two = await openWindowAt(station, 2, { plans });
  const three = await openWindowAt(station, 3, { plans });
  const { windows } = await station.host.ok('station.windows', {}, undefined, 'manager');
  const only = windows.find(({ window }) => window.endsWith('/02'))?.window ?? ('' as never);
  const { id } = await hold(station.host, { scope: { windows: [only] } });
  for (const window of [two, three]) await expectOrders(window, [id]);
  const before = given(station.host);
  expect((await two.refusal('sales.sell', await two.order(ferry(), [1]), newId())).code).toBe(
    'seat.noneHeld',
  );
  expect(given(station.host)).toBe(before);
  await three.sell(ferry(), [1]);
  expect(given(station.host)).toBeGreaterThan(before);
});

test('the office that has the places sells them itself while they are held', async () => {
  const station = await openHost({ plans });
  await station.host.openShift();
  await hold(station.host);
  await station.host.sell(ferry(), [1]);
  expect(station.host.books().tickets).toBe(1);
});
