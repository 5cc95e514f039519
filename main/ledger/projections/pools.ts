import type { EntryBody, LeaseSeats } from '../../../contract/entries.ts';
import type { WholeDeparture } from '../../../contract/entries/station.ts';
import type { DepartureId, LedgerId, WindowId } from '../../../contract/ids.ts';
import { grown } from '../../../domain/adopted-lease.ts';
import { joinRanges, seatCount, withoutRanges } from '../../../domain/lease-pool.ts';
import type { Connection } from '../connection.ts';
import { LedgerConflictError, type GrantRow, type PoolRow } from '../types.ts';
import type { Projection } from './projection.ts';
import { tidyRanges, type SeatRanges } from './seat-ranges.ts';

interface StoredPool {
  departure_id: DepartureId;
  kind: 'numbered' | 'free';
  seats: number;
  seats_free: number;
  ranges: string;
  heads: number;
  heads_free: number;
  children: number;
  children_free: number;
}

interface StoredGrant {
  lease_id: string;
  departure_id: DepartureId;
  holder: WindowId;
  ledger_id: LedgerId;
  kind: 'numbered' | 'free';
  open_count: number;
  open_ranges: string;
  open_heads: number;
  open_children: number;
  whole: string;
  written_off: number;
}

const rangesOf = (seats: LeaseSeats): SeatRanges =>
  seats.kind === 'numbered' ? tidyRanges(seats.ranges) : [];

/** What an entry gives, takes back or frees. */
interface Part {
  seats: LeaseSeats;
  heads?: number | undefined;
  freeChildren?: number | undefined;
}

/**
 * What this office has given, to whom, and what is left to give. The tables refuse a seat given twice: a defect of the
 * caller, and nothing of its command is written.
 */
