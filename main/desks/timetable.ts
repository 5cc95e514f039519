import type { DepartureView, OfficeInput, OfficeOutput } from '../../contract/office.ts';
import type { DepartureId } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { noticeOf } from '../../domain/departures/notice.ts';
import { saleWindow, type SaleWindow } from '../../domain/order-check.ts';
import { freeChildrenLeft } from '../../domain/seats.ts';
import { departureTo } from '../../domain/stops.ts';
import { businessDateOf, localTimeOf } from '../../domain/time.ts';
import { isFrozen } from '../../domain/succession.ts';
import type { Departure, Timetable } from '../../domain/types.ts';
import { freshVehicleLease, placesOf, spaceLeft } from '../../domain/vehicles/space.ts';
import { obstacleToVehicles, vehicleTypesOf } from '../../domain/vehicles/vehicles.ts';
import type { DeskContext } from './context.ts';
import { seatsLeftOf } from './seats-left.ts';

/** What stands in the list's last column: time first, then what people did, then the rules, then the seats. */
function saleState(
  window: SaleWindow,
  frozen: boolean,
  notice: DepartureView['notice'],
  left: number,
): DepartureView['state'] {
  if (window !== 'onSale') return window;
  if (frozen) return 'frozen';
  if (notice?.sale.passengers === 'nothing' && notice.sale.vehicles === 'nothing') return 'stopped';
  // A ticket without a place is sold however many seats are left.
  return left === 0 && notice?.sale.passengers !== 'standby' ? 'soldOut' : 'onSale';
}

/** `lineId/date/HHMM-n`: put in beside the plain departure of that minute. */
const isExtra = ({ departureId }: Departure): boolean => /-\d+$/.test(departureId.split('/')[2] ?? '');

/** Stops on the way that are sold, with the clock by the timetable and the full fare. */
function stopsOf(timetable: Timetable, departure: Departure): Pick<DepartureView, 'stops'> {
  const stops = timetable.stopsOf(departure).flatMap(({ placeId, name, minutesFromStart }) => {
    const fare = timetable.fareRow(departure.line.id, 'full', departure.date, placeId);
    const arriveLocal = localTimeOf(departure.departAt + minutesFromStart * 60_000);
    return fare ? [{ placeId, name, arriveLocal, fullFareFen: fare.fareFen }] : [];
  });
  return stops.length > 0 ? { stops } : {};
}

