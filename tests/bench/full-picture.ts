import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import { instantOf } from '../../domain/time.ts';

/** Tickets of the station in a gate's picture, those of other windows nearly all. */
export const TICKETS = 500_000;
export const A_DEPARTURE = 250;
/** No office comes to so many ledgers: its own rows and these never meet. */
const SOURCE = 900;
const CHUNK = 5_000;
const BOARDING_MS = instantOf('2026-11-21', '12:00');

/**
 * The rows that `picture.take` makes of another window's journal, and `giveTokens` after it, put in by a connection of their own; the
 * office of the folder may be open.
 */
export function fillPicture(path: string, tickets: number): void {
  const database = new Database(path);
  database.pragma('synchronous = OFF');
  const ledgerId = 'ab'.repeat(16);
  database
    .prepare(
      'INSERT INTO station_sources (source, window, ledger_id, first_seq, up_to) VALUES (?, ?, ?, 1, ?)',
    )
    .run(SOURCE, 'zhujiajian-wugongzhi/04', ledgerId, tickets);
  const ticket = database.prepare(
    `INSERT INTO station_tickets (ticket_number, source, seq, departure_id, depart_at_ms, ticket_class, document_kind, seat_number, heads, more)
     VALUES (?, ${SOURCE}, ?, ?, ?, 'full', '111', NULL, 1, NULL)`,
  );
  const identity = database.prepare(
    `INSERT INTO station_identities (source, seq, digest, ref, week, alg, nonce, sealed, token) VALUES (${SOURCE}, ?, ?, ?, '2026-W47', 'AES-256-GCM', ?, ?, ?)`,
  );
  const sealed = 'A'.repeat(160);
  database.exec('BEGIN');
  for (let seq = 1; seq <= tickets; seq += 1) {
    // An office that is open writes between two chunks.
    if (seq % CHUNK === 0) database.exec('COMMIT; BEGIN');
    const departure = Math.floor(seq / A_DEPARTURE);
    const day = 1 + (departure % 28);
    const id = `w-other-${departure % 90}/2026-${String(1 + (departure % 10)).padStart(2, '0')}-${String(day).padStart(2, '0')}/1100`;
    const digest = createHash('sha256').update(String(seq)).digest();
    ticket.run(`33092601010401${String(seq).padStart(6, '0')}`, seq, id, BOARDING_MS - departure * 60_000);
    identity.run(
      seq,
      digest.toString('hex'),
      digest.subarray(0, 16).toString('hex'),
      'AAAAAAAAAAAAAAAA',
      sealed,
      digest.subarray(16),
    );
  }
  database.exec('COMMIT');
  database.close();
}
