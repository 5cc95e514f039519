import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { closeOffices, newId, restart, type TestOffice } from '../office/kit.ts';
import { as, atHost, clerkOf, linkIs, openHost, openWindowAt, until, windowOptions } from './kit.ts';

afterEach(closeOffices);

const carFerry = 'w-wgz-th-g/2026-11-21/1350';
/** All lane of that ferry, and what a car of 4.80 m takes of it with its gap. */
const LANE_CM = 12_000;
const CAR_CM = 530;
const second = { number: '0301', pin: '864201' };

let plates = 0;
async function carOrder(office: TestOffice, person: number) {
  const driver = await office.holder(person);
  plates += 1;
  const vehicles = [
    { vehicleType: 'small_car', lengthCm: 480, plate: `浙L${String(10_000 + plates)}`, driver },
  ];
  const passengers = [{ holderRef: driver, ticketClass: 'driver_with_vehicle' }];
  const order = { departureId: carFerry, passengers, vehicles };
  const { totalFen, refusal } = await office.ok('sales.quote', order);
  return { order: { ...order, payment: 'cash', totalFen, tenderedFen: totalFen }, refusal };
}
const sellCar = async (office: TestOffice, person: number) =>
  office.ask('sales.sell', (await carOrder(office, person)).order, newId());

/** Sells cars until there is no room for one more; gives how many. */
async function sellOut(office: TestOffice, firstPerson: number): Promise<number> {
  for (let sold = 0; sold < 40; sold += 1) {
    const answer = await sellCar(office, firstPerson + sold);
    if (answer.ok) continue;
    expect(answer.refusal.code).toBe('vehicle.noRoom');
    return sold;
  }
  throw new Error('more room than there is');
}

async function roomAt(office: TestOffice): Promise<number | undefined> {
  const { departures } = await office.ok('timetable.departures', { date: '2026-11-21' });
  return departures.find(({ departureId }) => departureId === carFerry)?.vehicleRoom?.left;
}

/** Lane by hand, read from the ledgers' own tables: the host's pool, what each office holds, what vehicles took. */
function laneOf(host: TestOffice, others: readonly TestOffice[]) {
  const sum = (office: TestOffice, sql: string): number => {
    const database = new Database(`${office.machine.folder}/ledger.db`, { readonly: true });
    const { n } = database.prepare<[string], { n: number | null }>(sql).get(carFerry) ?? { n: 0 };
    database.close();
    return n ?? 0;
  };
  const offices = [host, ...others];
  const count = (sql: string): number => offices.reduce((all, office) => all + sum(office, sql), 0);
  return {
    pool: sum(host, 'SELECT sum(lane_free) AS n FROM vehicle_pools WHERE departure_id = ?'),
    held: count('SELECT sum(total - sold - returned) AS n FROM vehicle_leases WHERE departure_id = ?'),
    sold: count('SELECT sum(sold) AS n FROM vehicle_leases WHERE departure_id = ?'),
  };
}

test('two windows and the host sell a car ferry out together, no metre twice and none lost', async () => {
  const station = await openHost();
  await station.host.openShift();
  const two = await openWindowAt(station, 2);
  const three = await openWindowAt(station, 3);
  expect(await roomAt(two)).toBe(LANE_CM);
  const offices = [station.host, two, three];
  let sold = 0;
  for (const [n, office] of offices.entries()) {
    const answer = await sellCar(office, 100 * n);
    expect(answer.ok).toBe(true);
    sold += 1;
  }
  const lane = laneOf(station.host, [two, three]);
  // The manager's list of windows says what of it is in whose hands.
  for (const office of [two, three]) await atHost(station, office);
  const { windows } = await station.host.ok('windows.list', {}, undefined, 'manager');
  const unsold = windows.reduce((sum, { unsoldLaneCm }) => sum + unsoldLaneCm, 0);
  expect(unsold).toBe(lane.held);
  expect(windows.every(({ unsoldPlaces }) => unsoldPlaces === 0)).toBe(true);
  expect(lane.pool + lane.held + lane.sold).toBe(LANE_CM);
  expect(lane.sold).toBe(3 * CAR_CM);
  for (const [n, office] of [three, two, station.host].entries())
    sold += await sellOut(office, 1_000 * (n + 1));
  expect(sold).toBe(Math.floor(LANE_CM / CAR_CM));
  const full = laneOf(station.host, [two, three]);
  expect(full.sold).toBe(sold * CAR_CM);
  await until(() => {
    const now = laneOf(station.host, [two, three]);
    return now.pool + now.held + now.sold === LANE_CM ? now : undefined;
  }, 'every metre in one hand');
});

