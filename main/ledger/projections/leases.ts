import type { EntryBody } from '../../../contract/entries.ts';
import type { BusinessDate, DepartureId } from '../../../contract/ids.ts';
import type { Connection } from '../connection.ts';
import { LedgerConflictError, type LeaseRow } from '../types.ts';
import type { Projection } from './projection.ts';
import { countSeats, tidyRanges, withoutSeat, type SeatRanges } from './seat-ranges.ts';

/** Seats that this window holds. A ticket takes its seat out of its lease; the table refuses a lease overdrawn. */
export function projectLeases(connection: Connection): Projection {
  const take = connection.prepare<[string, string, string, number, string, number]>(
    `INSERT INTO leases (lease_id, departure_id, kind, total, free_ranges, taken_seq) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const sellFree = connection.prepare<[string, string]>(
    `UPDATE leases SET sold = sold + 1 WHERE lease_id = ? AND departure_id = ? AND kind = 'free'`,
  );
  const numbered = connection.prepare<[string, string], { free_ranges: string }>(
    `SELECT free_ranges FROM leases WHERE lease_id = ? AND departure_id = ? AND kind = 'numbered'`,
  );
  const sellNumbered = connection.prepare<[string, string]>(
    'UPDATE leases SET sold = sold + 1, free_ranges = ? WHERE lease_id = ?',
  );

  const sell = ({ leaseId, departureId, seatNumber }: EntryBody<'ticket.sold'>): void => {
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
        take.run(leaseId, departureId, seats.kind, total, JSON.stringify(ranges), seq);
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

export function leaseQueries(connection: Connection) {
  const ofDeparture = connection.prepare<[string], Stored>(
    `SELECT lease_id, departure_id, kind, total, sold, free_ranges FROM leases
     WHERE departure_id = ? ORDER BY taken_seq`,
  );
  const held = connection.prepare<[string], { departure_id: string; total: number; sold: number }>(
    `SELECT departure_id, sum(total) AS total, sum(sold) AS sold FROM leases
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
      })),
    heldByDeparture: (departureIds: readonly string[]): Map<string, { total: number; sold: number }> =>
      new Map(
        held
          .all(JSON.stringify(departureIds))
          .map(({ departure_id, total, sold }) => [departure_id, { total, sold }]),
      ),
  };
}
