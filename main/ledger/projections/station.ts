import { z } from 'zod';
import type { BusinessDate } from '../../../contract/ids.ts';
import { toStopSchema } from '../../../contract/stops.ts';
import type { Connection } from '../connection.ts';
import { LedgerConflictError } from '../types.ts';
import type { PictureMore, PictureState } from '../picture-types.ts';
import type { Projection } from './projection.ts';
import { createDayWriter, DAY_TABLES } from './station-days.ts';
import { createEndWriter, END_TABLES } from './ticket-ends.ts';

/** Source of rows that come from this office's own journal. */
export const OWN_SOURCE = 0;

/**
 * Kinds that say what became of a ticket, and what that is. A kind that this program does not write yet still takes effect
 * when another window's journal has it.
 */
const STATE_OF_KIND: Readonly<Record<string, PictureState>> = {
  'ticket.voided': 'void',
  'ticket.refunded': 'refunded',
  'refund.requested': 'refundPending',
  'ticket.changed': 'replaced',
  'ticket.reissued': 'replaced',
  'refund.withdrawn': 'sold',
};

/** An entry as the picture reads it: kind and body are whatever the journal has, of this program or a newer one. */
export interface PictureEntry {
  seq: number;
  atMs: number;
  businessDate: BusinessDate;
  kind: string;
  body: Readonly<Record<string, unknown>>;
}

/** Writes what one entry of one source means for the picture. */
export function createPictureWriter(connection: Connection) {
  const day = createDayWriter(connection);
  const ends = createEndWriter(connection);
  const ticket = connection.prepare<
    [string, number, number, string, number, string, string, number | null, number, string | null]
  >(
    `INSERT INTO station_tickets (ticket_number, source, seq, departure_id, depart_at_ms, ticket_class, document_kind, seat_number, heads, more)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     -- A number of ours is ours, whoever else claims it; between others the first stands.
     ON CONFLICT (ticket_number) DO UPDATE SET source = excluded.source, seq = excluded.seq, departure_id = excluded.departure_id,
       depart_at_ms = excluded.depart_at_ms, ticket_class = excluded.ticket_class, document_kind = excluded.document_kind,
       seat_number = excluded.seat_number, heads = excluded.heads, more = excluded.more WHERE excluded.source = 0`,
  );
  const state = connection.prepare<[string, number, number, number, string, string | null]>(
    `INSERT INTO station_ticket_states (ticket_number, source, seq, at_ms, state, replaced_by) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET seq = excluded.seq, at_ms = excluded.at_ms, state = excluded.state, replaced_by = excluded.replaced_by`,
  );
  const board = connection.prepare<[string, number, number, number, string, string, string, 0 | 1]>(
    `INSERT INTO station_boardings (ticket_number, source, seq, at_ms, departure_id, gate, method, apart, boarded)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)
     ON CONFLICT DO UPDATE SET seq = excluded.seq, at_ms = excluded.at_ms, departure_id = excluded.departure_id,
       gate = excluded.gate, method = excluded.method, apart = excluded.apart, boarded = 1 WHERE boarded = 0`,
  );
  const unboard = connection.prepare<[number, string, number]>(
    'UPDATE station_boardings SET boarded = 0, seq = ? WHERE ticket_number = ? AND source = ? AND boarded = 1',
  );
  const unboardOther = connection.prepare<[string, number, string, number, number, number]>(
    `INSERT INTO station_unboardings (ticket_number, source, of_ledger, of_seq, seq, at_ms) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET of_seq = excluded.of_seq, seq = excluded.seq, at_ms = excluded.at_ms`,
  );
  const gate = connection.prepare<[string, number, number, number, string, string]>(
    `INSERT INTO station_gates (departure_id, source, seq, at_ms, gate, state) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET seq = excluded.seq, at_ms = excluded.at_ms, gate = excluded.gate, state = excluded.state`,
  );
  const owe = connection.prepare<[string, number, number, number]>(
    `INSERT INTO station_owed (ticket_number, source, owed_fen, paid_fen) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET owed_fen = owed_fen + excluded.owed_fen, paid_fen = paid_fen + excluded.paid_fen`,
  );
  const noShow = connection.prepare<[string, number]>(
    'INSERT INTO station_no_shows (ticket_number, source) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  const contact = connection.prepare<[string, number, number, string]>(
    `INSERT INTO station_contacts (ticket_number, source, at_ms, contact) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET at_ms = excluded.at_ms, contact = excluded.contact`,
  );
  const stopSale = connection.prepare<[string, number, number, number]>(
    'INSERT INTO station_sale_stops (departure_id, source, seq, at_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const manifest = connection.prepare<[string, number, number, string, number]>(
    'UPDATE station_gates SET manifest = ?, frozen_at_ms = ?, seq = ? WHERE departure_id = ? AND source = ?',
  );
  const reconciled = connection.prepare<[string, number, string, number]>(
    'UPDATE station_gates SET reconciled = ?, seq = ? WHERE departure_id = ? AND source = ?',
  );

  return function write(source: number, entry: PictureEntry): void {
    const { seq, atMs, kind, body } = entry;
    day(source, entry);
    ends.write(source, entry);
    const text = (name: string): string => {
      const value = body[name];
      return typeof value === 'string' ? value : '';
    };
    switch (kind) {
      case 'ticket.sold':
      case 'vehicle.sold': {
        const seat = body['seatNumber'];
        const more = moreOf(body, source, atMs);
        const isVehicle = kind === 'vehicle.sold';
        ticket.run(
          text('ticketNumber'),
          source,
          seq,
          text('departureId'),
          Number(body['departAt']),
          text('ticketClass'),
          isVehicle ? 'plate' : text('documentKind'),
          typeof seat === 'number' ? seat : null,
          isVehicle ? 0 : 1,
          Object.keys(more).length > 0 ? JSON.stringify(more) : null,
        );
        return;
      }
      case 'ticket.boarded': {
        const done = board.run(
          text('ticketNumber'),
          source,
          seq,
          atMs,
          text('departureId'),
          text('gate'),
          text('method'),
          body['apart'] === true ? 1 : 0,
        );
        // Another window's journal says what it says; our own desk may not ask for it.
        if (done.changes !== 1 && source === OWN_SOURCE)
          throw new LedgerConflictError('the ticket is aboard');
        ends.aboard(text('ticketNumber'));
        return;
      }
      case 'ticket.unboarded': {
        const of = ofOther.safeParse(body['of']);
        if (of.success) {
          const { ledgerId, seq: ofSeq } = of.data;
          unboardOther.run(text('ticketNumber'), source, ledgerId, ofSeq, seq, atMs);
          return;
        }
        const done = unboard.run(seq, text('ticketNumber'), source);
        if (done.changes !== 1 && source === OWN_SOURCE)
          throw new LedgerConflictError('the ticket is not aboard');
        return;
      }
      case 'gate.opened':
      case 'gate.closed':
        gate.run(
          text('departureId'),
          source,
          seq,
          atMs,
          text('gate'),
          kind === 'gate.opened' ? 'open' : 'closed',
        );
        return;
      case 'refund.paid':
        owe.run(text('ticketNumber'), source, 0, whole(body['backFen']));
        return;
      case 'ticket.noShow':
        noShow.run(text('ticketNumber'), source);
        return;
      case 'worklist.noted':
        contact.run(text('ticketNumber'), source, atMs, text('contact'));
        return;
      case 'sale.stopped':
        stopSale.run(text('departureId'), source, seq, atMs);
        return;
      case 'manifest.frozen':
        manifest.run(JSON.stringify(body), atMs, seq, text('departureId'), source);
        return;
      case 'sailing.reconciled':
        reconciled.run(JSON.stringify(body), seq, text('departureId'), source);
        return;
      default: {
        const became = kind === 'ticket.endHeard' ? (text('state') as PictureState) : STATE_OF_KIND[kind];
        if (became === undefined || typeof body['ticketNumber'] !== 'string') return;
        if (body['owed'] === true)
          owe.run(body['ticketNumber'], source, whole(body['backFen'] ?? -Number(body['balanceFen'])), 0);
        // A request to change or to print again leaves the ticket good until it is done.
        if (kind === 'refund.requested' && body['act'] !== undefined && body['act'] !== 'refund') return;
        const other = body['replacedBy'] ?? body['newTicketNumber'];
        state.run(body['ticketNumber'], source, seq, atMs, became, typeof other === 'string' ? other : null);
      }
    }
  };
}

