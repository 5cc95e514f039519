import type { TicketNumber, WindowId } from '../../contract/ids.ts';
import type { Connection } from './connection.ts';
import type { EndedTwice } from './picture-types.ts';

type End = EndedTwice['ends'][number];

/** Reads what ended tickets more than once. `sourceOf` names the office of a source. */
export function createEndReader(
  connection: Connection,
  sourceOf: (source: number) => { window: WindowId },
  ownSource: number,
): (limit: number) => EndedTwice[] {
  // Two gates that let one ticket aboard are another list's (`conflicts`): here somebody is aboard, once.
  const listed = connection.prepare<[number], { ticket_number: TicketNumber }>(
    `SELECT DISTINCT ticket_number FROM station_ended_twice c
     WHERE (SELECT count(*) FROM station_ends e WHERE e.ticket_number = c.ticket_number)
       + EXISTS (SELECT 1 FROM station_aboard a WHERE a.ticket_number = c.ticket_number) > 1
     ORDER BY ticket_number DESC LIMIT ?`,
  );
  const endsOf = connection.prepare<
    [string, string],
    { source: number; at_ms: number; what: End['what']; worth_fen: number | null }
  >(
    `SELECT * FROM (
       SELECT source, at_ms, seq, what, worth_fen FROM station_ends WHERE ticket_number = ?
       UNION ALL
       SELECT * FROM (
         SELECT a.source, a.at_ms, a.seq, 'boarded', CASE t.source
             WHEN ${ownSource} THEN (SELECT j.entry ->> '$.body.fareFen' FROM journal j WHERE j.seq = t.seq)
             ELSE t.more ->> '$.sale.body.fareFen' END
         FROM station_aboard a LEFT JOIN station_tickets t USING (ticket_number)
         WHERE a.ticket_number = ? ORDER BY a.at_ms, a.source LIMIT 1))
     ORDER BY at_ms, source, seq`,
  );
  const settledOf = connection.prepare<[string], { at_ms: number; reason: string }>(
    'SELECT at_ms, reason FROM station_twice_settled WHERE ticket_number = ? ORDER BY at_ms LIMIT 1',
  );
  return (limit) =>
    listed.all(limit).map(({ ticket_number: ticketNumber }) => {
      const settled = settledOf.get(ticketNumber);
      return {
        ticketNumber,
        ends: endsOf.all(ticketNumber, ticketNumber).map(({ source, at_ms, what, worth_fen }) => ({
          atMs: at_ms,
          window: sourceOf(source).window,
          own: source === ownSource,
          what,
          worthFen: worth_fen,
        })),
        settled: settled ? { atMs: settled.at_ms, reason: settled.reason } : null,
      };
    });
}