export function projectPools(connection: Connection): Projection {
  const readPool = connection.prepare<[string], StoredPool>('SELECT * FROM pools WHERE departure_id = ?');
  const writePool = connection.prepare<
    [string, string, number, number, string, number, number, number, number]
  >(
    `INSERT INTO pools (departure_id, kind, seats, seats_free, ranges, heads, heads_free, children, children_free)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (departure_id) DO UPDATE SET seats = excluded.seats, seats_free = excluded.seats_free,
       ranges = excluded.ranges, heads = excluded.heads, heads_free = excluded.heads_free,
       children = excluded.children, children_free = excluded.children_free`,
  );
  const closePool = connection.prepare<[string]>(
    'INSERT INTO pool_closings (departure_id) VALUES (?) ON CONFLICT DO NOTHING',
  );
  const addGrant = connection.prepare<
    [string, string, string, string, string | null, string, number, string, number, number, string, number]
  >(
    `INSERT INTO grants (lease_id, departure_id, holder, ledger_id, request_id, kind, open_count, open_ranges,
       open_heads, open_children, whole, given_seq)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const readGrant = connection.prepare<[string], StoredGrant>('SELECT * FROM grants WHERE lease_id = ?');
  const writeGrant = connection.prepare<[number, string, number, number, string]>(
    'UPDATE grants SET open_count = ?, open_ranges = ?, open_heads = ?, open_children = ? WHERE lease_id = ?',
  );
  const writeOff = connection.prepare<[string]>('UPDATE grants SET written_off = 1 WHERE lease_id = ?');
  const noteReturn = connection.prepare<[string, string]>(
    'INSERT INTO grant_returns (return_id, lease_id) VALUES (?, ?)',
  );

  const fresh = (departureId: string, kind: 'numbered' | 'free', whole: WholeDeparture): StoredPool => ({
    departure_id: departureId as DepartureId,
    kind,
    seats: whole.seats,
    seats_free: whole.seats,
    ranges: JSON.stringify(kind === 'numbered' ? [[1, whole.seats]] : []),
    heads: whole.heads,
    heads_free: whole.heads,
    children: whole.freeChildren,
    children_free: whole.freeChildren,
  });
  /** The pool, made larger where the departure is: a seat that is new belongs to nobody yet. */
  const larger = (row: StoredPool, whole: WholeDeparture): StoredPool => {
    const { kind, seats_free: count, heads_free: heads, children_free: freeChildren } = row;
    const pool = { kind, count, ranges: JSON.parse(row.ranges) as SeatRanges, heads, freeChildren };
    const now = grown(
      { pool, whole: { seats: row.seats, heads: row.heads, freeChildren: row.children } },
      whole,
    );
    return {
      ...row,
      seats: now.whole.seats,
      seats_free: now.pool.count,
      ranges: JSON.stringify(now.pool.ranges),
      heads: now.whole.heads,
      heads_free: now.pool.heads,
      children: now.whole.freeChildren,
      children_free: now.pool.freeChildren,
    };
  };
  const keep = (row: StoredPool): void =>
    void writePool.run(
      row.departure_id,
      row.kind,
      row.seats,
      row.seats_free,
      row.ranges,
      row.heads,
      row.heads_free,
      row.children,
      row.children_free,
    );

  const give = (body: EntryBody<'lease.given'>, seq: number): void => {
    const { departureId, seats, leaseId, holder, ledgerId, requestId } = body;
    const count = seatCount(seats);
    const { heads = count, freeChildren = 0 } = body;
    const known = readPool.get(departureId);
    // The whole of a departure, given by an office to itself: nothing of it is left for anybody.
    const whole = body.whole ?? { seats: count, heads, freeChildren };
    if (!body.whole && known) return;
    const pool = known ? larger(known, whole) : fresh(departureId, seats.kind, whole);
    const ranges = withoutRanges(JSON.parse(pool.ranges) as SeatRanges, rangesOf(seats));
    const isThere =
      pool.kind === seats.kind &&
      pool.seats_free >= count &&
      pool.heads_free >= heads &&
      pool.children_free >= freeChildren;
    // A whole departure in numbers that do not begin at 1: none are left all the same.
    if (!body.whole) keep({ ...pool, seats_free: 0, ranges: '[]', heads_free: 0, children_free: 0 });
    else if (!ranges || !isThere)
      throw new LedgerConflictError(`${departureId} has not all seats of lease ${leaseId}`);
    else
      keep({
        ...pool,
        seats_free: pool.seats_free - count,
        ranges: JSON.stringify(ranges),
        heads_free: pool.heads_free - heads,
        children_free: pool.children_free - freeChildren,
      });
    if (!ledgerId) return;
    const given = JSON.stringify(rangesOf(seats));
    const all = JSON.stringify(whole);
    const request = requestId ?? null;
    addGrant.run(
      leaseId,
      departureId,
      holder,
      ledgerId,
      request,
      seats.kind,
      count,
      given,
      heads,
      freeChildren,
      all,
      seq,
    );
  };
  const takeBack = (
    departureId: string,
    { seats, heads = seatCount(seats), freeChildren = 0 }: Part,
  ): void => {
    const row = readPool.get(departureId);
    if (!row) throw new LedgerConflictError(`${departureId} was never given`);
    const ranges = joinRanges(JSON.parse(row.ranges) as SeatRanges, rangesOf(seats));
    if (!ranges) throw new LedgerConflictError(`${departureId} has seats back that it did not give`);
    keep({
      ...row,
      seats_free: row.seats_free + seatCount(seats),
      ranges: JSON.stringify(ranges),
      heads_free: row.heads_free + heads,
      children_free: row.children_free + freeChildren,
    });
  };
  const shrink = (leaseId: string, { seats, heads = seatCount(seats), freeChildren = 0 }: Part): void => {
    const grant = readGrant.get(leaseId);
    const ranges = grant && withoutRanges(JSON.parse(grant.open_ranges) as SeatRanges, rangesOf(seats));
    if (!grant || !ranges)
      throw new LedgerConflictError(`lease ${leaseId} does not have the seats that come back`);
    writeGrant.run(
      grant.open_count - seatCount(seats),
      JSON.stringify(ranges),
      grant.open_heads - heads,
      grant.open_children - freeChildren,
      leaseId,
    );
  };

  return {
    tables: ['grant_returns', 'grants', 'pools', 'pool_closings'],
    apply({ kind, body, seq }) {
      if (kind === 'lease.given') {
        give(body, seq);
        for (const returnId of body.returned ?? []) noteReturn.run(returnId, body.leaseId);
      } else if (kind === 'lease.returned') {
        if (body.grantor === 'self') takeBack(body.departureId, body);
      } else if (kind === 'lease.returnTaken') {
        noteReturn.run(body.returnId, body.leaseId);
        shrink(body.leaseId, body);
        takeBack(body.departureId, body);
      } else if (kind === 'lease.writtenOff') {
        writeOff.run(body.leaseId);
        if (!body.freed) return;
        const part = { seats: body.freed, heads: body.heads, freeChildren: body.freeChildren };
        shrink(body.leaseId, part);
        takeBack(body.departureId, part);
      } else if (kind === 'departure.leasesClosed') closePool.run(body.departureId);
    },
  };
}

export function poolQueries(connection: Connection) {
  const pool = connection.prepare<[string], StoredPool>('SELECT * FROM pools WHERE departure_id = ?');
  const pools = connection.prepare<[string], { departure_id: DepartureId; seats_free: number }>(
    'SELECT departure_id, min(seats_free, heads_free) AS seats_free FROM pools WHERE departure_id IN (SELECT value FROM json_each(?))',
  );
  const closing = connection.prepare<[string], { departure_id: string }>(
    'SELECT departure_id FROM pool_closings WHERE departure_id = ?',
  );
  const byRequest = connection.prepare<[string, string], StoredGrant>(
    'SELECT * FROM grants WHERE ledger_id = ? AND request_id = ?',
  );
  const byId = connection.prepare<[string], StoredGrant>('SELECT * FROM grants WHERE lease_id = ?');
  const ofHolder = connection.prepare<[string, string], StoredGrant>(
    `SELECT * FROM grants WHERE holder = ? AND ledger_id = ? AND open_count + open_heads > 0 AND written_off = 0
     ORDER BY given_seq`,
  );
  const ofDeparture = connection.prepare<[string], StoredGrant>(
    'SELECT * FROM grants WHERE departure_id = ? AND open_count > 0 ORDER BY given_seq',
  );
  const returned = connection.prepare<[string], { lease_id: string }>(
    'SELECT lease_id FROM grant_returns WHERE return_id = ?',
  );
  return {
    pool(departureId: string): PoolRow | undefined {
      const row = pool.get(departureId);
      return (
        row && {
          departureId: row.departure_id,
          kind: row.kind,
          count: row.seats_free,
          ranges: JSON.parse(row.ranges) as SeatRanges,
          heads: row.heads_free,
          freeChildren: row.children_free,
          whole: { seats: row.seats, heads: row.heads, freeChildren: row.children },
        }
      );
    },
    poolCounts: (departureIds: readonly string[]): Map<string, number> =>
      new Map(pools.all(JSON.stringify(departureIds)).map((row) => [row.departure_id, row.seats_free])),
    grantOfRequest: (ledgerId: string, requestId: string) => grantRow(byRequest.get(ledgerId, requestId)),
    grant: (leaseId: string) => grantRow(byId.get(leaseId)),
    grantsTo: (holder: string, ledgerId: string) => ofHolder.all(holder, ledgerId).map((row) => grantOf(row)),
    grantsOf: (departureId: string) => ofDeparture.all(departureId).map((row) => grantOf(row)),
    isClosed: (departureId: string) => closing.get(departureId) !== undefined,
    wasReturned: (returnId: string) => returned.get(returnId) !== undefined,
  };
}

function grantRow(row: StoredGrant | undefined): GrantRow | undefined {
  return row && grantOf(row);
}

function grantOf(row: StoredGrant): GrantRow {
  return {
    leaseId: row.lease_id,
    departureId: row.departure_id,
    holder: row.holder,
    ledgerId: row.ledger_id,
    kind: row.kind,
    count: row.open_count,
    ranges: JSON.parse(row.open_ranges) as SeatRanges,
    heads: row.open_heads,
    freeChildren: row.open_children,
    whole: JSON.parse(row.whole) as WholeDeparture,
    writtenOff: row.written_off === 1,
  };
}
