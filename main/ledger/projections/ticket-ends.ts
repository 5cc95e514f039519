import type { Connection } from '../connection.ts';
import type { EndedBy } from '../picture-types.ts';

/** Tables of this part, each with a `source`. */
export const END_TABLES = ['station_ends', 'station_ended_twice', 'station_twice_settled'] as const;

const END_OF_KIND: Readonly<Record<string, EndedBy>> = {
  'ticket.refunded': 'refund',
  'ticket.voided': 'void',
  'ticket.changed': 'change',
  'ticket.reissued': 'reissue',
};

type Body = Readonly<Record<string, unknown>>;

/** What the passenger has for the ticket now: money, or a ticket of that worth. */
function worthOf(what: EndedBy, body: Body): number {
  const fen = (name: string): number => {
    const value = body[name];
    return typeof value === 'number' && Number.isSafeInteger(value) ? Math.max(0, value) : 0;
  };
  if (what === 'reissue') return fen('fareFen');
  return what === 'change' ? Math.max(0, fen('fareFen') - fen('feeFen')) : fen('backFen');
}

/**
 * Follows what ended tickets. A ticket ends once, aboard or at a counter: more than one end is somebody's task (`picture.endedTwice`).
 * What may be one is kept, also where a boarding was taken back since, so that entries in any order leave the same rows.
 */
export function createEndWriter(connection: Connection) {
  const end = connection.prepare<[string, number, number, number, string, number]>(
    `INSERT INTO station_ends (ticket_number, source, seq, at_ms, what, worth_fen) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  // Of every source that ended it or let it aboard, whichever came first: a rebuild replays the own ends alone, after those of others.
  const twice = connection.prepare<[string]>(
    `WITH asked (ticket_number) AS (SELECT ?),
     words AS (SELECT ticket_number, source, 1 AS is_end FROM asked JOIN station_ends USING (ticket_number)
               UNION ALL SELECT ticket_number, source, 0 FROM asked JOIN station_boardings USING (ticket_number))
     INSERT INTO station_ended_twice (ticket_number, source)
     SELECT DISTINCT ticket_number, source FROM words
       WHERE (SELECT count(*) FROM words) > 1 AND (SELECT max(is_end) FROM words) = 1 ON CONFLICT DO NOTHING`,
  );
  const settled = connection.prepare<[string, number, number, string]>(
    `INSERT INTO station_twice_settled (ticket_number, source, at_ms, reason) VALUES (?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );

  function write(
    source: number,
    { seq, atMs, kind, body }: { seq: number; atMs: number; kind: string; body: Body },
  ): void {
    const { ticketNumber, reason } = body;
    if (typeof ticketNumber !== 'string') return;
    if (kind === 'ticket.twiceSettled')
      settled.run(ticketNumber, source, atMs, typeof reason === 'string' ? reason : '');
    const what = END_OF_KIND[kind];
    if (what === undefined) return;
    if (end.run(ticketNumber, source, seq, atMs, what, worthOf(what, body)).changes > 0)
      twice.run(ticketNumber);
  }
  /** It was let aboard: its boarding is written. */
  const aboard = (ticketNumber: string): void => void twice.run(ticketNumber);
  return { write, aboard };
}
