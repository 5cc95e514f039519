import type { TicketNumber } from '../../../contract/ids.ts';
import type { EntryBody } from '../../../contract/entries.ts';
import { BOUND, type Connection } from '../connection.ts';
import { parseEnvelope } from '../envelope.ts';
import type { PrintRow, TicketQuery, TicketRow } from '../types.ts';
import type { Projection } from './projection.ts';

/** After these a ticket has no place any more. */
const ENDING: ReadonlySet<string> = new Set([
  'ticket.refunded',
  'ticket.changed',
  'ticket.voided',
  'ticket.reissued',
  'ticket.endHeard',
]);

/** Tickets by number, seat and shift. What else a ticket has is read from its entry. */
export function projectTickets(connection: Connection): Projection {
  const insert = connection.prepare<[number, string, string, number | null, string, string, string, number]>(
    `INSERT INTO tickets (seq, ticket_number, departure_id, seat_number, lease_id, shift_id, ticket_class, fare_fen)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const end = connection.prepare<[string]>('UPDATE tickets SET ended = 1 WHERE ticket_number = ?');
  return {
    tables: ['tickets'],
    apply({ kind, body, seq }) {
      if (ENDING.has(kind) && 'ticketNumber' in body) return void end.run(String(body.ticketNumber));
      if (kind !== 'ticket.sold' && kind !== 'vehicle.sold') return;
      const { ticketNumber, departureId, seatNumber, leaseId, shiftId, ticketClass, fareFen } = body;
      insert.run(seq, ticketNumber, departureId, seatNumber, leaseId, shiftId, ticketClass, fareFen);
    },
  };
}

/** What makes the numbers of one ledger and date its own. */
export interface NumberOwner {
  stationCode: string;
  windowNumber: number;
  ordinal: number;
}

const NUMBER_LENGTH = 20;
const SERIAL_AT = 14;
/** Digits of `number_backwards`: ordinal, serial and check digit. */
const ENDING_INDEXED = 8;
/** Tickets counted one by one before their place is found from the other end. */
const NEAR = 5_000;
/** An ending of so many digits has few tickets. */
const ENDING_LEAST = 4;

const backwards = (digits: string): string => Array.from(digits).toReversed().join('');

/** The 14 digits that all ticket numbers of one ledger and business date begin with. */
export function numberStart(
  { stationCode, windowNumber, ordinal }: NumberOwner,
  businessDate: string,
): string {
  const twoDigits = (value: number): string => String(value).padStart(2, '0');
  return (
    stationCode + businessDate.slice(2).replaceAll('-', '') + twoDigits(windowNumber) + twoDigits(ordinal)
  );
}

export function splitNumber(ticketNumber: string): { start: string; serial: number } {
  return {
    start: ticketNumber.slice(0, SERIAL_AT),
    serial: Number(ticketNumber.slice(SERIAL_AT, SERIAL_AT + 5)),
  };
}

export function ticketQueries(
  connection: Connection,
  printOf: (ticketNumber: string) => PrintRow | undefined,
) {
  const columns = 't.seq, j.entry FROM tickets t JOIN journal j ON j.seq = t.seq';
  const byNumber = connection.prepare<[string], { seq: number; entry: string }>(
    `SELECT ${columns} WHERE t.ticket_number = ?`,
  );
  const newest = connection.prepare<[number, number], { seq: number; entry: string }>(
    `SELECT ${columns} WHERE t.seq < ? ORDER BY t.seq DESC LIMIT ?`,
  );
  const narrowed = connection.prepare<
    [number, string | null, string | null, number],
    { seq: number; entry: string }
  >(
    // The tickets of a shift lie between its first and last entry, so an old shift is not searched from today backwards.
    `WITH asked (before_seq, shift_id, suffix) AS (VALUES (?, ?, ?))
     SELECT ${columns}, asked
     WHERE t.seq < min(asked.before_seq,
                       coalesce((SELECT closed_seq FROM shifts s WHERE s.shift_id = asked.shift_id), asked.before_seq))
       AND t.seq > coalesce((SELECT opened_seq FROM shifts s WHERE s.shift_id = asked.shift_id), 0)
       AND (asked.shift_id IS NULL OR t.shift_id = asked.shift_id)
       AND (asked.suffix IS NULL OR t.ticket_number LIKE '%' || asked.suffix)
     ORDER BY t.seq DESC LIMIT ?`,
  );
  // Few tickets end alike in as many digits, so they are found by the index and put in order; the oldest rows are as near as the newest.
  const byEnding = connection.prepare<
    [string, string, number, string, string | null, string | null, number],
    { seq: number; entry: string }
  >(
    `SELECT ${columns} WHERE t.number_backwards >= ? AND t.number_backwards < ? AND t.seq < ?
       AND t.ticket_number LIKE '%' || ? AND (? IS NULL OR t.shift_id = ?)
     ORDER BY t.seq DESC LIMIT ?`,
  );
  const newestEnding = connection.prepare<[number, string, number], { seq: number; entry: string }>(
    `SELECT ${columns} WHERE t.seq < ? AND t.ticket_number LIKE '%' || ? ORDER BY t.seq DESC LIMIT ?`,
  );
  // Upwards from an older ticket: the first so many.
  const upwards = connection.prepare<
    [number, number, string | null, string | null, number],
    { seq: number; entry: string }
  >(
    `WITH asked (after_seq, before_seq, shift_id, suffix) AS (VALUES (?, ?, ?, ?))
     SELECT ${columns}, asked
     WHERE t.seq > max(asked.after_seq,
                       coalesce((SELECT opened_seq FROM shifts s WHERE s.shift_id = asked.shift_id), 0))
       AND t.seq < asked.before_seq
       AND (asked.shift_id IS NULL OR t.shift_id = asked.shift_id)
       AND (asked.suffix IS NULL OR t.ticket_number LIKE '%' || asked.suffix)
     ORDER BY t.seq LIMIT ?`,
  );
  const countAll = connection.prepare<[], { count: number }>('SELECT count(*) AS count FROM tickets');
  const newestSeq = connection.prepare<[], { seq: number | null }>('SELECT max(seq) AS seq FROM tickets');
  const countNewer = connection.prepare<[number, number], { count: number }>(
    'SELECT count(*) AS count FROM (SELECT 1 FROM tickets WHERE seq > ? LIMIT ?)',
  );
  const countOlder = connection.prepare<[number, number], { count: number }>(
    'SELECT count(*) AS count FROM (SELECT 1 FROM tickets WHERE seq < ? LIMIT ?)',
  );
  const lastNumber = connection.prepare<[string, string], { last: string | null }>(
    'SELECT max(ticket_number) AS last FROM tickets WHERE ticket_number BETWEEN ? AND ?',
  );
  const byToken = connection.prepare<[Uint8Array, string], { ticket_number: TicketNumber }>(
    `SELECT t.ticket_number FROM vault_rows v JOIN tickets t ON t.seq = v.seq
     WHERE v.token = ${BOUND} AND t.departure_id = ${BOUND} AND t.ended = 0 ORDER BY v.seq LIMIT 1`,
  );

  const ended = connection.prepare<[string], { ended: number }>(
    'SELECT ended FROM tickets WHERE ticket_number = ?',
  );

  const asTicket = ({ seq, entry }: { seq: number; entry: string }): TicketRow => {
    const { at, businessDate, actor, commandId, identity, kind, body } = parseEnvelope(entry);
    const rest = { seq, atMs: at, businessDate, actor, commandId, identity: identity ?? null };
    const print = printOf(String(body['ticketNumber'])) ?? null;
    return kind === 'vehicle.sold'
      ? { ...rest, kind, body: body as EntryBody<'vehicle.sold'>, print }
      : { ...rest, kind: 'ticket.sold', body: body as EntryBody<'ticket.sold'>, print };
  };

  /** Tickets up to a `seq`: none is ever taken out, so only what came since is counted. */
  let counted: { seq: number; count: number } | undefined;
  const total = (): number => {
    const seq = newestSeq.get()?.seq ?? 0;
    const count = counted
      ? counted.count + (countNewer.get(counted.seq, Number.MAX_SAFE_INTEGER)?.count ?? 0)
      : (countAll.get()?.count ?? 0);
    counted = { seq, count };
    return count;
  };

  return {
    /** Near either end, where people look, few rows are walked, however long the ledger is. */
    place(seq: number): { newer: number; total: number } {
      const all = total();
      const newer = countNewer.get(seq, NEAR)?.count ?? 0;
      if (newer < NEAR) return { newer, total: all };
      const older = countOlder.get(seq, NEAR)?.count ?? 0;
      if (older < NEAR) return { newer: all - older - 1, total: all };
      return { newer: countNewer.get(seq, Number.MAX_SAFE_INTEGER)?.count ?? 0, total: all };
    },
    ticket(ticketNumber: string): TicketRow | undefined {
      const row = byNumber.get(ticketNumber);
      return row && asTicket(row);
    },
    tickets({ limit, before, after, shiftId, ticketNumberSuffix }: TicketQuery): TicketRow[] {
      const beforeSeq = before ?? Number.MAX_SAFE_INTEGER;
      if (ticketNumberSuffix !== undefined && !/^\d+$/.test(ticketNumberSuffix)) return [];
      if (after !== undefined)
        return upwards
          .all(after, beforeSeq, shiftId ?? null, ticketNumberSuffix ?? null, limit)
          .map(asTicket)
          .toReversed();
      if (ticketNumberSuffix === undefined && shiftId === undefined)
        return newest.all(beforeSeq, limit).map(asTicket);
      if (ticketNumberSuffix?.length === NUMBER_LENGTH) {
        const row = byNumber.get(ticketNumberSuffix);
        const ticket = row && row.seq < beforeSeq ? asTicket(row) : undefined;
        return ticket && (shiftId === undefined || ticket.body.shiftId === shiftId)
          ? [ticket].slice(0, limit)
          : [];
      }
      if (ticketNumberSuffix !== undefined && ticketNumberSuffix.length >= ENDING_LEAST) {
        const start = backwards(ticketNumberSuffix).slice(0, ENDING_INDEXED);
        const shift = shiftId ?? null;
        // ':' follows '9'.
        return byEnding
          .all(start, `${start}:`, beforeSeq, ticketNumberSuffix, shift, shift, limit)
          .map(asTicket);
      }
      // A shorter ending has many tickets: from the newest backwards the list is soon full.
      if (ticketNumberSuffix !== undefined && shiftId === undefined)
        return newestEnding.all(beforeSeq, ticketNumberSuffix, limit).map(asTicket);
      return narrowed.all(beforeSeq, shiftId ?? null, ticketNumberSuffix ?? null, limit).map(asTicket);
    },
    /** Last serial used behind a {@link numberStart}, 0 when none was. */
    lastSerial(start: string): number {
      const last = lastNumber.get(`${start}000000`, `${start}999999`)?.last;
      return last === null || last === undefined ? 0 : splitNumber(last).serial;
    },
    isEnded: (ticketNumber: string): boolean => ended.get(ticketNumber)?.ended === 1,
    ticketByToken: (token: Uint8Array, departureId: string): TicketNumber | undefined =>
      byToken.get(token, departureId)?.ticket_number,
  };
}
