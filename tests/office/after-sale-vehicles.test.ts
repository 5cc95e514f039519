import { afterEach, describe, expect, test } from 'vitest';
import { trialFeed } from '../../city/shell/files.ts';
import { staffOfAllRoles } from './gate-kit.ts';
import { closeOffices, expectRefused, ferry, newId, numberOf, openOffice, type TestOffice } from './kit.ts';
import { as } from './people-kit.ts';

afterEach(closeOffices);

const BOSS = 'boss';
const DATE = '2026-11-21';
const LINE = 'w-wgz-th-g';
const SAILING = `${LINE}/${DATE}/1350`;

async function openStation(feed = trialFeed()): Promise<TestOffice> {
  const window = await openOffice({ config: { staff: await staffOfAllRoles() }, feed });
  await window.signIn();
  await window.openShift();
  await as(window, 'manager', BOSS);
  return window;
}

/** A car of 4.80 m with its driver and a friend: driver, friend, car. */
async function sellCar(window: TestOffice) {
  const [driver, friend] = [await window.holder(1), await window.holder(2)];
  const what = {
    departureId: SAILING,
    passengers: [
      { holderRef: driver, ticketClass: 'driver_with_vehicle' },
      { holderRef: friend, ticketClass: 'full' },
    ],
    vehicles: [{ vehicleType: 'small_car', lengthCm: 480, plate: '浙L·12345', driver }],
  };
  const { totalFen } = await window.ok('sales.quote', what);
  const order = { ...what, payment: 'cash' as const, totalFen, tenderedFen: totalFen };
  return window.ok('sales.sell', order, newId());
}
const find = async (window: TestOffice, text: string) => {
  const { tickets } = await window.ok('tickets.find', { text });
  if (!tickets[0]) throw new Error('no ticket');
  return tickets[0];
};
/** Lane left of a sailing and heads left, as the till sees them. */
const left = async (window: TestOffice, departureId = SAILING) => {
  const { departures } = await window.ok('timetable.departures', { date: DATE, lineId: LINE });
  const found = departures.find((one) => one.departureId === departureId);
  return { heads: found?.left ?? 0, laneCm: found?.vehicleRoom?.left ?? 0 };
};

describe('a vehicle and its people after the sale', () => {
  test('are refunded apart: the car’s lane comes back alone, the passengers’ tickets hold', async () => {
    const window = await openStation();
    const before = await left(window);
    const sale = await sellCar(window);
    expect(await left(window)).toEqual({ heads: before.heads - 2, laneCm: before.laneCm - 530 });
    const car = await find(window, numberOf(sale, 2));
    expect(car).toMatchObject({ state: 'sold', fareFen: 6_800, refund: { feeFen: expect.any(Number) } });
    const { feeFen, backFen } = car.refund;
    expect(feeFen + backFen).toBe(6_800);
    const done = await window.ok(
      'tickets.refund',
      { ticketNumbers: [car.ticketNumber], backFen, documentShown: true },
      newId(),
    );
    expect(done).toMatchObject({ feeFen, backFen });
    expect(await left(window)).toEqual({ heads: before.heads - 2, laneCm: before.laneCm });
    expect((await find(window, car.ticketNumber)).state).toBe('refunded');
    expect((await find(window, numberOf(sale, 1))).state).toBe('sold');
    // The lane may be sold again, to another car.
    const again = await window.ok('sales.quote', {
      departureId: SAILING,
      passengers: [{ holderRef: await window.holder(7), ticketClass: 'full' }],
      vehicles: [],
    });
    expect(again.refusal ?? null).toBeNull();
  });

  test('of a departure for passengers only get the car’s money back whole, and the passengers’ only by the fee rules', async () => {
    const window = await openStation();
    const sale = await sellCar(window);
    await window.ok(
      'departures.setState',
      { scope: { departures: [SAILING] }, state: 'paxOnly', reason: '风力 8 级', orderedBy: null },
      newId(),
      BOSS,
    );
    expect((await find(window, numberOf(sale, 2))).refund).toMatchObject({ free: true, feeFen: 0 });
    expect((await find(window, numberOf(sale, 1))).refund).toMatchObject({ free: false });
    const { rows } = await window.ok('worklist.departure', { departureId: SAILING }, undefined, BOSS);
    expect(rows.map(({ ticketNumber }) => ticketNumber)).toEqual([numberOf(sale, 2)]);
  });

  test('of a cancelled departure are all refunded in bulk, cars and people, and every metre comes back', async () => {
    const window = await openStation();
    const before = await left(window);
    const sale = await sellCar(window);
    await window.ok(
      'departures.setState',
      { scope: { departures: [SAILING] }, state: 'cancelled', reason: '机械故障', orderedBy: null },
      newId(),
      BOSS,
    );
    const done = await window.ok('worklist.refund', { departureId: SAILING }, newId(), BOSS);
    expect(done).toMatchObject({ refunded: 3, backFen: 1_500 + 6_800, departure: { open: 0 } });
    for (const n of [0, 1, 2]) expect((await find(window, numberOf(sale, n))).state).toBe('refunded');
    expect(await left(window)).toEqual(before);
  });

  test('go to another departure together, at the carrier’s fault for nothing: the car takes lane there and leaves it here', async () => {
    const window = await openStation();
    const { departures } = await window.ok('timetable.departures', { date: DATE, lineId: LINE });
    const later = departures.find(({ departLocal }) => departLocal > '13:50');
    if (!later) throw new Error('no later ferry');
    const before = { here: await left(window), there: await left(window, later.departureId) };
    const sale = await sellCar(window);
    await window.ok(
      'departures.setState',
      { scope: { departures: [SAILING] }, state: 'cancelled', reason: '机械故障', orderedBy: null },
      newId(),
      BOSS,
    );
    const alone = { ticketNumbers: [numberOf(sale, 2)], departureId: later.departureId };
    const nothing = { collectFen: 0, backFen: 0, tenderedFen: 0, documentShown: true };
    // A car does not sail without its driver.
    await expectRefused(window, 'tickets.party', 'tickets.change', { ...alone, ...nothing });
    const both = { ...alone, ticketNumbers: [numberOf(sale, 0), numberOf(sale, 2)] };
    expect(await window.ok('tickets.changeQuote', both)).toMatchObject({
      collectFen: 0,
      backFen: 0,
      feeFen: 0,
    });
    await window.ok('tickets.change', { ...both, ...nothing }, newId());
    expect((await left(window, later.departureId)).laneCm).toBe(before.there.laneCm - 530);
    expect((await left(window)).laneCm).toBe(before.here.laneCm);
  });
});

test('a carrier’s own fee rows are used for its lines, and the mode’s for others', async () => {
  const feed = trialFeed();
  const lines = feed.lines.map((line) =>
    line.id === 'w-wgz-pts' ? { ...line, carrierId: 'example-long-a' } : line,
  );
  const window = await openStation({ ...feed, lines });
  const own = await find(window, numberOf(await window.sell(ferry('1320'), [1])));
  expect(own.refund).toMatchObject({ row: { id: 'FERRY_LONG_A', percent: 10 } });
  const other = await find(window, numberOf(await window.sell(SAILING, [2])));
  expect(other.refund).toMatchObject({ row: { id: 'FERRY_DEFAULT' } });
});
