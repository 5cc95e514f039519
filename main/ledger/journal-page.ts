import type { EntryEnvelope } from '../../contract/entries.ts';
import type { Connection } from './connection.ts';
import { parseEnvelope } from './envelope.ts';

/** Which entries of the journal somebody wants to see, newest first. */
export interface JournalQuery {
  limit: number;
  /** Only entries with a lower `seq`: where the page before ended. */
  before?: number;
  kind?: string;
  businessDate?: string;
  /** Clerk number, or `office`. */
  actor?: string;
}

export interface JournalPage {
  entries: { envelope: EntryEnvelope; hash: Uint8Array }[];
  /** Everything from here on was looked through: give it as `before` for the next page; null at the first entry. */
  next: number | null;
}

/** A page looks through at most so many entries, so that a rare kind never holds the window up; the next page goes on. */
const MOST_LOOKED_THROUGH = 20_000;

/** Pages of the journal for people who check it. */
export function createJournalPages(connection: Connection): (query: JournalQuery) => JournalPage {
  const page = connection.prepare<
    [
      number,
      number,
      string | null,
      string | null,
      string | null,
      string | null,
      string | null,
      string | null,
      number,
    ],
    { seq: number; entry: string; hash: Uint8Array }
  >(
    `SELECT seq, entry, hash FROM journal WHERE seq < ? AND seq >= ? AND (? IS NULL OR kind = ?)
     AND (? IS NULL OR business_date = ?) AND (? IS NULL OR json_extract(entry, '$.actor') = ?) ORDER BY seq DESC LIMIT ?`,
  );
  const last = connection.prepare<[], { seq: number | null }>('SELECT max(seq) AS seq FROM journal');
  return ({ limit, before, kind = null, businessDate = null, actor = null }) => {
    const from = Math.min(before ?? Number.MAX_SAFE_INTEGER, (last.get()?.seq ?? 0) + 1);
    const floor = Math.max(1, from - MOST_LOOKED_THROUGH);
    const rows = page.all(from, floor, kind, kind, businessDate, businessDate, actor, actor, limit);
    const end = rows.length === limit ? (rows.at(-1)?.seq ?? floor) : floor;
    return {
      entries: rows.map(({ entry, hash }) => ({ envelope: parseEnvelope(entry), hash })),
      next: end > 1 ? end : null,
    };
  };
}