/** Whose boarding is taken back, where it is another office's. */
const ofOther = z.object({ ledgerId: z.string().max(64), seq: z.int().min(1) });

const whole = (value: unknown): number => (Number.isSafeInteger(value) ? Math.max(0, Number(value)) : 0);

const isReplacing = (value: unknown): value is { ticketNumber: string } =>
  typeof value === 'object' &&
  value !== null &&
  'ticketNumber' in value &&
  typeof value.ticketNumber === 'string';

function moreOf(body: Readonly<Record<string, unknown>>, source: number, atMs: number): PictureMore {
  const { carriedBy, takes, driverTicket, replaces, rolling, readAloudBy } = body;
  const toStop = toStopSchema.safeParse(body['toStop']).data;
  const { queueNumber, standby } = (rolling ?? {}) as Record<string, unknown>;
  return {
    // Of another window's ticket the entry is not here to be read.
    ...(source === OWN_SOURCE ? {} : { sale: { soldAtMs: atMs, body } }),
    ...(isReplacing(replaces) ? { replaces: replaces.ticketNumber } : {}),
    ...(typeof carriedBy === 'string' ? { withTicket: carriedBy } : {}),
    ...(takes === 'head' || takes === 'quota' || takes === 'none' ? { takes } : {}),
    ...(typeof driverTicket === 'string' ? { driverTicket } : {}),
    ...(typeof queueNumber === 'number' ? { queue: queueNumber } : {}),
    ...(standby === true ? { standby } : {}),
    ...(typeof readAloudBy === 'string' ? { readAloud: true as const } : {}),
    ...(toStop ? { toStop } : {}),
  };
}

const TABLES = [
  'station_tickets',
  'station_ticket_states',
  'station_boardings',
  'station_unboardings',
  'station_gates',
  'station_sale_stops',
  'station_owed',
  'station_contacts',
  'station_no_shows',
  ...DAY_TABLES,
  ...END_TABLES,
] as const;

/** This office's own part of the station's picture. What came from other windows survives a rebuild. */
export function projectStation(connection: Connection): Projection {
  const write = createPictureWriter(connection);
  return {
    tables: TABLES,
    keeps: `source <> ${OWN_SOURCE}`,
    apply({ kind, body, seq, atMs, businessDate }) {
      write(OWN_SOURCE, { kind, body, seq, atMs, businessDate });
    },
  };
}
