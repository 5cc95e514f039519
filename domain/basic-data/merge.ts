import {
  feedSettingsSchema,
  type DailyDeparture,
  type FareRow,
  type FeedReserve,
  type FareRule,
  type Feed,
  type FeedSettings,
  type Line,
  type Place,
  type VesselKind,
} from '../../contract/feed.ts';
import type {
  DataSet,
  FareDataRow,
  QuotaRow,
  ReserveRow,
  SettingRow,
  VesselRow,
} from '../../contract/basic-data/tables.ts';
import { mergeKinds, pricedByCity } from './merge-kinds.ts';
import { mergeCalls, stopsNotSold } from './merge-stops.ts';
import { businessDateOf } from '../time.ts';
import { weekdayOf } from './days.ts';

/** What of the station's own data has no effect because the city decides it. */
export interface Overridden {
  /** Lines whose timetable and fares come from the city. */
  readonly lineIds: readonly string[];
  /** Rules of the city that stand in the place of own ones. */
  readonly ruleIds: readonly string[];
}

export interface Merged {
  readonly feed: Feed;
  readonly overridden: Overridden;
}

/** What holds where neither a feed nor the station says anything. */
export const settingsWithoutFeed: FeedSettings = {
  stopOfSaleMin: { value: 0, mark: 'D' },
  advanceSaleDays: { value: 3, mark: 'D' },
  childByHeightBelowAgeYears: { value: 18, mark: 'D' },
};

/**
 * Puts the city's feed and the station's own basic data together into the one timetable that desks ask. The rule:
 * - **A line belongs to whoever issues it.** A line that the city's feed has keeps the city's row, timetable and fares, whole;
 *   the station's rows of it wait unused and are named in `overridden`. A line only the station has is the station's.
 * - **Extra departures are the station's**, also on the city's lines, unless the city has one at the same minute and number.
 * - A place keeps the city's name; aliases and pinyin of both find it. A rule id that the city uses is the city's.
 * - **The smaller licence wins**: a vessel that the station knows never carries more than its licence says here.
 * - Another vessel on a departure (换船) is the station's word, on every line.
 * - Stop-of-sale and check-in times are local: the station's own setting goes before the city's.
 * - Calls on the way and the fares to them belong to whoever issues the line; a stop marked as not sold (售票 否) has no fare.
 * Without a feed the station's own data stand alone; `version` is then their version.
 */
export function mergeFeed(
  city: Feed | undefined,
  own: DataSet,
  dataVersion: number,
  station: string,
  issuedAt: number,
): Merged {
  const cityLines = new Set(city?.lines.map(({ id }) => id));
  const cityRules = new Set(city?.rules.map(({ ruleId }) => ruleId));
  const vessels = new Map(own.vessels.map((vessel) => [vessel.name, vessel]));
  const scoped = scopedSettings(own.settings);
  const today = businessDateOf(issuedAt);
  // On a ship every head counts: a quota there gives nobody a place (ticketing rules 2.2.5).
  const quotas = own.quotas.filter(
    ({ mode, validFrom, validTo }) =>
      mode === 'road' && validFrom <= today && (validTo === null || today <= validTo),
  );

  const departures = (city?.departures ?? []).map((row) => licensed(withTimes(row, scoped), vessels));
  const slots = new Set(departures.map(slotOf));
  const notSold = stopsNotSold(own);
  for (const row of own.timetable) {
    const vessel = vessels.get(row.vesselName);
    if (cityLines.has(row.lineId) || !vessel) continue;
    const { weekdays, validFrom, validTo } = row;
    departures.push(
      withTimes({ ...runOf(row, vessel, quotas), runs: { weekdays, validFrom, validTo } }, scoped),
    );
  }
  for (const row of own.extras) {
    const vessel = vessels.get(row.vesselName);
    if (!vessel || slots.has(slotOf(row))) continue;
    const { date } = row;
    const runs = { weekdays: String(weekdayOf(date)), validFrom: date, validTo: date };
    departures.push(withTimes({ ...runOf(row, vessel, quotas), runs }, scoped));
  }
  const feed: Feed = {
    ...city,
    version: city?.version ?? dataVersion,
    issuedAt: city?.issuedAt ?? issuedAt,
    station,
    places: places(city, own),
    lines: [...(city?.lines ?? []), ...own.lines.filter(({ id }) => !cityLines.has(id))] satisfies Line[],
    departures,
    fares: [
      ...(city?.fares ?? []),
      ...own.fares.filter((fare) => !cityLines.has(fare.lineId) && !notSold(fare)).map(fareRow),
    ],
    rules: [
      ...(city?.rules ?? []),
      ...own.rules.filter(({ ruleId }) => !cityRules.has(ruleId)),
    ] satisfies FareRule[],
    settings: settings(city, own.settings),
    ...(own.substitutes.length === 0 ? {} : { substitutes: substitutes(own, vessels) }),
    ...mergeKinds(city, own),
    ...(own.reserves.length > 0 ? { reserves: own.reserves.map(reserveOf) } : {}),
    ...callsAt(station, own),
    ...mergeCalls(city, own),
  };
  return {
    feed,
    overridden: {
      lineIds: [
        ...new Set([
          ...own.lines.map(({ id }) => id).filter((id) => cityLines.has(id)),
          ...pricedByCity(city, own),
        ]),
      ],
      ruleIds: [...new Set(own.rules.map(({ ruleId }) => ruleId))].filter((id) => cityRules.has(id)),
    },
  };
}

