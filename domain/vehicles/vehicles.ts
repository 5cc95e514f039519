import { leavesHereAt } from '../order-check.ts';
import type { VehicleFare, VehicleType } from '../../contract/vehicles.ts';
import { refuse, refused, accepted, type Outcome, type Refusal } from '../../contract/refusals.ts';
import { settingOf, vehicleStopOfSaleMin } from '../settings.ts';
import { localTimeOf } from '../time.ts';
import type { Departure, QuoteState, SalePassenger, SaleVehicle, Timetable } from '../types.ts';
import { checkPlate, plainPlate } from './plate.ts';
import { takeSpace, withTaken, type TakenSpace } from './space.ts';

/** Vehicles of one order at most: each has its own driver among the passengers. */
export const MOST_VEHICLES = 5;

/** A vehicle of an order that may be sold: its fare row and the room that it takes. */
export interface PricedVehicle {
  readonly fare: VehicleFare;
  readonly space: TakenSpace;
}

/** The fare row of a vehicle by type and length, valid on the travel date. */
export function vehicleFareFor(
  timetable: Timetable,
  departure: Departure,
  vehicle: Pick<SaleVehicle, 'vehicleType' | 'lengthCm'>,
): VehicleFare | undefined {
  const { vehicleType, lengthCm } = vehicle;
  return timetable
    .vehicleFares(departure.line.id, departure.date, departure.toStop?.placeId)
    .find(
      (row) =>
        row.vehicleType === vehicleType &&
        lengthCm > row.overCm &&
        (row.upToCm === null || lengthCm <= row.upToCm),
    );
}

/** Types that a line carries, in the order of the list: those with a fare on the date, and the dangerous ones to be told apart. */
export function vehicleTypesOf(timetable: Timetable, departure: Departure): VehicleType[] {
  const fares = new Set(
    timetable
      .vehicleFares(departure.line.id, departure.date, departure.toStop?.placeId)
      .map((row) => row.vehicleType),
  );
  return timetable.vehicleTypes().filter((type) => fares.has(type.code) || type.dangerous);
}

/** What stands in the way of any vehicle on a departure; undefined when nothing does. */
export function obstacleToVehicles(
  timetable: Timetable,
  departure: Departure,
  nowMs: number,
): Refusal | undefined {
  if (departure.vehicleSpace === null) return refuse('vehicle.none', {}, 'vehicles');
  const minutes = vehicleStopOfSaleMin(timetable.settings);
  if (nowMs >= leavesHereAt(departure) - minutes * 60_000) {
    return refuse('vehicle.saleEnded', { minutes, time: localTimeOf(leavesHereAt(departure)) }, 'vehicles');
  }
  return undefined;
}

/**
 * Prices the vehicles of an order one after the other, each taking its room before the next is looked at. A vehicle needs a
 * type without dangerous goods (ticketing rules 2.6.9), a length with a fare, a driver among the passengers who drives no other,
 * a plate that has no ticket for this departure, and room. One outcome a vehicle, in their order; fields `vehicles.<index>.…`.
 */
export function priceVehicles(
  state: QuoteState,
  departure: Departure,
  passengers: readonly SalePassenger[],
  vehicles: readonly SaleVehicle[],
  nowMs: number,
): Outcome<PricedVehicle>[] {
  let leases = state.vehicleLeases;
  return vehicles.map((vehicle, index): Outcome<PricedVehicle> => {
    const field = `vehicles.${index}`;
    const obstacle = obstacleToVehicles(state.timetable, departure, nowMs);
    if (obstacle) return { ok: false, refusal: { ...obstacle, field } };
    const type = state.timetable.vehicleTypes().find(({ code }) => code === vehicle.vehicleType);
    if (!type) return refused('vehicle.typeUnknown', {}, `${field}.vehicleType`);
    if (type.dangerous) return refused('vehicle.dangerous', {}, `${field}.vehicleType`);
    const plate = checkPlate(vehicle.plate);
    if (!plate.ok) return { ok: false, refusal: { ...plate.refusal, field: `${field}.plate` } };
    const existing = state.existingVehicles[index];
    if (existing !== undefined)
      return refused('vehicle.hasTicket', { ticketNumber: existing }, `${field}.plate`);
    const before = vehicles.slice(0, index);
    if (before.some((one) => plainPlate(one.plate) === plate.value))
      return refused('vehicle.twice', {}, `${field}.plate`);
    const driver = passengers[vehicle.driver];
    if (!driver || driver.ticketClass === 'free_child' || driver.ticketClass === 'child_half')
      return refused('vehicle.driverMissing', {}, `${field}.driver`);
    if (before.some((one) => one.driver === vehicle.driver))
      return refused('vehicle.driverTwice', {}, `${field}.driver`);
    const fare = vehicleFareFor(state.timetable, departure, vehicle);
    if (!fare && departure.toStop)
      return refused('vehicle.wholeRun', { stop: departure.toStop.name }, `${field}.vehicleType`);
    if (!fare) return refused('vehicle.fareUnknown', { type: type.name }, `${field}.lengthCm`);
    const gapCm = settingOf(state.timetable.settings, 'vehicleGapCm');
    const wanted = { laneCm: vehicle.lengthCm + gapCm, places: fare.places, deck: vehicle.deck };
    const space = takeSpace(leases, wanted);
    if (!space) return refused('vehicle.noRoom', {}, field);
    leases = withTaken(leases, space);
    return accepted({ fare, space });
  });
}
