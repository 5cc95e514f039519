import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { writeInto } from '../office/books.ts';
import { closeOffices, minibus, newId, type TestOffice } from '../office/kit.ts';
import { as, linkIs, openHost, openWindowAt, until, type TestStation } from './kit.ts';
import { createWire, type Wire } from './wire.ts';

afterEach(closeOffices);

const second = { number: '0301', pin: '864201' };

interface Waiting {
  station: TestStation;
  holder: TestOffice;
  asker: TestOffice;
  wire: Wire;
  /** The answer to the sale that waits. */
  sale: Promise<unknown>;
}

/** Every seat of a minibus is in the hands of one window's form; another window's sale waits for what may come back. */
async function waitingForSeats(): Promise<Waiting> {
  const station = await openHost();
  const heard = createWire();
  const holder = await openWindowAt(station, 4, { runtime: { stationNet: heard.net } });
  await holder.order(minibus(), [1, 2, 3, 4, 5, 6]);
  await until(
    () => (holder.books().seats[minibus()]?.total === 6 ? true : undefined),
    'every seat in one hand',
  );
  const wire = createWire();
  const asker = await openWindowAt(station, 2, { runtime: { stationNet: wire.net } });
  const passengers = [{ holderRef: await asker.holder(9), ticketClass: 'full' }];
  const sale = asker.ask('sales.quote', { departureId: minibus(), passengers });
  await until(
    () => (heard.lengths.has('down event lease.recall') ? true : undefined),
    'the host asks who may give some back',
  );
  return { station, holder, asker, wire, sale };
}

const unsoldOf = async ({ host }: TestStation, window: string): Promise<number | undefined> =>
  (await host.ok('station.windows', {}, undefined, 'manager')).windows.find((row) =>
    row.window.endsWith(window),
  )?.unsold;

const giveAllBack = async ({ host }: TestStation, holder: TestOffice): Promise<void> => {
  await host.ok('station.recall', { departureId: minibus(), reason: '退回' }, undefined, 'manager');
  await until(
    () => (holder.books().kinds.includes('lease.returned') ? true : undefined),
    'seats on their way back',
  );
};

test('a window that is gone while its question waits gets no seat that nobody would know of', async () => {
  const { station, holder, wire, sale } = await waitingForSeats();
  wire.arm({ way: 'up', kind: 'window.hello', afterBytes: 0 });
  wire.drop();
  await giveAllBack(station, holder);
  await sale;
  // Two of its tries and more: the host has answered the old question or never will.
  await until(
    async () => ((await unsoldOf(station, '/04')) === 0 ? true : undefined),
    'seats back at the host',
  );
  const given = station.host.books().kinds.filter((kind) => kind === 'lease.given').length;
  await new Promise((resolve) => setTimeout(resolve, 900));
  expect(station.host.books().kinds.filter((kind) => kind === 'lease.given')).toHaveLength(given);
  expect(await unsoldOf(station, '/02')).toBe(0);
});

test('a window that is signed off while its question waits gets no seat', async () => {
  const { station, holder, sale } = await waitingForSeats();
  const params = { window: 2, unsoldProven: true, reason: '试验', secondSignature: second };
  await station.host.ok('station.writeOff', params, newId(), 'manager');
  await giveAllBack(station, holder);
  await sale;
  await until(
    async () => ((await unsoldOf(station, '/04')) === 0 ? true : undefined),
    'seats back at the host',
  );
  const given = station.host.books().kinds;
  expect(given.slice(given.lastIndexOf('window.writtenOff'))).not.toContain('lease.given');
});

test('a host whose disk fails just as a window’s last entry comes knows of its retirement afterwards', async () => {
  const station = await openHost();
  const window = await openWindowAt(station, 2);
  await as(window, 'technician');
  const ask = (method: string) => window.ask(method, { reason: '换机' }, newId(), 'technician');
  await ask('window.drain');
  await window.ok('shifts.close', { countedFen: 50_000 }, newId());
  await until(async () => {
    const now = await window.ok('window.retirement', {}, undefined, 'technician');
    return now.blockedBy === null ? now : undefined;
  }, 'everything delivered');
  const { folder } = station.host.machine;
  writeInto(folder, (file) =>
    file.exec(`CREATE TRIGGER no_disk BEFORE INSERT ON journal WHEN new.kind = 'station.windowRetired'
      BEGIN SELECT RAISE(ABORT, 'no disk'); END`),
  );
  expect(await ask('window.retire')).toMatchObject({ ok: true });
  await linkIs(window, 'down');
  writeInto(folder, (file) => file.exec('DROP TRIGGER no_disk'));
  await until(
    () => (existsSync(join(window.machine.folder, 'retired.json')) ? true : undefined),
    'its keys gone',
  );
  const { windows } = await station.host.ok('station.windows', {}, undefined, 'manager');
  expect(windows[0]?.state).toBe('retired');
});
