import type { DepartureId } from '../../contract/ids.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { vesselFor } from '../../domain/departures/next-vessel.ts';
import { saleWindow } from '../../domain/order-check.ts';
import { takesOf } from '../../domain/passenger-kinds.ts';
import { businessDateOf } from '../../domain/time.ts';
import type { Timetable } from '../../domain/types.ts';
import type { DeskContext } from './context.ts';
import type { Holder } from './holders.ts';
import { salePassengers, saleVehicles } from './sale-order.ts';
import { seatsLeftOf } from './seats-left.ts';

/** An order as far as passing it on asks: a vehicle goes with the vessel that was chosen for it. */
export interface WantedPlaces {
  readonly heads: number;
  readonly hasVehicles: boolean;
}

/**
 * A sale for the line and day goes on to the next vessel by itself when the chosen one is full, has left or is no longer sold: the
 * clerk chooses nothing again. Elsewhere, and where no vessel has room, it stays with what was chosen, and is refused there.
 */
export function createRollingSale(context: DeskContext) {
  const { ledger } = context;

  /** @param without vessels whose seats could not be had. */
  function vesselOf(
    chosenId: DepartureId,
    wanted: WantedPlaces,
    nowMs: number,
    without: ReadonlySet<string> = new Set(),
  ): DepartureId {
    const timetable = context.timetable();
    const chosen = timetable?.departure(chosenId);
    if (!timetable || !chosen || wanted.hasVehicles) return chosenId;
    if (context.rules(chosen).sale.passengers !== 'rolling') return chosenId;
    const today = businessDateOf(nowMs);
    const vessels = timetable.departuresOn(chosen.date, { lineId: chosen.line.id }).map((departure) => ({
      departureId: departure.departureId,
      departAt: departure.departAt,
      isOpen: () =>
        !without.has(departure.departureId) &&
        saleWindow(timetable, departure, today, nowMs) === 'onSale' &&
        ledger.picture.saleEndedBy(departure.departureId) === null &&
        context.departures.leftAt(departure.departureId) === null &&
        context.rules(departure).sale.passengers === 'rolling',
      room: () => seatsLeftOf(context, departure).left,
    }));
    return vesselFor(vessels, chosenId, wanted.heads)?.departureId ?? chosenId;
  }

  return {
    vesselOf,

    /** Whether the seats are there now: at a window of a host, in its own hands. */
    isHeld(departureId: DepartureId, { heads }: WantedPlaces): boolean {
      const departure = context.timetable()?.departure(departureId);
      if (!departure) return false;
      const { held, left } = seatsLeftOf(context, departure);
      return (context.station.kind === 'window' ? held : left) >= heads;
    },

    /** For the clerk's page: where the order went instead; nothing where it stayed. */
    passedOn(chosenId: DepartureId, soldId: DepartureId): Pick<OfficeOutput<'sales.quote'>, 'passedOn'> {
      const departure = soldId === chosenId ? undefined : context.timetable()?.departure(soldId);
      if (!departure) return {};
      const { departureId, departLocal, vesselName } = departure;
      return { passedOn: { departureId, departLocal, vesselName } };
    },
  };
}

/** Heads of an order, and whether it is tied to its vessel. */
export function placesWanted(
  timetable: Timetable | undefined,
  input: Pick<OfficeInput<'sales.sell'>, 'departureId' | 'passengers' | 'vehicles'>,
  found: readonly Holder[],
): WantedPlaces {
  const departure = timetable?.departure(input.departureId);
  const vehicles = saleVehicles(input);
  const takes =
    timetable && departure ? takesOf(timetable, departure, salePassengers(input, found), vehicles) : [];
  const heads = takes.filter((one) => one === 'seat' || one === 'head').length;
  return { heads, hasVehicles: vehicles.length > 0 };
}
