import type { BatchAnswer, Verdict } from '../../contract/city.ts';
import type { Batch } from '../../contract/encoding/batch.ts';
import { toBase64url } from '../../contract/encoding/bytes.ts';
import {
  accepted,
  refuse,
  refused,
  type Outcome,
  type Refusal,
  type RefusalCode,
} from '../../contract/refusals.ts';
import { hexOf } from '../crypto.ts';
import type { CityKeyRing } from '../keys.ts';
import type { CityRuntime } from '../runtime.ts';
import type { Sql, Store } from '../store/store.ts';
import { linkBatch, lockLedger, type ForkFound } from './chain.ts';
import { keepOtherCopy, markFork, markPredecessorThatWentOn, wentOnAt } from './other-copy.ts';
import { judgesWith } from './judge.ts';
import { judgeChunks, type BatchGiven, type JudgedChunk } from './chunk.ts';
import { lookAt, type Looked } from './look.ts';
import { recordChunk, type LedgerKey } from './record.ts';
import { settleParts, settleWeeks } from './settle.ts';
import { isSigned } from './signed.ts';
import { takeWeekKeys } from './week-keys.ts';

/** What taking a batch needs. */
export interface IngestParts {
  store: Store;
  ring: CityKeyRing;
  runtime: CityRuntime;
}

/** Carries a refusal out of a transaction, so that it is rolled back. */
class Refused extends Error {
  readonly refusal: Refusal;
  readonly fork: ForkFound | undefined;
  constructor(refusal: Refusal, fork?: ForkFound) {
    super(refusal.code);
    this.refusal = refusal;
    this.fork = fork;
  }

  static fork(fork: ForkFound): Refused {
    return new Refused(refuse('city.fork', { seq: fork.seq }), fork);
  }
}

/**
 * Takes one batch in, in one transaction: signature, gap, chain and fork decide whether it is stored; verdicts say
 * what is thought of each entry and stop nothing. A batch that comes again is taken again and changes nothing.
 */
export async function ingestBatch(parts: IngestParts, batch: Batch): Promise<Outcome<BatchAnswer>> {
  const { head } = batch;
  if (head.to - head.from + 1 !== batch.entries.length) {
    return refused('city.batchShape', { line: 1, detail: 'from, to' }, 'head');
  }
  try {
    return accepted(await parts.store.transaction((sql) => takeBatch(sql, parts, batch)));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { window, ledgerId } = head;
    parts.runtime.log.warn(
      { window, ledgerId, from: head.from, to: head.to, code: error.refusal.code },
      'batch refused',
    );
    if (error.fork) await takeOtherCopy(parts, batch, error.fork);
    return { ok: false, refusal: error.refusal };
  }
}

/** @param isPart the beginning of a signed batch: its own head is not what the window signed */
async function takeBatch(
  sql: Sql,
  { store, ring, runtime }: IngestParts,
  batch: Batch,
  isPart = false,
): Promise<BatchAnswer> {
  const { head } = batch;
  const key: LedgerKey = { window: head.window, ledgerId: head.ledgerId };
  const nowMs = runtime.nowMs();
  const windowKey = await windowKeyOf(sql, head.window);
  if (!windowKey) throw new Refused(refuse('city.unknownWindow', { window: head.window }));
  if (!isPart && !isSigned(windowKey, batch)) throw new Refused(refuse('city.signature'));

  const ledger = await lockLedger(sql, key.window, key.ledgerId, nowMs);
  if (ledger.forkSeq !== null)
    throw Refused.fork({ kind: 'fork', seq: ledger.forkSeq, hash: ledger.lastHash });
  const linked = await linkBatch(sql, batch, ledger);
  if (!linked.ok) throw new Refused(linked.refusal, linked.fork);
  const wentOn = await wentOnAt(sql, batch, linked.value);
  if (wentOn && wentOn.seq > ledger.ackSeq) throw Refused.fork(wentOn);

  const weekKeys = await takeWeekKeys(sql, ring, key, batch, nowMs);
  const known = { ...key, windowKey: toBase64url(windowKey), indexKey: ring.index };
  const facts = judgesWith({ ...known, weekKeys: weekKeys.keysOf(weekKeys.newWeeks) });
  await settleWeeks(sql, key, weekKeys.newWeeks, facts, head.to, nowMs);

  const fresh = Math.max(head.from, ledger.ackSeq + 1) - head.from;
  const lines = batch.entries.slice(fresh);
  const given: BatchGiven = {
    ...known,
    from: head.from + fresh,
    lines,
    hashes: Buffer.concat(linked.value.slice(fresh)),
    weekKeys: weekKeys.keysOf(lines.flatMap(({ row }) => (row ? [row.week] : []))),
    engine: store.engine,
  };
  const taken: Taken = {
    last: undefined,
    ordinal: ledger.ordinal,
    codes: ledger.stationCodes,
    successor: undefined,
  };
  if (lines.length > 0) {
    const chunks = judgeChunks(given, () => runtime.breathe());
    await recordAll(sql, given, chunks, taken, head.to, nowMs);
  }
  await settleParts(sql, key, head.to, nowMs);

  const { last, ordinal, successor } = taken;
  const predecessor = successor?.predecessor;
  if (successor) {
    const { predecessor: left, atMs } = successor;
    const wentOnSeq = await markPredecessorThatWentOn(sql, key.window, left, atMs, nowMs);
    if (wentOnSeq !== undefined)
      runtime.log.error({ ...key, predecessor: left.ledgerId, seq: wentOnSeq }, 'a predecessor wrote on');
  }
  const ackSeq = last?.seq ?? ledger.ackSeq;
  await sql.query(
    `update ledgers set ack_seq = $3, last_hash = $4, last_seen_at = $5, ordinal = $6,
       predecessor_ledger_id = coalesce(predecessor_ledger_id, $7),
       predecessor_seq = coalesce(predecessor_seq, $8),
       predecessor_hash = coalesce(predecessor_hash, decode($9, 'hex'))
     where window_id = $1 and ledger_id = $2`,
    [
      key.window,
      key.ledgerId,
      ackSeq,
      last?.hash ?? ledger.lastHash,
      nowMs,
      ordinal,
      predecessor?.ledgerId ?? null,
      predecessor?.seq ?? null,
      predecessor?.hash ?? null,
    ],
  );
  return { ackSeq, verdicts: await verdictsToTell(sql, key, head.from, head.to), weekKeys: weekKeys.weeks };
}

