import { refuse } from '../../contract/refusals.ts';
import type { Sql } from '../store/store.ts';
import type { JudgedChunk, Odd } from './chunk.ts';
import { isRefused, refuseEntry } from './odd-ones.ts';
import type { LedgerKey } from './record.ts';

/** What makes the ticket numbers of a ledger its own; its window's two digits were looked at when each entry was judged. */
export interface NumberOwner {
  /** Null until the ledger's opening entry was taken. */
  ordinal: number | null;
  /** All codes of its station. */
  codes: ReadonlySet<string>;
}

/** Station of a window, the part of its name before the stroke. */
export function stationOf(window: string): string {
  return window.slice(0, window.indexOf('/'));
}

const stationCodeIn = (ticketNumber: string): string => ticketNumber.slice(0, 4);
const windowIn = (ticketNumber: string): string => ticketNumber.slice(10, 12);
const ordinalIn = (ticketNumber: string): number => Number(ticketNumber.slice(12, 14));

/**
 * Whether a code is the station's, which gets it when nobody has it. Two stations that come with one code in the same instant: the
 * second waits here until the batch of the first is in.
 */
async function hasCode(sql: Sql, station: string, code: string, nowMs: number): Promise<boolean> {
  const claimed = await sql.query(
    `insert into station_codes (code, station, claimed_at) values ($1, $2, $3)
     on conflict do nothing returning code`,
    [code, station, nowMs],
  );
  if (claimed.length > 0) return true;
  const [owner] = await sql.query<{ station: string }>('select station from station_codes where code = $1', [
    code,
  ]);
  return owner?.station === station;
}

/**
 * Notes what a ledger's opening says of its numbers. Two ledgers of a window must not share an ordinal: the second opening is
 * refused, and what follows it is stored and judged by itself.
 */
export async function takeOpenings(
  sql: Sql,
  key: LedgerKey,
  owner: { ordinal: number | null; codes: Set<string> },
  { openings, sold }: JudgedChunk,
  odd: Map<number, Odd>,
  nowMs: number,
): Promise<void> {
  const station = stationOf(key.window);
  // The opening entry is the first of its ledger, before every ticket.
  for (const { seq, ordinal, stationCode } of openings) {
    const others = await sql.query(
      'select 1 from ledgers where window_id = $1 and ledger_id <> $2 and ordinal = $3 limit 1',
      [key.window, key.ledgerId, ordinal],
    );
    if (others.length > 0) refuseEntry(odd, seq, 'city.ordinal', { ordinal }, 'body.ordinal');
    else owner.ordinal = ordinal;
    if (!owner.codes.has(stationCode) && (await hasCode(sql, station, stationCode, nowMs)))
      owner.codes.add(stationCode);
  }
  if (openings.length > 0 || owner.ordinal !== null || owner.codes.size > 0) return;
  // An opening that cannot be read, a newer program's for instance: its sales are not to wait for this city's next version.
  const first = sold.find(({ seq }) => !isRefused(odd, seq));
  if (!first) return;
  const code = stationCodeIn(first.ticketNumber);
  if (await hasCode(sql, station, code, nowMs)) owner.codes.add(code);
}

/**
 * A station code is one station's. An opening with another one's is refused, which is all that can be done without keeping the ledger out:
 * its entries are stored, and each of its tickets is refused by name below, so that nothing is lost and nothing counts under a number that
 * is another station's to give. What else the opening says (ordinal, predecessor) holds.
 */
export function refuseOtherStationsOpening(
  { window }: LedgerKey,
  { codes }: NumberOwner,
  { openings }: JudgedChunk,
  odd: Map<number, Odd>,
): void {
  for (const { seq, stationCode } of openings) {
    if (codes.has(stationCode) || isRefused(odd, seq)) continue;
    const values = { code: stationCode, station: stationOf(window) };
    refuseEntry(odd, seq, 'city.stationCode', values, 'body.stationCode');
  }
}

/**
 * Refuses numbers that are not the ledger's to give, and those of its own that are there already, in any ledger of the window or earlier
 * in this batch. Both are stored all the same. A number that is another one's is nobody's sale: it does not stand in the way of the true
 * one. As a number names its window, and batches of one window come one after the other, no two see nothing of each other.
 */
export async function refuseWrongNumbers(
  sql: Sql,
  key: LedgerKey,
  owner: NumberOwner,
  { sold }: JudgedChunk,
  odd: Map<number, Odd>,
): Promise<void> {
  const own: JudgedChunk['sold'] = [];
  for (const one of sold) {
    const { seq, ticketNumber } = one;
    const foreign = foreignNumber(key, owner, ticketNumber);
    if (!foreign) own.push(one);
    else if (!isRefused(odd, seq)) odd.set(seq, { seq, verdict: 'refused', refusal: foreign });
  }
  if (own.length === 0) return;
  const seen = await soldBefore(
    sql,
    key,
    own.map(({ ticketNumber }) => ticketNumber),
  );
  for (const { seq, ticketNumber } of own) {
    if (seen.has(ticketNumber) && !isRefused(odd, seq))
      refuseEntry(odd, seq, 'city.ticketTwice', { ticketNumber }, 'body.ticketNumber');
    seen.add(ticketNumber);
  }
}

function foreignNumber({ window }: LedgerKey, { ordinal, codes }: NumberOwner, ticketNumber: string) {
  const code = stationCodeIn(ticketNumber);
  if (!codes.has(code))
    return refuse('city.stationCode', { code, station: stationOf(window) }, 'body.ticketNumber');
  const isOther =
    windowIn(ticketNumber) !== window.slice(-2) || (ordinal !== null && ordinalIn(ticketNumber) !== ordinal);
  return isOther ? refuse('city.ticketNumber', {}, 'body.ticketNumber') : undefined;
}

/**
 * Which of these numbers the window sold before, refused sales among them; those that it sent from a ledger that may not give them are
 * left out. Asked by number alone: with the window beside it, PostgreSQL reads all tickets of the window where there are no statistics.
 */
async function soldBefore(sql: Sql, { window }: LedgerKey, numbers: readonly string[]): Promise<Set<string>> {
  const rows = await sql.query<{ ticket_number: string; window_id: string; ordinal: number | null }>(
    `select distinct t.ticket_number, t.window_id,
       (select l.ordinal from ledgers l where l.window_id = t.window_id and l.ledger_id = t.ledger_id) as ordinal
     from tickets t where t.ticket_number = any ($1::text[])`,
    [numbers],
  );
  return new Set(
    rows
      .filter(
        ({ ticket_number, window_id, ordinal }) =>
          window_id === window && (ordinal === null || ordinal === ordinalIn(ticket_number)),
      )
      .map((row) => row.ticket_number),
  );
}
