import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readEntries } from '../office/books.ts';
import { closeOffices, ferry, minibus, newId, restart, tryOffice, type TestOffice } from '../office/kit.ts';
import { as, clerkOf, linkIs, openHost, openWindowAt, until, windowOptions } from './kit.ts';

afterEach(closeOffices);

const second = { number: '0301', pin: '864201' };

const seatsOf = (sale: { tickets: { seatNumber: number | null }[] }): number[] =>
  sale.tickets.map(({ seatNumber }) => seatNumber ?? 0);

/** Sells one ticket after the other until the office refuses; gives the seats. */
async function sellOut(office: TestOffice, departureId: string, firstPerson: number): Promise<number[]> {
  const seats: number[] = [];
  for (let person = firstPerson; seats.length < 100; person += 1) {
    const answer = await office.ask('sales.sell', await office.order(departureId, [person]), newId());
    if (!answer.ok) {
      expect(answer.refusal.code).toBe('seat.noneHeld');
      return seats;
    }
    seats.push(...seatsOf(answer.result as never));
  }
  throw new Error('more seats than there are');
}

test('a code serves one window, once', async () => {
  const station = await openHost();
  const options = await windowOptions(station, 2);
  const first = await tryOffice(options);
  expect(first.opened.ok).toBe(true);
  const other = await windowOptions(station, 2);
  const again = await tryOffice({ ...other, config: { ...other.config, host: options.config?.host } });
  expect(again.opened).toMatchObject({ ok: false, refusal: { code: 'host.enrolmentCode' } });
  const second = await tryOffice(other);
  expect(second.opened).toMatchObject({ ok: false, refusal: { code: 'host.secondKey' } });
  const wrongNumber = await windowOptions(station, 5);
  const third = await tryOffice({ ...wrongNumber, config: { ...wrongNumber.config, window: 6 } });
  expect(third.opened).toMatchObject({ ok: false, refusal: { code: 'host.enrolmentCode' } });
  if (first.opened.ok) await first.opened.value.stop();
  for (const { machine } of [first, again, second, third]) machine.remove();
});

test('a host with another key than the one written down is told nothing', async () => {
  const station = await openHost();
  const stranger = await openHost();
  const options = await windowOptions(station, 2);
  const config = { ...options.config, host: { ...options.config?.host, key: stranger.key } };
  const opened = await tryOffice({ ...options, config });
  expect(opened.opened).toMatchObject({ ok: false, refusal: { code: 'host.wrongKey', field: 'host.key' } });
  const { windows } = await station.host.ok('station.windows', {}, undefined, 'manager');
  expect(windows).toEqual([]);
  opened.machine.remove();
});

