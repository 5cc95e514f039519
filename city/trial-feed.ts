import { parse } from 'csv-parse/sync';
import type { z } from 'zod';
import { callsFrom, stopFaresFrom } from './trial-stops.ts';
import { vehicleFaresFrom, vehicleSpaces, vesselKindOf } from './trial-vehicles.ts';
import { feedSchema, type FareRow, type FareRule, type Feed } from '../contract/feed.ts';
import type { markSchema } from '../contract/ids.ts';

/** Texts of the trial tables, by file name. They are read in `city/shell`. */
export const trialTableNames = [
  'places.csv',
  'aliases.csv',
  'lines.csv',
  'departures.csv',
  'fares.csv',
  'fare_rules.csv',
  'vessels.csv',
  'vehicle_fares.csv',
  'stops.csv',
  'stop_fares.csv',
] as const;
export type TrialTables = Record<(typeof trialTableNames)[number], string>;

/** The pier that the trial stands for. */
export const trialStation = 'zhujiajian-wugongzhi';

type Row = Record<string, string>;
type Mark = z.infer<typeof markSchema>;

/** Fares and rules of the trial hold from here on; the tables give no dates. */
const validFrom = '2020-01-01';

/**
 * The trial tables as a feed of version 1.
 * @param issuedAt UTC milliseconds
 * @throws when a table does not fit the contract: the files are part of the program, so that is a defect
 */
export function trialFeedFrom(tables: TrialTables, issuedAt: number): Feed {
  const aliases = Map.groupBy(rows(tables['aliases.csv']), (row) => cell(row, 'place_id'));
  const feed = {
    version: 1,
    issuedAt,
    station: trialStation,
    places: rows(tables['places.csv']).map((row) => ({
      id: cell(row, 'id'),
      name: cell(row, 'name_zh'),
      initials: cell(row, 'pinyin_initials'),
      aliases: (aliases.get(cell(row, 'id')) ?? []).map((alias) => cell(alias, 'alias')),
    })),
    lines: rows(tables['lines.csv']).map((row) => ({
      id: cell(row, 'id'),
      mode: cell(row, 'mode'),
      name: cell(row, 'name_zh'),
      fromPlaceId: cell(row, 'from_place'),
      toPlaceId: cell(row, 'to_place'),
      durationMin: Number(cell(row, 'duration_min')),
    })),
    departures: departures(
      rows(tables['departures.csv']),
      rows(tables['lines.csv']),
      rows(tables['vessels.csv']),
    ),
    calls: callsFrom(rows(tables['stops.csv'])),
    fares: [
      ...rows(tables['fares.csv']).map((row) => ({
        lineId: cell(row, 'line_id'),
        ticketClass: cell(row, 'ticket_class'),
        fareFen: Number(cell(row, 'fare_fen')) as FareRow['fareFen'],
        ruleId: cell(row, 'rule_id'),
        validFrom,
        validTo: null,
        mark: cell(row, 'source_mark') as Mark,
      })),
      ...stopFaresFrom(rows(tables['stop_fares.csv']), validFrom),
    ],
    rules: rows(tables['fare_rules.csv']).map(rule),
    settings: {
      stopOfSaleMin: { value: 0, mark: 'D' },
      advanceSaleDays: { value: 3, mark: 'D' },
      childByHeightBelowAgeYears: { value: 18, mark: 'D' },
      freeChildrenPerAdult: { value: 1, mark: 'C2' },
      freeChildPercentRoad: { value: 10, mark: 'C2' },
      driverCountsInHeads: { value: true, mark: 'D' },
      vehicleStopOfSaleMin: { value: 45, mark: 'S1' },
      vehicleGapCm: { value: 50, mark: 'D' },
      homePlate: { value: '浙L', mark: 'D' },
    },
    vehicleFares: vehicleFaresFrom(rows(tables['vehicle_fares.csv']), validFrom),
  };
  return feedSchema.parse(feed);
}

function departures(table: Row[], lines: Row[], vessels: Row[]): unknown[] {
  const spaces = vehicleSpaces(vessels);
  const lineById = new Map(lines.map((line) => [cell(line, 'id'), line]));
  const seen = new Map<string, number>();
  return table.map((row) => {
    const lineId = cell(row, 'line_id');
    const departLocal = cell(row, 'depart_local');
    const minute = `${lineId} ${departLocal}`;
    const extra = seen.get(minute) ?? 0;
    seen.set(minute, extra + 1);
    const vesselName = cell(row, 'vessel_or_vehicle');
    const vesselKind = vesselKindOf(lineById.get(lineId));
    const vehicleSpace = spaces.get(vesselName);
    return {
      lineId,
      departLocal,
      extra,
      vesselName,
      ...(vesselKind === undefined ? {} : { vesselKind }),
      ...(vehicleSpace === undefined ? {} : { vehicleSpace }),
      capacity: Number(cell(row, 'capacity')),
      numberedSeats: cell(row, 'numbered_seats') === 'true',
    };
  });
}

/**
 * Limits that the rule texts state in words, for the two child rules (ticketing rules 2.1): free up to 6 years or
 * 1.2 m, half up to 14 years or 1.5 m; on the road not in cars of 9 seats or fewer.
 */
const childLimits: Record<string, Pick<FareRule, 'maxAgeYears' | 'maxHeightCm' | 'minCapacityAbove'>> = {
  'CHILD-HALF-ROAD-2019': { maxAgeYears: 14, maxHeightCm: 150, minCapacityAbove: 9 },
  'CHILD-HALF-WATER-2020': { maxAgeYears: 14, maxHeightCm: 150, minCapacityAbove: null },
  'CHILD-FREE-ROAD-2019': { maxAgeYears: 6, maxHeightCm: 120, minCapacityAbove: 9 },
  'CHILD-FREE-WATER-2020': { maxAgeYears: 6, maxHeightCm: 120, minCapacityAbove: null },
  'UPPER-CHILD-HALF': { maxAgeYears: 14, maxHeightCm: 150, minCapacityAbove: null },
};

function rule(row: Row): unknown {
  const ruleId = cell(row, 'rule_id');
  const percent = row['percent_of_full'] ?? '';
  const section = row['ticketing_rules_section'] ?? '';
  const limits = childLimits[ruleId] ?? { maxAgeYears: null, maxHeightCm: null, minCapacityAbove: null };
  return {
    ruleId,
    mode: cell(row, 'mode'),
    ticketClass: cell(row, 'ticket_class'),
    percentOfFull: percent === '' ? null : Number(percent),
    ...limits,
    validFrom,
    validTo: null,
    mark: cell(row, 'source_mark'),
    ...(row['proof_code'] ? { proof: row['proof_code'] } : {}),
    ...(row['min_age'] ? { minAgeYears: Number(row['min_age']) } : {}),
    ...(cell(row, 'enabled') === 'true' ? {} : { enabled: false }),
    source: section === '-' || section === '' ? cell(row, 'condition') : `ticketing rules ${section}`,
  };
}

function rows(text: string): Row[] {
  return parse(text, { columns: true, skip_empty_lines: true });
}

function cell(row: Row, name: string): string {
  const value = row[name];
  if (value === undefined || value === '') throw new TypeError(`trial table: ${name} is empty`);
  return value;
}
