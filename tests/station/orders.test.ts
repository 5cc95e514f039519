import { afterEach, expect, test } from 'vitest';
import { closeOffices, ferry, newId, restart, type TestOffice } from '../office/kit.ts';
import { as, clerkOf, linkIs, openHost, openWindowAt, windowOptions } from './kit.ts';
import { expectOrders, order, word } from './orders-kit.ts';

afterEach(closeOffices);

const quote = async (office: TestOffice) =>
  office.ok('sales.quote', {
    departureId: ferry(),
    passengers: [{ holderRef: await office.holder(4), ticketClass: 'full' }],
  });

test('an order of the host stops the sale at every window, and its end lets them sell again', async () => {
  const station = await openHost();
  const two = await openWindowAt(station, 2);
  const three = await openWindowAt(station, 3);
  const { id, key } = await order(station.host);
  for (const window of [two, three]) {
    await expectOrders(window, [id]);
    expect((await quote(window)).refusal?.code).toBe('rules.saleStopped');
  }
  await station.host.ok('plans.end', { order: key, ...word }, newId(), 'manager');
  for (const window of [two, three]) {
    await expectOrders(window, []);
    expect((await quote(window)).refusal).toBeUndefined();
  }
});

test('a plan that asks seats back gets those that a window holds and did not sell, and the ticket sold stays', async () => {
  const station = await openHost();
  const two = await openWindowAt(station, 2);
  await two.sell(ferry(), [1]);
  const heldAt = async (): Promise<number> => {
    const { departures } = await two.ok('timetable.departures', { date: '2026-11-21' });
    return departures.find(({ departureId }) => departureId === ferry())?.held ?? -1;
  };
  expect(await heldAt()).toBeGreaterThan(0);
  const { id } = await order(station.host);
  await expectOrders(two, [id]);
  await expect.poll(heldAt, { timeout: 25_000 }).toBe(0);
  expect(two.books().kinds.filter((kind) => kind === 'lease.returned').length).toBeGreaterThan(0);
  expect(two.books().tickets).toBe(1);
});

test('an order given at a window reaches the host and the other windows', async () => {
  const station = await openHost();
  const two = await openWindowAt(station, 2);
  const three = await openWindowAt(station, 3);
  await as(two, 'manager');
  const { id } = await order(two);
  await expectOrders(station.host, [id]);
  await expectOrders(three, [id]);
  expect(three.books().kinds.filter((kind) => kind === 'plan.heard')).toHaveLength(1);
});

test('a state set at a window holds at the others until it is undone at the host', async () => {
  const station = await openHost();
  const two = await openWindowAt(station, 2);
  const three = await openWindowAt(station, 3);
  await as(two, 'manager');
  const scope = { departures: [ferry()] };
  const set = { scope, state: 'cancelled', reason: '机械故障', orderedBy: null };
  const { key } = await two.ok('departures.setState', set, newId(), 'manager');
  await expect.poll(async () => (await quote(three)).refusal?.code).toBe('rules.saleStopped');
  await as(station.host, 'manager');
  await station.host.ok('departures.undoState', { undoes: key, reason: '已修好' }, newId(), 'manager');
  await expect.poll(async () => (await quote(three)).refusal).toBeUndefined();
  await expect.poll(async () => (await quote(two)).refusal).toBeUndefined();
});

test('a window that was off when an order came, and restarted while it held, catches up with order and end', async () => {
  const station = await openHost();
  const options = await windowOptions(station, 2);
  const machine = options.machine as never;
  const two = await openWindowAt(station, 2, { machine });
  await two.office.stop();
  const { id, key } = await order(station.host);
  const back = await restart(two, { ...options, machine: two.machine.restart() });
  await back.ok('session.signIn', clerkOf(2));
  await linkIs(back, 'up');
  await expectOrders(back, [id]);
  await back.office.stop();
  const again = await restart(back, { ...options, machine: back.machine.restart() });
  await expectOrders(again, [id]);
  await station.host.ok('plans.end', { order: key, ...word }, newId(), 'manager');
  await expectOrders(again, []);
});

test('two managers who cannot hear each other order at two windows, and both orders hold everywhere afterwards', async () => {
  let station = await openHost();
  const hostMachine = station.host.machine;
  const { port } = station;
  const two = await openWindowAt(station, 2);
  const three = await openWindowAt(station, 3);
  await station.host.office.stop();
  for (const window of [two, three]) {
    await linkIs(window, 'down');
    await as(window, 'manager');
  }
  const first = await order(two);
  const second = await order(three, { planId: 'wind-typhoon' });
  expect((await two.ok('status.get')).plans).toEqual([first.id]);
  station = await openHost({ machine: hostMachine.restart() }, { listen: [`127.0.0.1:${port}`] });
  const both = [first.id, second.id];
  for (const office of [station.host, two, three]) await expectOrders(office, both);
  await as(station.host, 'manager');
  await station.host.ok('plans.end', { order: first.key, ...word }, newId(), 'manager');
  for (const office of [station.host, two, three]) await expectOrders(office, [second.id]);
});

test('another PC that takes the host over hears from the windows what the lost one ordered', async () => {
  const station = await openHost();
  const two = await openWindowAt(station, 2);
  const { id } = await order(station.host);
  await expectOrders(two, [id]);
  await station.host.office.stop();
  const next = await openHost({ config: { window: 9 } }, { takesOver: true });
  await two.office.stop();
  const { code } = await next.host.ok('station.code', { window: 2 }, undefined, 'manager');
  const options = await windowOptions(next, 3);
  const host = { address: `127.0.0.1:${next.port}`, key: next.key, enrolmentCode: code };
  const again = await restart(two, {
    ...options,
    machine: two.machine.restart(),
    config: { ...options.config, window: 2, host },
  });
  await again.ok('session.signIn', clerkOf(2));
  await linkIs(again, 'up');
  await expectOrders(next.host, [id]);
});
