import { DRIVER, FREE_CHILD, type TicketTakes } from '../contract/ticket-classes.ts';
import { accepted, refused, type Outcome } from '../contract/refusals.ts';
import { settingOf } from './settings.ts';
import { ageOn } from './time.ts';
import type { Departure, SalePassenger, SaleVehicle, Timetable } from './types.ts';

/** Whether somebody may take a free child along: of age as far as is known, and no child by ticket. */
export function isCarrier(timetable: Timetable, departure: Departure, passenger: SalePassenger): boolean {
  const { ticketClass, birthDate } = passenger;
  if (ticketClass === FREE_CHILD || ticketClass === 'child_half') return false;
  if (birthDate === null) return true;
  return ageOn(birthDate, departure.date) >= timetable.settings.childByHeightBelowAgeYears.value;
}

/**
 * The first adult of an order with whom one more child may ride free, the passenger at `besides` left out of what is counted;
 * undefined when there is none.
 */
export function freeCarrier(
  timetable: Timetable,
  departure: Departure,
  passengers: readonly SalePassenger[],
  besides: number,
): number | undefined {
  const most = settingOf(timetable.settings, 'freeChildrenPerAdult');
  const found = passengers.findIndex(
    (one, index) =>
      index !== besides &&
      isCarrier(timetable, departure, one) &&
      passengers.filter((child, at) => at !== besides && child.carriedBy === index).length < most,
  );
  return found < 0 ? undefined : found;
}

/**
 * Whether what ties a passenger to others of the order holds: a free child rides with an adult of it, one adult takes so many
 * (ticketing rules 1.5.5, 1.5.6, 2.1), and a driver's fare is for somebody who drives a vehicle of it. Fields are the passenger's.
 */
export function checkTies(
  timetable: Timetable,
  departure: Departure,
  passengers: readonly SalePassenger[],
  vehicles: readonly SaleVehicle[],
  index: number,
): Outcome<null> {
  const passenger = passengers[index];
  if (passenger?.ticketClass === DRIVER && !vehicles.some(({ driver }) => driver === index))
    return refused('fare.driverOnly', {}, 'ticketClass');
  if (passenger?.ticketClass !== FREE_CHILD) return accepted(null);
  const { carriedBy } = passenger;
  const adult = carriedBy === undefined || carriedBy === index ? undefined : passengers[carriedBy];
  if (!adult || !isCarrier(timetable, departure, adult))
    return refused('child.adultMissing', {}, 'carriedBy');
  const most = settingOf(timetable.settings, 'freeChildrenPerAdult');
  const before = passengers.filter(
    (one, at) => at < index && one.ticketClass === FREE_CHILD && one.carriedBy === carriedBy,
  );
  return before.length < most ? accepted(null) : refused('child.perAdult', { most }, 'carriedBy');
}

/** What each ticket of an order takes of the departure. */
export function takesOf(
  timetable: Timetable,
  departure: Departure,
  passengers: readonly SalePassenger[],
  vehicles: readonly SaleVehicle[],
): TicketTakes[] {
  const driverCounts = settingOf(timetable.settings, 'driverCountsInHeads');
  return passengers.map(({ ticketClass }, index) => {
    if (ticketClass === FREE_CHILD) return departure.line.mode === 'road' ? 'quota' : 'head';
    return !driverCounts && vehicles.some(({ driver }) => driver === index) ? 'none' : 'seat';
  });
}
