import { ZERO_HASH } from '../../contract/encoding/chain.ts';
import type { BatchAnswer } from '../../contract/city.ts';
import type { SealedWeekKey } from '../../contract/encoding/batch.ts';
import type { DepartureId, LedgerId, TicketNumber, WindowId } from '../../contract/ids.ts';
import type { RelayedAnswer } from '../../contract/station-link.ts';
import type { Connection } from './connection.ts';
import type { RelayBatch, RelayLedger, RelayTicket, RelayVehicle, StationBooks } from './station-types.ts';

interface StoredLedger {
  window: WindowId;
  ledger_id: LedgerId;
  seq: number;
  hash: Uint8Array;
  city_seq: number;
  heard_at_ms: number;
}

interface StoredTicket {
  window: WindowId;
  ledger_id: LedgerId;
  seq: number;
  ticket_number: TicketNumber;
  departure_id: DepartureId;
  lease_id: string;
  seat_number: number | null;
}

type RelayBooks = Pick<
  StationBooks,
  | 'relayLedger'
  | 'relayLedgers'
  | 'keepBatch'
  | 'batchesAfter'
  | 'relayWeeks'
  | 'keepWeeks'
  | 'keepCityAnswer'
  | 'setCitySeq'
  | 'keepTickets'
  | 'dropDelivered'
  | 'relayState'
  | 'answersFor'
  | 'dropAnswers'
  | 'relayTicketsOfLease'
  | 'relayVehiclesOfLease'
  | 'relayTicketsAtSeat'
  | 'seatConflicts'
>;

