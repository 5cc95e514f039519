import type { Verdict } from '../../contract/city.ts';
import type { SealedRow } from '../../contract/encoding/batch.ts';
import type { Refusal } from '../../contract/refusals.ts';
import type { Connection } from './connection.ts';
import type { StoredSealedRow } from './sealed-rows.ts';
import type { UploadEntry, UploadState } from './types.ts';

/** What an entry takes on its way beside its text: member names, quotes, a sealed row's fixed parts. */
const LINE_OVERHEAD_BYTES = 200;
/** Rows read at a time: a batch of large entries ends long before its count does. */
const PAGE_ROWS = 250;

interface Counted {
  ackSeq: number;
  refused: number;
  weeks: string[];
}

/** Where the upload stands, and what goes up next. */
export function createUpload(connection: Connection) {
  const page = connection.prepare<
    [number, number],
    { seq: number; kind: string; entry: string; hash: Uint8Array } & {
      [K in keyof StoredSealedRow]: StoredSealedRow[K] | null;
    }
  >(
    `SELECT j.seq, j.kind, j.entry, j.hash, v.ref, v.week, v.alg, v.nonce, v.sealed
     FROM journal j LEFT JOIN vault_rows v ON v.seq = j.seq WHERE j.seq > ? ORDER BY j.seq LIMIT ?`,
  );
  const readAck = connection.prepare<[], { ack_seq: number }>('SELECT ack_seq FROM upload');
  const writeAck = connection.prepare<[number]>('UPDATE upload SET ack_seq = ?');
  const readWeeks = connection.prepare<[], { week: string }>('SELECT week FROM upload_weeks ORDER BY week');
  const dropWeeks = connection.prepare<[]>('DELETE FROM upload_weeks');
  const addWeek = connection.prepare<[string]>(
    'INSERT INTO upload_weeks (week) VALUES (?) ON CONFLICT DO NOTHING',
  );
  const writeVerdict = connection.prepare<[number, string, string | null]>(
    `INSERT INTO verdicts (seq, verdict, refusal) VALUES (?, ?, ?)
     ON CONFLICT (seq) DO UPDATE SET verdict = excluded.verdict, refusal = excluded.refusal`,
  );
  const readVerdicts = connection.prepare<
    [string],
    { seq: number; verdict: Verdict['verdict']; refusal: string | null }
  >('SELECT seq, verdict, refusal FROM verdicts WHERE seq IN (SELECT value FROM json_each(?))');
  const countRefused = connection.prepare<[], { n: number }>(
    `SELECT count(*) AS n FROM verdicts WHERE verdict = 'refused'`,
  );
  const readAt = connection.prepare<[number], { at_ms: number }>('SELECT at_ms FROM journal WHERE seq = ?');

  const count = (): Counted => {
    const ackSeq = readAck.get()?.ack_seq ?? 0;
    return {
      ackSeq,
      refused: countRefused.get()?.n ?? 0,
      weeks: readWeeks.all().map(({ week }) => week),
    };
  };
  // Asked after every sale, so it is read when it changes instead. Nothing here may take longer with more sales.
  let counted = count();

  return {
    countAgain(): void {
      counted = count();
    },
    uploadState(headSeq: number): UploadState {
      const { ackSeq, refused, weeks } = counted;
      return {
        ackSeq,
        backlogEntries: headSeq - ackSeq,
        oldestAtMs: readAt.get(ackSeq + 1)?.at_ms ?? null,
        ackedWeeks: [...weeks],
        refusedEntries: refused,
      };
    },
    entriesAfter(seq: number, limit: number, maxBytes: number): UploadEntry[] {
      const entries: UploadEntry[] = [];
      let bytes = 0;
      let after = seq;
      for (;;) {
        const rows = page.all(after, Math.min(PAGE_ROWS, limit - entries.length));
        for (const { seq, kind, entry, hash, ref, week, alg, nonce, sealed } of rows) {
          const row: SealedRow | undefined =
            ref !== null && week !== null && alg !== null && nonce !== null && sealed !== null
              ? { alg, ref, week, nonce, sealed }
              : undefined;
          bytes += Buffer.byteLength(entry) + (row?.sealed.length ?? 0) + LINE_OVERHEAD_BYTES;
          if (entries.length > 0 && bytes > maxBytes) return entries;
          entries.push({ seq, kind, canonical: entry, hash, ...(row && { row }) });
          after = seq;
        }
        if (rows.length === 0 || entries.length >= limit) return entries;
      }
    },
    /** Inside a transaction. */
    recordAnswer(
      headSeq: number,
      answer: { ackSeq: number; verdicts: readonly Verdict[]; weekKeys: readonly string[] },
    ): void {
      const tooHigh = [answer.ackSeq, ...answer.verdicts.map(({ seq }) => seq)].find(
        (seq) => seq > headSeq || seq < 0,
      );
      if (tooHigh !== undefined)
        throw new RangeError(`the city speaks of entry ${tooHigh}, the last one is ${headSeq}`);
      writeAck.run(answer.ackSeq);
      for (const { seq, verdict, refusal } of answer.verdicts) {
        writeVerdict.run(seq, verdict, refusal === undefined ? null : JSON.stringify(refusal));
      }
      const weeks = answer.weekKeys.toSorted();
      if (weeks.join() !== counted.weeks.join()) {
        dropWeeks.run();
        for (const week of weeks) addWeek.run(week);
      }
    },
    verdictsOf(seqs: readonly number[]): Map<number, Verdict> {
      const verdicts = new Map<number, Verdict>();
      for (const seq of seqs)
        if (seq >= 1 && seq <= counted.ackSeq) verdicts.set(seq, { seq, verdict: 'accepted' });
      for (const { seq, verdict, refusal } of readVerdicts.all(JSON.stringify(seqs))) {
        verdicts.set(seq, {
          seq,
          verdict,
          ...(refusal !== null && { refusal: JSON.parse(refusal) as Refusal }),
        });
      }
      return verdicts;
    },
  };
}
