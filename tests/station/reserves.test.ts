import { afterEach, expect, test } from 'vitest';
import type { RowChange } from '../../contract/basic-data/changes.ts';
import { openStation, signInAs } from '../office/data-kit.ts';
import { closeOffices, newId, restart, type TestOffice } from '../office/kit.ts';
import { numberedFeed, openHost, openWindowAt, until } from './kit.ts';

afterEach(closeOffices);

const MINIBUS = 'r-dhk-nbjc/2026-11-22/0540';
/** Seats 5 and 6 of the minibus, which has six, until half an hour before. */
const kept = {
  table: 'reserves',
  put: {
    lineId: 'r-dhk-nbjc',
    departLocal: '05:40',
    purpose: '应急',
    count: 2,
    seats: [],
    releaseMin: 30,
    validFrom: '2026-01-01',
    validTo: null,
  },
} as unknown as RowChange;
const keepSeats = (office: TestOffice): Promise<unknown> =>
  office.ok('data.change', { changes: [kept], effectiveAt: null, note: '' }, newId(), 'manager');
const release = (office: TestOffice) =>
  office.ask(
    'reserves.release',
    { departureId: MINIBUS, purpose: '应急', reason: '没有应急任务' },
    newId(),
    'manager',
  );

/** Sells one after the other until there is nothing; gives the seats. */
async function sellOut(office: TestOffice, from: number): Promise<(number | null)[]> {
  const seats: (number | null)[] = [];
  for (let person = from; person < from + 10; person += 1) {
    const answer = await office.ask('sales.sell', await office.order(MINIBUS, [person]), newId());
    if (!answer.ok) {
      expect(answer.refusal.code).toBe('seat.noneHeld');
      return seats;
    }
    const { tickets } = answer.result as { tickets: { seatNumber: number | null }[] };
    seats.push(tickets[0]?.seatNumber ?? null);
  }
  return seats;
}

test('a lone window does not sell seats that are kept, until the manager gives them up', async () => {
  const office = await openStation({ feed: numberedFeed() });
  await office.signIn();
  await office.openShift();
  const left = async () => {
    const { departures } = await office.ok('timetable.departures', { date: '2026-11-22' });
    return departures.find(({ departureId }) => departureId === MINIBUS)?.left;
  };
  expect(await left()).toBe(6);
  await keepSeats(office);
  expect(await left()).toBe(4);
  expect(await sellOut(office, 1)).toEqual([1, 2, 3, 4]);
  expect(await left()).toBe(0);
  const day = await office.ok('reserves.day', { date: '2026-11-22' }, undefined, 'manager');
  expect(day).toMatchObject({
    reserves: [{ departureId: MINIBUS, purpose: '应急', count: 2, seats: '5-6', state: 'kept' }],
    isGrantor: true,
  });
  expect((await office.refusal('reserves.release', {}, newId())).code).toBe('access.role');
  expect(await release(office)).toMatchObject({
    ok: true,
    result: { departureId: MINIBUS, purpose: '应急' },
  });
  expect(await release(office)).toMatchObject({ ok: false, refusal: { code: 'reserve.released' } });
  expect(await left()).toBe(2);
  // A restart forgets nothing of it.
  await office.office.stop();
  const again = await restart(office, { machine: office.machine.restart(), feed: numberedFeed() });
  await again.signIn();
  expect(await sellOut(again, 21)).toEqual([5, 6]);
});

test('seats that are kept go on sale by themselves at their time', async () => {
  const office = await openStation({ feed: numberedFeed() });
  await office.signIn();
  await office.openShift();
  await keepSeats(office);
  expect(await sellOut(office, 1)).toEqual([1, 2, 3, 4]);
  office.machine.setWallClock(Date.parse('2026-11-22T05:12:00+08:00'));
  expect(await sellOut(office, 21)).toEqual([5, 6]);
});

test('the host gives its windows no seat that is kept; a window cannot give it up', async () => {
  const station = await openHost();
  await keepSeats(station.host);
  const window = await openWindowAt(station, 2);
  expect(await sellOut(window, 1)).toEqual([1, 2, 3, 4]);
  await signInAs(window, 'manager');
  expect(await release(window)).toMatchObject({ ok: false, refusal: { code: 'reserve.atHost' } });
  await signInAs(station.host, 'manager');
  expect(await release(station.host)).toMatchObject({ ok: true });
  expect(await until(async () => ((await sellOut(window, 21)).length === 2 ? true : undefined))).toBe(true);
});