/** Seat numbers as ranges. What a window keeps back is the station's word, on every line. */
function reserveOf({ seats, ...row }: ReserveRow): FeedReserve {
  return {
    ...row,
    ranges: seats.map((seat): [number, number] => {
      const [from = 1, to = from] = seat.split('-').map(Number);
      return [from, to];
    }),
  };
}

/** Lines that call at this station on their way: sale here ends by the time of the call. */
function callsAt(station: string, own: DataSet): Pick<Feed, 'callsHere'> {
  const here = own.calls.filter(
    ({ placeId, minutesFromStart }) => placeId === station && minutesFromStart > 0,
  );
  if (here.length === 0) return {};
  return { callsHere: here.map(({ lineId, minutesFromStart }) => ({ lineId, minutes: minutesFromStart })) };
}

/** A fare as a feed has it: without its source. */
function fareRow(fare: FareDataRow): FareRow {
  const { source: _source, ...row } = fare;
  return row;
}

function substitutes(
  own: DataSet,
  vessels: ReadonlyMap<string, VesselRow>,
): NonNullable<Feed['substitutes']> {
  return own.substitutes.flatMap(({ lineId, date, departLocal, extra, vesselName }) => {
    const vessel = vessels.get(vesselName);
    if (!vessel) return [];
    const { capacity, numberedSeats } = vessel;
    return [{ lineId, date, departLocal, extra, vesselName, capacity, numberedSeats }];
  });
}

function slotOf(row: Pick<DailyDeparture, 'lineId' | 'departLocal' | 'extra'>): string {
  return `${row.lineId} ${row.departLocal} ${row.extra}`;
}

type OwnRun = Pick<DailyDeparture, 'lineId' | 'departLocal' | 'extra' | 'vesselName'> & {
  stopOfSaleMin: number | null;
  checkInMin: number | null;
  gateCloseMin: number | null;
};

/** What a vessel's kind is called, for orders that stop some kinds only. */
const vesselKinds: Readonly<Record<string, VesselKind>> = {
  高速客船: 'highSpeed',
  快艇: 'speedboat',
  常规客船: 'regular',
  车客渡船: 'carFerry',
  客车: 'coach',
};

function runOf(row: OwnRun, vessel: VesselRow, quotas: readonly QuotaRow[]): DailyDeparture {
  const kind = vesselKinds[vessel.kind];
  const quota =
    quotas.find(({ lineId }) => lineId === row.lineId) ?? quotas.find(({ lineId }) => lineId === null);
  const free = quota && Math.floor((vessel.capacity * quota.percentOfSeats) / 100);
  return {
    ...(kind === undefined ? {} : { vesselKind: kind }),
    ...(vessel.mode === 'road' && free !== undefined
      ? { freeChildQuota: Math.min(free, quota?.most ?? free) }
      : {}),
    ...(vessel.laneMetres === null
      ? {}
      : { vehicleSpace: { kind: 'lane', laneCm: 100 * vessel.laneMetres } as const }),
    ...(vessel.vehiclePlaces === null
      ? {}
      : { vehicleSpace: { kind: 'places', upper: 0, middle: 0, lower: vessel.vehiclePlaces } as const }),
    lineId: row.lineId,
    departLocal: row.departLocal,
    extra: row.extra,
    vesselName: row.vesselName,
    capacity: vessel.capacity,
    numberedSeats: vessel.numberedSeats,
    ...(row.stopOfSaleMin === null ? {} : { stopOfSaleMin: row.stopOfSaleMin }),
    ...(row.checkInMin === null ? {} : { checkInMin: row.checkInMin }),
    ...(row.gateCloseMin === null ? {} : { gateCloseMin: row.gateCloseMin }),
  };
}

