import { afterEach, expect, test } from 'vitest';
import { strongRandom } from '../../main/shells/clock.ts';
import { machineStationNet } from '../../main/shells/station-net.ts';
import { closeOffices, ferry, minibus, newId, openOffice, restart, type TestOffice } from '../office/kit.ts';
import { liveMachine } from '../office/live.ts';
import {
  as,
  atHost,
  clerkOf,
  everybody,
  linkIs,
  numberedFeed,
  openHost,
  openWindowAt,
  until,
  windowOptions,
} from './kit.ts';

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

test('of two windows that each had a bus for themselves the second is told that the host gave its seats elsewhere; it sells what it holds', async () => {
  const alone = async (window: number): Promise<TestOffice> => {
    const office = await openOffice({
      machine: liveMachine(),
      feed: numberedFeed(),
      config: { staff: await everybody(), window },
      runtime: { stationNet: machineStationNet, random: strongRandom },
    });
    await office.ok('session.signIn', clerkOf(window));
    await office.openShift();
    await office.sell(minibus(), [window]);
    return office;
  };
  const station = await openHost();
  const join = async (office: TestOffice, window: number): Promise<TestOffice> => {
    const options = await windowOptions(station, window);
    const joined = await restart(office, { ...options, machine: office.machine.restart() });
    await joined.ok('session.signIn', clerkOf(window));
    return joined;
  };
  const [two, three] = [await alone(2), await alone(3)];
  await linkIs(await join(two, 2), 'up');
  const second = await join(three, 3);
  const refusal = await until(
    async () => (await second.ok('status.get')).station?.refusal,
    'the host refuses',
  );
  expect(refusal.code).toBe('host.holdsConflict');
  expect(refusal.message).toContain(minibus());
  expect((await second.sell(minibus(), [13])).tickets).toHaveLength(1);
});