test('a window that is out of contact sells cars into the room it holds and nothing more', async () => {
  const station = await openHost();
  const window = await openWindowAt(station, 2);
  expect((await sellCar(window, 1)).ok).toBe(true);
  await station.host.office.stop();
  await linkIs(window, 'down');
  const { held } = laneOf(window, []);
  expect(held).toBeGreaterThan(0);
  expect(await roomAt(window)).toBe(held);
  expect(await sellOut(window, 10)).toBe(Math.floor(held / CAR_CM));
});

test('room of a machine that is signed off is free again where its journal was read to the end', async () => {
  const station = await openHost();
  await station.host.openShift();
  const window = await openWindowAt(station, 2);
  expect((await sellCar(window, 1)).ok).toBe(true);
  await atHost(station, window);
  const params = { window: 2, unsoldProven: true, reason: '主机电源坏', secondSignature: second };
  await station.host.ok('station.writeOff', params, newId(), 'manager');
  await until(async () => ((await window.ok('status.get')).fenced ? true : undefined), 'the fence');
  expect(await sellOut(station.host, 100)).toBe(Math.floor(LANE_CM / CAR_CM) - 1);
});

test('without proof that room stays frozen', async () => {
  const station = await openHost();
  await station.host.openShift();
  const window = await openWindowAt(station, 2);
  expect((await sellCar(window, 1)).ok).toBe(true);
  const { held } = laneOf(window, []);
  await window.office.stop();
  const params = { window: 2, unsoldProven: false, reason: '主机电源坏', secondSignature: second };
  await station.host.ok('station.writeOff', params, newId(), 'manager');
  expect(await sellOut(station.host, 100)).toBe(Math.floor((LANE_CM - CAR_CM - held) / CAR_CM));
});

test('stopping the sale takes the room back, also of a departure of which nothing was leased before', async () => {
  const station = await openHost();
  const options = await windowOptions(station, 2);
  const window = await openWindowAt(station, 2, { machine: options.machine as never });
  await carOrder(window, 1);
  await until(() => (laneOf(window, []).held > 0 ? true : undefined), 'room for the form in front');
  await station.host.ok('gate.stopSale', { departureId: carFerry }, newId(), 'manager');
  await until(() => (laneOf(window, []).held === 0 ? true : undefined), 'the room given back');
  await until(() => (laneOf(station.host, []).pool === LANE_CM ? true : undefined), 'the room at the host');
  const { order } = await carOrder(window, 2);
  expect((await window.refusal('sales.sell', order, newId())).code).toMatch(/^(seat|vehicle)\./);
  // Another departure that nobody had touched when its sale was stopped.
  const next = 'w-wgz-th-g/2026-11-22/1350';
  await station.host.ok('gate.stopSale', { departureId: next }, newId(), 'manager');
  const passengers = [{ holderRef: await window.holder(9), ticketClass: 'full' }];
  const { totalFen } = await window.ok('sales.quote', { departureId: next, passengers });
  const sale = { departureId: next, passengers, payment: 'cash', totalFen, tenderedFen: totalFen };
  expect((await window.refusal('sales.sell', sale, newId())).code).toBe('seat.noneHeld');
  const again = await restart(window, { ...options, machine: window.machine.restart() });
  await again.ok('session.signIn', clerkOf(2));
  await linkIs(again, 'up');
  expect(laneOf(again, []).held).toBe(0);
  await as(again, 'auditor');
  expect(await again.ok('journal.verify', {}, undefined, 'auditor')).toMatchObject({ ok: true });
});