/**
 * The raw Ed25519 key that a window was enrolled with. The window's row is locked: two ledgers of one window are taken one after
 * the other, so neither misses a ticket number or an ordinal that the other one brings. (A number names its window, and its station by a code
 * that is one station's: `ticket-numbers.ts`.)
 */
async function windowKeyOf(sql: Sql, window: string): Promise<Uint8Array | undefined> {
  const rows = await sql.query<{ public_key: Uint8Array }>(
    'select public_key from windows where window_id = $1 for no key update',
    [window],
  );
  return rows[0]?.public_key;
}

/** What taking a batch has come to, a chunk at a time. */
interface Taken extends Looked {
  last: { seq: number; hash: Uint8Array } | undefined;
}

/**
 * Stores what is new with what was decided, a chunk at a time: judging goes on while the database works, and two chunks wait for
 * it at most.
 */
async function recordAll(
  sql: Sql,
  { window, ledgerId, engine }: BatchGiven,
  chunks: AsyncIterable<JudgedChunk>,
  taken: Taken,
  decidedWith: number,
  nowMs: number,
): Promise<void> {
  const key: LedgerKey = { window, ledgerId };
  let before: Promise<void> = Promise.resolve();
  let storing: Promise<void> = Promise.resolve();
  try {
    for await (const chunk of chunks) {
      await before;
      before = storing;
      storing = before.then(async () => {
        const odd = await lookAt(sql, key, taken, chunk, nowMs);
        await recordChunk(sql, engine, key, chunk, odd, decidedWith, nowMs);
      });
      // Awaited above or below; until then a failure is nobody's surprise.
      storing.catch(() => undefined);
      taken.last = { seq: chunk.lastSeq, hash: chunk.lastHash };
    }
    await storing;
  } finally {
    // Nothing of it may still be under way when the transaction is rolled back and its connection lent again.
    await storing.catch(() => undefined);
  }
}

/** Verdicts for the entries of this batch and for earlier ones that it changed; the same again when it comes again. */
async function verdictsToTell(sql: Sql, key: LedgerKey, from: number, to: number): Promise<Verdict[]> {
  const rows = await sql.query<{
    seq: number;
    verdict: Verdict['verdict'];
    code: RefusalCode | null;
    field: string | null;
    message: string | null;
    next: string | null;
  }>(
    `select seq, verdict, code, field, message, next from verdicts
     where window_id = $1 and ledger_id = $2 and (seq between $3 and $4 or decided_with between $3 and $4)
     order by seq limit 100000`,
    [key.window, key.ledgerId, from, to],
  );
  return rows.map(({ seq, verdict, code, field, message, next }) => ({
    seq,
    verdict,
    ...(code === null || verdict === 'accepted'
      ? {}
      : {
          refusal: { code, ...(field === null ? {} : { field }), message: message ?? '', next: next ?? '' },
        }),
  }));
}

/**
 * Two copies of one ledger live: the mark is set, so that nothing more is taken from it, and what this one wrote is kept apart for people to
 * look at. What comes before the place is the ledger's own and is taken as ever.
 */
async function takeOtherCopy(parts: IngestParts, batch: Batch, fork: ForkFound): Promise<void> {
  const { store, runtime } = parts;
  const { head } = batch;
  const key: LedgerKey = { window: head.window, ledgerId: head.ledgerId };
  if (fork.kind === 'wentOn' && fork.seq > head.from) await takeUpTo(parts, batch, fork.seq - 1);
  const kept = await store.transaction(async (sql) => {
    await lockLedger(sql, key.window, key.ledgerId, runtime.nowMs());
    await markFork(sql, key, fork, runtime.nowMs());
    return keepOtherCopy(sql, batch, runtime.nowMs());
  });
  if (kept > 0)
    runtime.log.error({ ...key, seq: fork.seq, kind: fork.kind, kept }, 'two copies of one ledger');
}

async function takeUpTo(parts: IngestParts, batch: Batch, to: number): Promise<void> {
  const { head, entries } = batch;
  await parts.store
    .transaction(async (sql) => {
      // In the order in which every batch locks: two that lock the other way round would wait for each other.
      await windowKeyOf(sql, head.window);
      const ledger = await lockLedger(sql, head.window, head.ledgerId, parts.runtime.nowMs());
      const linked = await linkBatch(sql, batch, ledger);
      const hash = linked.ok ? linked.value[to - head.from] : undefined;
      if (!hash) return;
      const part = { ...batch, head: { ...head, to, hash: hexOf(hash) } };
      await takeBatch(sql, parts, { ...part, entries: entries.slice(0, to - head.from + 1) }, true);
    })
    .catch((error: unknown) => {
      // Refused, or marked meanwhile: then nothing of it is taken.
      if (!(error instanceof Refused)) throw error;
    });
}
