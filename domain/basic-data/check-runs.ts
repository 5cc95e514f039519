import type {
  DataSet,
  ExtraRow,
  LineRow,
  ReserveRow,
  SubstituteRow,
  TimetableRow,
  VesselRow,
} from '../../contract/basic-data/tables.ts';
import { earlierEnd, hasWeekday, weekdayOf } from './days.ts';
import type { Problems } from './problem.ts';

type Run =
  | { readonly table: 'timetable'; readonly row: TimetableRow }
  | { readonly table: 'extras'; readonly row: ExtraRow };
interface Span {
  readonly from: string;
  readonly to: string | null;
  readonly weekdays: string;
}

/** Compared at most a vessel, so that a strange file cannot hold the office. */
const MOST_PAIRS = 20_000;

/** Timetable, extra departures and the seats kept back from them. */
export function checkRuns(data: DataSet, problems: Problems, fromDate: string): void {
  const runs: Run[] = [
    ...data.timetable.map((row): Run => ({ table: 'timetable', row })),
    ...data.extras.map((row): Run => ({ table: 'extras', row })),
  ];
  const lines = new Map(data.lines.map((line) => [line.id, line]));
  const vessels = new Map(data.vessels.map((vessel) => [vessel.name, vessel]));
  for (const run of runs) single(run, lines, vessels, problems, fromDate);
  overlaps(runs, problems);
  vesselTwice(runs, lines, problems);
  const running = new Set(runs.map(({ row }) => row.lineId));
  for (const line of data.lines) {
    if (!running.has(line.id)) problems.warning('lines', line, 'id', 'run.none');
  }
  reserves(data.reserves, runs, lines, vessels, problems);
  substitutes(data.substitutes, runs, lines, vessels, problems, fromDate);
}

export function spanOf(run: Run): Span {
  if (run.table === 'extras')
    return { from: run.row.date, to: run.row.date, weekdays: String(weekdayOf(run.row.date)) };
  const { validFrom, validTo, weekdays } = run.row;
  return { from: validFrom, to: validTo, weekdays };
}

function single(
  run: Run,
  lines: ReadonlyMap<string, LineRow>,
  vessels: ReadonlyMap<string, VesselRow>,
  problems: Problems,
  fromDate: string,
): void {
  const { row, table } = run;
  const span = spanOf(run);
  const say = (
    member: 'vesselName' | 'gateCloseMin',
    code: 'vessel.unlicensed' | 'run.gate',
    values = {},
  ): void => problems.error(table, row, member, code, values);
  if (
    run.table === 'timetable' &&
    !Array.from(span.weekdays).some((day) => hasWeekday(span.from, span.to, Number(day)))
  )
    problems.error('timetable', run.row, 'weekdays', 'run.never');
  if (row.checkInMin !== null && row.gateCloseMin !== null && row.checkInMin <= row.gateCloseMin)
    say('gateCloseMin', 'run.gate');
  // A departure of the past needs no licence any more.
  if (span.to !== null && span.to < fromDate) return;
  const vessel = vessels.get(row.vesselName);
  if (!vessel) return;
  if (vessel.licence === '') say('vesselName', 'vessel.unlicensed', { name: vessel.name });
  const ends = vessel.licenceValidTo;
  if (
    ends !== null &&
    (run.table === 'extras' ? run.row.date > ends : ends < fromDate || (span.to !== null && span.to > ends))
  ) {
    problems.error(table, row, 'vesselName', 'vessel.licenceEnds', {
      date: ends,
      name: vessel.name,
    });
  } else if (ends !== null && span.to === null) {
    problems.warning(table, row, 'vesselName', 'vessel.licenceEnds', {
      date: ends,
      name: vessel.name,
    });
  }
  const line = lines.get(row.lineId);
  if (line && line.mode !== vessel.mode)
    problems.error(table, row, 'vesselName', 'vessel.mode', { name: vessel.name });
}

/** Two rows that would give one date the same departure id. */
function overlaps(runs: readonly Run[], problems: Problems): void {
  const slots = Map.groupBy(runs, ({ row }) => `${row.lineId} ${row.departLocal} ${row.extra}`);
  for (const group of slots.values()) {
    if (group.length === 1) continue;
    const told = new Set<Run>();
    for (let weekday = 1; weekday <= 7; weekday += 1) {
      const here = group
        .map((run) => ({ run, span: spanOf(run) }))
        .filter(({ span }) => span.weekdays.includes(String(weekday)))
        .sort((a, b) => (a.span.from < b.span.from ? -1 : 1));
      let last: (typeof here)[number] | undefined;
      for (const next of here) {
        if (last && !told.has(next.run) && (last.span.to === null || next.span.from <= last.span.to)) {
          const end = earlierEnd(last.span.to, next.span.to);
          if (hasWeekday(next.span.from, end, weekday)) {
            told.add(next.run);
            const member = next.run.table === 'timetable' ? 'weekdays' : 'date';
            problems.error(next.run.table, next.run.row, member as never, 'run.overlap', {
              other: describe(last.run),
            });
          }
        }
        if (!last || (last.span.to !== null && (next.span.to === null || next.span.to > last.span.to)))
          last = next;
      }
    }
  }
}

