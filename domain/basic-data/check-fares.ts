import { checkStops, stopName } from './check-stops.ts';
import { rowKey } from '../../contract/basic-data/columns.ts';
import type { DataRows, DataSet, FareDataRow, RuleRow, TableName } from '../../contract/basic-data/tables.ts';
import type { ProblemCode } from '../../contract/basic-data/problems.ts';
import { dayAfter } from './days.ts';
import type { Problems } from './problem.ts';

export interface Validity {
  validFrom: string;
  validTo: string | null;
}

/** Versioned rows: no gap, no overlap, rules that fit, a full fare wherever something runs. */
export function checkFares(
  data: DataSet,
  problems: Problems,
  fromDate: string,
  cityLines: ReadonlySet<string>,
): void {
  const rules = Map.groupBy(data.rules, (rule) => rule.ruleId);
  overlapping('rules', data.rules, ({ ruleId }) => ruleId, 'rule.overlap', problems);
  for (const rule of data.rules) {
    if (rule.ticketClass === 'child_half' && rule.maxAgeYears === null && rule.maxHeightCm === null)
      problems.error('rules', rule, 'maxAgeYears', 'rule.unbounded');
  }
  overlapping(
    'fees',
    data.fees,
    (row) => `${row.kind} ${row.mode} ${row.lineId ?? ''} ${row.minutesBefore}`,
    'fee.overlap',
    problems,
  );
  overlapping(
    'reserves',
    data.reserves,
    (row) => `${row.lineId} ${row.departLocal ?? ''} ${row.purpose}`,
    'reserve.overlap',
    problems,
  );
  overlapping('quotas', data.quotas, (row) => `${row.mode} ${row.lineId ?? ''}`, 'quota.overlap', problems);
  for (const quota of data.quotas) {
    // A ship carries no head above its licence (ticketing rules 2.2.5, 2.2.7).
    if (quota.mode === 'water' && !quota.countsInCapacity)
      problems.error('quotas', quota, 'countsInCapacity', 'quota.ship');
  }

  const modes = new Map(data.lines.map(({ id, mode }) => [id, mode]));
  for (const fare of data.fares)
    fits(fare, rules.get(fare.ruleId), modes.get(fare.lineId), problems, fromDate);
  const versions = overlapping('fares', data.fares, fareName, 'fare.overlap', problems);
  for (const rows of versions.values()) gaps(rows, problems, fromDate);
  aboveFull(data.fares, versions, problems);
  covered(data, versions, problems, fromDate, cityLines);
  checkStops(data, problems, fromDate, cityLines, (lineId, toPlaceId) =>
    versions.get(fareName({ lineId, toPlaceId, ticketClass: 'full' })),
  );
}

const fareName = (fare: Pick<FareDataRow, 'lineId' | 'ticketClass' | 'toPlaceId'>): string =>
  `${fare.lineId} ${fare.ticketClass}${stopName(fare)}`;

/** Groups of versions in the order of their validity; a row that begins before the one before it ended is a problem. */
function overlapping<T extends TableName>(
  table: T,
  rows: readonly (DataRows[T] & Validity)[],
  name: (row: DataRows[T]) => string,
  code: ProblemCode,
  problems: Problems,
): Map<string, (DataRows[T] & Validity)[]> {
  const groups = Map.groupBy(rows, name);
  for (const group of groups.values()) {
    if (group.length === 1) continue;
    group.sort((a, b) => (a.validFrom < b.validFrom ? -1 : a.validFrom > b.validFrom ? 1 : 0));
    let last = group[0];
    for (const row of group.slice(1)) {
      if (last && (last.validTo === null || row.validFrom <= last.validTo)) {
        // The same key twice is said once, as such.
        if (rowKey(table, row) !== rowKey(table, last))
          problems.error(table, row, 'validFrom' as never, code, { other: last.validFrom });
      }
      if (last && (last.validTo === null || (row.validTo !== null && row.validTo < last.validTo))) continue;
      last = row;
    }
  }
  return groups;
}

