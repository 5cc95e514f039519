import { rowKey, tableSpecs } from '../../contract/basic-data/columns.ts';
import {
  feeRoundWays,
  tableNames,
  type DataRows,
  type DataSet,
  type SettingRow,
  type TableName,
} from '../../contract/basic-data/tables.ts';
import type { Feed } from '../../contract/feed.ts';
import { checkFares } from './check-fares.ts';
import { checkRuns } from './check-runs.ts';
import { checkDocumentKinds, checkVehicleFares } from './check-kinds.ts';
import { checkVessels } from './check-vessels.ts';
import { isDate } from './days.ts';
import { isTimeOfLine } from './merge.ts';
import { isUnproven } from './standing.ts';
import { Problems } from './problem.ts';

/** What own data may refer to besides own rows: the city's feed has it. */
export type CityKnows = Pick<Feed, 'places' | 'lines' | 'rules' | 'vehicleTypes'>;

/**
 * Everything that the shape of a row cannot say of a whole data set: what is referred to exists, nothing stands there twice,
 * departures do not overlap, fares have neither gap nor overlap, vessels are licensed for as long as they run. Every problem
 * names its row, column and what to do. `fromDate` is the first day that matters: the past is not checked again.
 */
export function checkData(data: DataSet, fromDate: string, city?: CityKnows): Problems {
  const problems = new Problems();
  repeated(data, problems);
  dates(data, problems);
  references(data, problems, city);
  // What follows reckons with days and neighbours: a date that does not exist would only mislead it.
  if (problems.found.some(({ problem }) => problem.code === 'valid.date')) return problems;
  calls(data, problems);
  checkVessels(data, problems);
  checkRuns(data, problems, fromDate);
  checkFares(data, problems, fromDate, new Set(city?.lines.map(({ id }) => id)));
  checkVehicleFares(data, problems, city?.vehicleTypes);
  checkDocumentKinds(data, problems);
  settings(data, problems);
  unsure(data, problems);
  return problems;
}

function each(data: DataSet, look: <T extends TableName>(table: T, row: DataRows[T]) => void): void {
  for (const table of tableNames) for (const row of data[table]) look(table, row as never);
}

function repeated(data: DataSet, problems: Problems): void {
  const seen = new Set<string>();
  each(data, (table, row) => {
    const key = rowKey(table, row);
    const name = `${table} ${key}`;
    if (seen.has(name)) problems.error(table, row, tableSpecs[table].key[0], 'key.repeated', { key });
    seen.add(name);
  });
}

/** Dates that the calendar has, ends not before beginnings. */
function dates(data: DataSet, problems: Problems): void {
  const known = new Map<string, boolean>();
  const exists = (date: string): boolean => {
    let answer = known.get(date);
    if (answer === undefined) known.set(date, (answer = isDate(date)));
    return answer;
  };
  each(data, (table, row) => {
    const record = row as Record<string, unknown>;
    let right = true;
    for (const member of ['validFrom', 'validTo', 'date', 'licenceValidTo']) {
      const date = record[member];
      if (typeof date !== 'string' || exists(date)) continue;
      right = false;
      problems.error(table, row, member as never, 'valid.date', { date });
    }
    const { validFrom, validTo } = record;
    if (right && typeof validFrom === 'string' && typeof validTo === 'string' && validTo < validFrom)
      problems.error(table, row, 'validTo' as never, 'valid.order');
  });
}