/** Other windows' journals at their host, and records of the whole station. @param own the window whose ledger this is; `durably` runs work in one transaction */
export function createRelay(
  connection: Connection,
  own: WindowId,
  durably: (work: () => void) => void,
): RelayBooks {
  const one = connection.prepare<[string, string], StoredLedger>(
    'SELECT * FROM relay_ledgers WHERE window = ? AND ledger_id = ?',
  );
  const all = connection.prepare<[], StoredLedger>('SELECT * FROM relay_ledgers ORDER BY window, ledger_id');
  const moveOn = connection.prepare<[string, string, number, Uint8Array, number]>(
    `INSERT INTO relay_ledgers (window, ledger_id, seq, hash, heard_at_ms) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (window, ledger_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, heard_at_ms = excluded.heard_at_ms`,
  );
  const addBatch = connection.prepare<[string, string, number, number, Uint8Array, number]>(
    'INSERT INTO relay_batches (window, ledger_id, from_seq, to_seq, batch, taken_at_ms) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const dropBatches = connection.prepare<[number]>(
    `DELETE FROM relay_batches AS b WHERE b.taken_at_ms <= ? AND b.to_seq <=
       (SELECT min(l.city_seq, coalesce(s.up_to, 0)) FROM relay_ledgers l LEFT JOIN station_sources s ON s.ledger_id = l.ledger_id
        WHERE l.window = b.window AND l.ledger_id = b.ledger_id)`,
  );
  const keptBatches = connection.prepare<[], { batches: number; bytes: number; oldest: number | null }>(
    `SELECT count(*) AS batches, coalesce(sum(length(batch)), 0) AS bytes, min(taken_at_ms) AS oldest FROM relay_batches`,
  );
  const waiting = connection.prepare<[], { n: number }>(
    'SELECT coalesce(sum(seq - city_seq), 0) AS n FROM relay_ledgers',
  );
  const batches = connection.prepare<
    [string, string, number, number],
    { from_seq: number; to_seq: number; batch: Uint8Array }
  >(
    `SELECT from_seq, to_seq, batch FROM relay_batches
     WHERE window = ? AND ledger_id = ? AND to_seq > ? ORDER BY to_seq LIMIT ?`,
  );
  const addWeek = connection.prepare<[string, string, string, string]>(
    'INSERT INTO relay_weeks (window, ledger_id, week, sealed) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const weeks = connection.prepare<[string, string], { sealed: string }>(
    'SELECT sealed FROM relay_weeks WHERE window = ? AND ledger_id = ? ORDER BY week',
  );
  const addTicket = connection.prepare<[string, string, number, string, string, string, number | null]>(
    `INSERT INTO relay_tickets (window, ledger_id, seq, ticket_number, departure_id, lease_id, seat_number)
     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const ofLease = connection.prepare<[string], StoredTicket>(
    'SELECT * FROM relay_tickets WHERE lease_id = ?',
  );
  const atSeat = connection.prepare<[string, number], StoredTicket>(
    'SELECT * FROM relay_tickets WHERE departure_id = ? AND seat_number = ?',
  );
  const addVehicle = connection.prepare<
    [string, string, number, string, string, string, number, number, string | null]
  >(
    `INSERT INTO relay_vehicles (window, ledger_id, seq, ticket_number, departure_id, lease_id, lane_cm, places, deck)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const vehiclesOf = connection.prepare<[string], RelayVehicle>(
    `SELECT seq, ticket_number AS ticketNumber, departure_id AS departureId, lease_id AS leaseId, lane_cm AS laneCm,
       places, deck FROM relay_vehicles WHERE lease_id = ?`,
  );
  const setCity = connection.prepare<[number, string, string]>(
    'UPDATE relay_ledgers SET city_seq = ? WHERE window = ? AND ledger_id = ?',
  );
  const addAnswer = connection.prepare<[string, string, string]>(
    'INSERT INTO relay_answers (window, ledger_id, answer) VALUES (?, ?, ?)',
  );
  const answers = connection.prepare<
    [string, string, number],
    { id: number; ledger_id: LedgerId; answer: string }
  >('SELECT id, ledger_id, answer FROM relay_answers WHERE window = ? AND ledger_id = ? ORDER BY id LIMIT ?');
  const dropAnswer = connection.prepare<[string, number]>(
    'DELETE FROM relay_answers WHERE window = ? AND id = ?',
  );
  const twice = connection.prepare<
    [string],
    { departure_id: DepartureId; seat_number: number; window: WindowId; ticket_number: TicketNumber }
  >(
    `WITH every AS (
       SELECT departure_id, seat_number, window, ticket_number FROM relay_tickets WHERE seat_number IS NOT NULL
       -- A place that came back may have been sold again.
         AND NOT EXISTS (SELECT 1 FROM station_ticket_states s
           WHERE s.ticket_number = relay_tickets.ticket_number AND s.state NOT IN ('refundPending', 'sold'))
       UNION ALL SELECT departure_id, seat_number, ?, ticket_number FROM tickets WHERE seat_number IS NOT NULL AND ended = 0
     )
     SELECT * FROM every WHERE (departure_id, seat_number) IN
       (SELECT departure_id, seat_number FROM every GROUP BY 1, 2 HAVING count(*) > 1)
     ORDER BY departure_id, seat_number, ticket_number`,
  );

  const addSold = (
    window: string,
    ledgerId: string,
    tickets: readonly RelayTicket[],
    vehicles: readonly RelayVehicle[],
  ): void => {
    for (const { seq, ticketNumber, departureId, leaseId, seatNumber } of tickets)
      addTicket.run(window, ledgerId, seq, ticketNumber, departureId, leaseId, seatNumber);
    for (const { seq, ticketNumber, departureId, leaseId, laneCm, places, deck } of vehicles)
      addVehicle.run(window, ledgerId, seq, ticketNumber, departureId, leaseId, laneCm, places, deck);
  };

  return {
    relayLedger(window, ledgerId) {
      const row = one.get(window, ledgerId);
      return row && ledgerOf(row);
    },
    relayLedgers: () => all.all().map((row) => ledgerOf(row)),
    keepBatch({ window, ledgerId, from, to, batch, hash, weekKeys, tickets, vehicles, atMs }) {
      if (from !== (one.get(window, ledgerId)?.seq ?? 0) + 1)
        throw new RangeError(`entry ${from} does not follow`);
      durably(() => {
        addBatch.run(window, ledgerId, from, to, batch, atMs);
        moveOn.run(window, ledgerId, to, hash, atMs);
        for (const key of weekKeys) addWeek.run(window, ledgerId, key.week, JSON.stringify(key));
        addSold(window, ledgerId, tickets, vehicles);
      });
    },
    keepTickets: (window, ledgerId, tickets, vehicles) =>
      durably(() => addSold(window, ledgerId, tickets, vehicles)),
    batchesAfter: (window, ledgerId, seq, limit): RelayBatch[] =>
      batches.all(window, ledgerId, seq, limit).map((row) => ({
        window: window as WindowId,
        ledgerId: ledgerId as LedgerId,
        from: row.from_seq,
        to: row.to_seq,
        batch: row.batch,
      })),
    keepWeeks: (window, ledgerId, weekKeys) =>
      durably(() => {
        for (const key of weekKeys) addWeek.run(window, ledgerId, key.week, JSON.stringify(key));
      }),
    relayWeeks: (window, ledgerId) =>
      weeks.all(window, ledgerId).map(({ sealed }) => JSON.parse(sealed) as SealedWeekKey),
    keepCityAnswer(window, ledgerId, answer) {
      let id = 0;
      durably(() => {
        id = Number(addAnswer.run(window, ledgerId, JSON.stringify(answer)).lastInsertRowid);
        setCity.run(answer.ackSeq, window, ledgerId);
      });
      return { id, ledgerId: ledgerId as LedgerId, answer };
    },
    setCitySeq: (window, ledgerId, seq) => durably(() => setCity.run(seq, window, ledgerId)),
    dropDelivered(takenBeforeMs) {
      let dropped = 0;
      durably(() => {
        dropped = dropBatches.run(takenBeforeMs).changes;
      });
      return dropped;
    },
    relayState() {
      const { batches, bytes, oldest } = keptBatches.get() ?? { batches: 0, bytes: 0, oldest: null };
      return { batches, bytes, oldestAtMs: oldest, waiting: waiting.get()?.n ?? 0 };
    },
    answersFor: (window, ledgerId, limit): RelayedAnswer[] =>
      answers.all(window, ledgerId, limit).map((row) => ({
        id: row.id,
        ledgerId: row.ledger_id,
        answer: JSON.parse(row.answer) as BatchAnswer,
      })),
    dropAnswers: (window, ids) =>
      durably(() => {
        for (const id of ids) dropAnswer.run(window, id);
      }),
    relayTicketsOfLease: (leaseId) => ofLease.all(leaseId).map((row) => ticketOf(row)),
    relayVehiclesOfLease: (leaseId) => vehiclesOf.all(leaseId),
    relayTicketsAtSeat: (departureId, seat) => atSeat.all(departureId, seat).map((row) => ticketOf(row)),
    seatConflicts() {
      const found = new Map<string, ReturnType<StationBooks['seatConflicts']>[number]>();
      for (const { departure_id, seat_number, window, ticket_number } of twice.all(own)) {
        const name = `${departure_id} ${seat_number}`;
        const seat = found.get(name) ?? { departureId: departure_id, seatNumber: seat_number, tickets: [] };
        seat.tickets.push({ window, ticketNumber: ticket_number });
        found.set(name, seat);
      }
      return [...found.values()];
    },
  };
}

function ledgerOf(row: StoredLedger): RelayLedger {
  return {
    window: row.window,
    ledgerId: row.ledger_id,
    seq: row.seq,
    hash: row.seq === 0 ? ZERO_HASH : row.hash,
    citySeq: row.city_seq,
    heardAtMs: row.heard_at_ms,
  };
}

function ticketOf(row: StoredTicket): RelayTicket {
  return {
    window: row.window,
    ledgerId: row.ledger_id,
    seq: row.seq,
    ticketNumber: row.ticket_number,
    departureId: row.departure_id,
    leaseId: row.lease_id,
    seatNumber: row.seat_number,
  };
}
