import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import type { OfficeOutput } from '../../contract/office.ts';
import type { Clock } from '../../main/runtime.ts';
import { machineClock } from '../../main/shells/clock.ts';
import { closeOffices, ferry, minibus, newId, numberOf, restart, type TestOffice } from '../office/kit.ts';
import { MORNING_MS } from '../support/machine.ts';
import { openWired } from './cable.ts';
import {
  atHost,
  clerkOf,
  linkIs,
  openHost,
  openWindowAt,
  until,
  windowOptions,
  type TestStation,
} from './kit.ts';

afterEach(closeOffices);

type Sale = OfficeOutput<'sales.sell'>;
const HOUR = 3_600_000;

/** The full minibus sells one more seat, once there is one. */
const seatSoldAgain = (office: TestOffice): Promise<number | null> =>
  until(async () => {
    const answer = await office.ask('sales.sell', await office.order(minibus(), [7]), newId());
    return answer.ok ? (answer.result as Sale).tickets[0]?.seatNumber : undefined;
  }, 'the seat is sold again');

/** Another host takes over, and the windows join it in this order. */
async function takeOver(
  host: TestOffice,
  clock: Clock,
  windows: readonly (readonly [number, TestOffice])[],
): Promise<TestStation> {
  await host.office.stop();
  const next = await openHost({ runtime: { clock }, config: { window: 9 } }, { takesOver: true });
  for (const [number, office] of windows) {
    await office.office.stop();
    const options = await windowOptions(next, number, { runtime: { clock } });
    const moved = await restart(office, { ...options, machine: office.machine.restart() });
    await moved.ok('session.signIn', clerkOf(number));
    await linkIs(moved, 'up');
    await atHost(next, moved);
  }
  return next;
}

/** Seats of a departure as its host counts them: free, and held by each window. */
function seatsAt({ host }: TestStation, departureId: string): { free: number; held: Record<number, number> } {
  const file = new Database(join(host.machine.folder, 'ledger.db'), { readonly: true });
  const pool = file.prepare('SELECT seats_free FROM pools WHERE departure_id = ?').get(departureId);
  const grants = file
    .prepare<[string], { holder: string; held: number }>(
      'SELECT holder, sum(open_count) AS held FROM grants WHERE departure_id = ? GROUP BY holder',
    )
    .all(departureId);
  file.close();
  return {
    free: (pool as { seats_free: number }).seats_free,
    held: Object.fromEntries(grants.map(({ holder, held }) => [Number(holder.slice(-2)), held])),
  };
}

/** A host with two windows of it. */
async function hostAndTwo() {
  const clock = machineClock(MORNING_MS - Date.now());
  const station = await openHost({ runtime: { clock } });
  const two = await openWindowAt(station, 2, { runtime: { clock } });
  const three = await openWindowAt(station, 3, { runtime: { clock } });
  return { clock, station, host: station.host, two, three };
}

/** The host refunds the first ticket of another window's sale. */
async function refundAtHost(host: TestOffice, sale: Sale): Promise<void> {
  await host.openShift();
  const found = (await host.ok('tickets.find', { text: numberOf(sale) })).tickets[0];
  const { backFen } = found?.refund ?? {};
  const refund = { ticketNumbers: [numberOf(sale)], backFen, documentShown: true };
  await host.ok('tickets.refund', refund, newId());
}

const hearsRefund = (seller: TestOffice, sale: Sale): Promise<true> =>
  until(
    async () =>
      (await seller.ok('tickets.find', { text: numberOf(sale) })).tickets[0]?.state === 'refunded'
        ? (true as const)
        : undefined,
    'the seller hears',
  );

const REASON = { state: 'cancelled', reason: '机械故障', orderedBy: null };

test('cash that is owed is fetched at one counter, its seller’s too: not at the host’s while a window has the permit to pay it', async () => {
  const clock = machineClock(MORNING_MS - Date.now());
  const station = await openHost({ runtime: { clock } });
  const { host } = station;
  const seller = await openWindowAt(station, 2, { runtime: { clock } });
  const sale = await seller.sell(ferry(), [1, 2]);
  const backFen = sale.tickets[0]?.fareFen ?? 0;
  await atHost(station, seller);
  const scope = { departures: [ferry()] };
  await host.ok('departures.setState', { scope, ...REASON }, newId(), 'manager');
  await host.ok('worklist.refund', { departureId: ferry() }, newId(), 'manager');
  await host.openShift();
  const owedAt = async (text: string) => (await seller.ok('tickets.find', { text })).tickets[0]?.owedFen;
  for (const n of [0, 1])
    await until(
      async () => ((await owedAt(numberOf(sale, n))) === backFen ? true : undefined),
      'its seller hears what is owed',
    );
  const pay = (n: number) => ({ ticketNumbers: [numberOf(sale, n)], backFen, documentShown: true });
  expect(await seller.ok('tickets.payOut', pay(0), newId())).toMatchObject({ backFen });
  // The very moment in which the permit is out and the host has not heard that it was used.
  const refused = await host.refusal('tickets.payOut', pay(0), newId());
  expect(refused.code).toMatch(/^(afterSale.permitTaken|tickets.notOwed)$/);
  expect(await owedAt(numberOf(sale))).toBe(0);
  const both = await Promise.all([
    seller.ask('tickets.payOut', pay(1), newId()),
    host.ask('tickets.payOut', pay(1), newId()),
  ]);
  expect(both.filter(({ ok }) => ok)).toHaveLength(1);
});

