import type { DailyDeparture, FareRow, FareRule, Feed, Line, Place } from '../contract/feed.ts';
import type { BusinessDate, DepartureId } from '../contract/ids.ts';
import { weekdayOf } from './basic-data/days.ts';
import { documentKindsWith } from '../contract/document-kinds.ts';
import { defaultVehicleTypes, type VehicleFare } from '../contract/vehicles.ts';
import { reservesOf } from './reserves.ts';
import { settingOf } from './settings.ts';
import { stopsByLine, stopsEverSold } from './stops.ts';
import { instantOf, isCalendarDate } from './time.ts';
import type { Departure, Destination, LineStop, Timetable } from './types.ts';

const DEPARTURE_ID = /^([a-z0-9-]{1,64})\/(\d{4}-\d{2}-\d{2})\/(\d{4}(?:-[1-9]\d?)?)$/;

/** Departures kept ready; a day has some hundreds at most. */
const MOST_MADE = 1_000;

/** A daily row joined with its line and the names of its places. */
interface Row {
  readonly daily: DailyDeparture;
  readonly line: Line;
  readonly fromName: string;
  readonly toName: string;
  /** `HHMM`, with `-n` for the n-th extra: the last part of a departure's id. */
  readonly slot: string;
}

/**
 * Builds the indexes of a feed once. The feed must have passed `checkFeed`: a reference that leads nowhere is a defect here
 * and throws.
 */
