import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readEntries } from '../office/books.ts';
import { standAtGate } from '../office/gate-kit.ts';
import {
  closeOffices,
  expectChinese,
  ferry,
  minibus,
  newId,
  restart,
  type TestOffice,
} from '../office/kit.ts';
import { allUp, hasTimetable, openStationCity, type StationCity } from './city-kit.ts';
import { clerkOf, linkIs, openHost, openWindowAt, until, windowOptions, type TestStation } from './kit.ts';

let city: StationCity;
beforeAll(async () => {
  city = await openStationCity();
});
afterAll(() => city.close());
afterEach(async () => {
  await closeOffices();
  await city.forget();
});

const secondSignature = { number: '0301', pin: '864201' };
const withCity = async () => ({ config: { city: await city.config() } });
const seatsOf = (sale: { tickets: { seatNumber: number | null }[] }): number[] =>
  sale.tickets.map(({ seatNumber }) => seatNumber ?? 0);

async function sellOut(office: TestOffice, firstPerson: number): Promise<number[]> {
  const seats: number[] = [];
  for (let person = firstPerson; seats.length < 100; person += 1) {
    const answer = await office.ask('sales.sell', await office.order(minibus(), [person]), newId());
    if (!answer.ok) {
      expect(answer.refusal.code).toBe('seat.noneHeld');
      return seats;
    }
    seats.push(...seatsOf(answer.result as never));
  }
  throw new Error('more seats than there are');
}

const thawOf = (office: TestOffice): unknown =>
  readEntries(office.machine.folder).findLast(({ kind }) => kind === 'host.thawed')?.body;

interface Lost {
  next: TestStation;
  two: TestOffice;
  /** Numbered seats of the minibus that are sold. */
  sold: number[];
  /** A ticket of the lost host itself. */
  ticketNumber: string;
}

/** A host that sold at its own window, two windows of it, and the machine that takes over when it is gone. */
async function lostHost(): Promise<Lost & { three: TestOffice }> {
  const station = await openHost(await withCity());
  await station.host.openShift();
  await hasTimetable(station.host);
  const two = await openWindowAt(station, 2, await withCity());
  const three = await openWindowAt(station, 3, await withCity());
  for (const office of [two, three]) await hasTimetable(office);
  const own = await station.host.sell(minibus(), [1]);
  const today = await station.host.sell(ferry(), [5]);
  const sold = [...seatsOf(own), ...seatsOf(await two.sell(minibus(), [2]))];
  sold.push(...seatsOf(await three.sell(minibus(), [3])));
  await two.sell(ferry(), [4]);
  for (const office of [station.host, two, three]) await allUp(office);
  await station.host.office.stop();
  const city1 = await city.config();
  const next = await openHost({ config: { window: 9, city: city1 } }, { takesOver: true });
  await next.host.openShift();
  await allUp(next.host);
  await hasTimetable(next.host);
  return { next, two, three, sold, ticketNumber: today.tickets[0]?.ticketNumber ?? '' };
}

/** The window goes on with the new host. */
async function moveTo(next: TestStation, office: TestOffice, number: number): Promise<TestOffice> {
  await office.office.stop();
  const options = await windowOptions(next, number, await withCity());
  const again = await restart(office, { ...options, machine: office.machine.restart() });
  await again.ok('session.signIn', clerkOf(number));
  await linkIs(again, 'up');
  return again;
}

test('what a lost host had sold itself is read back from the city: no seat of it is given again, its tickets are known at the gate, and what nobody can know is said', async () => {
  const { next, two, sold, ticketNumber } = await lostHost();
  const { host } = next;
  const before = await host.ok('station.losses', {}, undefined, 'manager');
  expect(before.lost).toEqual([]);
  expect(before.waitsFor).toEqual({ formerHost: true, windows: [] });
  const thaw = { reason: '各窗口已核对', secondSignature };
  const unread = await host.refusal('station.thaw', thaw, newId(), 'manager');
  expect(unread).toMatchObject({ code: 'host.notReadBack' });
  expectChinese(unread);
  expect(before.unknown.join()).toMatch(/还没有从城市平台读回/);

  const { lost } = await host.ok('station.readBack', { window: 1, reason: '整机丢失' }, undefined, 'manager');
  expect(lost).toMatchObject([
    { window: 'zhujiajian-wugongzhi/01', tickets: 2, isForked: false, wasHost: true },
  ]);
  const losses = await host.ok('station.losses', {}, undefined, 'manager');
  expect(losses.notReported.map(({ window }) => window)).toEqual([
    'zhujiajian-wugongzhi/02',
    'zhujiajian-wugongzhi/03',
  ]);
  expect(losses.unknown.join('\n')).toMatch(/1 号窗口 2026-11-21 .*以后写下的没有到达城市平台/);
  expect(losses.unknown.join('\n')).toMatch(/3 号窗口还没有到本主机报到/);
  const gate = await standAtGate(host);
  await gate.open(ferry());
  const verdict = await gate.present(ferry(), ticketNumber);
  expect(verdict.ticket?.ticketNumber).toBe(ticketNumber);

  const again = await moveTo(next, two, 2);
  const missing = await host.refusal('station.thaw', thaw, newId(), 'manager');
  expect(missing).toMatchObject({ code: 'host.windowsMissing' });
  expect(missing.message).toMatch(/:3$/);
  await host.ok('station.readBack', { window: 3 }, undefined, 'manager');
  await host.ok('station.thaw', thaw, newId(), 'manager');
  const thawed = thawOf(host);
  expect(thawed).toMatchObject({
    readBack: ['zhujiajian-wugongzhi/01', 'zhujiajian-wugongzhi/03'],
    countersignedBy: secondSignature.number,
  });
  expect(thawed).not.toHaveProperty('diskGone');
  sold.push(...(await sellOut(again, 10)), ...(await sellOut(host, 40)));
  expect(new Set(sold).size).toBe(sold.length);
  // What window 3 and the lost host may have sold since stays with them.
  expect(sold.length).toBeLessThanOrEqual(6);
  expect((await host.ok('station.conflicts', {}, undefined, 'manager')).seats).toEqual([]);

  // Asked again nothing is there twice.
  await host.ok('station.readBack', { window: 1 }, undefined, 'manager');
  expect(host.books().kinds.filter((kind) => kind === 'host.lossRead')).toHaveLength(2);
});

