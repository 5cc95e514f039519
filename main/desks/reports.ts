import type { BusinessDate, DepartureId, Fen } from '../../contract/ids.ts';
import type { DayReport } from '../../contract/office/reports.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { accepted, type Outcome } from '../../contract/refusals.ts';
import type { DayAfter } from '../ledger/types.ts';
import type { Caller, DeskContext } from './context.ts';
import { netOf } from './day-sums.ts';
import { createJournalViewer } from './journal-viewer.ts';
import { writeOfficeEntries } from './journal.ts';
import { dayReportFile } from './report-file.ts';

/** Sums by a key, in the order of `order` (smallest first). */
function summed<R extends { tickets: number; fen: Fen }, O>(
  rows: readonly R[],
  keyOf: (row: R) => string,
  view: (key: string, sum: { tickets: number; fen: Fen }) => O,
): O[] {
  const sums = new Map<string, { tickets: number; fen: Fen }>();
  for (const row of rows) {
    const key = keyOf(row);
    const sum = sums.get(key);
    sums.set(key, {
      tickets: (sum?.tickets ?? 0) + row.tickets,
      fen: ((sum?.fen ?? 0) + row.fen) as Fen,
    });
  }
  return [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, sum]) => view(key, sum));
}

const WHAT_ORDER = ['refund', 'change', 'void', 'reissue', 'paid'] as const;

/** What happened after sales, a row a thing. */
function afterSums(rows: readonly DayAfter[]): DayReport['after'] {
  return WHAT_ORDER.flatMap((what) => {
    const of = rows.filter((row) => row.what === what);
    const sum = (name: 'tickets' | 'fareFen' | 'feeFen' | 'backFen' | 'moreFen' | 'cashFen'): number =>
      of.reduce((total, row) => total + row[name], 0);
    if (of.length === 0) return [];
    return [
      {
        what,
        tickets: sum('tickets'),
        fareFen: sum('fareFen') as Fen,
        feeFen: sum('feeFen') as Fen,
        backFen: sum('backFen') as Fen,
        moreFen: sum('moreFen') as Fen,
        cashFen: sum('cashFen'),
      },
    ];
  });
}

/** Methods of the day report and of the journal. */
export function createReportDesks(context: DeskContext, isOpen: () => boolean) {
  const reports = createReportDesk(context);
  const journal = createJournalViewer(context, isOpen);
  return {
    'reports.day': reports.day,
    'reports.export': reports.export,
    'journal.page': journal.page,
    'journal.verify': journal.verify,
  };
}

/** The station's day as managers and auditors read it. */
function createReportDesk(context: DeskContext) {
  const { ledger, people, runtime } = context;

  function day(date: BusinessDate): DayReport {
    const { sales, after, shifts, sheets } = ledger.day(date);
    const timetable = context.timetable();
    const lineName = (departureId: string): string => {
      const departure = timetable?.departure(departureId);
      return departure?.line.name ?? departureId.split('/')[0] ?? '';
    };
    const nameOf = (number: string): string => people.nameOf(number) ?? '';
    const windows = new Set([...sales, ...shifts, ...sheets].map(({ window }) => window));
    return {
      date,
      at: runtime.clock.nowMs(),
      total: {
        tickets: sales.reduce((count, row) => count + row.tickets, 0),
        fen: sales.reduce((count, row) => count + row.fen, 0) as Fen,
      },
      byLine: summed(
        sales,
        ({ departureId }) => departureId.split('/')[0] ?? '',
        (lineId, sum) => {
          const sample = sales.find(({ departureId }) => departureId.startsWith(`${lineId}/`));
          const stops = summed(
            sales.filter(({ departureId, toStop }) => toStop !== '' && departureId.startsWith(`${lineId}/`)),
            ({ toStop }) => toStop,
            (name, ofStop) => ({ name, ...ofStop }),
          );
          return {
            lineId,
            lineName: sample ? lineName(sample.departureId) : lineId,
            ...sum,
            ...(stops.length > 0 ? { stops } : {}),
          };
        },
      ),
      byDeparture: summed(
        sales,
        ({ departureId }) => departureId,
        (id, sum) => {
          const time = id.split('/')[2] ?? '';
          return {
            departureId: id as DepartureId,
            lineName: lineName(id),
            departLocal: `${id.split('/')[1] ?? ''} ${time.slice(0, 2)}:${time.slice(2, 4)}`,
            ...sum,
          };
        },
      ).toSorted((a, b) => (a.departLocal + a.departureId < b.departLocal + b.departureId ? -1 : 1)),
      byClerk: summed(
        sales,
        ({ clerkNumber }) => clerkNumber,
        (clerkNumber, sum) => ({ clerkNumber, name: nameOf(clerkNumber), ...sum }),
      ),
      byClass: summed(
        sales,
        ({ ticketClass }) => ticketClass,
        (ticketClass, sum) => ({ ticketClass, ...sum }),
      ),
      byWindow: [...windows].toSorted().map((window) => ({
        window,
        tickets: sales.reduce((count, row) => count + (row.window === window ? row.tickets : 0), 0),
        fen: sales.reduce((count, row) => count + (row.window === window ? row.fen : 0), 0) as Fen,
        sheets: Object.fromEntries(
          sheets.flatMap((row) => (row.window === window ? [[row.outcome, row.sheets] as const] : [])),
        ),
      })),
      after: afterSums(after),
      net: netOf(sales, after),
      shifts: shifts.map(({ shiftId, window, clerkNumber, openedAtMs, floatFen, tickets, fen, closed }) => ({
        window,
        clerkNumber,
        name: nameOf(clerkNumber),
        openedAt: openedAtMs,
        floatFen,
        tickets,
        fen,
        cashBackFen: after.reduce((sum, row) => sum + (row.shiftId === shiftId ? row.cashFen : 0), 0),
        closed: closed && {
          at: closed.atMs,
          countedFen: closed.countedFen,
          expectedFen: closed.expectedFen,
          differenceFen: closed.differenceFen,
        },
      })),
    };
  }

  return {
    day: ({ date }: OfficeInput<'reports.day'>): Outcome<DayReport> => accepted(day(date)),
    /** The journal says who took the file out before the file exists. */
    export(
      { date, format }: OfficeInput<'reports.export'>,
      caller: Caller,
    ): Outcome<OfficeOutput<'reports.export'>> {
      const clerkNumber = caller.person?.number ?? '';
      writeOfficeEntries(
        context,
        [{ kind: 'report.exported', body: { date, format, clerkNumber } }],
        clerkNumber,
      );
      return accepted(dayReportFile(day(date), format));
    },
  };
}
