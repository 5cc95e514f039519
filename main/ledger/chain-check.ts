import { ZERO_HASH } from '../../contract/encoding/chain.ts';
import { entryEnvelopeSchema, type EntryEnvelope } from '../../contract/entries.ts';
import type { Connection } from './connection.ts';
import { hashEntry } from './envelope.ts';
import type { VerifyResult } from './types.ts';

interface JournalRow {
  seq: number;
  kind: string;
  at_ms: number;
  business_date: string;
  command_id: string;
  part_n: number;
  part_of: number;
  bytes: Uint8Array;
  hash: Uint8Array;
}

const PAGE_ROWS = 500;
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the journal from `fromSeq` to its end: no gap, each hash right over the stored bytes, each column as its entry says,
 * one window and ledger throughout, commands whole. Reads bytes, not text, so that nothing is mended on the way.
 */
export function checkChain(connection: Connection, fromSeq = 1): VerifyResult {
  const steps = chainSteps(connection, fromSeq);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** As {@link checkChain}, a page of entries at a time: gives the last `seq` looked at after each, so that sales go on between. */
export function* chainSteps(connection: Connection, fromSeq = 1): Generator<number, VerifyResult, void> {
  const page = connection.prepare<[number, number], JournalRow>(
    `SELECT seq, kind, at_ms, business_date, command_id, part_n, part_of, CAST(entry AS BLOB) AS bytes, hash
     FROM journal WHERE seq >= ? ORDER BY seq LIMIT ?`,
  );
  const before = connection
    .prepare<[number], { hash: Uint8Array; command_id: string; part_n: number; part_of: number }>(
      'SELECT hash, command_id, part_n, part_of FROM journal WHERE seq = ?',
    )
    .get(fromSeq - 1);
  if (fromSeq > 1 && !before) return { ok: false, seq: fromSeq - 1, why: 'the entry is missing' };
  let prev: Uint8Array = before?.hash ?? ZERO_HASH;
  let part = before
    ? { id: before.command_id, n: before.part_n, of: before.part_of }
    : { id: '', n: 0, of: 0 };
  let first: EntryEnvelope | undefined;
  let seq = fromSeq;
  for (;;) {
    const rows = page.all(seq, PAGE_ROWS);
    for (const row of rows) {
      const checked = checkRow(row, seq, prev);
      if (typeof checked === 'string') return { ok: false, seq, why: checked };
      first ??= checked;
      if (checked.window !== first.window || checked.ledgerId !== first.ledgerId) {
        return { ok: false, seq, why: 'the entry belongs to another ledger' };
      }
      const goesOn = row.part_n > 1;
      const fits = goesOn
        ? part.id === row.command_id && part.n + 1 === row.part_n && part.of === row.part_of
        : part.n === part.of;
      if (!fits) return { ok: false, seq, why: 'the parts of a command are not whole' };
      part = { id: row.command_id, n: row.part_n, of: row.part_of };
      prev = row.hash;
      seq += 1;
    }
    if (rows.length < PAGE_ROWS) break;
    yield seq - 1;
  }
  if (part.n !== part.of) return { ok: false, seq: seq - 1, why: 'the parts of a command are not whole' };
  return { ok: true, count: seq - fromSeq };
}

function checkRow(row: JournalRow, seq: number, prev: Uint8Array): EntryEnvelope | string {
  if (row.seq !== seq) return 'the entry is missing';
  let entry: EntryEnvelope;
  let canonical: string;
  try {
    canonical = decoder.decode(row.bytes);
    entry = entryEnvelopeSchema.parse(JSON.parse(canonical));
  } catch {
    return 'the entry cannot be read';
  }
  if (!isHash(prev) || !isHash(row.hash) || !sameBytes(hashEntry(prev, canonical), row.hash))
    return 'the hash is not right';
  const agrees =
    entry.seq === row.seq &&
    entry.kind === row.kind &&
    entry.at === row.at_ms &&
    entry.businessDate === row.business_date &&
    entry.commandId === row.command_id &&
    entry.part.n === row.part_n &&
    entry.part.of === row.part_of;
  return agrees ? entry : 'a column does not agree with its entry';
}

/** Sealed rows stand at the entry that names them. An erased row is no fault; a row that nobody names is. */
export function checkSealedRows(connection: Connection): VerifyResult {
  const odd = connection
    .prepare<[], { seq: number }>(
      `SELECT v.seq FROM vault_rows v LEFT JOIN journal j ON j.seq = v.seq
       WHERE j.seq IS NULL OR json_extract(j.entry, '$.identity.ref') IS NOT v.ref ORDER BY v.seq LIMIT 1`,
    )
    .get();
  return odd
    ? { ok: false, seq: odd.seq, why: 'a sealed row does not belong to its entry' }
    : { ok: true, count: 0 };
}

/** What stands where a hash should: in a damaged file it may be of another kind than the table says. */
export function isHash(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === 32;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