export function createTimetable(feed: Feed, dataVersion?: number): Timetable {
  const places = new Map(feed.places.map((place) => [place.id, place]));
  const lines = new Map(feed.lines.map((line) => [line.id, line]));
  const rows = feed.departures.map((daily) => joined(daily, lines, places)).sort(byTimeThenLine);
  const bySlot = Map.groupBy(rows, (row) => `${row.line.id}/${row.slot}`);
  const byLine = Map.groupBy(rows, (row) => row.line.id);
  const byDestination = Map.groupBy(rows, (row) => row.line.toPlaceId);
  const fares = Map.groupBy(feed.fares, (fare) => fareKey(fare.lineId, fare.ticketClass, fare.toPlaceId));
  const stops = stopsByLine(feed);
  const linesCalling = Map.groupBy(feed.calls ?? [], ({ placeId }) => placeId);
  const rules = Map.groupBy(feed.rules, (rule) => rule.ruleId);
  const classes = Map.groupBy(feed.fares, (fare) => fare.lineId);
  const vehicleFares = Map.groupBy(feed.vehicleFares ?? [], (fare) => fare.lineId);
  const vehicleTypes = feed.vehicleTypes ?? defaultVehicleTypes;
  const kinds = documentKindsWith(feed.documentKinds);
  const kindByCode = new Map(kinds.map((kind) => [kind.code, kind]));
  const substitutes = new Map(
    feed.substitutes?.map((row) => [`${row.lineId}/${row.date}/${slotOf(row)}`, row]),
  );
  const reserves = Map.groupBy(feed.reserves ?? [], (row) => row.lineId);
  const callsHere = new Map(feed.callsHere?.map(({ lineId, minutes }) => [lineId, minutes]));
  const percentRoad = settingOf(feed.settings, 'freeChildPercentRoad');
  /** The departure as it really goes: another vessel, seats kept back, a call here on its way. */
  const wholly = (row: Row, date: BusinessDate): Departure => {
    const departure = withSubstitute(departureOf(row, date, percentRoad), substitutes);
    const rows = reserves.get(departure.line.id);
    const kept = rows && reservesOf(rows, departure);
    const minutes = callsHere.get(departure.line.id);
    return {
      ...departure,
      ...(kept && kept.length > 0 ? { reserves: kept } : {}),
      ...(minutes === undefined ? {} : { callsHereMin: minutes }),
    };
  };
  const stopsOf = ({ line, date, callsHereMin = -1 }: Departure): LineStop[] =>
    (stops.get(line.id) ?? []).filter(
      ({ placeId, minutesFromStart }) =>
        minutesFromStart > callsHereMin && validOn(fares.get(fareKey(line.id, 'full', placeId)), date),
    );
  /** Departures that were asked for: a sale asks for the same one several times. */
  const made = new Map<string, Departure>();

  const goesTo = (departure: Departure, placeId: string): boolean =>
    departure.line.toPlaceId === placeId || stopsOf(departure).some((stop) => stop.placeId === placeId);

  return {
    version: feed.version,
    dataVersion,
    settings: feed.settings,

    departure(id) {
      const known = made.get(id);
      if (known) return known;
      const [, lineId, date, slot] = DEPARTURE_ID.exec(id) ?? [];
      if (lineId === undefined || date === undefined || slot === undefined || !isCalendarDate(date))
        return undefined;
      const row = bySlot.get(`${lineId}/${slot}`)?.find((each) => runsOn(each.daily, date));
      if (!row) return undefined;
      const departure = wholly(row, date);
      if (made.size >= MOST_MADE) made.clear();
      made.set(id, departure);
      return departure;
    },

    departuresOn(date, filter = {}) {
      if (!isCalendarDate(date)) return [];
      const { toPlaceId, lineId } = filter;
      let chosen = rows;
      if (lineId !== undefined) chosen = byLine.get(lineId) ?? [];
      else if (toPlaceId !== undefined) {
        const calling = (linesCalling.get(toPlaceId) ?? []).flatMap((call) => byLine.get(call.lineId) ?? []);
        const ending = byDestination.get(toPlaceId) ?? [];
        chosen = calling.length === 0 ? ending : [...ending, ...calling].sort(byTimeThenLine);
      }
      return chosen
        .filter((row) => runsOn(row.daily, date))
        .map((row) => wholly(row, date))
        .filter((one) => toPlaceId === undefined || goesTo(one, toPlaceId));
    },

    stopsOf,
    destinations: (stationPlaceId) => destinationsOf(feed, stationPlaceId),
    fareRow: (lineId, ticketClass, date, toStop) =>
      validOn<FareRow>(fares.get(fareKey(lineId, ticketClass, toStop)), date),
    rule: (ruleId, date) => validOn<FareRule>(rules.get(ruleId), date),
    classesOf: (lineId, date, toStop) =>
      (classes.get(lineId) ?? [])
        .filter((fare) => fare.toPlaceId === toStop && isValidOn(fare, date))
        .map((fare) => fare.ticketClass),
    vehicleFares: (lineId, date, toStop) =>
      (vehicleFares.get(lineId) ?? []).filter(
        (fare: VehicleFare) => fare.toPlaceId === toStop && isValidOn(fare, date),
      ),
    vehicleTypes: () => vehicleTypes,
    documentKinds: () => kinds,
    documentKind: (code) => kindByCode.get(code),
    substitutesOn: (date) =>
      (feed.substitutes ?? []).flatMap((other) => {
        if (other.date !== date) return [];
        const row = bySlot.get(`${other.lineId}/${slotOf(other)}`)?.find((each) => runsOn(each.daily, date));
        return row ? [wholly(row, date)] : [];
      }),
  };
}

const fareKey = (lineId: string, ticketClass: string, toStop: string | undefined): string =>
  toStop === undefined ? `${lineId}/${ticketClass}` : `${lineId}/${ticketClass}/${toStop}`;

function joined(daily: DailyDeparture, lines: Map<string, Line>, places: Map<string, Place>): Row {
  const line = lines.get(daily.lineId);
  const from = line && places.get(line.fromPlaceId);
  const to = line && places.get(line.toPlaceId);
  if (!line || !from || !to) throw new TypeError(`the feed has no whole line ${daily.lineId}`);
  const slot = slotOf(daily);
  return { daily, line, fromName: from.name, toName: to.name, slot };
}

/** `HHMM`, with `-n` for the n-th extra. */
function slotOf({ departLocal, extra }: Pick<DailyDeparture, 'departLocal' | 'extra'>): string {
  return departLocal.replace(':', '') + (extra === 0 ? '' : `-${extra}`);
}

