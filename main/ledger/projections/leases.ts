import type { EntryBody } from '../../../contract/entries.ts';
import type { BusinessDate, DepartureId } from '../../../contract/ids.ts';
import { seatCount, withoutRanges } from '../../../domain/lease-pool.ts';
import { latest } from '../../../domain/succession.ts';
import { BOUND, type Connection } from '../connection.ts';
import { parseEnvelope } from '../envelope.ts';
import { LedgerConflictError, type LeaseRow } from '../types.ts';
import type { Projection } from './projection.ts';
import { freedBy, type FreedPlace } from './places.ts';
import { countSeats, tidyRanges, withoutSeat, withSeat, type SeatRanges } from './seat-ranges.ts';

/** Seats that this window holds. A ticket takes its seat out of its lease; the table refuses a lease overdrawn. */
export function projectLeases(connection: Connection): Projection {
  const take = connection.prepare<[string, string, string, number, string, number, number, number, string]>(
    `INSERT INTO leases (lease_id, departure_id, kind, total, free_ranges, heads, free_children, taken_seq, grantor)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const sellFree = connection.prepare<[string, string]>(
    `UPDATE leases SET sold = sold + 1, heads_sold = heads_sold + 1
     WHERE lease_id = ? AND departure_id = ? AND kind = 'free'
       AND (returned = 0 OR sold + returned < total) AND (returned_heads = 0 OR heads_sold + returned_heads < heads)`,
  );
  const carryHead = connection.prepare<[string, string]>(
    `UPDATE leases SET heads_sold = heads_sold + 1 WHERE lease_id = ? AND departure_id = ?
       AND (returned_heads = 0 OR heads_sold + returned_heads < heads)`,
  );
  const carryChild = connection.prepare<[string, string]>(
    `UPDATE leases SET free_children_sold = free_children_sold + 1 WHERE lease_id = ? AND departure_id = ?
       AND (returned_children = 0 OR free_children_sold + returned_children < free_children)`,
  );
  const numbered = connection.prepare<[string, string], { free_ranges: string }>(
    `SELECT free_ranges FROM leases WHERE lease_id = ? AND departure_id = ? AND kind = 'numbered'`,
  );
  const sellNumbered = connection.prepare<[string, string]>(
    'UPDATE leases SET sold = sold + 1, heads_sold = heads_sold + 1, free_ranges = ? WHERE lease_id = ?',
  );

  const unsold = connection.prepare<
    [string, string],
    { kind: string; seats: number; heads: number; children: number; free_ranges: string }
  >(
    `SELECT kind, total - sold - returned AS seats, heads - heads_sold - returned_heads AS heads,
       free_children - free_children_sold - returned_children AS children, free_ranges
     FROM leases WHERE lease_id = ? AND departure_id = ?`,
  );
  const shrink = connection.prepare<[number, number, number, string, string]>(
    `UPDATE leases SET returned = returned + ?, returned_heads = returned_heads + ?,
       returned_children = returned_children + ?, free_ranges = ? WHERE lease_id = ?`,
  );
  const noteReturn = connection.prepare<[string, string, number]>(
    'INSERT INTO lease_returns (return_id, lease_id, seq) VALUES (?, ?, ?)',
  );

  const giveBack = (body: EntryBody<'lease.returned'>, seq: number): void => {
    const { leaseId, departureId, returnId, seats } = body;
    const lease = unsold.get(leaseId, departureId);
    const count = seatCount(seats);
    const { heads = count, freeChildren = 0 } = body;
    const ranges = seats.kind === 'numbered' ? tidyRanges(seats.ranges) : [];
    const left = lease && withoutRanges(JSON.parse(lease.free_ranges) as SeatRanges, ranges);
    const isThere =
      lease?.kind === seats.kind &&
      lease.seats >= count &&
      lease.heads >= heads &&
      lease.children >= freeChildren;
    if (!left || !isThere)
      throw new LedgerConflictError(`lease ${leaseId} has not ${count} unsold seats of ${departureId}`);
    shrink.run(count, heads, freeChildren, JSON.stringify(left), leaseId);
    noteReturn.run(returnId, leaseId, seq);
  };
  const freeSeat = connection.prepare<[string, string, string]>(
    'UPDATE leases SET sold = sold - 1, heads_sold = heads_sold - 1, free_ranges = ? WHERE lease_id = ? AND departure_id = ?',
  );
  const freeHead = connection.prepare<[string, string]>(
    'UPDATE leases SET heads_sold = heads_sold - 1 WHERE lease_id = ? AND departure_id = ?',
  );
  const freeChild = connection.prepare<[string, string]>(
    'UPDATE leases SET free_children_sold = free_children_sold - 1 WHERE lease_id = ? AND departure_id = ?',
  );
  const rangesOf = connection.prepare<[string, string], { free_ranges: string }>(
    'SELECT free_ranges FROM leases WHERE lease_id = ? AND departure_id = ?',
  );
  /** A place comes back to the lease it was sold from; one that another window holds is that window's or its host's to take. */
  const free = ({ leaseId, departureId, seatNumber, takes }: FreedPlace): void => {
    if (takes === 'none' || takes === 'room') return;
    if (takes !== 'seat') return void (takes === 'head' ? freeHead : freeChild).run(leaseId, departureId);
    const lease = rangesOf.get(leaseId, departureId);
    if (!lease) return;
    const ranges = JSON.parse(lease.free_ranges) as SeatRanges;
    const then = seatNumber === null ? ranges : withSeat(ranges, seatNumber);
    if (!then) throw new LedgerConflictError(`seat ${seatNumber} of ${departureId} is free already`);
    freeSeat.run(JSON.stringify(then), leaseId, departureId);
  };
  const sell = ({
    leaseId,
    departureId,
    seatNumber,
    takes,
    rolling,
    replaces,
  }: EntryBody<'ticket.sold'>): void => {
    if (takes === 'none' || rolling?.standby || replaces?.keepsPlace) return;
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
    tables: ['lease_returns', 'leases'],
    apply(entry) {
      const { kind, body, seq } = entry;
      const freed = freedBy(entry);
      if (freed) free(freed);
      else if (kind === 'ticket.sold') sell(body);
      else if (kind === 'lease.returned') giveBack(body, seq);
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
          body.grantor,
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
  grantor: LeaseRow['grantor'];
}

/** Latest date of a departure that the window ever held, or as host gave, a lease of; null when there was none. */
export function leasedThroughOf(connection: Connection): BusinessDate | null {
  const tables = connection
    .prepare<[], { name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ('leases', 'pools')`,
    )
    .all();
  // A file of an older program has no pools: it may be looked at before it is migrated.
  const dates = tables.map(
    ({ name }) =>
      connection
        .prepare<[], { through: BusinessDate | null }>(
          `SELECT max(substr(departure_id, instr(departure_id, '/') + 1, 10)) AS through FROM ${name}`,
        )
        .get()?.through ?? null,
  );
  return latest(dates);
}

