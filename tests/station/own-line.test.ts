import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startLineProxy, type LineProxy } from '../city/line-proxy.ts';
import { closeOffices, ferry, type TestOffice } from '../office/kit.ts';
import { allUp, hasTimetable, openStationCity, type StationCity } from './city-kit.ts';
import { fastMachine } from './fast-machine.ts';
import { atHost, linkIs, openHost, openWindowAt, until } from './kit.ts';

/** The half minute that a window leaves to its host passes in three seconds. */
const SPEED = 10;

let city: StationCity;
let hostLine: LineProxy;
beforeAll(async () => {
  city = await openStationCity();
  hostLine = await startLineProxy(city.line.port);
});
afterAll(async () => {
  await hostLine.close();
  await city.close();
});
afterEach(async () => {
  await closeOffices();
  hostLine.rule = () => ({});
  await city.forget();
});

const inCity = (office: TestOffice, window: number) =>
  until(
    async () => {
      const { last } = await city.entriesOf(window);
      return last === office.books().seq ? last : undefined;
    },
    `everything of window ${window} in the city`,
    20_000,
  );

test('while only the host’s line to the city is down a window delivers over its own, and nothing is there twice when the host’s is back', async () => {
  const access = { idleLockMinutes: 0, leastPinDigits: 6 };
  const at = await city.config();
  const station = await openHost({
    machine: fastMachine(SPEED),
    config: { access, city: { ...at, url: `http://127.0.0.1:${hostLine.port}` } },
  });
  await station.host.openShift();
  const window = await openWindowAt(station, 2, {
    machine: fastMachine(SPEED),
    config: { access, city: await city.config() },
  });
  for (const office of [station.host, window]) await hasTimetable(office);
  await window.sell(ferry(), [1]);
  await allUp(window);
  await allUp(station.host);

  hostLine.rule = () => ({ cutUpAfter: 0 });
  await window.sell(ferry(), [2]);
  await station.host.sell(ferry(), [3]);
  await atHost(station, window);
  await inCity(window, 2);
  // The station itself is in contact all the while, and the host's own sale waits for its line.
  await linkIs(window, 'up');
  await until(
    async () => ((await window.ok('status.get')).link.state === 'up' ? true : undefined),
    'the window is in contact with the city',
  );
  expect((await city.tickets()).length).toBe(2);
  expect(hostLine.cuts).toBeGreaterThan(0);

  hostLine.rule = () => ({});
  await window.sell(ferry(), [4]);
  for (const [office, number] of [
    [station.host, 1],
    [window, 2],
  ] as const) {
    await allUp(office);
    await inCity(office, number);
  }
  const numbers = (await city.tickets()).map(({ ticketNumber }) => ticketNumber);
  expect(numbers).toHaveLength(4);
  expect(new Set(numbers).size).toBe(4);
  for (const number of [1, 2]) {
    const { entries, last } = await city.entriesOf(number);
    expect(entries).toBe(last);
  }
  // The host asks for what its window brought itself, and has nothing left to bring.
  await until(
    async () => {
      const { relay } = await station.host.ok('station.info', {}, undefined, 'manager');
      return relay?.waiting === 0 ? true : undefined;
    },
    'the host has nothing to bring any more',
    30_000,
  );
  expect(await city.tickets()).toHaveLength(4);
}, 60_000);