/** The departure on the vessel that really goes, where another takes its place. */
function withSubstitute(
  departure: Departure,
  substitutes: ReadonlyMap<string, NonNullable<Feed['substitutes']>[number]>,
): Departure {
  const other = substitutes.get(departure.departureId);
  if (!other) return departure;
  const { vesselName, capacity, numberedSeats } = other;
  return { ...departure, vesselName, capacity, numberedSeats, seats: Math.min(departure.seats, capacity) };
}

function byTimeThenLine(a: Row, b: Row): number {
  const [first, second] = [a, b].map((row) => `${row.daily.departLocal} ${row.line.id}`);
  if (first === second) return a.daily.extra - b.daily.extra;
  return (first ?? '') < (second ?? '') ? -1 : 1;
}

/** Whether a row has a departure on a date that the calendar has. */
function runsOn({ runs }: DailyDeparture, date: string): boolean {
  if (!runs) return true;
  if (date < runs.validFrom || (runs.validTo !== null && date > runs.validTo)) return false;
  return runs.weekdays.includes(String(weekdayOf(date)));
}

function departureOf(row: Row, date: BusinessDate, percentRoad: number): Departure {
  const { daily, line, fromName, toName, slot } = row;
  return {
    departureId: `${line.id}/${date}/${slot}` as DepartureId,
    line,
    fromName,
    toName,
    date,
    departLocal: daily.departLocal,
    departAt: instantOf(date, daily.departLocal),
    vesselName: daily.vesselName,
    capacity: daily.capacity,
    numberedSeats: daily.numberedSeats,
    ...(daily.vesselKind === undefined ? {} : { vesselKind: daily.vesselKind }),
    ...(daily.stopOfSaleMin === undefined ? {} : { stopOfSaleMin: daily.stopOfSaleMin }),
    ...(daily.checkInMin === undefined ? {} : { checkInMin: daily.checkInMin }),
    ...(daily.gateCloseMin === undefined ? {} : { gateCloseMin: daily.gateCloseMin }),
    seats: daily.seats ?? daily.capacity,
    // On a coach they ride besides the approved seats, on a ship every head counts (ticketing rules 2.2.1, 2.2.5).
    freeChildQuota:
      line.mode === 'road' ? (daily.freeChildQuota ?? Math.floor((daily.capacity * percentRoad) / 100)) : 0,
    vehicleSpace: daily.vehicleSpace ?? null,
  };
}

/** Validity of a versioned row is inclusive at both ends; no end means until further notice. */
function validOn<R extends { validFrom: string; validTo: string | null }>(
  rows: readonly R[] | undefined,
  date: BusinessDate,
): R | undefined {
  return rows?.find((row) => isValidOn(row, date));
}

function isValidOn(row: { validFrom: string; validTo: string | null }, date: BusinessDate): boolean {
  return row.validFrom <= date && (row.validTo === null || date <= row.validTo);
}

function destinationsOf(feed: Feed, stationPlaceId: string): Destination[] {
  const linesTo = Map.groupBy(feed.lines, (line) => line.toPlaceId);
  const lines = new Map(feed.lines.map((line) => [line.id, line]));
  const sold = stopsEverSold(feed);
  const calling = Map.groupBy(
    (feed.calls ?? []).filter(({ lineId, placeId }) => sold.has(`${lineId} ${placeId}`)),
    ({ placeId }) => placeId,
  );
  const all = feed.places.flatMap((place): Destination[] => {
    const ending = linesTo.get(place.id) ?? [];
    const stopping = (calling.get(place.id) ?? []).flatMap(({ lineId }) => lines.get(lineId) ?? []);
    const reaching = [...ending, ...stopping];
    if (reaching.length === 0) return [];
    const [here, elsewhere] = [true, false].map((wanted) =>
      reaching.filter((line) => (line.fromPlaceId === stationPlaceId) === wanted).map((line) => line.id),
    );
    return [
      {
        placeId: place.id,
        name: place.name,
        initials: place.initials,
        aliases: place.aliases,
        lineIds: [...(here ?? []), ...(elsewhere ?? [])],
        local: (here ?? []).length > 0,
      },
    ];
  });
  return [...all.filter((place) => place.local), ...all.filter((place) => !place.local)];
}
