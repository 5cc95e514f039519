import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { HostConfig } from '../../contract/station.ts';
import { writeInto } from '../office/books.ts';
import { closeOffices, ferry, minibus, type TestOffice } from '../office/kit.ts';
import { readPlanFiles } from '../support/machine.ts';
import { allUp, hasTimetable, openStationCity, type StationCity } from './city-kit.ts';
import { atHost, linkIs, openHost, openWindowAt, until, type TestStation } from './kit.ts';

let city: StationCity;
beforeAll(async () => {
  city = await openStationCity();
});
afterAll(() => city.close());
afterEach(async () => {
  await closeOffices();
  await city.forget();
});

async function stationWithCity(
  host: Partial<HostConfig> = {},
): Promise<{ station: TestStation; window: TestOffice }> {
  const station = await openHost({ config: { city: await city.config() } }, host);
  const window = await openWindowAt(station, 2, { config: { city: await city.config() } });
  await hasTimetable(window);
  return { station, window };
}

test('what a window sells goes through its host to the city, and the window is told', async () => {
  const { window } = await stationWithCity();
  await window.sell(minibus(), [1]);
  const sale = await window.sell(ferry(), [2, 3]);
  await allUp(window);
  const tickets = await city.tickets();
  expect(tickets).toHaveLength(3);
  expect(tickets.map(({ ticketNumber }) => ticketNumber)).toContain(sale.tickets[0]?.ticketNumber);
  const head = window.books().seq;
  expect(await city.entriesOf(2)).toEqual({ entries: head, last: head });
});

test('an answer of the city that was lost on its way to the host is asked for again, and the window gets it', async () => {
  const { window } = await stationWithCity();
  await window.sell(ferry(), [1]);
  await allUp(window);
  let isCut = false;
  city.line.rule = (path) => {
    if (path !== '/v1/batches' || isCut) return {};
    isCut = true;
    return { cutDownAfter: 0 };
  };
  await window.sell(ferry(), [2]);
  await until(() => (isCut ? true : undefined), 'the answer cut off');
  await allUp(window);
  expect(await city.tickets()).toHaveLength(2);
});

/** Every ticket of the city once, and nothing missing of what this window wrote. */
async function expectEachOnce(window: TestOffice, tickets: number): Promise<void> {
  const found = await city.tickets();
  expect(new Set(found.map(({ ticketNumber }) => ticketNumber)).size).toBe(found.length);
  expect(found).toHaveLength(tickets);
  const head = window.books().seq;
  expect(await city.entriesOf(2)).toEqual({ entries: head, last: head });
}

test('a city restored from an older copy is sent what it lost, also what its station’s host has dropped', async () => {
  const { station, window } = await stationWithCity({ keepRelayedDays: 0 });
  await window.sell(ferry(), [1]);
  await allUp(window);
  const before = window.books().seq;
  await window.sell(ferry(), [2]);
  await window.sell(ferry(), [3]);
  await allUp(window);
  // A restart is when a host looks what it need not keep.
  const { machine } = station.host;
  await station.host.office.stop();
  const listen = [`127.0.0.1:${station.port}`];
  const again = await openHost(
    { machine: machine.restart(), config: { city: await city.config() } },
    { listen, keepRelayedDays: 0 },
  );
  await linkIs(window, 'up');
  await until(async () => {
    const { relay } = await again.host.ok('station.info', {}, undefined, 'manager');
    return relay?.batches === 0 ? true : undefined;
  }, 'nothing kept at the host');
  await city.loseAfter(before);
  await window.sell(ferry(), [4]);
  await until(async () => ((await city.tickets()).length === 4 ? true : undefined), 'sent again', 45_000);
  await allUp(window);
  await expectEachOnce(window, 4);
}, 90_000);

test('a city restored from an older copy is sent what it lost of a window that stays off', async () => {
  const { station, window } = await stationWithCity();
  await window.sell(ferry(), [1]);
  await allUp(window);
  const before = window.books().seq;
  await window.sell(ferry(), [2]);
  await allUp(window);
  await window.office.stop();
  await city.loseAfter(before);
  expect(await city.tickets()).toHaveLength(1);
  const { machine } = station.host;
  await station.host.office.stop();
  await openHost({ machine: machine.restart(), config: { city: await city.config() } });
  await until(async () => ((await city.tickets()).length === 2 ? true : undefined), 'sent again', 20_000);
  await expectEachOnce(window, 2);
}, 60_000);

