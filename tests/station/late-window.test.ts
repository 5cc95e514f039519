import { afterEach, expect, test } from 'vitest';
import { closeOffices, ferry, newId, restart } from '../office/kit.ts';
import { as, atHost, clerkOf, linkIs, openHost, openWindowAt, until, windowOptions } from './kit.ts';

afterEach(closeOffices);

test('a window that was switched off when another host took over joins it, with seats of a departure that was closed meanwhile: it gives back what it did not sell', async () => {
  const station = await openHost();
  const two = await openWindowAt(station, 2);
  await two.sell(ferry(), [1]);
  await atHost(station, two);
  await two.office.stop();
  await station.host.office.stop();

  const next = await openHost({ config: { window: 9 } }, { takesOver: true });
  const gate = await as(next.host, 'gate');
  await next.host.ok('gate.open', { departureId: ferry() }, newId(), gate);
  await next.host.ok('gate.stopSale', { departureId: ferry() }, newId(), gate);

  const options = await windowOptions(next, 2);
  const moved = await restart(two, { ...options, machine: two.machine.restart() });
  await moved.ok('session.signIn', clerkOf(2));
  await linkIs(moved, 'up');
  await until(async () => {
    const { windows } = await next.host.ok('station.windows', {}, undefined, 'manager');
    return windows.find(({ window }) => window.endsWith('/02'))?.unsold === 0 ? true : undefined;
  }, 'nothing unsold is left at the window');
  const sold = await moved.ask('sales.sell', await moved.order(ferry(), [2]), newId());
  expect(sold).toMatchObject({ ok: false });
});
