import type { LedgerId, WindowId } from '../../../contract/ids.ts';
import type { Connection } from '../connection.ts';
import type { HeldSeats, LostLedger } from '../station-types.ts';
import type { Projection } from './projection.ts';

/** Ledgers of lost machines that were read back, and ledgers that two people signed off. */
export function projectLostLedgers(connection: Connection): Projection {
  const read = connection.prepare<
    [string, string, number, number, string | null, number, number, number, number, number]
  >(
    `INSERT INTO lost_ledgers (window, ledger_id, up_to, last_at_ms, signing_key, tickets, leases, forked, was_host, read_seq)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (window, ledger_id) DO UPDATE SET up_to = excluded.up_to, last_at_ms = excluded.last_at_ms,
       signing_key = excluded.signing_key, tickets = excluded.tickets, leases = excluded.leases, forked = excluded.forked,
       was_host = excluded.was_host`,
  );
  const writeOff = connection.prepare<[string]>(
    'INSERT INTO written_off_ledgers (ledger_id) VALUES (?) ON CONFLICT DO NOTHING',
  );
  return {
    tables: ['lost_ledgers', 'written_off_ledgers'],
    apply({ kind, body, seq }) {
      if (kind === 'window.writtenOff') writeOff.run(body.ledgerId);
      else if (kind === 'host.lossRead') {
        const { window, ledgerId, upTo, lastAt, signingKey, tickets, leases, isForked, wasHost } = body;
        read.run(
          window,
          ledgerId,
          upTo,
          lastAt,
          signingKey,
          tickets,
          leases,
          isForked ? 1 : 0,
          wasHost ? 1 : 0,
          seq,
        );
      }
    },
  };
}

export function lostLedgerQueries(connection: Connection) {
  const all = connection.prepare<
    [],
    {
      window: WindowId;
      ledger_id: LedgerId;
      up_to: number;
      last_at_ms: number;
      signing_key: string | null;
      tickets: number;
      leases: number;
      forked: number;
      was_host: number;
    }
  >('SELECT * FROM lost_ledgers ORDER BY read_seq');
  const writtenOff = connection.prepare<[string], { ledger_id: string }>(
    'SELECT ledger_id FROM written_off_ledgers WHERE ledger_id = ?',
  );
  const held = connection.prepare<[], HeldSeats>(
    `SELECT holder AS window, ledger_id AS ledgerId, departure_id AS departureId, sum(seats) AS seats, sum(sold) AS sold,
       sum(lane_cm) AS laneCm, sum(places) AS places, sum(vehicles) AS vehicles
     FROM (
       SELECT holder, ledger_id, departure_id, open_count AS seats,
         (SELECT count(*) FROM relay_tickets t WHERE t.lease_id = g.lease_id) AS sold,
         0 AS lane_cm, 0 AS places, 0 AS vehicles
       FROM grants g WHERE written_off = 0 AND open_count > 0
       UNION ALL
       SELECT holder, ledger_id, departure_id, 0, 0, lane, upper + middle + lower,
         (SELECT count(*) FROM relay_vehicles v WHERE v.lease_id = r.lease_id)
       FROM vehicle_grants r WHERE written_off = 0 AND lane + upper + middle + lower > 0
     ) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
  );
  return {
    lostLedgers: (): LostLedger[] =>
      all.all().map((row) => ({
        window: row.window,
        ledgerId: row.ledger_id,
        upTo: row.up_to,
        lastAtMs: row.last_at_ms,
        signingKey: row.signing_key,
        tickets: row.tickets,
        leases: row.leases,
        isForked: row.forked === 1,
        wasHost: row.was_host === 1,
      })),
    isWrittenOff: (ledgerId: string): boolean => writtenOff.get(ledgerId) !== undefined,
    heldSeats: (): HeldSeats[] => held.all(),
  };
}
