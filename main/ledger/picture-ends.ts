import type { TicketNumber, WindowId } from '../../contract/ids.ts';
import type { Connection } from './connection.ts';
import type { EndedBy, EndedTwice } from './picture-types.ts';

/** Reads what ended tickets more than once. `sourceOf` names the office of a source. */
export function createEndReader(
  connection: Connection,
  sourceOf: (source: number) => { window: WindowId },
  ownSource: number,
): (limit: number) => EndedTwice[] {
  const listed = connection.prepare<[number], { ticket_number: TicketNumber }>(
    'SELECT DISTINCT ticket_number FROM station_ended_twice ORDER BY ticket_number DESC LIMIT ?',
  );
  const endsOf = connection.prepare<
    [string],
    { source: number; at_ms: number; what: EndedBy; worth_fen: number }
  >(
    'SELECT source, at_ms, what, worth_fen FROM station_ends WHERE ticket_number = ? ORDER BY at_ms, source, seq',
  );
  const settledOf = connection.prepare<[string], { at_ms: number; reason: string }>(
    'SELECT at_ms, reason FROM station_twice_settled WHERE ticket_number = ? ORDER BY at_ms LIMIT 1',
  );
  return (limit) =>
    listed.all(limit).map(({ ticket_number: ticketNumber }) => {
      const settled = settledOf.get(ticketNumber);
      return {
        ticketNumber,
        ends: endsOf.all(ticketNumber).map(({ source, at_ms, what, worth_fen }) => ({
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