function gaps(rows: readonly FareDataRow[], problems: Problems, fromDate: string): void {
  for (const [at, row] of rows.entries()) {
    const next = rows[at + 1];
    if (!next || row.validTo === null || next.validFrom <= row.validTo || next.validFrom <= fromDate)
      continue;
    const from = dayAfter(row.validTo);
    if (from < next.validFrom)
      problems.error('fares', next, 'validFrom', 'fare.gap', { from, to: dayAfter(next.validFrom, -1) });
  }
}

function fits(
  fare: FareDataRow,
  versions: readonly RuleRow[] | undefined,
  mode: 'water' | 'road' | undefined,
  problems: Problems,
  fromDate: string,
): void {
  if (!versions) return;
  const { ruleId } = fare;
  const fit = (rule: RuleRow): boolean =>
    rule.ticketClass === fare.ticketClass &&
    (rule.mode === 'both' || mode === undefined || rule.mode === mode);
  if (!versions.every(fit)) problems.error('fares', fare, 'ruleId', 'fare.rule', { id: ruleId });
  const from = fare.validFrom < fromDate ? fromDate : fare.validFrom;
  if (fare.validTo !== null && fare.validTo < from) return;
  const missing = firstUncovered(
    versions.length > 1 ? versions.toSorted(byStart) : versions,
    from,
    fare.validTo,
  );
  if (missing !== undefined)
    problems.error('fares', fare, 'ruleId', 'fare.ruleEnds', { id: ruleId, date: missing });
}

function byStart(a: Validity, b: Validity): number {
  return a.validFrom < b.validFrom ? -1 : 1;
}

/** First day from `from` to `to` (null = for ever) on which no row is valid; rows in order. */
export function firstUncovered(
  rows: readonly Validity[],
  from: string,
  to: string | null,
): string | undefined {
  let day = from;
  for (const row of rows) {
    if (row.validFrom > day) break;
    if (row.validTo === null) return undefined;
    if (row.validTo >= day) day = dayAfter(row.validTo);
    if (to !== null && day > to) return undefined;
  }
  return to !== null && day > to ? undefined : day;
}

function aboveFull(
  fares: readonly FareDataRow[],
  versions: ReadonlyMap<string, readonly FareDataRow[]>,
  problems: Problems,
): void {
  for (const fare of fares) {
    if (fare.ticketClass === 'full') continue;
    const full = versions
      .get(fareName({ ...fare, ticketClass: 'full' }))
      ?.find(
        (row) => row.validFrom <= fare.validFrom && (row.validTo === null || fare.validFrom <= row.validTo),
      );
    // Vehicle and berth classes cost what they cost; only reductions must be below the full fare.
    if (full && fare.fareFen > full.fareFen && /_(half|free|discount)$/.test(fare.ticketClass))
      problems.error('fares', fare, 'fareFen', 'fare.aboveFull');
  }
}

/** Wherever something runs there is a full fare (on the city's lines the city's); without end means without end. */
function covered(
  data: DataSet,
  versions: ReadonlyMap<string, readonly FareDataRow[]>,
  problems: Problems,
  fromDate: string,
  cityLines: ReadonlySet<string>,
): void {
  const say = (lineId: string, from: string, to: string | null): string | undefined => {
    const start = from < fromDate ? fromDate : from;
    if (to !== null && to < start) return undefined;
    const rows = versions.get(fareName({ lineId, ticketClass: 'full' })) ?? [];
    return firstUncovered(rows, start, to);
  };
  // A line whose every departure lacks a fare is said once, at its first row.
  const told = new Set<string>(cityLines);
  for (const row of data.timetable) {
    const missing = told.has(row.lineId) ? undefined : say(row.lineId, row.validFrom, row.validTo);
    if (missing === undefined) continue;
    told.add(row.lineId);
    problems.error('timetable', row, 'lineId', 'run.notCovered', { from: missing });
  }
  for (const row of data.extras) {
    const missing = told.has(row.lineId) ? undefined : say(row.lineId, row.date, row.date);
    if (missing !== undefined) problems.error('extras', row, 'lineId', 'run.notCovered', { from: missing });
  }
}
