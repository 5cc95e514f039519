import type { SealedRow } from '../../contract/encoding/batch.ts';
import type { BoardingMethod } from '../../contract/entries/gate.ts';
import type { EntryBody } from '../../contract/entries.ts';
import { STANDBY_FROM } from '../../contract/rolling.ts';
import type { DepartureId, LedgerId, TicketNumber, WindowId } from '../../contract/ids.ts';
import { createClaims, OPEN_CLAIMS, ROWS_ABOARD } from './picture-claims.ts';
import { parseEnvelope } from './envelope.ts';
import { createPictureEased } from './picture-eased.ts';
import { createEndReader } from './picture-ends.ts';
import { createPictureFollow } from './picture-follow.ts';
import { takeRelayed } from './picture-relay.ts';
import type {
  PictureBoarding,
  PictureCounts,
  PictureGate,
  PictureMore,
  PictureState,
  PictureTicket,
  StationPicture,
} from './picture-types.ts';
import type { Connection } from './connection.ts';
import { OWN_SOURCE } from './projections/station.ts';
import type { StoredSealedRow } from './sealed-rows.ts';

interface StoredTicket {
  ticket_number: TicketNumber;
  source: number;
  seq: number;
  departure_id: DepartureId;
  depart_at_ms: number;
  ticket_class: string;
  document_kind: string;
  seat_number: number | null;
  heads: number;
  more: string | null;
}

interface StoredBoarding {
  ticket_number: TicketNumber;
  source: number;
  at_ms: number;
  departure_id: DepartureId;
  gate: string;
  method: BoardingMethod;
  seq: number;
  apart: number;
}

interface StoredState {
  ticket_number: TicketNumber;
  state: PictureState;
  replaced_by: TicketNumber | null;
}

interface StoredGate {
  departure_id: DepartureId;
  source: number;
  at_ms: number;
  gate: string;
  state: 'open' | 'closed';
  manifest: string | null;
  frozen_at_ms: number | null;
  reconciled: string | null;
}

const TICKET = `t.ticket_number, t.source, t.seq, t.departure_id, t.depart_at_ms, t.ticket_class, t.document_kind,
  t.seat_number, t.heads, t.more`;
/** A ticket that holds. */
const HOLDS = `NOT EXISTS (SELECT 1 FROM station_ticket_states s WHERE s.ticket_number = t.ticket_number AND s.state NOT IN ('refundPending', 'sold'))`;
/** The last word on a ticket: the latest of all sources; of the same instant the higher source, so that any order gives the same. */
const LATEST_FIRST = 'at_ms DESC, source DESC, seq DESC';