test('a ticket that is refunded while places for its move are still asked for is not moved as well', async () => {
  const clock = machineClock(MORNING_MS - Date.now());
  const station = await openHost({ runtime: { clock } });
  const { host } = station;
  const seller = await openWindowAt(station, 2, { runtime: { clock } });
  const from = ferry();
  const extra = { pattern: from, departLocal: '16:05', vesselName: '样例轮', vesselKind: null, capacity: 6 };
  const added = await host.ok('departures.addExtra', extra, newId(), 'manager');
  const target = added.departureId;
  await host.openShift();
  const sale = await host.sell(from, [1]);
  const day = { date: '2026-11-21', lineId: 'w-wgz-pts' };
  const seenAt = async (office: TestOffice) =>
    (await office.ok('timetable.departures', day)).departures.find((one) => one.departureId === target);
  await until(() => seenAt(seller), 'the window knows the extra departure');
  await seller.sell(target, [2]);
  // The host has none of the target left: what there is lies with the window.
  const left = (await seenAt(host))?.left ?? 0;
  const people = Array.from({ length: left }, (_, n) => n + 3);
  await host.sell(target, people);
  const scope = { departures: [from] };
  await host.ok('departures.setState', { scope, ...REASON }, newId(), 'manager');
  const move = { departureId: from, toDepartureId: target };
  const moving = host.ok('worklist.move', move, newId(), 'manager');
  await sleep(1);
  const refund = { ticketNumbers: [numberOf(sale)], backFen: sale.tickets[0]?.fareFen, documentShown: true };
  const refunded = await host.ask('tickets.refund', refund, newId());
  const moved = await moving;
  expect((refunded.ok ? 1 : 0) + moved.moved).toBe(1);
});

test('the price of a numbered request is its ticket’s alone, whatever else is refunded with it', async () => {
  const real = machineClock(MORNING_MS - Date.now());
  let aheadMs = 0;
  const clock = { ...real, nowMs: () => real.nowMs() + aheadMs };
  const station = await openHost({ runtime: { clock } });
  const { host, port } = station;
  const seller = await openWindowAt(station, 2, { runtime: { clock } });
  const sale = await seller.sell(ferry(), [1, 2]);
  const [asked, notAsked] = [numberOf(sale), numberOf(sale, 1)];
  await atHost(station, seller);
  const hostMachine = host.machine;
  await host.office.stop();
  await linkIs(seller, 'down');
  const find = async (text: string) => (await seller.ok('tickets.find', { text })).tickets[0];
  const backFen = (await find(asked))?.refund.backFen ?? 0;
  await seller.ok('tickets.request', { ticketNumber: asked, act: 'refund' }, newId());
  aheadMs = HOUR;
  await openHost({ runtime: { clock }, machine: hostMachine.restart() }, { listen: [`127.0.0.1:${port}`] });
  await linkIs(seller, 'up');
  // Two hours before it leaves nothing of the other one comes back any more.
  const both = { ticketNumbers: [asked, notAsked], backFen: 2 * backFen, documentShown: true };
  expect((await seller.refusal('tickets.refund', both, newId())).code).toBe('refund.tooLate');
  const alone = { ticketNumbers: [asked], backFen, documentShown: true };
  expect(await seller.ok('tickets.refund', alone, newId())).toMatchObject({ backFen });
});

const orders = [
  ['its first seller', [2, 3]],
  ['its second seller', [3, 2]],
] as const;

const inOrder = (order: readonly (2 | 3)[], windows: Record<2 | 3, TestOffice>) =>
  order.map((number) => [number, windows[number]] as const);

test.each(orders)(
  'a seat whose ticket another office refunded, and which was sold again, keeps nobody from a host that takes over: %s joins first',
  async (_who, order) => {
    const { clock, station, host, two, three } = await hostAndTwo();
    const sale = await two.sell(minibus(), [1, 2, 3, 4, 5, 6]);
    await atHost(station, two);
    await refundAtHost(host, sale);
    expect(await seatSoldAgain(three)).toBe(sale.tickets[0]?.seatNumber);
    await hearsRefund(two, sale);
    await atHost(station, three);
    const next = await takeOver(host, clock, inOrder(order, { 2: two, 3: three }));
    // The bus is full: five seats are the first seller's and one the second's.
    expect(seatsAt(next, minibus())).toEqual({ free: 0, held: { 2: 5, 3: 1 } });
  },
);

