import type { LedgerId, WindowId } from '../../contract/ids.ts';
import type { SealedRow } from '../../contract/encoding/batch.ts';
import type { PicturePage } from '../../contract/station-gate.ts';
import type { Connection } from './connection.ts';
import type { PictureFollow } from './picture-types.ts';
import { OWN_SOURCE } from './projections/station.ts';

/** Tickets of one page: with their sealed identities well below what a frame may have. */
const PAGE_TICKETS = 800;
/** The date in a departure's id. */
const DATE = `substr(departure_id, instr(departure_id, '/') + 1, 10)`;

type Rows = Omit<PicturePage, 'window' | 'ledgerId' | 'upTo' | 'identities'>;
type Identity = SealedRow & { seq: number; digest: string };

/**
 * The picture row by row. Every row carries the `seq` of the entry that wrote it last, so what changed after a place of a ledger is
 * what has a higher one: no log of changes is kept, and a gate that comes late gets the tickets of its day and nothing older.
 */
export function createPictureFollow(
  connection: Connection,
  own: { window: WindowId; ledgerId: LedgerId },
  durably: <T>(work: () => T) => T,
): PictureFollow {
  const sources = connection.prepare<
    [],
    { source: number; window: WindowId; ledger_id: LedgerId; up_to: number }
  >('SELECT source, window, ledger_id, up_to FROM station_sources');
  const ownHead = connection.prepare<[], { seq: number }>('SELECT max(seq) AS seq FROM journal');
  const lastOfPage = connection.prepare<[number, number, string, number], { seq: number }>(
    `SELECT seq FROM station_tickets WHERE source = ? AND seq > ? AND ${DATE} >= ? ORDER BY seq LIMIT 1 OFFSET ?`,
  );
  const between = <Row>(table: string, columns: string, where = '') =>
    connection.prepare<[number, number, number], Row>(
      `SELECT ${columns} FROM ${table} WHERE source = ? AND seq > ? AND seq <= ? ${where} ORDER BY seq`,
    );
  const tickets = connection.prepare<[number, number, number, string], Rows['tickets'][number]>(
    `SELECT ticket_number AS ticketNumber, seq, departure_id AS departureId, depart_at_ms AS departAtMs,
       ticket_class AS ticketClass, document_kind AS documentKind, seat_number AS seatNumber, heads,
       CASE source WHEN ${OWN_SOURCE} THEN (
         SELECT json_set(coalesce(more, '{}'), '$.sale', json_object('soldAtMs', j.at_ms, 'body', json(j.entry -> '$.body')))
         FROM journal j WHERE j.seq = station_tickets.seq) ELSE more END AS more
     FROM station_tickets WHERE source = ? AND seq > ? AND seq <= ? AND ${DATE} >= ? ORDER BY seq`,
  );
  const states = between<Rows['states'][number]>(
    'station_ticket_states',
    'ticket_number AS ticketNumber, seq, at_ms AS atMs, state, replaced_by AS replacedBy',
  );
  const boardings = between<Rows['boardings'][number]>(
    'station_boardings',
    'ticket_number AS ticketNumber, seq, at_ms AS atMs, departure_id AS departureId, gate, method, boarded, apart',
  );
  const unboardings = between<Rows['unboardings'][number]>(
    'station_unboardings',
    'ticket_number AS ticketNumber, of_ledger AS ofLedger, of_seq AS ofSeq, seq, at_ms AS atMs',
  );
  const gates = between<Rows['gates'][number]>(
    'station_gates',
    'departure_id AS departureId, seq, at_ms AS atMs, gate, state, manifest, frozen_at_ms AS frozenAtMs, reconciled',
  );
  const stops = between<Rows['stops'][number]>(
    'station_sale_stops',
    'departure_id AS departureId, seq, at_ms AS atMs',
  );
  const ownIdentities = connection.prepare<[number, number, string], Identity>(
    `SELECT v.seq, j.entry ->> '$.identity.digest' AS digest, v.ref, v.week, v.alg, v.nonce, v.sealed
     FROM station_tickets t JOIN vault_rows v ON v.seq = t.seq JOIN journal j ON j.seq = t.seq
     WHERE t.source = ${OWN_SOURCE} AND t.seq > ? AND t.seq <= ? AND ${DATE} >= ?`,
  );
  const otherIdentities = connection.prepare<[number, number, number, string], Identity>(
    `SELECT i.seq, i.digest, i.ref, i.week, i.alg, i.nonce, i.sealed
     FROM station_tickets t JOIN station_identities i ON i.source = t.source AND i.seq = t.seq
     WHERE t.source = ? AND t.seq > ? AND t.seq <= ? AND ${DATE} >= ?`,
  );

  const follows = connection.prepare<[], { ledgerId: LedgerId; seq: number }>(
    'SELECT ledger_id AS ledgerId, seq FROM picture_follows',
  );
  const moveOn = connection.prepare<[string, number]>(
    'INSERT INTO picture_follows (ledger_id, seq) VALUES (?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq',
  );
  const sourceOf = connection.prepare<[string], { source: number }>(
    'SELECT source FROM station_sources WHERE ledger_id = ?',
  );
  // Its journal itself was not taken in: that begins at 1 if this office ever becomes the host.
  const addSource = connection.prepare<[string, string]>(
    'INSERT INTO station_sources (window, ledger_id, first_seq, up_to) VALUES (?, ?, 1, 0)',
  );
  const put = (table: string, columns: string, conflict: string) =>
    connection.prepare<(string | number | Uint8Array | null)[]>(
      `INSERT INTO ${table} (${columns}) VALUES (${columns.replaceAll(/[^,]+/g, '?')}) ON CONFLICT ${conflict}`,
    );
  const putTicket = put(
    'station_tickets',
    'ticket_number, source, seq, departure_id, depart_at_ms, ticket_class, document_kind, seat_number, heads, more',
    'DO NOTHING',
  );
  const putIdentity = put(
    'station_identities',
    'source, seq, digest, ref, week, alg, nonce, sealed, token',
    'DO NOTHING',
  );
  const newer = (columns: readonly string[]): string =>
    `DO UPDATE SET ${columns.map((name) => `${name} = excluded.${name}`).join(', ')} WHERE excluded.seq >= seq`;
  const putState = put(
    'station_ticket_states',
    'ticket_number, source, seq, at_ms, state, replaced_by',
    newer(['seq', 'at_ms', 'state', 'replaced_by']),
  );
  const putBoarding = put(
    'station_boardings',
    'ticket_number, source, seq, at_ms, departure_id, gate, method, boarded, apart',
    newer(['seq', 'at_ms', 'departure_id', 'gate', 'method', 'boarded', 'apart']),
  );
  const putUnboarding = put(
    'station_unboardings',
    'ticket_number, source, of_ledger, of_seq, seq, at_ms',
    newer(['of_seq', 'seq', 'at_ms']),
  );
  const putGate = put(
    'station_gates',
    'departure_id, source, seq, at_ms, gate, state, manifest, frozen_at_ms, reconciled',
    newer(['seq', 'at_ms', 'gate', 'state', 'manifest', 'frozen_at_ms', 'reconciled']),
  );
  const putStop = put('station_sale_stops', 'departure_id, source, seq, at_ms', 'DO NOTHING');

  function pageOf(source: number, after: number, head: number, fromDate: string) {
    const last = lastOfPage.get(source, after, fromDate, PAGE_TICKETS - 1);
    const upTo = last ? Math.min(last.seq, head) : head;
    const identities =
      source === OWN_SOURCE
        ? ownIdentities.all(after, upTo, fromDate)
        : otherIdentities.all(source, after, upTo, fromDate);
    return {
      upTo,
      tickets: tickets.all(source, after, upTo, fromDate),
      identities: identities.map(({ seq, digest, ...row }) => ({ seq, digest, row })),
      states: states.all(source, after, upTo),
      boardings: boardings.all(source, after, upTo),
      unboardings: unboardings.all(source, after, upTo),
      gates: gates.all(source, after, upTo),
      stops: stops.all(source, after, upTo),
    };
  }

  return {
    page(have, fromDate) {
      const all = [
        { source: OWN_SOURCE, ...own, head: ownHead.get()?.seq ?? 0 },
        ...sources.all().map(({ source, window, ledger_id: ledgerId, up_to: head }) => ({
          source,
          window,
          ledgerId,
          head,
        })),
      ];
      for (const { source, window, ledgerId, head } of all) {
        const after = have.get(ledgerId) ?? 0;
        if (head > after) return { window, ledgerId, ...pageOf(source, after, head, fromDate) };
      }
      return undefined;
    },
    have: () => follows.all(),
    take(page, tokens) {
      const { window, ledgerId, upTo } = page;
      durably(() => {
        moveOn.run(ledgerId, upTo);
        if (ledgerId === own.ledgerId) return;
        const source =
          sourceOf.get(ledgerId)?.source ?? Number(addSource.run(window, ledgerId).lastInsertRowid);
        for (const one of page.tickets)
          putTicket.run(
            one.ticketNumber,
            source,
            one.seq,
            one.departureId,
            one.departAtMs,
            one.ticketClass,
            one.documentKind,
            one.seatNumber,
            one.heads,
            one.more,
          );
        for (const { seq, digest, row } of page.identities)
          putIdentity.run(
            source,
            seq,
            digest,
            row.ref,
            row.week,
            row.alg,
            row.nonce,
            row.sealed,
            tokens.get(seq) ?? null,
          );
        for (const one of page.states)
          putState.run(one.ticketNumber, source, one.seq, one.atMs, one.state, one.replacedBy);
        for (const one of page.boardings)
          putBoarding.run(
            one.ticketNumber,
            source,
            one.seq,
            one.atMs,
            one.departureId,
            one.gate,
            one.method,
            one.boarded,
            one.apart,
          );
        for (const one of page.unboardings)
          putUnboarding.run(one.ticketNumber, source, one.ofLedger, one.ofSeq, one.seq, one.atMs);
        for (const one of page.gates)
          putGate.run(
            one.departureId,
            source,
            one.seq,
            one.atMs,
            one.gate,
            one.state,
            one.manifest,
            one.frozenAtMs,
            one.reconciled,
          );
        for (const one of page.stops) putStop.run(one.departureId, source, one.seq, one.atMs);
      });
    },
  };
}
