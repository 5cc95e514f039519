import type { DataSet, StopRow, VesselRow } from '../../contract/basic-data/tables.ts';
import type { BusinessDate } from '../../contract/ids.ts';
import type { Feed } from '../../contract/feed.ts';

/** What a feed does not know and a station's own data need. */
export interface FromFeedOptions {
  pinyinOf: (name: string) => { initials: string; pinyin: string };
  /** Certificate of a vessel or vehicle. */
  licenceOf: (name: string) => string;
  /** The departures run from here on. */
  validFrom: BusinessDate;
}

/** A feed as a station's own data: for a station that goes on without a city, and for examples. */
export function dataFromFeed(feed: Feed, options: FromFeedOptions): DataSet {
  const modes = new Map(feed.lines.map(({ id, mode }) => [id, mode]));
  const vessels = new Map<string, VesselRow>();
  for (const { vesselName, lineId, capacity, numberedSeats } of feed.departures) {
    const known = vessels.get(vesselName);
    vessels.set(vesselName, {
      name: vesselName,
      mode: modes.get(lineId) ?? 'water',
      kind: '',
      licence: options.licenceOf(vesselName),
      licenceValidTo: null,
      capacity: Math.min(capacity, known?.capacity ?? capacity),
      numberedSeats: numberedSeats || (known?.numberedSeats ?? false),
      seatMap: [],
      seatClasses: [],
      vehiclePlaces: null,
      laneMetres: null,
    });
  }
  const source = '';
  const { stopOfSaleMin, advanceSaleDays, childByHeightBelowAgeYears } = feed.settings;
  return {
    stops: feed.places.map(({ id, name, initials, aliases }): StopRow => {
      const made = options.pinyinOf(name);
      return {
        id,
        name,
        initials: initials || made.initials,
        pinyin: made.pinyin,
        aliases: aliases.slice(0, 48),
      };
    }),
    lines: feed.lines,
    calls: callRows(feed),
    vessels: [...vessels.values()],
    timetable: feed.departures.map(({ lineId, departLocal, extra, vesselName, runs, ...times }) => ({
      lineId,
      departLocal,
      extra,
      vesselName,
      weekdays: runs?.weekdays ?? '1234567',
      validFrom: runs?.validFrom ?? options.validFrom,
      validTo: runs?.validTo ?? null,
      stopOfSaleMin: times.stopOfSaleMin ?? null,
      checkInMin: times.checkInMin ?? null,
      gateCloseMin: times.gateCloseMin ?? null,
    })),
    extras: [],
    substitutes: [],
    rules: feed.rules,
    fares: feed.fares.map((fare) => ({ ...fare, source })),
    vehicleTypes: (feed.vehicleTypes ?? []).map((type) => ({ ...type, source })),
    vehicleFares: (feed.vehicleFares ?? []).map((fare) => ({ ...fare, source })),
    documentKinds: (feed.documentKinds ?? []).map(kindRowOf),
    fees: [],
    reserves: [],
    quotas: [],
    settings: [
      { name: 'stopOfSaleMin', lineId: null, ...stopOfSaleMin, source },
      { name: 'advanceSaleDays', lineId: null, ...advanceSaleDays, source },
      { name: 'childByHeightBelowAgeYears', lineId: null, ...childByHeightBelowAgeYears, source },
    ],
  };
}

/** Calls in the order of their line; whether they are sold is told by their fares. */
function callRows(feed: Feed): DataSet['calls'] {
  return [...Map.groupBy(feed.calls ?? [], ({ lineId }) => lineId).values()].flatMap((calls) =>
    calls.map((call, index) => ({ ...call, order: index + 1 })),
  );
}

/** A change of the city's as an own row. Prefixes of citizen numbers and ways in stay the program's. */
function kindRowOf(change: NonNullable<Feed['documentKinds']>[number]): DataSet['documentKinds'][number] {
  const { code, on, name = null, format, needsOffice = null, needsApproval = null, mark = 'D' } = change;
  return {
    code,
    name,
    on,
    rule: format?.rule ?? null,
    masks: format?.rule === 'masks' ? format.masks : [],
    least: format?.rule === 'text' ? format.min : null,
    most: format?.rule === 'text' ? format.max : null,
    needsOffice,
    needsApproval,
    mark,
    source: '',
  };
}
