import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { NetworkError, type StationNet } from '../../main/runtime.ts';
import { machineStationNet } from '../../main/shells/station-net.ts';
import { readEntries } from '../office/books.ts';
import { liveMachine } from '../office/live.ts';
import { closeOffices, minibus, newId, openOffice, restart, type TestOffice } from '../office/kit.ts';
import { allUp, hasTimetable, openStationCity, type StationCity } from './city-kit.ts';
import { clerkOf, linkIs, openHost, openWindowAt, until, windowOptions } from './kit.ts';

let city: StationCity;
beforeAll(async () => {
  city = await openStationCity();
});
afterAll(() => city.close());
afterEach(async () => {
  await closeOffices();
  await city.forget();
});

/** Sockets of a window whose cable is out until the test puts it in. */
function cable(): { net: StationNet; isIn: boolean } {
  const one = {
    isIn: true,
    net: {
      listen: machineStationNet.listen,
      connect(wanted, events) {
        if (!one.isIn) return Promise.reject(new NetworkError('unreachable', 'no cable'));
        return machineStationNet.connect(wanted, events);
      },
    } satisfies StationNet,
  };
  return one;
}

const fenced = (office: TestOffice, what: string) =>
  until(
    async () => ((await office.ok('status.get')).fenced?.reason === 'fork' ? true : undefined),
    what,
    20_000,
  );

test('two copies of a window’s folder behind one host: both are fenced and the city lists both tickets, though no window reaches it itself', async () => {
  const station = await openHost({ config: { city: await city.config() } });
  // Nobody listens there: the only way to the city is through the host.
  const cityOf = async () => ({ ...(await city.config()), url: 'http://127.0.0.1:9' });
  const options = await windowOptions(station, 2, { config: { city: await cityOf() } });
  const window = await openWindowAt(station, 2, {
    machine: options.machine as never,
    config: { city: await cityOf() },
  });
  await hasTimetable(window);
  await window.sell(minibus(), [1]);
  // Seats for two more are in hand, however many the host gives in advance.
  await window.order(minibus(), [3, 4]);
  await until(
    () =>
      readEntries(window.machine.folder)
        .filter(({ kind }) => kind === 'lease.taken')
        .reduce((sum, { body }) => sum + Number(body['heads']), 0) >= 3 || undefined,
    'seats for two more',
  );
  await allUp(window);
  await window.office.stop();
  const folder = mkdtempSync(join(tmpdir(), 'so-copy-'));
  cpSync(window.machine.folder, folder, { recursive: true });

  const copyCable = cable();
  copyCable.isIn = false;
  const again = await restart(window, { ...options, machine: window.machine.restart() });
  const copy = await openOffice({
    ...options,
    machine: liveMachine(folder),
    runtime: { ...options.runtime, stationNet: copyCable.net },
  });
  for (const office of [again, copy]) await office.ok('session.signIn', clerkOf(2));
  await linkIs(again, 'up');
  const first = await again.sell(minibus(), [2]);
  await allUp(again);
  const others = [await copy.sell(minibus(), [3]), await copy.sell(minibus(), [4])];
  expect(others[0]?.tickets[0]?.seatNumber).toBe(first.tickets[0]?.seatNumber);

  copyCable.isIn = true;
  await fenced(copy, 'the copy fenced');
  const refusal = await copy.refusal('sales.sell', await copy.order(minibus(), [5]), newId());
  expect(refusal.code).toBe('window.fenced');
  await until(
    async () => {
      const { forks } = (await copy.ok('status.get')).link;
      return forks && forks.tickets.some(({ meets }) => meets.length > 0) ? forks : undefined;
    },
    'both tickets listed',
    20_000,
  );
  await again.sell(minibus(), [6]).catch(() => undefined);
  await fenced(again, 'the original fenced');
}, 90_000);
