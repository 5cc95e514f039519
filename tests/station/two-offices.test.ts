import { afterEach, expect, test } from 'vitest';
import { closeOffices, ferry, minibus, type TestOffice } from '../office/kit.ts';
import { linkIs, openHost, openWindowAt, until } from './kit.ts';

afterEach(closeOffices);

test('a window sells a seat that its host gave it, and the host has the sale', async () => {
  const station = await openHost();
  const window = await openWindowAt(station, 2);
  const sale = await window.sell(minibus(), [1]);
  expect(sale.tickets[0]?.seatNumber).toBe(1);
  const row = await until(async () => {
    const { windows } = await station.host.ok('station.windows', {}, undefined, 'manager');
    return windows.find(({ seq, unsold }) => seq >= 6 && unsold >= 0);
  });
  expect(row).toMatchObject({
    window: 'zhujiajian-wugongzhi/02',
    connected: true,
    state: 'enrolled',
    ordinal: 1,
  });
  const atHost = await station.host.ok('windows.list', {}, undefined, 'manager');
  expect(atHost.role).toBe('host');
  expect(atHost.windows.map(({ window: id, here, connected }) => [id, here, connected])).toEqual([
    ['zhujiajian-wugongzhi/01', true, true],
    ['zhujiajian-wugongzhi/02', false, true],
  ]);
});

test('a minibus of six places is sold out by two windows and the host together, no seat twice', async () => {
  const station = await openHost();
  await station.host.openShift();
  const two = await openWindowAt(station, 2);
  const four = await openWindowAt(station, 4);
  const seats: (number | null)[] = [];
  let person = 0;
  for (const office of [two, four, station.host, two, four, station.host]) {
    person += 1;
    const sale = await office.sell(minibus(), [person]);
    seats.push(...sale.tickets.map(({ seatNumber }) => seatNumber));
  }
  expect(seats.map(Number).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  for (const office of [two, four, station.host]) {
    const refusal = await office.refusal(
      'sales.sell',
      await office.order(minibus(), [9]),
      'command-that-is-not-new',
    );
    expect(refusal.code).toBe('seat.noneHeld');
  }
  expect((await station.host.ok('station.conflicts', {}, undefined, 'manager')).seats).toEqual([]);
});

test('without its host a window sells what it holds and nothing more', async () => {
  const station = await openHost();
  const window = await openWindowAt(station, 2);
  await window.sell(ferry(), [1]);
  await station.host.office.stop();
  await linkIs(window, 'down');
  const { departures } = await window.ok('timetable.departures', { date: '2026-11-21' });
  const held = departures.find(({ departureId }) => departureId === ferry())?.held ?? 0;
  expect(held).toBeGreaterThan(0);
  for (let n = 0; n < held; n += 1) await window.sell(ferry(), [n + 2]);
  const order = await window.order(ferry(), [100]);
  expect((await window.refusal('sales.sell', order, 'command-that-is-not-new')).code).toBe('seat.noneHeld');
});

test('who signs in at another office of the station is locked where they were, and takes their place back with the PIN', async () => {
  const station = await openHost();
  const two = await openWindowAt(station, 2);
  const four = await openWindowAt(station, 4);
  const lockedWhy = async (office: TestOffice) =>
    (await office.ok('session.info', {}, undefined, 'desk')).lockedWhy;
  const locked = (office: TestOffice, what: string) =>
    until(async () => ((await lockedWhy(office)) === 'elsewhere' ? true : undefined), what);
  await two.signIn(1, 'desk');
  await four.signIn(1, 'desk');
  await locked(two, 'the lock at the first window');
  expect(await lockedWhy(four)).toBeUndefined();
  expect((await two.ok('session.info')).lockedWhy).toBeUndefined();
  expect(two.books().kinds.filter((kind) => kind === 'session.takenOver')).toHaveLength(1);

  await two.ok('session.resume', { pin: '135790' }, undefined, 'desk');
  await locked(four, 'the lock at the second window');
  await station.host.signIn(1, 'desk');
  await locked(two, 'the lock by the host’s own page');
  await four.ok('session.resume', { pin: '135790' }, undefined, 'desk');
  await locked(station.host, 'the lock at the host');

  // Out of contact nobody can be told, and nobody is kept waiting.
  await station.host.office.stop();
  await linkIs(two, 'down');
  await linkIs(four, 'down');
  await two.ok('session.resume', { pin: '135790' }, undefined, 'desk');
  expect(await lockedWhy(four)).toBeUndefined();
});