interface Held {
  total: number;
  sold: number;
  /** Seats or heads, whichever is less. */
  left: number;
}

/** What is the holder's still: less what went back. */
const COLUMNS = `lease_id, departure_id, kind, total - returned AS total, sold, free_ranges,
  heads - returned_heads AS heads, heads_sold, free_children - returned_children AS free_children, free_children_sold, grantor`;
const DATE = `substr(departure_id, instr(departure_id, '/') + 1, 10)`;

export function leaseQueries(connection: Connection) {
  const select = (where: string) =>
    connection.prepare<[string], Stored>(`SELECT ${COLUMNS} FROM leases WHERE ${where} ORDER BY taken_seq`);
  const ofDeparture = select(`departure_id = ${BOUND}`);
  const byId = select('lease_id = ?');
  const unsold = select(`(sold + returned < total OR heads_sold + returned_heads < heads
    OR free_children_sold + returned_children < free_children) AND ${DATE} >= ?`);
  const every = select(`${DATE} >= ?`);
  const held = connection.prepare<[string], { departure_id: string } & Held>(
    `SELECT departure_id, sum(total - returned) AS total, sum(sold) AS sold,
       sum(min(total - returned - sold, heads - returned_heads - heads_sold)) AS left
     FROM leases
     WHERE departure_id IN (SELECT value FROM json_each(?)) GROUP BY departure_id`,
  );
  const heldOne = connection.prepare<[string], Held | { [figure in keyof Held]: null }>(
    `SELECT sum(total - returned) AS total, sum(sold) AS sold,
       sum(min(total - returned - sold, heads - returned_heads - heads_sold)) AS left
     FROM leases WHERE departure_id = ?`,
  );
  const taken = connection.prepare<[string], { entry: string }>(
    'SELECT j.entry FROM leases l JOIN journal j ON j.seq = l.taken_seq WHERE l.lease_id = ?',
  );
  const returns = connection.prepare<[string], { entry: string }>(
    'SELECT j.entry FROM lease_returns r JOIN journal j ON j.seq = r.seq WHERE r.lease_id = ? ORDER BY r.seq',
  );
  const one = (row: Stored): LeaseRow => ({
    leaseId: row.lease_id,
    departureId: row.departure_id,
    kind: row.kind,
    total: row.total,
    sold: row.sold,
    freeRanges: JSON.parse(row.free_ranges) as SeatRanges,
    heads: { total: row.heads, sold: row.heads_sold },
    freeChildren: { total: row.free_children, sold: row.free_children_sold },
    grantor: row.grantor,
  });
  return {
    leasesOf: (departureId: string): LeaseRow[] => ofDeparture.all(departureId).map((row) => one(row)),
    lease(leaseId: string): LeaseRow | undefined {
      const row = byId.get(leaseId);
      return row && one(row);
    },
    unsoldLeases: (fromDate: string): LeaseRow[] => unsold.all(fromDate).map((row) => one(row)),
    leasesFrom: (date: string): LeaseRow[] => every.all(date).map((row) => one(row)),
    leaseTaken(leaseId: string): EntryBody<'lease.taken'> | undefined {
      const row = taken.get(leaseId);
      return row && (parseEnvelope(row.entry).body as EntryBody<'lease.taken'>);
    },
    returnsOf: (leaseId: string): EntryBody<'lease.returned'>[] =>
      returns.all(leaseId).map(({ entry }) => parseEnvelope(entry).body as EntryBody<'lease.returned'>),
    /** What is in hand of one departure; undefined when no lease of it was ever taken. */
    heldOf(departureId: string): Held | undefined {
      const row = heldOne.get(departureId);
      return row === undefined || row.total === null ? undefined : row;
    },
    heldByDeparture: (departureIds: readonly string[]): Map<string, Held> =>
      new Map(
        held
          .all(JSON.stringify(departureIds))
          .map(({ departure_id, total, sold, left }) => [departure_id, { total, sold, left }]),
      ),
  };
}
