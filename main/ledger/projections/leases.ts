import type { EntryBody } from '../../../contract/entries.ts';
import type { BusinessDate, DepartureId } from '../../../contract/ids.ts';
import type { Connection } from '../connection.ts';
import { LedgerConflictError, type LeaseRow } from '../types.ts';
import type { Projection } from './projection.ts';
import { countSeats, tidyRanges, withoutSeat, type SeatRanges } from './seat-ranges.ts';

/** Seats that this window holds. A ticket takes its seat out of its lease; the table refuses a lease overdrawn. */
export function projectLeases(connection: Connection): Projection {
  const take = connection.prepare<[string, string, string, number, string, number, number, number]>(
    `INSERT INTO leases (lease_id, departure_id, kind, total, free_ranges, heads, free_children, taken_seq)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const sellFree = connection.prepare<[string, string]>(
    `UPDATE leases SET sold = sold + 1, heads_sold = heads_sold + 1
     WHERE lease_id = ? AND departure_id = ? AND kind = 'free'`,
  );
  const carryHead = connection.prepare<[string, string]>(
    'UPDATE leases SET heads_sold = heads_sold + 1 WHERE lease_id = ? AND departure_id = ?',
  );
  const carryChild = connection.prepare<[string, string]>(
    'UPDATE leases SET free_children_sold = free_children_sold + 1 WHERE lease_id = ? AND departure_id = ?',
  );
  const numbered = connection.prepare<[string, string], { free_ranges: string }>(
    `SELECT free_ranges FROM leases WHERE lease_id = ? AND departure_id = ? AND kind = 'numbered'`,
  );
  const sellNumbered = connection.prepare<[string, string]>(
    'UPDATE leases SET sold = sold + 1, heads_sold = heads_sold + 1, free_ranges = ? WHERE lease_id = ?',
  );

  const sell = ({ leaseId, departureId, seatNumber, takes }: EntryBody<'ticket.sold'>): void => {
    if (takes === 'none') return;
    if (takes !== undefined) {
      const carry = takes === 'head' ? carryHead : carryChild;
      if (carry.run(leaseId, departureId).changes === 1) return;
      throw new LedgerConflictError(`lease ${leaseId} carries nobody on ${departureId}`);
    }
    if (seatNumber === null) {
      if (sellFree.run(leaseId, departureId).changes === 1) return;
      throw new LedgerConflictError(`lease ${leaseId} gives no free seat on ${departureId}`);
    }
    const lease = numbered.get(leaseId, departureId);
    const left = lease && withoutSeat(JSON.parse(lease.free_ranges) as SeatRanges, seatNumber);
    if (!left)
      throw new LedgerConflictError(`lease ${leaseId} does not hold seat ${seatNumber} of ${departureId}`);
    sellNumbered.run(JSON.stringify(left), leaseId);
  };
  return {
    tables: ['leases'],
    apply({ kind, body, seq }) {
      if (kind === 'ticket.sold') sell(body);
      else if (kind === 'lease.taken') {
        const { leaseId, departureId, seats } = body;
        const ranges = seats.kind === 'numbered' ? tidyRanges(seats.ranges) : [];
        const total = seats.kind === 'numbered' ? countSeats(ranges) : seats.count;
        take.run(
          leaseId,
          departureId,
          seats.kind,
          total,
          JSON.stringify(ranges),
          body.heads ?? total,
          body.freeChildren ?? 0,
          seq,
        );
      }
    },
  };
}

interface Stored {
  lease_id: string;
  departure_id: DepartureId;
  kind: 'numbered' | 'free';
  total: number;
  sold: number;
  free_ranges: string;
  heads: number;
  heads_sold: number;
  free_children: number;
  free_children_sold: number;
}

/** Latest date of a departure that the window ever held a lease of; null when it held none. */
export function leasedThroughOf(connection: Connection): BusinessDate | null {
  const row = connection
    .prepare<[], { through: BusinessDate | null }>(
      `SELECT max(substr(departure_id, instr(departure_id, '/') + 1, 10)) AS through FROM leases`,
    )
    .get();
  return row?.through ?? null;
}

interface Held {
  total: number;
  sold: number;
  /** Seats or heads, whichever is less. */
  left: number;
}

export function leaseQueries(connection: Connection) {
  const ofDeparture = connection.prepare<[string], Stored>(
    `SELECT lease_id, departure_id, kind, total, sold, free_ranges, heads, heads_sold, free_children,
            free_children_sold
     FROM leases
     WHERE departure_id = ? ORDER BY taken_seq`,
  );
  const held = connection.prepare<[string], { departure_id: string } & Held>(
    `SELECT departure_id, sum(total) AS total, sum(sold) AS sold, sum(min(total - sold, heads - heads_sold)) AS left
     FROM leases
     WHERE departure_id IN (SELECT value FROM json_each(?)) GROUP BY departure_id`,
  );
  return {
    leasesOf: (departureId: string): LeaseRow[] =>
      ofDeparture.all(departureId).map((row) => ({
        leaseId: row.lease_id,
        departureId: row.departure_id,
        kind: row.kind,
        total: row.total,
        sold: row.sold,
        freeRanges: JSON.parse(row.free_ranges) as SeatRanges,
        heads: { total: row.heads, sold: row.heads_sold },
        freeChildren: { total: row.free_children, sold: row.free_children_sold },
      })),
    heldByDeparture: (departureIds: readonly string[]): Map<string, Held> =>
      new Map(
        held
          .all(JSON.stringify(departureIds))
          .map(({ departure_id, total, sold, left }) => [departure_id, { total, sold, left }]),
      ),
  };
}
