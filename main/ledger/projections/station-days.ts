import type { BusinessDate, DepartureId, Fen, WindowId } from '../../../contract/ids.ts';
import { toStopSchema } from '../../../contract/stops.ts';
import type { Connection } from '../connection.ts';
import type { PictureEntry } from './station.ts';

/** Tables of the day report, beside those of the picture. */
export const DAY_TABLES = ['station_days', 'station_shifts', 'station_sheets', 'station_after'] as const;

/** What happened to tickets after their sale, as the day counts it. */
const AFTER = {
  'ticket.refunded': 'refund',
  'ticket.changed': 'change',
  'ticket.voided': 'void',
  'ticket.reissued': 'reissue',
  'refund.paid': 'paid',
} as const;
/** How the day report counts a test sheet. */
const TEST_SHEET = 'test';
export type AfterWhat = (typeof AFTER)[keyof typeof AFTER];

/** Writes what one entry of one source means for its day. Each entry must be given once. */
export function createDayWriter(connection: Connection) {
  const addTicket = connection.prepare<[string, string, string, string, string, number, number]>(
    `INSERT INTO station_days (business_date, departure_id, shift_id, ticket_class, to_stop, source, tickets, fen)
     VALUES (?, ?, ?, ?, ?, ?, 1, ?)
     ON CONFLICT DO UPDATE SET tickets = tickets + 1, fen = fen + excluded.fen`,
  );
  const openShift = connection.prepare<[string, number, string, string, number, number]>(
    `INSERT INTO station_shifts (shift_id, source, clerk_number, business_date, opened_at_ms, float_fen) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const closeShift = connection.prepare<[number, number, number, number, string, number]>(
    `UPDATE station_shifts SET closed_at_ms = ?, counted_fen = ?, expected_fen = ?, difference_fen = ?
     WHERE shift_id = ? AND source = ?`,
  );
  const setSheet = connection.prepare<[string, number, string, string]>(
    `INSERT INTO station_sheets (sheet_id, source, business_date, outcome) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET outcome = excluded.outcome`,
  );
  const after = connection.prepare<
    [string, string, string, string, number, number, number, number, number, number, number]
  >(
    `INSERT INTO station_after (business_date, departure_id, shift_id, what, source, tickets, fare_fen, fee_fen, back_fen, more_fen, cash_fen)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET tickets = tickets + excluded.tickets, fare_fen = fare_fen + excluded.fare_fen,
       fee_fen = fee_fen + excluded.fee_fen, back_fen = back_fen + excluded.back_fen,
       more_fen = more_fen + excluded.more_fen, cash_fen = cash_fen + excluded.cash_fen`,
  );
  return function write(source: number, { kind, body, atMs, businessDate }: PictureEntry): void {
    const text = (name: string): string => {
      const value = body[name];
      return typeof value === 'string' ? value : '';
    };
    const whole = (name: string): number => {
      const value = body[name];
      return Number.isSafeInteger(value) ? Number(value) : 0;
    };
    const addAfter = (what: keyof typeof AFTER): void => {
      const balance = Number.isSafeInteger(body['balanceFen']) ? Number(body['balanceFen']) : 0;
      const back = what === 'ticket.changed' ? Math.max(0, -balance) : whole('backFen');
      const more = Math.max(0, balance);
      const isCash = body['payment'] === 'cash' || what === 'refund.paid';
      after.run(
        businessDate,
        text('departureId'),
        text('shiftId'),
        AFTER[what],
        source,
        1,
        what === 'ticket.voided' ? back : whole('fareFen'),
        whole('feeFen'),
        what === 'refund.paid' ? 0 : back,
        more,
        isCash && body['owed'] !== true ? back - more : 0,
      );
    };
    switch (kind) {
      case 'ticket.sold':
      case 'vehicle.sold':
        addTicket.run(
          businessDate,
          text('departureId'),
          text('shiftId'),
          text('ticketClass'),
          toStopSchema.safeParse(body['toStop']).data?.name ?? '',
          source,
          whole('fareFen'),
        );
        return;
      case 'shift.opened':
        openShift.run(text('shiftId'), source, text('clerkNumber'), businessDate, atMs, whole('floatFen'));
        return;
      case 'shift.closed':
        closeShift.run(
          atMs,
          whole('countedFen'),
          whole('expectedFen'),
          whole('differenceFen'),
          text('shiftId'),
          source,
        );
        return;
      case 'ticket.refunded':
      case 'ticket.changed':
      case 'ticket.voided':
      case 'ticket.reissued':
      case 'refund.paid':
        addAfter(kind);
        return;
      case 'print.outcome':
        setSheet.run(text('sheetId'), source, businessDate, text('outcome'));
        return;
      case 'printer.tested':
        // Used up whatever became of it, unless nothing of it went out.
        setSheet.run(
          text('sheetId'),
          source,
          businessDate,
          text('outcome') === 'failed' ? 'failed' : TEST_SHEET,
        );
        return;
    }
  };
}

/** Tickets and money of one day that have window, departure, shift, class and stop in common. */
export interface DaySales {
  window: WindowId;
  departureId: DepartureId;
  shiftId: string;
  /** Empty when the shift's own entry has not been heard. */
  clerkNumber: string;
  ticketClass: string;
  /** Name of the stop on the way where they end; empty = the end of the line. */
  toStop: string;
  tickets: number;
  fen: Fen;
}

export interface DayShift {
  window: WindowId;
  shiftId: string;
  clerkNumber: string;
  openedAtMs: number;
  floatFen: Fen;
  tickets: number;
  fen: Fen;
  closed: { atMs: number; countedFen: Fen; expectedFen: Fen; differenceFen: number } | null;
}

/** What one day, window, departure and shift have of one thing that happens to tickets after their sale. */
export interface DayAfter {
  window: WindowId;
  departureId: DepartureId;
  /** Empty for what a leader did in bulk. */
  shiftId: string;
  what: AfterWhat;
  tickets: number;
  /** Fares of the tickets that ended. */
  fareFen: number;
  feeFen: number;
  /** Money that passengers were given or are owed; what they paid at changes. */
  backFen: number;
  moreFen: number;
  /** Cash that left the shift's drawer. */
  cashFen: number;
}

export interface StationDay {
  sales: DaySales[];
  after: DayAfter[];
  /** Shifts that were opened on the day or sold on it. */
  shifts: DayShift[];
  /** Sheets of paper by window and the last word on each. */
  sheets: { window: WindowId; outcome: string; sheets: number }[];
}

interface StoredShift {
  window: WindowId;
  shift_id: string;
  clerk_number: string;
  opened_at_ms: number;
  float_fen: Fen;
  closed_at_ms: number | null;
  counted_fen: number | null;
  expected_fen: number | null;
  difference_fen: number | null;
}

/** The question of the day report. */
export function dayQueries(connection: Connection, own: { window: WindowId }) {
  const sales = connection.prepare<
    [string, string],
    {
      window: WindowId;
      departure_id: DepartureId;
      shift_id: string;
      clerk_number: string | null;
      ticket_class: string;
      to_stop: string;
      tickets: number;
      fen: Fen;
    }
  >(
    `SELECT coalesce(o.window, ?) AS window, d.departure_id, d.shift_id, s.clerk_number, d.ticket_class, d.to_stop, d.tickets, d.fen
     FROM station_days d LEFT JOIN station_sources o ON o.source = d.source
     LEFT JOIN station_shifts s ON s.shift_id = d.shift_id AND s.source = d.source
     WHERE d.business_date = ? ORDER BY window, d.departure_id, d.shift_id, d.ticket_class, d.to_stop`,
  );
  const after = connection.prepare<[string, string], DayAfter>(
    `SELECT coalesce(o.window, ?) AS window, a.departure_id AS departureId, a.shift_id AS shiftId, a.what, a.tickets,
       a.fare_fen AS fareFen, a.fee_fen AS feeFen, a.back_fen AS backFen, a.more_fen AS moreFen, a.cash_fen AS cashFen
     FROM station_after a LEFT JOIN station_sources o ON o.source = a.source
     WHERE a.business_date = ? ORDER BY window, departureId, shiftId, what`,
  );
  const shifts = connection.prepare<[string, string, string], StoredShift>(
    `SELECT coalesce(o.window, ?) AS window, s.* FROM station_shifts s LEFT JOIN station_sources o ON o.source = s.source
     WHERE s.business_date = ? OR s.shift_id IN (SELECT value FROM json_each(?)) ORDER BY window, s.opened_at_ms, s.shift_id`,
  );
  const sheets = connection.prepare<[string, string], { window: WindowId; outcome: string; sheets: number }>(
    `SELECT coalesce(o.window, ?) AS window, t.outcome, count(*) AS sheets
     FROM station_sheets t LEFT JOIN station_sources o ON o.source = t.source
     WHERE t.business_date = ? GROUP BY 1, 2 ORDER BY 1, 2`,
  );
  return {
    /** What the station sold on a business date, as far as this office knows. */
    day(date: BusinessDate): StationDay {
      const sold = sales.all(own.window, date);
      const byShift = new Map<string, { tickets: number; fen: number }>();
      for (const row of sold) {
        const sum = byShift.get(row.shift_id) ?? { tickets: 0, fen: 0 };
        byShift.set(row.shift_id, { tickets: sum.tickets + row.tickets, fen: sum.fen + row.fen });
      }
      return {
        after: after.all(own.window, date),
        sales: sold.map((row) => ({
          window: row.window,
          departureId: row.departure_id,
          shiftId: row.shift_id,
          clerkNumber: row.clerk_number ?? '',
          ticketClass: row.ticket_class,
          toStop: row.to_stop,
          tickets: row.tickets,
          fen: row.fen,
        })),
        shifts: shifts.all(own.window, date, JSON.stringify([...byShift.keys()])).map((row) => ({
          window: row.window,
          shiftId: row.shift_id,
          clerkNumber: row.clerk_number,
          openedAtMs: row.opened_at_ms,
          floatFen: row.float_fen,
          tickets: byShift.get(row.shift_id)?.tickets ?? 0,
          fen: (byShift.get(row.shift_id)?.fen ?? 0) as Fen,
          closed:
            row.closed_at_ms === null
              ? null
              : {
                  atMs: row.closed_at_ms,
                  countedFen: row.counted_fen as Fen,
                  expectedFen: row.expected_fen as Fen,
                  differenceFen: row.difference_fen ?? 0,
                },
        })),
        sheets: sheets.all(own.window, date),
      };
    },
  };
}