test.each(orders)(
  'the same for a first seller that was switched off and never heard of it: %s joins first',
  async (_who, order) => {
    const { clock, station, host, two, three } = await hostAndTwo();
    const sale = await two.sell(minibus(), [1, 2, 3, 4, 5, 6]);
    await atHost(station, two);
    await two.office.stop();
    await refundAtHost(host, sale);
    expect(await seatSoldAgain(three)).toBe(sale.tickets[0]?.seatNumber);
    await atHost(station, three);
    const next = await takeOver(host, clock, inOrder(order, { 2: two, 3: three }));
    expect(seatsAt(next, minibus())).toEqual({ free: 0, held: { 2: 5, 3: 1 } });
  },
);

test.each(orders)(
  'a place without a number that came back to the host before comes back no second time to one that takes over: %s joins first',
  async (_who, order) => {
    const { clock, station, host, two, three } = await hostAndTwo();
    const sale = await two.sell(ferry(), [1, 2, 3]);
    await three.sell(ferry(), [4]);
    await atHost(station, two);
    await atHost(station, three);
    await refundAtHost(host, sale);
    await hearsRefund(two, sale);
    const before = seatsAt(station, ferry());
    const next = await takeOver(host, clock, inOrder(order, { 2: two, 3: three }));
    expect(seatsAt(next, ferry())).toEqual(before);
  },
);

test('a window that is signed off gets nothing more of the station, and tickets that it was permitted to refund are refunded elsewhere', async () => {
  const clock = machineClock(MORNING_MS - Date.now());
  const station = await openHost({ runtime: { clock } });
  const { host } = station;
  const two = await openWindowAt(station, 2, { runtime: { clock } });
  const lost = await openWired(station, 3, { runtime: { clock } });
  const number = numberOf(await two.sell(ferry(), [1]));
  await atHost(station, two);
  const found = async () => (await lost.office.ok('tickets.find', { text: number })).tickets[0];
  const { backFen = 0 } = (await found())?.refund ?? {};
  // The host's yes is lost, and the machine with it.
  const refund = (fen: number) => ({ ticketNumbers: [number], backFen: fen, documentShown: true });
  lost.wire.arm({ way: 'down', kind: 'answer office.ask tickets.permit', afterBytes: 0 });
  expect((await lost.office.refusal('tickets.refund', refund(backFen), newId())).code).toBe(
    'afterSale.needsPermit',
  );
  await lost.off();
  expect((await two.refusal('tickets.refund', refund(backFen), newId())).code).toBe('afterSale.permitTaken');
  const secondSignature = { number: '0301', pin: '864201' };
  const off = { window: 3, unsoldProven: false, reason: '整机丢失', secondSignature };
  await host.ok('station.writeOff', off, newId(), 'manager');
  const three = await lost.on();
  await until(async () => ((await three.ok('status.get')).station?.state !== 'starting' ? true : undefined));
  expect((await three.refusal('tickets.find', { text: number })).code).toBe('window.writtenOff');
  expect((await three.refusal('tickets.refund', refund(backFen), newId())).code).toBe('window.writtenOff');
  expect(await two.ok('tickets.refund', refund(backFen), newId())).toMatchObject({ backFen });
});

test('the seat of a lost ticket that another window issued again is sold again when that one is refunded', async () => {
  const clock = machineClock(MORNING_MS - Date.now());
  const station = await openHost({ runtime: { clock } });
  const [two, three] = [
    await openWindowAt(station, 2, { runtime: { clock } }),
    await openWindowAt(station, 3, { runtime: { clock } }),
  ];
  const sale = await two.sell(minibus(), [1, 2, 3, 4, 5, 6]);
  await atHost(station, two);
  const lost = { ticketNumber: numberOf(sale), documentShown: true };
  const { newTicketNumber } = await three.ok('tickets.reissue', lost, newId());
  await atHost(station, three);
  const { backFen } = (await three.ok('tickets.find', { text: newTicketNumber })).tickets[0]?.refund ?? {};
  const refund = { ticketNumbers: [newTicketNumber], backFen, documentShown: true };
  await three.ok('tickets.refund', refund, newId());
  expect(await seatSoldAgain(three)).toBe(sale.tickets[0]?.seatNumber);
  await atHost(station, three);
  expect((await station.host.ok('station.conflicts', {}, undefined, 'manager')).seats).toEqual([]);
  // The window from whose lease the seat came goes on with a host that takes over.
  await takeOver(station.host, clock, [
    [2, two],
    [3, three],
  ]);
});
