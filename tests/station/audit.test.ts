import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../main/ledger/connection.ts';
import { writeInto } from '../office/books.ts';
import { closeOffices, minibus, type TestOffice } from '../office/kit.ts';
import { auditStation } from './audit.ts';
import { allUp, hasTimetable, openStationCity, type StationCity } from './city-kit.ts';
import { atHost, linkIs, openHost, openWindowAt, until, type TestStation } from './kit.ts';

/** What the audit of cuts and kills is worth: it must see each fault that is planted here. */
let city: StationCity;
let copies: string;
beforeAll(async () => {
  copies = mkdtempSync(join(tmpdir(), 'so-audit-'));
  city = await openStationCity();
});
afterAll(async () => {
  await city.close();
  rmSync(copies, { recursive: true, force: true });
});
afterEach(async () => {
  await closeOffices();
  await city.forget();
});

interface Station {
  station: TestStation;
  two: TestOffice;
  four: TestOffice;
}

async function begin(): Promise<Station> {
  const config = async () => ({ config: { city: await city.config() } });
  const station = await openHost(await config());
  const two = await openWindowAt(station, 2, await config());
  const four = await openWindowAt(station, 4, await config());
  for (const office of [two, four]) await hasTimetable(office);
  await two.sell(minibus(), [1]);
  await four.sell(minibus(), [2]);
  for (const office of [two, four]) {
    await atHost(station, office);
    await allUp(office);
  }
  return { station, two, four };
}

const first = (table: string, key: string): string =>
  `${key} = (SELECT ${key} FROM ${table} ORDER BY ${key} LIMIT 1)`;

const planted: [what: string, file: 'host' | 'two', plant: (connection: Connection) => void, said: RegExp][] =
  [
    [
      'a batch that the host lost',
      'host',
      (file) => file.exec(`DELETE FROM relay_batches WHERE ${first('relay_batches', 'rowid')}`),
      /a batch from|another history/,
    ],
    [
      'a lease that the host forgot',
      'host',
      (file) => file.exec(`DELETE FROM grants WHERE ${first('grants', 'lease_id')}`),
      /nobody gave|are not 6/,
    ],
    [
      'a seat that came back and is held all the same',
      'host',
      (file) => file.exec('UPDATE grants SET open_count = open_count - 1 WHERE open_count > 0'),
      /given to/,
    ],
    [
      'a seat that is sold twice',
      'two',
      (file) =>
        file.exec('UPDATE tickets SET seat_number = seat_number + 1; UPDATE tickets SET seat_number = 2'),
      /is sold at|held/,
    ],
  ];

test('the audit of a station sees a lost batch, a forgotten lease, a seat that is nobody’s, a seat sold twice, a ticket missing in the city', async () => {
  const { station, two, four } = await begin();
  const folders = { host: station.host.machine.folder, two: two.machine.folder, four: four.machine.folder };
  await until(async () => {
    const found = await auditStation(folders.host, [folders.two, folders.four], city);
    return found.length === 0 ? true : undefined;
  }, 'nothing wrong before');
  await stopAll(station, two, four);
  for (const [n, [what, file, plant, said]] of planted.entries()) {
    const copy = (name: keyof typeof folders): string => {
      const to = join(copies, `${n}-${name}`);
      cpSync(folders[name], to, { recursive: true });
      return to;
    };
    const [host, a, b] = [copy('host'), copy('two'), copy('four')];
    writeInto(file === 'host' ? host : a, plant);
    const found = await auditStation(host, [a, b], city);
    expect(found.join('\n'), what).toMatch(said);
  }
  await city.city.store.query('delete from tickets where seq = (select min(seq) from tickets)');
  expect((await auditStation(folders.host, [folders.two, folders.four], city)).join('\n')).toMatch(
    /the city counts/,
  );
}, 60_000);

/** Ends them in order and leaves their folders. */
async function stopAll({ host }: TestStation, ...windows: TestOffice[]): Promise<void> {
  for (const { office } of [...windows, host]) await office.stop();
}

test('a host that said what was not durable is found out: a window holds seats that nobody gave', async () => {
  const station = await openHost();
  const { machine } = station.host;
  await station.host.office.stop();
  const before = join(copies, 'before');
  cpSync(machine.folder, before, { recursive: true });
  const listen = [`127.0.0.1:${station.port}`];
  const second = await openHost({ machine: machine.restart() }, { listen });
  const two = await openWindowAt(second, 2);
  // The machine loses power, and with it what its disk only claimed to have written.
  await two.sell(minibus(), [1]);
  await atHost(second, two);
  await second.host.office.stop();
  rmSync(machine.folder, { recursive: true });
  cpSync(before, machine.folder, { recursive: true });
  const found = await auditStation(machine.folder, [two.machine.folder]);
  expect(found.join('\n')).toMatch(/holds a lease that nobody gave/);
  await linkIs(two, 'down');
});