const timesOfLines = ['stopOfSaleMin', 'checkInMin', 'gateCloseMin'] as const;
type TimeOfLine = (typeof timesOfLines)[number];
type Times = Partial<Record<TimeOfLine, number>>;

/** Settings that a line may have differently; all others are the whole station's. */
export function isTimeOfLine(name: SettingRow['name']): name is TimeOfLine {
  return (timesOfLines as readonly string[]).includes(name);
}

/** Own times by line, `''` for all lines. Only what a row of its own does not say. */
function scopedSettings(rows: readonly SettingRow[]): ReadonlyMap<string, Times> {
  const scoped = new Map<string, Times>();
  for (const { name, lineId, value } of rows) {
    if (!isTimeOfLine(name)) continue;
    const times = scoped.get(lineId ?? '') ?? {};
    times[name] = value;
    scoped.set(lineId ?? '', times);
  }
  return scoped;
}

/** A departure with its times: its own, else its line's, else those for all lines. */
function withTimes(row: DailyDeparture, scoped: ReadonlyMap<string, Times>): DailyDeparture {
  if (scoped.size === 0) return row;
  const { stopOfSaleMin, checkInMin, gateCloseMin } = row;
  const own: Times = {
    ...(stopOfSaleMin === undefined ? {} : { stopOfSaleMin }),
    ...(checkInMin === undefined ? {} : { checkInMin }),
    ...(gateCloseMin === undefined ? {} : { gateCloseMin }),
  };
  return { ...row, ...scoped.get(''), ...scoped.get(row.lineId), ...own };
}

function licensed(row: DailyDeparture, vessels: ReadonlyMap<string, VesselRow>): DailyDeparture {
  const vessel = vessels.get(row.vesselName);
  return vessel && vessel.capacity < row.capacity ? { ...row, capacity: vessel.capacity } : row;
}

function places(city: Feed | undefined, own: DataSet): Place[] {
  const stops = new Map(own.stops.map((stop) => [stop.id, stop]));
  const merged = (city?.places ?? []).map((place) => {
    const stop = stops.get(place.id);
    if (!stop) return place;
    stops.delete(place.id);
    return {
      ...place,
      aliases: names([...place.aliases, ...stop.aliases, stop.name, stop.pinyin, stop.initials]),
    };
  });
  for (const { id, name, initials, pinyin, aliases } of stops.values())
    merged.push({ id, name, initials, aliases: names([...aliases, pinyin]) });
  return merged;
}

/** Each once, none longer than a feed may carry. */
function names(all: readonly string[]): string[] {
  return [...new Set(all)]
    .filter((name) => name !== '' && Array.from(name).length <= 40 && name.length <= 40)
    .slice(0, 50);
}

function settings(city: Feed | undefined, rows: readonly SettingRow[]): FeedSettings {
  const merged = { ...(city?.settings ?? settingsWithoutFeed) };
  for (const { name, lineId, value, mark } of rows) {
    // A value that no feed may carry was refused when it was put in; of older data it is left out.
    if (lineId !== null || !isOfFeed(name)) continue;
    const setting = feedSettingsSchema.shape[name].safeParse({ value, mark });
    if (setting.success) Object.assign(merged, { [name]: setting.data });
  }
  return merged;
}

/** Rows that the merged feed carries as its settings; times go into each departure, fees are read where they are charged. */
export const settingsOfFeed = [
  'stopOfSaleMin',
  'advanceSaleDays',
  'childByHeightBelowAgeYears',
  'underWayMin',
  'fewSeats',
  'goneShownMin',
  'infantBelowAgeYears',
] as const satisfies SettingRow['name'][];

function isOfFeed(name: SettingRow['name']): name is (typeof settingsOfFeed)[number] {
  return (settingsOfFeed as readonly string[]).includes(name);
}