/** Destinations and departures with the seats in this window's hands. */
export function createTimetableDesk(context: DeskContext) {
  const { config, ledger, runtime } = context;

  function freeChildren(departure: Departure): number {
    const leases = ledger.leasesOf(departure.departureId);
    return leases.length > 0 ? freeChildrenLeft(leases) : departure.freeChildQuota;
  }

  /** Room for vehicles that is left: in this window's hands and beyond, as far as is known. */
  function roomOf(departure: Departure): DepartureView['vehicleRoom'] {
    const { departureId, vehicleSpace } = departure;
    if (vehicleSpace === null) return null;
    const leases = ledger.vehicleLeasesOf(departureId);
    const more = context.station.moreRoom(departure) ?? (leases.length > 0 ? undefined : vehicleSpace);
    const { laneCm, places } = spaceLeft(more ? [...leases, freshVehicleLease('', more)] : leases);
    return vehicleSpace.kind === 'lane' ? { unit: 'laneCm', left: laneCm } : { unit: 'places', left: places };
  }

  function view(
    timetable: Timetable,
    departure: Departure,
    held: { left: number } | undefined,
  ): DepartureView {
    const nowMs = runtime.clock.nowMs();
    const frozen = isFrozen(departure.date, context.station.frozenThrough());
    const { held: inHand, left } = seatsLeftOf(context, departure, held);
    const byTime = saleWindow(timetable, departure, businessDateOf(nowMs), nowMs);
    const isEnded = byTime === 'onSale' && ledger.picture.saleEndedBy(departure.departureId) !== null;
    const window = isEnded ? 'saleEnded' : byTime;
    const fare = timetable.fareRow(departure.line.id, 'full', departure.date);
    const rules = context.rules(departure);
    const { capture } = rules.identity;
    const notice = noticeOf(
      rules,
      departure.line.mode,
      () => ledger.picture.counts([departure.departureId]).get(departure.departureId)?.sold ?? 0,
    );
    const leftAt = context.departures.leftAt(departure.departureId);
    return {
      departureId: departure.departureId,
      date: departure.date,
      departLocal: departure.departLocal,
      departAt: departure.departAt,
      lineId: departure.line.id,
      lineName: departure.line.name,
      mode: departure.line.mode,
      fromPlaceId: departure.line.fromPlaceId,
      fromName: departure.fromName,
      toPlaceId: departure.line.toPlaceId,
      toName: departure.toName,
      ...stopsOf(timetable, departure),
      vesselName: departure.vesselName,
      numberedSeats: departure.numberedSeats,
      capacity: departure.capacity,
      held: inHand,
      left,
      fullFareFen: fare?.fareFen ?? null,
      freeChildrenLeft: departure.freeChildQuota === 0 ? null : freeChildren(departure),
      vehicleRoom: roomOf(departure),
      state: saleState(leftAt === null ? window : 'left', frozen, notice, left),
      ...(notice ? { notice } : {}),
      ...(capture === null ? {} : { capture }),
      ...(leftAt === null ? {} : { leftAt }),
      ...(isExtra(departure) ? { extra: true as const } : {}),
    };
  }

  return {
    places(): Outcome<OfficeOutput<'timetable.places'>> {
      const timetable = context.timetable();
      if (!timetable) return accepted({ feedVersion: 0, places: [] });
      return accepted({ feedVersion: timetable.version, places: timetable.destinations(config.station.id) });
    },

    departures(input: OfficeInput<'timetable.departures'>): Outcome<OfficeOutput<'timetable.departures'>> {
      const timetable = context.timetable();
      if (!timetable) return refused('timetable.none');
      const filter: { toPlaceId?: string; lineId?: string } = {};
      if (input.toPlaceId !== undefined) filter.toPlaceId = input.toPlaceId;
      if (input.lineId !== undefined) filter.lineId = input.lineId;
      // Instants begin in 1970, and so do departures.
      const departures = timetable.departuresOn(input.date, filter).filter(({ departAt }) => departAt >= 0);
      const held = ledger.heldByDeparture(departures.map((departure) => departure.departureId));
      return accepted({
        departures: departures.map((departure) =>
          view(timetable, departure, held.get(departure.departureId)),
        ),
      });
    },

    /** What may be chosen for a vehicle on a departure. */
    vehicleChoices(input: OfficeInput<'vehicles.choices'>): Outcome<OfficeOutput<'vehicles.choices'>> {
      const timetable = context.timetable();
      if (!timetable) return refused('timetable.none');
      const departure = timetable.departure(input.departureId);
      if (!departure) return refused('departure.unknown', { departureId: input.departureId }, 'departureId');
      const { vehicleSpace } = departure;
      const room = roomOf(departure);
      const total =
        vehicleSpace === null
          ? 0
          : vehicleSpace.kind === 'lane'
            ? vehicleSpace.laneCm
            : placesOf(vehicleSpace);
      const refusal = obstacleToVehicles(timetable, departure, runtime.clock.nowMs());
      const ride = departureTo(timetable, departure, input.toStop);
      return accepted({
        types: vehicleTypesOf(timetable, ride.ok ? ride.value : departure).map(
          ({ code, name, usualLengthCm, dangerous }) => ({
            code,
            name,
            usualLengthCm,
            dangerous,
          }),
        ),
        room: room && { ...room, total },
        homePlate: timetable.settings.homePlate?.value ?? null,
        ...(refusal ? { refusal } : {}),
      });
    },

    /** Seats of one departure now, for the event after a sale. */
    seats(departureId: DepartureId): { held: number; left: number } {
      const departure = context.timetable()?.departure(departureId);
      const held = ledger.heldOf(departureId) ?? { left: 0 };
      return departure ? seatsLeftOf(context, departure, held) : { held: held.left, left: held.left };
    },
  };
}
