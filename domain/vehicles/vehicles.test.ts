import { describe, expect, test } from 'vitest';
import { entryBodies } from '../../contract/entries.ts';
import type { DepartureId, TicketNumber } from '../../contract/ids.ts';
import { decideQuote } from '../quote.ts';
import { decideSale } from '../sale.ts';
import { car, ferries, sampleFerryFeed } from '../sample-ferry.ts';
import { adult, child, morning, order, stateFor } from '../sample-sale.ts';
import { instantOf } from '../time.ts';
import { createTimetable } from '../timetable.ts';
import type { SaleState, SaleVehicle, Timetable } from '../types.ts';

const lane = 'w-lane/2025-06-15/0800';
const deck = 'w-deck/2025-06-15/0800';
function state(id: string, vehicles: number, timetable: Timetable = ferries, people = 3): SaleState {
  return stateFor(
    id,
    {
      timetable,
      departure: timetable.departure(id),
      departureId: id as DepartureId,
      existingVehicles: Array.from({ length: vehicles }, () => undefined),
      freshVehicleLeaseId: 'c'.repeat(32),
    },
    morning,
    people,
  );
}
const people = [adult('a'), adult('b'), adult('c')];
function sell(id: string, vehicles: SaleVehicle[], before = state(id, vehicles.length), nowMs = morning) {
  const { totalFen } = decideQuote(before, { passengers: people, vehicles }, nowMs);
  const decided = decideSale(before, { ...order(people, totalFen), vehicles }, nowMs);
  if (!decided.ok) return `${decided.refusal.code} ${decided.refusal.field ?? ''}`.trim();
  return decided.value.entries.flatMap(({ kind, body }) => {
    expect(entryBodies[kind].parse(body)).toEqual(body);
    return kind === 'vehicle.sold' ? [body] : [];
  });
}

describe('a vehicle ticket', () => {
  test('has a number of its own, its driver’s ticket, type, length and lane, and no plate', () => {
    const before = state(lane, 1);
    const decided = decideSale(before, { ...order(people, 19_000), vehicles: [car(1)] }, morning);
    if (!decided.ok) throw new Error(decided.refusal.message);
    const { entries } = decided.value;
    expect(entries.map(({ kind }) => kind)).toEqual([
      'lease.given',
      'lease.taken',
      'vehicleLease.given',
      'vehicleLease.taken',
      'ticket.sold',
      'ticket.sold',
      'ticket.sold',
      'vehicle.sold',
      'sale.money',
    ]);
    const driver = entries[5]?.kind === 'ticket.sold' ? entries[5].body.ticketNumber : '';
    expect(entries[7]).toMatchObject({
      vehicle: 0,
      body: {
        vehicleType: 'small_car',
        lengthCm: 480,
        laneCm: 530,
        places: 0,
        deck: null,
        driverTicket: driver,
        fareFen: 10_000,
      },
    });
    expect(JSON.stringify(entries)).not.toContain('L12345');
    expect(entries[8]).toMatchObject({ body: { ticketCount: 4, totalFen: 19_000 } });
  });

  test('is priced by type and length', () => {
    expect(sell(lane, [car(0, { lengthCm: 500 })])).toMatchObject([{ fareFen: 10_000 }]);
    expect(sell(lane, [car(0, { lengthCm: 501 })])).toMatchObject([{ fareFen: 12_000 }]);
    expect(sell(lane, [car(0, { vehicleType: 'heavy_truck' })])).toBe(
      'vehicle.fareUnknown vehicles.0.lengthCm',
    );
    expect(sell(lane, [car(0, { vehicleType: 'submarine' })])).toBe(
      'vehicle.typeUnknown vehicles.0.vehicleType',
    );
  });

  test('is not for dangerous goods, though a fare row is there', () => {
    expect(sell(lane, [car(0, { vehicleType: 'dangerous_goods' })])).toBe(
      'vehicle.dangerous vehicles.0.vehicleType',
    );
  });

  test('needs a driver of the order who is no child and drives no other', () => {
    expect(sell(lane, [car(-1)])).toBe('vehicle.driverMissing vehicles.0.driver');
    const withChild = [child('k')];
    const decided = decideSale(
      state(lane, 1, ferries, 1),
      { ...order(withChild, 11_500), vehicles: [car(0)] },
      morning,
    );
    expect(decided.ok ? '' : decided.refusal.code).toBe('vehicle.driverMissing');
    expect(sell(lane, [car(0), car(0, { plate: '浙L54321' })])).toBe('vehicle.driverTwice vehicles.1.driver');
  });

  test('is one for a plate and departure, however the plate is written', () => {
    expect(sell(lane, [car(0), car(1, { plate: '浙 L·12345' })])).toBe('vehicle.twice vehicles.1.plate');
    const before = { ...state(lane, 1), existingVehicles: ['33091125061503010000' as TicketNumber] };
    expect(sell(lane, [car(0)], before)).toBe('vehicle.hasTicket vehicles.0.plate');
    expect(sell(lane, [car(0, { plate: '12345' })])).toBe('vehicle.plate vehicles.0.plate');
  });

  test('takes places on a deck, the lowest with room first, or where the clerk says', () => {
    const motor = car(2, { vehicleType: 'motorcycle', lengthCm: 210, plate: '浙L00001' });
    expect(sell(deck, [car(0), car(1, { plate: '浙L54321', deck: 'upper' }), motor])).toMatchObject([
      { deck: 'lower', places: 1, laneCm: 0 },
      { deck: 'upper', places: 1 },
      { deck: 'lower', places: 0 },
    ]);
    const bus = car(0, { vehicleType: 'medium_bus', lengthCm: 700 });
    expect(sell(deck, [bus, car(1, { plate: '浙L54321', deck: 'lower' })])).toBe('vehicle.noRoom vehicles.1');
    expect(sell(deck, [car(0, { deck: 'middle' })])).toBe('vehicle.noRoom vehicles.0');
  });

  test('is not sold where no vehicles go, nor after its own stop of sale', () => {
    expect(sell('w-pier-island/2025-06-15/0800', [car(0)])).toBe('vehicle.none vehicles.0');
    const early = createTimetable(sampleFerryFeed({ vehicleStopOfSaleMin: { value: 45, mark: 'S1' } }));
    expect(sell(lane, [car(0)], state(lane, 1, early))).toBe('vehicle.saleEnded vehicles.0');
    const before = instantOf('2025-06-15', '07:14');
    expect(sell(lane, [car(0)], state(lane, 1, early), before)).toHaveLength(1);
  });

  test('a feed that knows nothing of vehicles sells none and loses nothing else', () => {
    const old = createTimetable(JSON.parse(JSON.stringify(sampleFerryFeed({}))));
    expect(old.departure('w-pier-island/2025-06-15/0800')?.vehicleSpace).toBeNull();
    expect(old.vehicleFares('w-pier-island', '2025-06-15' as never)).toEqual([]);
  });
});
