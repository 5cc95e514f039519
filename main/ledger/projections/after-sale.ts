import type { PermitAct } from '../../../contract/entries/after-sale.ts';
import type { Fen, TicketNumber, WindowId } from '../../../contract/ids.ts';
import type { Connection } from '../connection.ts';
import { parseEnvelope } from '../envelope.ts';
import type { Projection } from './projection.ts';
import { OWN_SOURCE } from './station.ts';

/** A permit of this office that is out. */
export interface PermitRow {
  readonly requestId: string;
  readonly ticketNumber: TicketNumber;
  readonly act: PermitAct;
  readonly holder: WindowId;
}

/** A numbered request of this office that waits for contact. */
export interface RequestRow {
  readonly requestNumber: string;
  readonly requestId: string;
  readonly ticketNumber: TicketNumber;
  readonly act: PermitAct;
  readonly atMs: number;
}

/** Permits that this office gave, and requests that it took down. */
export function projectAfterSale(connection: Connection): Projection {
  const give = connection.prepare<[string, string, string, string, number]>(
    `INSERT INTO permits (ticket_number, request_id, act, holder, given_seq) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (ticket_number) DO UPDATE SET request_id = excluded.request_id, act = excluded.act,
       holder = excluded.holder, given_seq = excluded.given_seq`,
  );
  const takeBack = connection.prepare<[string, string]>(
    'DELETE FROM permits WHERE ticket_number = ? AND request_id = ?',
  );
  const request = connection.prepare<[string, string, string, string, number]>(
    'INSERT INTO refund_requests (request_number, request_id, ticket_number, act, at_ms) VALUES (?, ?, ?, ?, ?)',
  );
  const withdraw = connection.prepare<[string]>(
    'UPDATE refund_requests SET withdrawn = 1 WHERE request_number = ?',
  );
  const addToBatch = connection.prepare<[string, number]>(
    `INSERT INTO bulk_batches (batch_id, tickets, back_fen) VALUES (?, 1, ?)
     ON CONFLICT (batch_id) DO UPDATE SET tickets = tickets + 1, back_fen = back_fen + excluded.back_fen`,
  );
  return {
    tables: ['permits', 'refund_requests', 'bulk_batches'],
    apply({ kind, body, seq, atMs }) {
      if (kind === 'ticket.refunded' || kind === 'ticket.changed') {
        const backFen = kind === 'ticket.refunded' ? body.backFen : Math.max(0, -body.balanceFen);
        if (body.batchId !== null) addToBatch.run(body.batchId, backFen);
      } else if (kind === 'permit.given')
        give.run(body.ticketNumber, body.requestId, body.act, body.holder, seq);
      else if (kind === 'permit.returned') takeBack.run(body.ticketNumber, body.requestId);
      else if (kind === 'refund.requested')
        request.run(body.requestNumber, body.requestId, body.ticketNumber, body.act, atMs);
      else if (kind === 'refund.withdrawn') withdraw.run(body.requestNumber);
    },
  };
}

interface StoredRequest {
  request_number: string;
  request_id: string;
  ticket_number: TicketNumber;
  act: PermitAct;
  at_ms: number;
}

interface StoredPermit {
  request_id: string;
  ticket_number: TicketNumber;
  act: PermitAct;
  holder: WindowId;
}

/** What the desks after the sale ask of this office's own books. */
export type AfterSaleBooks = ReturnType<typeof afterSaleQueries>;

export function afterSaleQueries(connection: Connection) {
  const permit = connection.prepare<[string], StoredPermit>('SELECT * FROM permits WHERE ticket_number = ?');
  const permitsOf = connection.prepare<[string, number], StoredPermit>(
    'SELECT * FROM permits WHERE holder = ? ORDER BY given_seq DESC LIMIT ?',
  );
  const ended = connection.prepare<[string], { n: number }>(
    `SELECT count(*) AS n FROM station_ends WHERE ticket_number = ? AND source = ${OWN_SOURCE}`,
  );
  const requests = connection.prepare<[], StoredRequest>(
    'SELECT * FROM refund_requests WHERE withdrawn = 0 ORDER BY at_ms, request_number',
  );
  const ofTicket = connection.prepare<[string], StoredRequest>(
    'SELECT * FROM refund_requests WHERE ticket_number = ? AND withdrawn = 0 ORDER BY at_ms, request_number LIMIT 1',
  );
  const batch = connection.prepare<[string], { tickets: number; backFen: Fen }>(
    'SELECT tickets, back_fen AS backFen FROM bulk_batches WHERE batch_id = ?',
  );
  const ending = connection.prepare<[string], { entry: string }>(
    `SELECT j.entry FROM station_ticket_states s JOIN journal j ON j.seq = s.seq
     WHERE s.ticket_number = ? AND s.source = ${OWN_SOURCE}`,
  );
  const counted = connection.prepare<[], { n: number }>('SELECT count(*) AS n FROM refund_requests');
  return {
    /** The newest permit of a ticket; whether it was used is seen in the ticket. */
    permitOf(ticketNumber: string): PermitRow | undefined {
      const row = permit.get(ticketNumber);
      return row && permitFrom(row);
    },
    /** The newest permits of a window that did not come back, used or not. */
    permitsOf: (holder: WindowId, limit: number): PermitRow[] =>
      permitsOf.all(holder, limit).map((row) => permitFrom(row)),
    /** This very office ended the ticket: a refund, a void, a change, or issued again. */
    hasEnded: (ticketNumber: string): boolean => (ended.get(ticketNumber)?.n ?? 0) > 0,
    /** Requests that were not withdrawn, oldest first, settled or not. */
    refundRequests: (): RequestRow[] => requests.all().map((row) => requestOf(row)),
    refundRequestOf(ticketNumber: string): RequestRow | undefined {
      const row = ofTicket.get(ticketNumber);
      return row && requestOf(row);
    },
    /** What this office did with a ticket, in money; undefined when it did nothing with it. */
    afterSaleOf(ticketNumber: string): { feeFen: number; backFen: number } | undefined {
      const row = ending.get(ticketNumber);
      if (!row) return undefined;
      const { feeFen = 0, backFen, balanceFen = 0 } = parseEnvelope(row.entry).body as Record<string, number>;
      return { feeFen, backFen: backFen ?? Math.max(0, -balanceFen) };
    },
    /** What a command in bulk has done, over all its runs. */
    bulkSoFar: (batchId: string): { tickets: number; backFen: Fen } =>
      batch.get(batchId) ?? { tickets: 0, backFen: 0 as Fen },
    /** How many were ever taken down: the next one's number follows. */
    refundRequestCount: (): number => counted.get()?.n ?? 0,
  };
}

const permitFrom = ({ request_id, ticket_number, act, holder }: StoredPermit): PermitRow => ({
  requestId: request_id,
  ticketNumber: ticket_number,
  act,
  holder,
});

function requestOf(row: StoredRequest): RequestRow {
  return {
    requestNumber: row.request_number,
    requestId: row.request_id,
    ticketNumber: row.ticket_number,
    act: row.act,
    atMs: row.at_ms,
  };
}