test('a batch that the city has not answered is kept at the host, however old, and people see how many wait', async () => {
  const { station, window } = await stationWithCity({ keepRelayedDays: 0 });
  await window.sell(ferry(), [1]);
  await allUp(window);
  city.line.rule = (path) => (path === '/v1/batches' ? { cutUpAfter: 0 } : {});
  await window.sell(ferry(), [2]);
  await atHost(station, window);
  const kept = (await station.host.ok('station.info', {}, undefined, 'manager')).relay?.batches ?? 0;
  const { machine } = station.host;
  await station.host.office.stop();
  const listen = [`127.0.0.1:${station.port}`];
  const again = await openHost(
    { machine: machine.restart(), config: { city: await city.config() } },
    { listen, keepRelayedDays: 0 },
  );
  const state = await until(async () => {
    const { relay } = await again.host.ok('station.info', {}, undefined, 'manager');
    return relay && relay.batches < kept ? relay : undefined;
  }, 'what the city has answered dropped');
  expect(state.batches).toBeGreaterThan(0);
  expect(state.waiting).toBeGreaterThan(0);
  expect(state.bytes).toBeGreaterThan(100);
  city.line.rule = () => ({});
  await allUp(window);
  await expectEachOnce(window, 2);
});

test('a window whose host knows no city sends what it sold itself', async () => {
  const station = await openHost();
  const window = await openWindowAt(station, 2, { config: { city: await city.config() } });
  await hasTimetable(window);
  await window.sell(ferry(), [1]);
  await allUp(window);
  await expectEachOnce(window, 1);
});

test('while its host is gone a window sends straight to the city, then through the host again, and nothing is there twice', async () => {
  const { station, window } = await stationWithCity();
  await window.sell(ferry(), [1]);
  await allUp(window);
  const { machine } = station.host;
  await station.host.office.stop();
  await linkIs(window, 'down');
  await window.sell(ferry(), [2]);
  await window.sell(ferry(), [3]);
  await allUp(window);
  await expectEachOnce(window, 3);
  const listen = [`127.0.0.1:${station.port}`];
  const config = { city: await city.config() };
  const back = await openHost({ machine: machine.restart(), config }, { listen });
  await linkIs(window, 'up');
  await window.sell(ferry(), [4]);
  await atHost(back, window);
  await allUp(window);
  await expectEachOnce(window, 4);
  await until(async () => {
    const { windows } = await back.host.ok('station.windows', {}, undefined, 'manager');
    return windows[0]?.citySeq === window.books().seq ? true : undefined;
  }, 'the host knows that the city has everything');
});

test('a host whose disk does not take the city’s answer asks again when it does', async () => {
  const { station, window } = await stationWithCity();
  await window.sell(ferry(), [1]);
  await allUp(window);
  const { folder } = station.host.machine;
  writeInto(folder, (file) =>
    file.exec(
      `CREATE TRIGGER no_disk BEFORE INSERT ON relay_answers BEGIN SELECT RAISE(ABORT, 'no disk'); END`,
    ),
  );
  await window.sell(ferry(), [2]);
  await until(async () => ((await city.tickets()).length === 2 ? true : undefined), 'the sale at the city');
  writeInto(folder, (file) => file.exec('DROP TRIGGER no_disk'));
  await until(
    async () => {
      const { relay } = await station.host.ok('station.info', {}, undefined, 'manager');
      return relay?.waiting === 0 ? true : undefined;
    },
    'the answer written down',
    45_000,
  );
  await allUp(window);
  await expectEachOnce(window, 2);
}, 90_000);

test('uploads that wait because the city is silent suggest by the plan’s own figure, with the windows whose they are', async () => {
  const plans = readPlanFiles().map((file) => ({
    ...file,
    text: file.text.replace('entries: 1000', 'entries: 6'),
  }));
  const station = await openHost({ plans, config: { city: await city.config() } });
  const window = await openWindowAt(station, 2, { config: { city: await city.config() } });
  await hasTimetable(window);
  await allUp(window);
  await allUp(station.host);
  const suggest = () => station.host.ok('plans.suggest', { bulletin: {} }, undefined, 'manager');
  await until(async () => ((await suggest()).backlog === 0 ? true : undefined), 'nothing that waits');
  expect((await suggest()).suggestions).toEqual([]);
  city.line.rule = () => ({ cutDownAfter: 0 });
  for (let n = 1; n <= 4; n += 1) await window.sell(ferry(), [n]);
  const now = await until(async () => {
    const told = await suggest();
    return told.suggestions.length > 0 ? told : undefined;
  }, 'the suggestion');
  expect(now.backlog).toBe(now.backlogs.reduce((sum, { entries }) => sum + entries, 0));
  expect(now.suggestions).toMatchObject([{ planId: 'link-lost', sees: 'backlogAtLeast', threshold: 6 }]);
  expect(now.suggestions[0]?.windows.map((each) => each.slice(-2))).toContain('02');
  expect((await station.host.ok('status.get')).plans).toEqual([]);
});
