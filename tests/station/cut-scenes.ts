import { expect } from 'vitest';
import type { DepartureView } from '../../contract/office.ts';
import { GATE, standAtGate } from '../office/gate-kit.ts';
import { ferry, newId, numberOf, type TestOffice } from '../office/kit.ts';
import type { StationCity } from './city-kit.ts';
import { beginCuts, cutEach, type Places, type UnderTest } from './cut-kit.ts';
import { as, linkIs, until } from './kit.ts';

const OF_ROOM = [
  'up room.request',
  'down answer room.request',
  'up room.return',
  'down answer room.return',
  'down event room.recall',
  'down event room.changed',
];
const OF_GATES = [
  'up office.ask gate.pull',
  'down answer office.ask gate.pull',
  'up office.ask gate.claim',
  'down answer office.ask gate.claim',
  'down event picture.changed',
];
const OF_RECORDS = ['up records.sync', 'down answer records.sync', 'down event records.new'];
/** What a gate says once it is in contact again. */
const GATE_AT_CONTACT = ['up office.ask gate.claims', 'down answer office.ask gate.claims'];

async function departuresOn(
  office: TestOffice,
  date: string,
  fits: (one: DepartureView) => boolean,
): Promise<string[]> {
  const { departures } = await office.ok('timetable.departures', { date });
  const fitting = departures.filter((one) => one.state === 'onSale' && fits(one));
  expect(fitting.length).toBeGreaterThan(0);
  return fitting.map(({ departureId }) => departureId);
}

/** One car sold, the rest of the room called back: every kind of message about room for vehicles. */
async function cars({ station, window }: UnderTest) {
  const ferries = await departuresOn(window, '2026-11-22', ({ vehicleRoom }) => vehicleRoom !== null);
  let turn = 0;
  let sold = 0;
  return {
    sold: () => sold,
    async cycle() {
      turn += 1;
      const departureId = ferries[turn % ferries.length] ?? '';
      const driver = await window.holder(turn);
      const plate = `浙L${String(10_000 + turn)}`;
      const vehicles = [{ vehicleType: 'small_car', lengthCm: 480, plate, driver }];
      const passengers = [{ holderRef: driver, ticketClass: 'driver_with_vehicle' }];
      const order = { departureId, passengers, vehicles };
      const quote = await window.ask('sales.quote', order);
      const refused = ['seat.noneHeld', 'vehicle.noRoom', 'head.noneHeld'];
      if (quote.ok) {
        const { totalFen } = quote.result as { totalFen: number };
        const paid = { ...order, payment: 'cash', totalFen, tenderedFen: totalFen };
        const answer = await window.ask('sales.sell', paid, newId());
        if (answer.ok) sold += 1;
        else expect(refused).toContain(answer.refusal.code);
      } else expect(refused).toContain(quote.refusal.code);
      await station.host.ok('station.recall', { departureId, reason: '试验收回' }, undefined, 'manager');
    },
  };
}

/** A passenger with a ticket of the host at the window's gate, a notice from each: questions of a gate, and records both ways. */
async function boardings({ station, window }: UnderTest) {
  const { host } = station;
  await host.openShift();
  const [line = ''] = ferry().split('/');
  const onLine = await departuresOn(window, '2026-11-21', ({ departureId }) => departureId.startsWith(line));
  const sailings = onLine.slice(-6);
  const gate = await standAtGate(window);
  const leader = await as(window, 'shiftLeader');
  const open = new Set<string>();
  const aboard: { departureId: string; number: string }[] = [];
  let turn = 0;
  return {
    aboard,
    async cycle() {
      turn += 1;
      const departureId = sailings[turn % sailings.length] ?? '';
      if (!open.has(departureId)) await gate.open(departureId);
      open.add(departureId);
      const number = numberOf(await host.sell(departureId, [turn]));
      const notice = { broadcast: '', text: '', departures: [], orderId: null, until: null };
      await host.ok('notices.publish', { ...notice, board: `主机 ${turn}` }, newId(), 'manager');
      await window.ok('notices.publish', { ...notice, board: `窗口 ${turn}` }, newId(), leader);
      await until(async () => {
        const verdict = await window.ok('gate.present', { departureId, text: number }, newId(), GATE);
        if (verdict.admit) return true;
        // Out of contact a ticket of the host may not be here yet; in contact it is.
        expect(verdict.refusal?.code).toBe('boarding.unknownApart');
        await linkIs(window, 'up');
        return undefined;
      }, `${number} goes aboard`);
      aboard.push({ departureId, number });
    },
  };
}

/** Cuts what is said about room for vehicles, and audits. @returns what is wrong at the end */
export async function cutRooms(under: UnderTest, places: Places): Promise<string[]> {
  const { cycle, sold } = await cars(under);
  const cuts = await cutEach(under, { atContact: [], others: OF_ROOM }, cycle, places);
  expect(sold()).toBeGreaterThan(cuts / 3);
  return under.audit();
}

/** Cuts what a gate asks its host, and records both ways, and audits. @returns what is wrong at the end */
export async function cutGates(under: UnderTest, places: Places): Promise<string[]> {
  const { cycle, aboard } = await boardings(under);
  const others = [...OF_GATES, ...OF_RECORDS];
  await cutEach(under, { atContact: GATE_AT_CONTACT, others }, cycle, places);
  const { host } = under.station;
  for (const { departureId, number } of aboard.slice(-6)) {
    await host.ask('gate.open', { departureId }, newId(), 'manager');
    const verdict = await host.ok('gate.present', { departureId, text: number }, newId(), 'manager');
    expect(verdict).toMatchObject({ admit: false, refusal: { code: 'boarding.aboard' } });
  }
  await under.quiet();
  return under.audit();
}

export const beginAtGate = (city: StationCity): Promise<UnderTest> =>
  beginCuts(city, { gate: { name: '二号检票口' } });
