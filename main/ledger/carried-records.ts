import type { EntryEnvelope } from '../../contract/entries.ts';
import type { BusinessDate, LedgerId, WindowId } from '../../contract/ids.ts';
import { MOST_RECORD_CHARS, MOST_RECORDS, type StationRecord } from '../../contract/station-records.ts';
import type { Connection } from './connection.ts';
import { parseEnvelope } from './envelope.ts';

/** A record as it is kept here. */
export interface KeptRecord extends StationRecord {
  /** Order of arrival at this office, from 1; later ones are higher, none is used twice. */
  place: number;
  kind: string;
}

/** A page of records: `place` is how far the reader is with it, `more` whether there are others behind. */
export interface RecordPage {
  records: StationRecord[];
  place: number;
  more: boolean;
}

/** Entries that every office of the station is to hear of: this office's own and those of others. */
export interface CarriedBooks {
  /** Entries of this journal of these kinds that were not carried yet become records, as `write` says them. */
  collect(kinds: readonly string[], write: (entry: EntryEnvelope) => string): KeptRecord[];
  /** Others' records; gives those that were not here before. `from` = ledger of the office that gave them. */
  keep(records: readonly (StationRecord & { kind: string })[], from: LedgerId): KeptRecord[];
  /** What came after a place, but for what that very ledger wrote or gave. */
  after(place: number, limit: number, butOf: LedgerId): RecordPage;
  /** Records that nobody here followed yet, of these kinds, as they came. */
  unfollowed(kinds: readonly string[], limit: number): KeptRecord[];
  settle(place: number, state: 'followed' | 'refused'): void;
  /** How far this office is with another: places of the other that it got, own places that it gave. */
  mark(peer: LedgerId): { got: number; gave: number };
  setMark(peer: LedgerId, mark: { got: number; gave: number }): void;
  /** Ledgers of the hosts with which this office ever exchanged records: only a window has any. */
  peers(): LedgerId[];
  keyOf(ledgerId: string): string | undefined;
  /** Whose ledger it was said to be when it was first heard of. */
  windowOf(ledgerId: string): WindowId | undefined;
  /** Keys of all ledgers that were heard of. */
  keys(): { ledgerId: LedgerId; window: WindowId; key: string }[];
  keepKey(ledgerId: string, window: WindowId, key: string): void;
  /** Bodies of the records (`ticket.endedFor`) of other offices' tickets, and of own ones that nobody had ended here. */
  heardEnds(): unknown[];
  /** Records of tickets' ends (`ticket.endedFor`) of departures from a day on, as they came; the newest where there are more than one message takes. */
  endsFrom(date: BusinessDate): StationRecord[];
}

/** Entries looked through without finding one after which that is written down. */
const REMEMBER_EVERY = 5_000;
const OWN_JOURNAL = '';