test('seats of a lost host and of a window that never reports are free again when two people sign that nothing of them was sold', async () => {
  const { next, two, sold } = await lostHost();
  const { host } = next;
  for (const window of [1, 3]) await host.ok('station.readBack', { window }, undefined, 'manager');
  const again = await moveTo(next, two, 2);
  await host.ok('station.thaw', { reason: '各窗口已核对', secondSignature }, newId(), 'manager');
  for (const window of [1, 3]) {
    const params = { window, unsoldProven: true, reason: '硬盘已看过', secondSignature };
    await host.ok('station.writeOff', params, newId(), 'manager');
  }
  sold.push(...(await sellOut(again, 10)), ...(await sellOut(host, 40)));
  expect(sold.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  // The window's whole journal went to the new host, and through it to the city a second time: nothing is there twice.
  for (const office of [again, host]) await allUp(office);
  const numbers = (await city.tickets()).map((ticket) => ticket.ticketNumber);
  expect(numbers).toHaveLength(sold.length + 2);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test('a window that was signed off at the new host is not taken in with seats that are free again', async () => {
  const { next, three } = await lostHost();
  const { host } = next;
  await host.ok('station.readBack', { window: 1 }, undefined, 'manager');
  const params = { window: 3, unsoldProven: true, reason: '机器已毁', secondSignature };
  // What it sold nobody here knows before its ledger was read: nothing of it is proven unsold.
  const unread = await host.refusal('station.writeOff', params, newId(), 'manager');
  expect(unread).toMatchObject({ code: 'host.unsoldUnread' });
  expectChinese(unread);
  await host.ok('station.readBack', { window: 3 }, undefined, 'manager');
  await host.ok('station.writeOff', params, newId(), 'manager');
  await three.office.stop();
  const options = await windowOptions(next, 3, await withCity());
  const back = await restart(three, { ...options, machine: three.machine.restart() });
  const refused = await until(async () => {
    const { station } = await back.ok('status.get');
    return station?.refusal;
  }, 'its refusal');
  expect(refused.code).toBe('window.writtenOff');
});

test('the city shows a ledger only to who signs for it and is of the same station', async () => {
  const station = await openHost(await withCity());
  await hasTimetable(station.host);
  await allUp(station.host);
  const ledgerId = '0'.repeat(32);
  const read = async (by: string, window: string) => {
    const params = { by, window, ledgerId, after: 0, signature: 'AAAA' };
    return city.city.gateway.rpc({ id: 1, method: 'ledger.read', params });
  };
  const own = 'zhujiajian-wugongzhi/01';
  expect(await read('zhujiajian-wugongzhi/77', own)).toMatchObject({
    refusal: { code: 'city.unknownWindow' },
  });
  expect(await read(own, 'elsewhere/01')).toMatchObject({ refusal: { code: 'city.otherStation' } });
  expect(await read(own, own)).toMatchObject({ refusal: { code: 'city.signature' } });
  const nobody = await station.host.refusal('station.readBack', { window: 44 }, undefined, 'manager');
  expect(['host.nothingLost', 'city.unknownWindow']).toContain(nobody.code);
});

test('a host whose own ledger is gone reads it back from the city too, before it gives what nobody proved free', async () => {
  const station = await openHost(await withCity());
  await station.host.openShift();
  await hasTimetable(station.host);
  const sold = seatsOf(await station.host.sell(minibus(), [1]));
  await allUp(station.host);
  const { machine } = station.host;
  await station.host.office.stop();
  for (const name of ['ledger.db', 'ledger.db-wal', 'ledger.db-shm'])
    rmSync(join(machine.folder, name), { force: true });
  const { host } = await openHost({ machine: machine.restart(), ...(await withCity()) });
  await host.ok('succession.confirm', {}, newId(), 'manager');
  await host.openShift();
  await allUp(host);
  await hasTimetable(host);
  const thaw = { reason: '磁盘换过', secondSignature };
  expect((await host.refusal('station.thaw', thaw, newId(), 'manager')).code).toBe('host.notReadBack');
  const { lost } = await host.ok('station.readBack', { window: 1 }, undefined, 'manager');
  expect(lost).toMatchObject([{ tickets: 1, wasHost: true }]);
  await host.ok('station.thaw', thaw, newId(), 'manager');
  sold.push(...(await sellOut(host, 10)));
  expect(new Set(sold).size).toBe(sold.length);
});