/** A vessel that should be at two places: worth a look, though a carrier may mean it. */
function vesselTwice(runs: readonly Run[], lines: ReadonlyMap<string, LineRow>, problems: Problems): void {
  for (const [name, group] of Map.groupBy(runs, ({ row }) => row.vesselName)) {
    const timed = group
      .map((run) => {
        const start = minutesOf(run.row.departLocal);
        return { run, start, end: start + (lines.get(run.row.lineId)?.durationMin ?? 1), span: spanOf(run) };
      })
      .sort((a, b) => a.start - b.start);
    let pairs = 0;
    for (const [at, first] of timed.entries()) {
      for (let n = at + 1; n < timed.length; n += 1) {
        const second = timed[n];
        if (!second || second.start >= first.end || (pairs += 1) > MOST_PAIRS) break;
        if (!meets(first.span, second.span)) continue;
        const { row, table } = second.run;
        if (
          row.lineId === first.run.row.lineId &&
          second.start === first.start &&
          row.extra === first.run.row.extra
        )
          continue;
        problems.warning(table, row, 'vesselName', 'vessel.twice', {
          name,
          time: row.departLocal,
          other: describe(first.run),
        });
        break;
      }
    }
  }
}

function meets(a: Span, b: Span): boolean {
  const from = a.from < b.from ? b.from : a.from;
  const to = earlierEnd(a.to, b.to);
  return Array.from(a.weekdays).some((day) => b.weekdays.includes(day) && hasWeekday(from, to, Number(day)));
}

function describe({ row }: Run): string {
  return `${row.lineId} ${row.departLocal}${row.extra === 0 ? '' : `-${row.extra}`}`;
}

function minutesOf(departLocal: string): number {
  return Number(departLocal.slice(0, 2)) * 60 + Number(departLocal.slice(3));
}

function reserves(
  rows: readonly ReserveRow[],
  runs: readonly Run[],
  lines: ReadonlyMap<string, LineRow>,
  vessels: ReadonlyMap<string, VesselRow>,
  problems: Problems,
): void {
  const byLine = Map.groupBy(runs, ({ row }) => row.lineId);
  for (const row of rows) {
    const named = seatNumbers(row.seats);
    if (named.length > 0 && named.length !== row.count)
      problems.error('reserves', row, 'seats', 'reserve.seats', { named: named.length, count: row.count });
    const here = (byLine.get(row.lineId) ?? []).filter(
      (run) => row.departLocal === null || run.row.departLocal === row.departLocal,
    );
    // On a line that is not the station's own the city knows what runs.
    if (here.length === 0 && row.departLocal !== null && lines.has(row.lineId))
      problems.error('reserves', row, 'departLocal', 'reserve.noRun', { time: row.departLocal });
    for (const run of here) {
      const vessel = vessels.get(run.row.vesselName);
      if (!vessel || (row.count <= vessel.capacity && named.every((seat) => seat <= vessel.capacity)))
        continue;
      problems.error('reserves', row, 'count', 'reserve.tooMany', {
        count: row.count,
        vessel: vessel.name,
        capacity: vessel.capacity,
      });
      break;
    }
  }
}

/** Another vessel is licensed like any other, and there is a departure for it (on the city's lines the city knows that). */
function substitutes(
  rows: readonly SubstituteRow[],
  runs: readonly Run[],
  lines: ReadonlyMap<string, LineRow>,
  vessels: ReadonlyMap<string, VesselRow>,
  problems: Problems,
  fromDate: string,
): void {
  for (const row of rows) {
    if (row.date < fromDate) continue;
    const vessel = vessels.get(row.vesselName);
    const line = lines.get(row.lineId);
    const name = row.vesselName;
    if (vessel?.licence === '')
      problems.error('substitutes', row, 'vesselName', 'vessel.unlicensed', { name });
    const ends = vessel?.licenceValidTo ?? null;
    if (ends !== null && row.date > ends)
      problems.error('substitutes', row, 'vesselName', 'vessel.licenceEnds', { date: ends, name });
    if (!line) continue;
    if (vessel && vessel.mode !== line.mode)
      problems.error('substitutes', row, 'vesselName', 'vessel.mode', { name });
    const day: Span = { from: row.date, to: row.date, weekdays: String(weekdayOf(row.date)) };
    const isThere = runs.some(
      (run) =>
        run.row.lineId === row.lineId &&
        run.row.departLocal === row.departLocal &&
        run.row.extra === row.extra &&
        meets(spanOf(run), day),
    );
    if (!isThere) problems.error('substitutes', row, 'date', 'substitute.noRun', { date: row.date });
  }
}

/** Seats that `1-4` and `9` name, ascending, each once. */
export function seatNumbers(texts: readonly string[]): number[] {
  const seats = new Set<number>();
  for (const text of texts) {
    const [from = 0, to = from] = text.split('-').map(Number);
    for (let seat = from; seat <= to; seat += 1) seats.add(seat);
  }
  return [...seats].sort((a, b) => a - b);
}