/** @param own this ledger; `durably` runs work in one transaction; `headSeq` the last entry */
export function createCarriedRecords(
  connection: Connection,
  own: LedgerId,
  headSeq: () => number,
  durably: (work: () => void) => void,
): CarriedBooks {
  const fresh = connection.prepare<[number, number, string], { seq: number; kind: string; entry: string }>(
    `SELECT seq, kind, entry FROM journal
     WHERE seq > ? AND seq <= ? AND kind IN (SELECT value FROM json_each(?)) ORDER BY seq`,
  );
  const add = connection.prepare<
    [string, number, string, string, string | null, 'kept' | 'followed'],
    { place: number }
  >(
    `INSERT INTO carried_records (issuer, n, kind, text, came_from, state) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (issuer, n) DO NOTHING RETURNING place`,
  );
  const page = connection.prepare<[number, string, string, number], KeptRecord>(
    `SELECT place, issuer, n, kind, text FROM carried_records
     WHERE place > ? AND issuer <> ? AND came_from IS NOT ? AND state <> 'refused' ORDER BY place LIMIT ?`,
  );
  const last = connection.prepare<[], { place: number | null }>(
    'SELECT max(place) AS place FROM carried_records',
  );
  const kept = connection.prepare<[string, number], KeptRecord>(
    `SELECT place, issuer, n, kind, text FROM carried_records
     WHERE state = 'kept' AND kind IN (SELECT value FROM json_each(?)) ORDER BY place LIMIT ?`,
  );
  const settle = connection.prepare<[string, number]>('UPDATE carried_records SET state = ? WHERE place = ?');
  const mark = connection.prepare<[string], { got: number; gave: number }>(
    'SELECT got, gave FROM carried_marks WHERE peer = ?',
  );
  const peers = connection.prepare<[], { peer: LedgerId }>(
    "SELECT peer FROM carried_marks WHERE peer <> '' ORDER BY peer",
  );
  const setMark = connection.prepare<[string, number, number]>(
    `INSERT INTO carried_marks (peer, got, gave) VALUES (?, ?, ?)
     ON CONFLICT (peer) DO UPDATE SET got = excluded.got, gave = excluded.gave`,
  );
  const key = connection.prepare<[string], { key: string }>(
    'SELECT key FROM record_keys WHERE ledger_id = ?',
  );
  const keyWindow = connection.prepare<[string], { window: WindowId }>(
    'SELECT window FROM record_keys WHERE ledger_id = ?',
  );
  const allKeys = connection.prepare<[], { ledgerId: LedgerId; window: WindowId; key: string }>(
    'SELECT ledger_id AS ledgerId, window, key FROM record_keys ORDER BY ledger_id',
  );
  const addKey = connection.prepare<[string, string, string]>(
    'INSERT INTO record_keys (ledger_id, window, key) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );

  const heardEnds = connection.prepare<[], { body: string }>(
    `SELECT r.text ->> '$.body' AS body FROM carried_records r
     WHERE r.kind = 'ticket.endedFor' AND (r.text ->> '$.body.ticketNumber' IN
       (SELECT entry ->> '$.body.ticketNumber' FROM journal WHERE kind = 'ticket.endHeard')
       OR NOT EXISTS (SELECT 1 FROM tickets t WHERE t.ticket_number = r.text ->> '$.body.ticketNumber'))`,
  );

  const newestEnds = connection.prepare<[number], StationRecord>(
    `SELECT issuer, n, text FROM carried_records WHERE kind = 'ticket.endedFor' AND state <> 'refused'
     ORDER BY place DESC LIMIT ?`,
  );

  let seen: number | undefined;

  return {
    collect(kinds, write) {
      const before = (seen ??= mark.get(OWN_JOURNAL)?.gave ?? 0);
      const head = headSeq();
      if (head === before) return [];
      const rows = fresh.all(before, head, JSON.stringify(kinds));
      const made: KeptRecord[] = [];
      if (rows.length > 0 || head - (mark.get(OWN_JOURNAL)?.gave ?? 0) >= REMEMBER_EVERY)
        durably(() => {
          for (const { seq, kind, entry } of rows) {
            const text = write(parseEnvelope(entry));
            const added = add.get(own, seq, kind, text, null, 'followed');
            if (added) made.push({ place: added.place, issuer: own, n: seq, kind, text });
          }
          setMark.run(OWN_JOURNAL, 0, head);
        });
      seen = head;
      return made;
    },
    keep(records, from) {
      const made: KeptRecord[] = [];
      if (records.length === 0) return made;
      durably(() => {
        for (const { issuer, n, kind, text } of records) {
          const added = issuer === own ? undefined : add.get(issuer, n, kind, text, from, 'kept');
          if (added) made.push({ place: added.place, issuer, n, kind, text });
        }
      });
      return made;
    },
    after(place, limit, butOf) {
      const records: StationRecord[] = [];
      let chars = 0;
      let at = place;
      for (const row of page.all(place, butOf, butOf, limit)) {
        if (records.length > 0 && chars + row.text.length > MOST_RECORD_CHARS)
          return { records, place: at, more: true };
        records.push({ issuer: row.issuer, n: row.n, text: row.text });
        chars += row.text.length;
        at = row.place;
      }
      if (records.length === limit) return { records, place: at, more: true };
      return { records, place: Math.max(place, last.get()?.place ?? 0), more: false };
    },
    unfollowed: (kinds, limit) => kept.all(JSON.stringify(kinds), limit),
    settle: (place, state) => durably(() => void settle.run(state, place)),
    mark: (peer) => mark.get(peer) ?? { got: 0, gave: 0 },
    setMark: (peer, { got, gave }) => durably(() => void setMark.run(peer, got, gave)),
    peers: () => peers.all().map(({ peer }) => peer),
    keyOf: (ledgerId) => key.get(ledgerId)?.key,
    windowOf: (ledgerId) => keyWindow.get(ledgerId)?.window,
    keys: () => allKeys.all(),
    keepKey: (ledgerId, window, raw) => durably(() => void addKey.run(ledgerId, window, raw)),
    heardEnds: () => heardEnds.all().map(({ body }): unknown => JSON.parse(body)),
    endsFrom(date) {
      const found: StationRecord[] = [];
      let chars = 0;
      for (const record of newestEnds.all(MOST_RECORDS)) {
        const { body } = JSON.parse(record.text) as { body: { departureId?: string } };
        if ((body.departureId?.split('/')[1] ?? '') < date) continue;
        chars += record.text.length;
        if (chars > MOST_RECORD_CHARS) break;
        found.unshift(record);
      }
      return found;
    },
  };
}