/** The questions of {@link StationPicture}, and the taking in of relayed journals. */
export function createPicture(
  connection: Connection,
  own: { window: WindowId; ledgerId: LedgerId },
  durably: <T>(work: () => T) => T,
): StationPicture {
  const byNumber = connection.prepare<[string], StoredTicket>(
    `SELECT ${TICKET} FROM station_tickets t WHERE t.ticket_number = ?`,
  );
  const byToken = connection.prepare<[Uint8Array, Uint8Array, number], StoredTicket>(
    `SELECT * FROM (
       SELECT ${TICKET} FROM vault_rows v JOIN station_tickets t ON t.source = ${OWN_SOURCE} AND t.seq = v.seq WHERE v.token = ?
       UNION ALL
       SELECT ${TICKET} FROM station_identities i JOIN station_tickets t ON t.source = i.source AND t.seq = i.seq WHERE i.token = ?)
     ORDER BY depart_at_ms DESC, ticket_number LIMIT ?`,
  );
  const ending = connection.prepare<[string, string, number], StoredTicket>(
    `SELECT ${TICKET} FROM station_tickets t
     WHERE t.departure_id IN (SELECT value FROM json_each(?)) AND t.ticket_number LIKE '%' || ?
     ORDER BY t.depart_at_ms, t.ticket_number LIMIT ?`,
  );
  const ofDeparture = connection.prepare<[string], StoredTicket>(
    `SELECT ${TICKET} FROM station_tickets t WHERE t.departure_id = ? ORDER BY t.ticket_number`,
  );
  const atDeparture = connection.prepare<[string, string], StoredTicket>(
    `SELECT ${TICKET} FROM station_tickets t
     WHERE t.departure_id = ? AND (t.more IS NULL OR t.more ->> '$.queue' IS NULL)
       AND NOT EXISTS (SELECT 1 FROM station_aboard b WHERE b.ticket_number = t.ticket_number)
     UNION
     SELECT ${TICKET} FROM station_aboard b JOIN station_tickets t USING (ticket_number)
     WHERE b.departure_id = ? ORDER BY 1`,
  );
  const waiting = connection.prepare<[string, string], StoredTicket>(
    `SELECT ${TICKET} FROM station_tickets t
     WHERE t.departure_id >= ? AND t.departure_id < ? AND t.more ->> '$.queue' IS NOT NULL AND ${HOLDS}
       AND NOT EXISTS (SELECT 1 FROM station_aboard b WHERE b.ticket_number = t.ticket_number)
     ORDER BY t.more ->> '$.queue', t.ticket_number`,
  );
  const lastQueued = connection.prepare<[string, string, number], { last: number | null }>(
    `SELECT max(t.more ->> '$.queue') AS last FROM station_tickets t
     WHERE t.departure_id >= ? AND t.departure_id < ? AND +t.source = ${OWN_SOURCE}
       AND (t.more ->> '$.queue' >= ${STANDBY_FROM}) = ?`,
  );
  const anyTicket = connection.prepare<[string], { value: string }>(
    'SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM station_tickets t WHERE t.departure_id = value)',
  );
  const withTicket = connection.prepare<[string, string], StoredTicket>(
    `SELECT ${TICKET} FROM station_tickets t
     WHERE t.departure_id = ? AND t.more IS NOT NULL AND t.more ->> '$.withTicket' = ? ORDER BY t.ticket_number`,
  );
  const boardingsOf = connection.prepare<[string], StoredBoarding>(
    'SELECT * FROM station_aboard WHERE ticket_number = ? ORDER BY at_ms, source',
  );
  const ownRow = connection.prepare<[string], { boarded: number }>(
    `SELECT boarded FROM station_boardings WHERE ticket_number = ? AND source = ${OWN_SOURCE} AND boarded = 1`,
  );
  const stateOf = connection.prepare<[string], StoredState>(
    // An end is an end: a request that another window took down or withdrew later, not knowing of it, makes no ticket good again.
    `SELECT * FROM station_ticket_states WHERE ticket_number = ?
     ORDER BY state IN ('sold', 'refundPending'), ${LATEST_FIRST} LIMIT 1`,
  );
  const counted = connection.prepare<
    [string],
    {
      departure_id: string;
      sold: number;
      boarded: number;
      quota: number;
      outside: number;
      again: number;
      vehicles: number;
      vehicles_boarded: number;
    }
  >(
    // A ticket that is aboard counts aboard, whatever its state says: the licence is about heads.
    // Somebody may be aboard another vessel of the line than their ticket names; a ticket for the day belongs to that one alone.
    // CROSS JOIN: the few that are aboard lead; SQLite would read every ticket of the station.
    `WITH asked AS (SELECT value AS departure_id FROM json_each(?)),
     claimed AS MATERIALIZED (${OPEN_CLAIMS}),
     seen AS MATERIALIZED (
       SELECT t.departure_id, t.ticket_number, t.heads, t.more, ${HOLDS} AS holds, ${ROWS_ABOARD} AS times,
         (SELECT max(b.departure_id = t.departure_id) FROM station_aboard b WHERE b.ticket_number = t.ticket_number) AS rows_here,
         c.departure_id = t.departure_id AS claim_here
       FROM asked JOIN station_tickets t USING (departure_id) LEFT JOIN claimed c ON c.ticket_number = t.ticket_number),
     held AS (SELECT departure_id, ticket_number, heads, more, holds, times + (claim_here IS NOT NULL) AS times,
                coalesce(max(rows_here, claim_here), rows_here, claim_here) AS here FROM seen),
     aboard AS (SELECT b.departure_id, b.ticket_number FROM asked JOIN station_aboard b USING (departure_id)
                UNION SELECT c.departure_id, c.ticket_number FROM asked JOIN station_claims c USING (departure_id)),
     counted AS (
       SELECT departure_id, heads, more ->> '$.takes' AS takes, holds, here IS 1 AS aboard, times FROM held
       WHERE here IS 1 OR (here IS NULL AND (more IS NULL OR more ->> '$.queue' IS NULL))
       UNION ALL
       SELECT a.departure_id, t.heads, t.more ->> '$.takes', ${HOLDS}, 1,
         ${ROWS_ABOARD} + EXISTS (SELECT 1 FROM claimed c WHERE c.ticket_number = t.ticket_number)
       FROM aboard a CROSS JOIN station_tickets t USING (ticket_number) WHERE t.departure_id <> a.departure_id)
     SELECT departure_id, sum(heads * holds) AS sold, sum(heads * aboard) AS boarded,
       sum(heads * aboard * (takes IS 'quota')) AS quota, sum(heads * aboard * (takes IS 'none')) AS outside,
       sum(heads * aboard * max(0, times - 1)) AS again,
       sum((heads = 0) * holds) AS vehicles, sum((heads = 0) * aboard) AS vehicles_boarded
     FROM counted GROUP BY departure_id`,
  );
  const owed = connection.prepare<[string], { fen: number | null }>(
    'SELECT sum(owed_fen - paid_fen) AS fen FROM station_owed WHERE ticket_number = ?',
  );
  const paidHere = connection.prepare<[string], { fen: number }>(
    `SELECT paid_fen AS fen FROM station_owed WHERE ticket_number = ? AND source = ${OWN_SOURCE}`,
  );
  const noShow = connection.prepare<[string], { n: number }>(
    'SELECT count(*) AS n FROM station_no_shows WHERE ticket_number = ?',
  );
  const contact = connection.prepare<[string], { contact: string; atMs: number }>(
    'SELECT contact, at_ms AS atMs FROM station_contacts WHERE ticket_number = ? ORDER BY at_ms DESC, source DESC LIMIT 1',
  );
  const gatesOf = connection.prepare<[string], StoredGate>(
    'SELECT * FROM station_gates WHERE departure_id = ? ORDER BY source',
  );
  const twice = connection.prepare<[], { ticket_number: TicketNumber }>(
    'SELECT ticket_number FROM station_aboard GROUP BY ticket_number HAVING count(*) > 1 ORDER BY ticket_number',
  );
  const twiceAt = connection.prepare<[string], { ticket_number: TicketNumber }>(
    `SELECT ticket_number FROM station_aboard WHERE departure_id = ?
     GROUP BY ticket_number HAVING count(*) > 1 ORDER BY ticket_number`,
  );
  const doubledOf = connection.prepare<[string], { ticket_number: TicketNumber }>(
    `SELECT ticket_number FROM station_aboard WHERE ticket_number IN (SELECT value FROM json_each(?))
     GROUP BY ticket_number HAVING count(*) > 1 ORDER BY ticket_number`,
  );
  const knownPair = connection.prepare<[string, string], { seq: number }>(
    'SELECT seq FROM boarding_doubles WHERE ticket_number = ? AND pair = ?',
  );
  const allDoubles = connection.prepare<[number], { entry: string }>(
    'SELECT j.entry FROM boarding_doubles d JOIN journal j ON j.seq = d.seq ORDER BY d.seq DESC LIMIT ?',
  );
  const ended = connection.prepare<[string, string], { closed: number; stopped: number }>(
    `SELECT EXISTS (SELECT 1 FROM station_gates WHERE departure_id = ? AND state = 'closed') AS closed,
       EXISTS (SELECT 1 FROM station_sale_stops WHERE departure_id = ?) AS stopped`,
  );
  const sources = connection.prepare<[], { source: number; window: WindowId; ledger_id: LedgerId }>(
    'SELECT source, window, ledger_id FROM station_sources',
  );
  const ownDigest = connection.prepare<[number], { digest: string | null }>(
    `SELECT json_extract(entry, '$.identity.digest') AS digest FROM journal WHERE seq = ?`,
  );
  const relayedIdentity = connection.prepare<[string, number], StoredSealedRow & { digest: string }>(
    `SELECT i.digest, i.ref, i.week, i.alg, i.nonce, i.sealed FROM station_identities i
     JOIN station_sources s ON s.source = i.source WHERE s.ledger_id = ? AND i.seq = ?`,
  );

  const claims = createClaims(connection, durably);

  /** Ledgers behind the numbers of sources. There are few, and none ever changes. */
  const known = new Map<number, { window: WindowId; ledgerId: LedgerId }>([[OWN_SOURCE, own]]);
  const sourceOf = (source: number): { window: WindowId; ledgerId: LedgerId } => {
    const found = known.get(source);
    if (found) return found;
    for (const { source: id, window, ledger_id } of sources.all())
      known.set(id, { window, ledgerId: ledger_id });
    const read = known.get(source);
    if (!read) throw new Error(`the picture has rows of a source ${source} that nobody knows`);
    return read;
  };

  const boardingFrom = ({
    source,
    seq,
    at_ms,
    departure_id,
    gate,
    method,
    apart,
  }: StoredBoarding): PictureBoarding => ({
    atMs: at_ms,
    departureId: departure_id,
    gate,
    method,
    window: sourceOf(source).window,
    own: source === OWN_SOURCE,
    ledgerId: sourceOf(source).ledgerId,
    seq,
    apart: apart === 1,
  });
  const asTicket = (row: StoredTicket): PictureTicket => {
    const { window, ledgerId } = sourceOf(row.source);
    const became = stateOf.get(row.ticket_number);
    const boardings = boardingsOf.all(row.ticket_number).map(boardingFrom);
    const claimed = claims.openOf(row.ticket_number, boardings);
    return {
      ticketNumber: row.ticket_number,
      departureId: row.departure_id,
      departAtMs: row.depart_at_ms,
      ticketClass: row.ticket_class,
      documentKind: row.document_kind,
      seatNumber: row.seat_number,
      heads: row.heads,
      more: row.more === null ? {} : (JSON.parse(row.more) as PictureMore),
      window,
      ledgerId,
      own: row.source === OWN_SOURCE,
      seq: row.seq,
      state: became?.state ?? 'sold',
      replacedBy: became?.replaced_by ?? null,
      boardings: [...boardings, ...claimed],
      takenBackElsewhere:
        !boardings.some(({ own: isOwn }) => isOwn) && ownRow.get(row.ticket_number) !== undefined,
    };
  };

  const ticket = (ticketNumber: string): PictureTicket | undefined => {
    const row = byNumber.get(ticketNumber);
    return row && asTicket(row);
  };

  return {
    ticket,
    ticketsOfDocument: (token, limit) => byToken.all(token, token, limit).map(asTicket),
    ticketsEnding(suffix, departureIds, limit) {
      if (!/^\d{1,20}$/.test(suffix)) return [];
      return ending.all(JSON.stringify(departureIds), suffix, limit).map(asTicket);
    },
    ticketsOfDeparture: (departureId) => ofDeparture.all(departureId).map(asTicket),
    ticketsAt: (departureId) => atDeparture.all(departureId, departureId).map(asTicket),
    // '0' follows '/'.
    queue: (lineId, date) => waiting.all(`${lineId}/${date}/`, `${lineId}/${date}0`).map(asTicket),
    lastQueueNumber: (lineId, date, isStandby) =>
      lastQueued.get(`${lineId}/${date}/`, `${lineId}/${date}0`, isStandby ? 1 : 0)?.last ?? 0,
    withTickets: (departureIds) =>
      new Set(anyTicket.all(JSON.stringify(departureIds)).map(({ value }) => value)),
    ticketsWith(ticketNumber, departureId) {
      // Children of an adult whose lost ticket was issued again name the number that was lost.
      const numbers = [ticketNumber];
      for (let one = ticket(ticketNumber); one?.more.replaces; one = ticket(one.more.replaces)) {
        if (one.departureId !== departureId || numbers.includes(one.more.replaces)) break;
        numbers.push(one.more.replaces);
      }
      return numbers.flatMap((number) => withTicket.all(departureId, number).map(asTicket));
    },
    owed: (ticketNumber) => Math.max(0, owed.get(ticketNumber)?.fen ?? 0),
    paidHere: (ticketNumber) => paidHere.get(ticketNumber)?.fen ?? 0,
    isNoShow: (ticketNumber) => (noShow.get(ticketNumber)?.n ?? 0) > 0,
    stateOf: (ticketNumber) => stateOf.get(ticketNumber)?.state ?? 'sold',
    contact: (ticketNumber) => contact.get(ticketNumber),
    counts(departureIds) {
      const counts = new Map<string, PictureCounts>(departureIds.map((id) => [id, noCounts()]));
      for (const row of counted.all(JSON.stringify(departureIds))) {
        const { departure_id, sold, boarded, quota, outside, again, vehicles, vehicles_boarded } = row;
        counts.set(departure_id, {
          sold,
          boarded,
          boardedQuota: quota,
          boardedNone: outside,
          boardedAgain: again,
          vehicles,
          vehiclesBoarded: vehicles_boarded,
        });
      }
      return counts;
    },
    gates: (departureId) =>
      gatesOf.all(departureId).map((row): PictureGate => ({
        departureId: row.departure_id,
        gate: row.gate,
        state: row.state,
        atMs: row.at_ms,
        window: sourceOf(row.source).window,
        own: row.source === OWN_SOURCE,
        frozenAtMs: row.frozen_at_ms,
        manifest: row.manifest === null ? null : (JSON.parse(row.manifest) as EntryBody<'manifest.frozen'>),
        reconciled:
          row.reconciled === null ? null : (JSON.parse(row.reconciled) as EntryBody<'sailing.reconciled'>),
      })),
    saleEndedBy(departureId) {
      const found = ended.get(departureId, departureId);
      return found?.closed === 1 ? 'gateClosed' : found?.stopped === 1 ? 'saleStopped' : null;
    },
    conflicts: (departureId) =>
      (departureId === undefined ? twice.all() : twiceAt.all(departureId)).flatMap(
        ({ ticket_number }) => ticket(ticket_number) ?? [],
      ),
    doubled: (ticketNumbers) =>
      doubledOf
        .all(JSON.stringify(ticketNumbers))
        .flatMap(({ ticket_number }) => ticket(ticket_number) ?? []),
    isDoubleKnown: (ticketNumber, pair) => knownPair.get(ticketNumber, pair) !== undefined,
    doubles: (limit) =>
      allDoubles.all(limit).map(({ entry }) => parseEnvelope(entry).body as EntryBody<'boarding.doubled'>),
    endedTwice: createEndReader(connection, sourceOf, OWN_SOURCE),
    claims,
    follow: createPictureFollow(connection, own, durably),
    digestOf({ own: isOwn, ledgerId, seq }) {
      if (isOwn) return ownDigest.get(seq)?.digest ?? undefined;
      return relayedIdentity.get(ledgerId, seq)?.digest;
    },
    relayedRow({ ledgerId, seq }): SealedRow | undefined {
      const found = relayedIdentity.get(ledgerId, seq);
      if (!found) return undefined;
      const { digest: _, ...row } = found;
      return row;
    },
    ...createPictureEased(connection),
    ...takeRelayed(connection, own, durably),
  };
}

const noCounts = (): PictureCounts => ({
  sold: 0,
  boarded: 0,
  boardedQuota: 0,
  boardedNone: 0,
  boardedAgain: 0,
  vehicles: 0,
  vehiclesBoarded: 0,
});