test('host and window restarted in any order sell no seat twice and lose none', async () => {
  let station = await openHost();
  const hostMachine = station.host.machine;
  const options = await windowOptions(station, 2);
  const window = await openWindowAt(station, 2, { machine: options.machine as never });
  const seats = seatsOf(await window.sell(minibus(), [1]));
  await station.host.office.stop();
  station = await openHost({ machine: hostMachine.restart() }, { listen: [`127.0.0.1:${station.port}`] });
  await linkIs(window, 'up');
  seats.push(...(await sellOut(window, minibus(), 10)));
  expect(seats.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  const { tickets } = window.books();
  await until(async () => {
    const { windows } = await station.host.ok('station.windows', {}, undefined, 'manager');
    return windows[0]?.seq === window.books().seq ? windows : undefined;
  }, 'every entry at the host');
  expect(tickets).toBe(6);
});

test('a window that was out of contact while a sale was stopped gives its seats back at the next contact', async () => {
  const station = await openHost();
  const options = await windowOptions(station, 2);
  const window = await openWindowAt(station, 2, { machine: options.machine as never });
  await window.sell(ferry(), [1]);
  const heldAt = async (office: TestOffice): Promise<number> => {
    const { departures } = await office.ok('timetable.departures', { date: '2026-11-21' });
    return departures.find(({ departureId }) => departureId === ferry())?.held ?? -1;
  };
  expect(await heldAt(window)).toBeGreaterThan(0);
  await window.office.stop();
  await station.host.ok('gate.stopSale', { departureId: ferry() }, newId(), 'manager');
  const again = await restart(window, { ...options, machine: window.machine.restart() });
  await again.ok('session.signIn', clerkOf(2));
  await linkIs(again, 'up');
  await until(async () => ((await heldAt(again)) === 0 ? true : undefined), 'its seats given back');
  const kinds = again.books().kinds;
  expect(kinds.filter((kind) => kind === 'lease.returned')).toHaveLength(1);
});

test('a machine that is signed off gets no seat any more, and what it is proven not to have sold is free', async () => {
  const station = await openHost();
  await station.host.openShift();
  const window = await openWindowAt(station, 2);
  const sold = seatsOf(await window.sell(minibus(), [1]));
  await until(async () => {
    const { windows } = await station.host.ok('station.windows', {}, undefined, 'manager');
    return windows[0]?.seq === window.books().seq ? true : undefined;
  });
  const params = { window: 2, unsoldProven: true, reason: '硬盘坏了' };
  const alone = await station.host.refusal('station.writeOff', params, newId(), 'manager');
  expect(alone.code).toBe('request.shape');
  await station.host.ok('station.writeOff', { ...params, secondSignature: second }, newId(), 'manager');
  await until(async () => ((await window.ok('status.get')).fenced ? true : undefined), 'the fence');
  const refusal = await window.refusal('sales.sell', await window.order(minibus(), [2]), newId());
  expect(refusal.code).toBe('window.writtenOff');
  sold.push(...(await sellOut(station.host, minibus(), 30)));
  expect(sold.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a machine that is signed off without proof keeps its seats frozen', async () => {
  const station = await openHost();
  await station.host.openShift();
  const window = await openWindowAt(station, 2);
  await window.sell(minibus(), [1]);
  const { held } = (await window.ok('timetable.departures', { date: '2026-11-22' })).departures.find(
    ({ departureId }) => departureId === minibus(),
  ) ?? { held: 0 };
  await window.office.stop();
  const params = { window: 2, unsoldProven: false, reason: '整机丢失', secondSignature: second };
  await station.host.ok('station.writeOff', params, newId(), 'manager');
  const seats = await sellOut(station.host, minibus(), 30);
  expect(seats).toHaveLength(6 - 1 - held);
});

test('another PC takes the host over: windows go on, and what nobody has proven free waits for two signatures', async () => {
  const station = await openHost();
  const two = await openWindowAt(station, 2);
  const sold = seatsOf(await two.sell(minibus(), [1]));
  await station.host.office.stop();
  const next = await openHost({ config: { window: 9 } }, { takesOver: true });
  await two.office.stop();
  const { code } = await next.host.ok('station.code', { window: 2 }, undefined, 'manager');
  const host = { address: `127.0.0.1:${next.port}`, key: next.key, enrolmentCode: code };
  const options = await windowOptions(next, 3);
  const again = await restart(two, {
    ...options,
    machine: two.machine.restart(),
    config: { ...options.config, window: 2, host },
  });
  await again.ok('session.signIn', clerkOf(2));
  await linkIs(again, 'up');
  // What it held it still sells; the new host gives nothing yet.
  sold.push(...(await sellOut(again, minibus(), 10)));
  const three = await openWindowAt(next, 4);
  const refusal = await three.refusal('sales.sell', await three.order(minibus(), [50]), newId());
  expect(refusal.code).toBe('seat.noneHeld');
  // No city has the ledger of the host before: two people sign that its disk is gone, of no machine that works here.
  const thaw = { reason: '各窗口已报到', secondSignature: second };
  const refusalOf = async (more: object) =>
    (await next.host.refusal('station.thaw', { ...thaw, ...more }, newId(), 'manager')).code;
  expect(await refusalOf({})).toBe('host.notReadBack');
  expect(await refusalOf({ diskGone: [2] })).toBe('host.diskNotGone');
  expect((await next.host.refusal('station.readBack', { window: 1 }, undefined, 'manager')).code).toBe(
    'host.noCity',
  );
  await next.host.ok('station.thaw', { ...thaw, diskGone: [1] }, newId(), 'manager');
  const thawed = readEntries(next.host.machine.folder).find(({ kind }) => kind === 'host.thawed');
  expect(thawed?.body).toMatchObject({
    diskGone: ['zhujiajian-wugongzhi/01'],
    countersignedBy: second.number,
  });
  sold.push(...(await sellOut(three, minibus(), 60)));
  sold.push(...(await sellOut(again, minibus(), 80)));
  expect(new Set(sold).size).toBe(sold.length);
  expect(sold.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a window retires and another PC takes its number over, with the next ordinal and no seat left behind', async () => {
  const station = await openHost();
  const window = await openWindowAt(station, 2);
  await as(window, 'technician');
  // A form that is being filled in has seats in hand; nothing is sold, so no sheet waits for a printer.
  await window.order(ferry(), [1, 2]);
  const held = (): number => window.books().seats[ferry()]?.total ?? 0;
  await until(() => (held() > 0 ? true : undefined), 'seats in hand');
  const ask = (method: string): ReturnType<TestOffice['ask']> =>
    window.ask(method, { reason: '换新机' }, newId(), 'technician');
  expect(await ask('window.retire')).toMatchObject({ ok: false, refusal: { code: 'window.notDraining' } });
  expect(await ask('window.drain')).toMatchObject({ ok: true, result: { state: 'draining' } });
  const draining = await window.refusal('sales.sell', await window.order(ferry(), [3]), newId());
  expect(draining.code).toBe('window.draining');
  expect(await ask('window.retire')).toMatchObject({ ok: false, refusal: { code: 'window.retireBlocked' } });
  await window.ok('shifts.close', { countedFen: 50_000 }, newId());
  await until(async () => {
    const now = await window.ok('window.retirement', {}, undefined, 'technician');
    return now.blockedBy === null ? now : undefined;
  }, 'everything delivered');
  expect(await ask('window.retire')).toMatchObject({ ok: true });
  await until(
    () => (existsSync(join(window.machine.folder, 'retired.json')) ? true : undefined),
    'the keys gone',
  );
  expect(existsSync(join(window.machine.folder, 'keys.json'))).toBe(false);
  await window.office.stop();
  const dead = await tryOffice({ machine: window.machine.restart(), config: { window: 2 } });
  expect(dead.opened).toMatchObject({ ok: false, refusal: { code: 'window.retired' } });
  const next = await openWindowAt(station, 2);
  const { departures } = await next.ok('timetable.departures', { date: '2026-11-21' });
  const sailing = departures.find(({ departureId }) => departureId === ferry());
  expect(sailing?.left).toBe(sailing?.capacity);
  const number = (await next.sell(ferry(), [7])).tickets[0]?.ticketNumber ?? '';
  expect(number.slice(12, 14)).toBe('02');
});
