import { afterEach, expect, test } from 'vitest';
import { machineClock } from '../../main/shells/clock.ts';
import { MORNING_MS } from '../support/machine.ts';
import { closeOffices, ferry, newId, numberOf } from '../office/kit.ts';
import { openCabled } from './cable.ts';
import { openHost, openWindowAt, until } from './kit.ts';
import { expectOrders, order } from './orders-kit.ts';

afterEach(closeOffices);

test('a departure sold by a window that had not heard that it is stopped: shown at window, work list and report, and its passenger is refunded whole', async () => {
  // One clock: what is sold within the difference of two may be listed or not.
  const runtime = { clock: machineClock(MORNING_MS - Date.now()) };
  const station = await openHost({ runtime });
  const { host } = station;
  const two = await openCabled(station, 2, { runtime });
  const three = await openWindowAt(station, 3, { runtime });
  // A place in its hands is all that it can sell without its host.
  const before = numberOf(await two.office.sell(ferry(), [1]));
  const alone = await two.pull();
  const { id, key } = await order(host);
  await expectOrders(three, [id]);
  const sold = await alone.sell(ferry(), [2]);
  const number = numberOf(sold);
  const fareFen = sold.tickets[0]?.fareFen ?? 0;
  const back = await two.putBack();
  await expectOrders(back, [id]);

  // The work list at the host has both; only one of them was sold afterwards.
  const listed = await until(async () => {
    const now = await host.ok('worklist.departure', { departureId: ferry() as never }, undefined, 'manager');
    return now.rows.length === 2 ? now : undefined;
  }, 'both tickets on the work list');
  expect(listed.departure).toMatchObject({ open: 2, unheard: 1 });
  expect(listed.rows.map(({ ticketNumber, unheard }) => [ticketNumber, unheard])).toEqual([
    [before, false],
    [number, true],
  ]);
  const report = await host.ok('plans.report', { order: key }, undefined, 'manager');
  expect(report.totals.soldUnheard).toBe(1);

  // At its own window and at another the same: everything back, nothing kept.
  const own = await back.ok('tickets.find', { text: number });
  expect(own.tickets[0]).toMatchObject({
    unheard: true,
    refund: { free: true, backFen: fareFen, feeFen: 0 },
  });
  const [found] = (await three.ok('tickets.find', { text: number })).tickets;
  expect(found).toMatchObject({ unheard: true, refund: { free: true, backFen: fareFen } });
  expect((await back.ok('tickets.find', { text: before })).tickets[0]?.unheard).toBeUndefined();
  const done = await three.ok(
    'tickets.refund',
    { ticketNumbers: [number], backFen: fareFen, documentShown: true },
    newId(),
  );
  expect(done).toMatchObject({ backFen: fareFen, feeFen: 0 });
});