function references(data: DataSet, problems: Problems, city: CityKnows | undefined): void {
  const stops = new Set([...data.stops, ...(city?.places ?? [])].map(({ id }) => id));
  const lines = new Set([...data.lines, ...(city?.lines ?? [])].map(({ id }) => id));
  const vessels = new Set(data.vessels.map(({ name }) => name));
  const rules = new Set([...data.rules, ...(city?.rules ?? [])].map(({ ruleId }) => ruleId));
  for (const row of data.lines) {
    for (const member of ['fromPlaceId', 'toPlaceId'] as const) {
      if (!stops.has(row[member]))
        problems.error('lines', row, member, 'reference.stop', { id: row[member] });
    }
    if (row.fromPlaceId === row.toPlaceId) problems.error('lines', row, 'toPlaceId', 'line.ends');
  }
  for (const row of data.calls) {
    if (!stops.has(row.placeId))
      problems.error('calls', row, 'placeId', 'reference.stop', { id: row.placeId });
  }
  for (const table of ['timetable', 'extras', 'substitutes'] as const) {
    for (const row of data[table]) {
      if (!vessels.has(row.vesselName))
        problems.error(table, row, 'vesselName', 'reference.vessel', { name: row.vesselName });
    }
  }
  for (const row of data.fares) {
    if (!rules.has(row.ruleId)) problems.error('fares', row, 'ruleId', 'reference.rule', { id: row.ruleId });
  }
  for (const table of [
    'calls',
    'timetable',
    'extras',
    'substitutes',
    'fares',
    'vehicleFares',
    'fees',
    'reserves',
    'quotas',
    'settings',
  ] as const) {
    for (const row of data[table]) {
      const { lineId } = row;
      if (lineId !== null && !lines.has(lineId))
        problems.error(table, row, 'lineId', 'reference.line', { id: lineId });
    }
  }
}

function calls(data: DataSet, problems: Problems): void {
  const lines = new Map(data.lines.map((line) => [line.id, line]));
  for (const [lineId, rows] of Map.groupBy(data.calls, (row) => row.lineId)) {
    const line = lines.get(lineId);
    if (!line) continue;
    let before = -1;
    for (const row of rows.toSorted((a, b) => a.order - b.order)) {
      if (row.placeId === line.fromPlaceId || row.placeId === line.toPlaceId)
        problems.error('calls', row, 'placeId', 'call.end');
      if (row.minutesFromStart <= before) problems.error('calls', row, 'minutesFromStart', 'call.order');
      else if (row.minutesFromStart >= line.durationMin)
        problems.error('calls', row, 'minutesFromStart', 'call.late', { minutes: line.durationMin });
      before = row.minutesFromStart;
    }
  }
}

function settings(data: DataSet, problems: Problems): void {
  for (const row of data.settings) {
    const name = tableSpecs.settings.columns.name.choices?.[row.name] ?? row.name;
    const [least, most] = settingRanges[row.name];
    if (row.value < least || row.value > most)
      problems.error('settings', row, 'value', 'setting.range', { name, least, most });
    else if (row.name === 'feeRoundToFen' && !ROUND_TO_FEN.includes(row.value))
      problems.error('settings', row, 'value', 'setting.oneOf', { name, values: ROUND_TO_FEN.join('、') });
    if (row.lineId !== null && !isTimeOfLine(row.name))
      problems.error('settings', row, 'lineId', 'setting.scope', { name });
  }
}

/** As the feed's settings have them. */
const settingRanges: Record<SettingRow['name'], readonly [least: number, most: number]> = {
  stopOfSaleMin: [0, 600],
  checkInMin: [0, 1_440],
  gateCloseMin: [0, 1_440],
  advanceSaleDays: [0, 60],
  childByHeightBelowAgeYears: [1, 100],
  underWayMin: [0, 240],
  fewSeats: [0, 1_000],
  goneShownMin: [0, 240],
  infantBelowAgeYears: [0, 14],
  feeRoundToFen: [1, 100],
  feeRoundWay: [0, feeRoundWays.length - 1],
  changeTimes: [0, 100],
};

/** Coins that a fee may come to. */
const ROUND_TO_FEN: readonly number[] = [1, 10, 50, 100];

/** Unproven figures are said once a table: they are settings with their mark, not errors. */
function unsure(data: DataSet, problems: Problems): void {
  for (const table of [
    'rules',
    'fares',
    'vehicleTypes',
    'vehicleFares',
    'documentKinds',
    'fees',
    'quotas',
    'settings',
  ] as const) {
    const rows: readonly { mark: string }[] = data[table];
    const count = rows.filter(isUnproven).length;
    if (count > 0) problems.warning(table, null, 'mark', 'mark.unsure', { count });
  }
}
