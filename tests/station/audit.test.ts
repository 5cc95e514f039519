import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../main/ledger/connection.ts';
import { writeInto } from '../office/books.ts';
import { standAtGate } from '../office/gate-kit.ts';
import { closeOffices, ferry, minibus, newId, numberOf, type TestOffice } from '../office/kit.ts';
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
  const asGate = await config();
  const four = await openWindowAt(station, 4, { config: { ...asGate.config, gate: { name: '四号检票口' } } });
  for (const office of [two, four]) await hasTimetable(office);
  await two.sell(minibus(), [1]);
  await four.sell(minibus(), [2]);
  await sellCar(two, 3);
  await station.host.openShift();
  const gate = await standAtGate(four);
  await gate.open(ferry());
  expect((await gate.present(ferry(), numberOf(await station.host.sell(ferry(), [4])))).admit).toBe(true);
  const notice = { board: '试验', broadcast: '', text: '', departures: [], orderId: null, until: null };
  await station.host.ok('notices.publish', notice, newId(), 'manager');
  for (const office of [two, four]) {
    await atHost(station, office);
    await allUp(office);
  }
  return { station, two, four };
}

async function sellCar(office: TestOffice, person: number): Promise<void> {
  const driver = await office.holder(person);
  const vehicles = [{ vehicleType: 'small_car', lengthCm: 480, plate: '浙L10003', driver }];
  const passengers = [{ holderRef: driver, ticketClass: 'driver_with_vehicle' }];
  const order = { departureId: 'w-wgz-th-g/2026-11-21/1350', passengers, vehicles };
  const { totalFen } = await office.ok('sales.quote', order);
  await office.ok('sales.sell', { ...order, payment: 'cash', totalFen, tenderedFen: totalFen }, newId());
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
      (file) => file.exec('UPDATE tickets SET seat_number = 2 WHERE seat_number IS NOT NULL'),
      /is sold at|held/,
    ],
    [
      'a metre of lane that the host has forgotten to have given',
      'host',
      (file) => file.exec('UPDATE vehicle_grants SET lane = lane - 100 WHERE lane > 100'),
      /^room .* given to/m,
    ],
    [
      'a metre of lane that is nobody’s',
      'host',
      (file) => file.exec('UPDATE vehicle_pools SET lane_free = lane_free - 100'),
      /lane: \d+ free and \d+ given are not 12000/,
    ],
    [
      'a vehicle that takes no room',
      'two',
      (file) => file.exec('UPDATE vehicle_leases SET sold = 0 WHERE sold > 0'),
      /0 sold, vehicles take 530/,
    ],
    [
      'a vehicle of which the host never heard',
      'host',
      (file) => file.exec('DELETE FROM relay_vehicles'),
      /1 vehicles sold that the host does not know/,
    ],
    [
      'a yes to a gate that led nowhere',
      'host',
      (file) =>
        file.exec(`INSERT INTO station_claims SELECT '1', window, ledger_id, 'x', 'g', 'qr', 0, 0 FROM station_windows
          WHERE window LIKE '%/02'`),
      /yes for 1 is left over/,
    ],
    [
      'a ticket that went aboard at two offices',
      'host',
      (file) =>
        file.exec(`INSERT INTO station_boardings (ticket_number, source, seq, at_ms, departure_id, gate, method, boarded)
          SELECT ticket_number, 0, 1, at_ms, departure_id, gate, method, 1 FROM station_boardings WHERE source > 0`),
      /went aboard twice/,
    ],
    [
      'a boarding of which the host never heard',
      'host',
      (file) => file.exec('DELETE FROM station_boardings'),
      /the host does not know that \d+ went aboard/,
    ],
    [
      'a record that one office lacks',
      'two',
      (file) => file.exec('DELETE FROM carried_records'),
      /records .*are not the host's/,
    ],
  ];

test('the audit of a station sees each fault that is planted: in batches, leases, seats, metres of lane, claims, boardings, records, and in the city', async () => {
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
