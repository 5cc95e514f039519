import type { BoardingMethod } from '../../contract/entries/gate.ts';
import type { DepartureId, LedgerId, TicketNumber, WindowId } from '../../contract/ids.ts';
import type { Connection } from './connection.ts';
import type { PictureBoarding, PictureClaim, PictureClaims } from './picture-types.ts';

interface Stored {
  ticket_number: TicketNumber;
  window: WindowId;
  ledger_id: LedgerId;
  departure_id: DepartureId;
  gate: string;
  method: BoardingMethod;
  at_ms: number;
  after_seq: number;
}

/** Claims of offices of which no boarding stands: few, those of which the boarding is on its way. */
export const OPEN_CLAIMS = `SELECT c.ticket_number, c.departure_id FROM station_claims c WHERE NOT EXISTS
  (SELECT 1 FROM station_aboard a JOIN station_sources s ON s.source = a.source
   WHERE a.ticket_number = c.ticket_number AND s.ledger_id = c.ledger_id)`;
/** How many boardings of a ticket `t` stand. */
export const ROWS_ABOARD = '(SELECT count(*) FROM station_aboard b WHERE b.ticket_number = t.ticket_number)';

/** What a host said yes to. A boarding that arrives ends its claim ({@link endClaims}). */
export function createClaims(
  connection: Connection,
  durably: <T>(work: () => T) => T,
): PictureClaims & {
  openOf(ticketNumber: string, boardings: readonly PictureBoarding[]): PictureBoarding[];
} {
  const put = connection.prepare<[string, string, string, string, string, string, number, number]>(
    `INSERT OR REPLACE INTO station_claims (ticket_number, window, ledger_id, departure_id, gate, method, at_ms, after_seq)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const drop = connection.prepare<[string, string]>(
    'DELETE FROM station_claims WHERE ledger_id = ? AND ticket_number = ?',
  );
  const ofLedger = connection.prepare<[string], Stored>(
    'SELECT * FROM station_claims WHERE ledger_id = ? ORDER BY at_ms',
  );
  const ofTicket = connection.prepare<[string], Stored>(
    'SELECT * FROM station_claims WHERE ticket_number = ?',
  );
  return {
    keep: (claims) =>
      durably(() => {
        for (const { ticketNumber, window, ledgerId, departureId, gate, method, atMs, afterSeq } of claims)
          put.run(ticketNumber, window, ledgerId, departureId, gate, method, atMs, afterSeq);
      }),
    release: (ledgerId, ticketNumbers) =>
      durably(() => {
        for (const ticketNumber of ticketNumbers) drop.run(ledgerId, ticketNumber);
      }),
    of: (ledgerId) => ofLedger.all(ledgerId).map(claimOf),
    openOf(ticketNumber, boardings) {
      const row = ofTicket.get(ticketNumber);
      if (!row || boardings.some(({ ledgerId }) => ledgerId === row.ledger_id)) return [];
      const { departureId, gate, method, atMs, window, ledgerId } = claimOf(row);
      return [{ departureId, gate, method, atMs, window, ledgerId, own: false, seq: null, apart: false }];
    },
  };
}

/** Ends the claims for which a ledger's boardings have come. Inside the transaction that takes them in. */
export function endClaims(
  connection: Connection,
): (ledgerId: string, ticketNumber: string, seq: number) => void {
  const end = connection.prepare<[string, string, number]>(
    'DELETE FROM station_claims WHERE ledger_id = ? AND ticket_number = ? AND after_seq < ?',
  );
  return (ledgerId, ticketNumber, seq) => void end.run(ledgerId, ticketNumber, seq);
}

function claimOf(row: Stored): PictureClaim {
  return {
    ticketNumber: row.ticket_number,
    window: row.window,
    ledgerId: row.ledger_id,
    departureId: row.departure_id,
    gate: row.gate,
    method: row.method,
    atMs: row.at_ms,
    afterSeq: row.after_seq,
  };
}
