import { afterEach, expect, test } from 'vitest';
import { closeOffices, ferry, newId, numberOf } from '../office/kit.ts';
import { as, openHost, openWindowAt } from './kit.ts';

afterEach(closeOffices);

const [lineId = '', date = ''] = ferry().split('/');

test('an extra departure put in at the host is sold by its windows out of one capacity, and stands on every board', async () => {
  const { host, ...rest } = await openHost();
  const station = { host, ...rest };
  const two = await openWindowAt(station, 2);
  const three = await openWindowAt(station, 3);
  await as(host, 'manager');
  const asked = {
    pattern: ferry(),
    departLocal: '16:05',
    vesselName: '样例轮',
    vesselKind: null,
    capacity: 3,
  };
  const { departureId } = await host.ok('departures.addExtra', asked, newId(), 'manager');
  for (const window of [two, three])
    await expect
      .poll(async () =>
        (await window.ok('board.current')).rows.some((row) => row.departureId === departureId),
      )
      .toBe(true);
  await two.sell(departureId, [1, 2]);
  // The host calls in what the other window holds of it.
  await expect
    .poll(async () => (await three.ask('sales.sell', await three.order(departureId, [3]), newId())).ok, {
      timeout: 10_000,
    })
    .toBe(true);
  const more = await three.ask('sales.sell', await three.order(departureId, [4]), newId());
  expect(more.ok).toBe(false);
});

test('people let go at the host are known at the windows, and what is published there stands on their boards', async () => {
  const { host, ...rest } = await openHost();
  const two = await openWindowAt({ host, ...rest }, 2);
  await as(host, 'manager');
  const scope = { lines: [lineId], dates: { from: date, to: date } };
  const rolling = { scope, state: 'rolling', reason: '大客流', orderedBy: null };
  await host.ok('departures.setState', rolling, newId(), 'manager');
  await expect
    .poll(
      async () =>
        (await two.ok('timetable.departures', { date: date as never, lineId })).departures[0]?.notice?.state,
    )
    .toBe('rolling');
  const sold = await two.sell(ferry(), [1]);
  const ticket = numberOf(sold);
  // The host hears of the ticket, lets its holder go, and the board of the window says how far.
  await expect
    .poll(
      async () =>
        (await host.ok('gate.view', { departureId: ferry() as never }, undefined, 'manager')).queue?.waiting,
      { timeout: 10_000 },
    )
    .toBe(1);
  await host.ok('gate.open', { departureId: ferry() }, newId(), 'manager');
  await host.ok('gate.release', { departureId: ferry(), count: null }, newId(), 'manager');
  const verdict = await host.ok('gate.present', { departureId: ferry(), text: ticket }, newId(), 'manager');
  expect(verdict).toMatchObject({ admit: true, ticket: { queue: sold.tickets[0]?.queue } });
  await expect
    .poll(
      async () => (await two.ok('board.current')).rows.find((row) => row.departureId === ferry())?.through,
      {
        timeout: 10_000,
      },
    )
    .toBe(sold.tickets[0]?.queue);
  const notice = { board: '滚动发班', broadcast: '', text: '', departures: [], orderId: null, until: null };
  await host.ok('notices.publish', notice, newId(), 'manager');
  await expect
    .poll(async () => (await two.ok('board.current')).notices.map(({ text }) => text))
    .toEqual(['滚动发班']);
});
