import type { EntryBody } from '../../contract/entries.ts';
import type { BatchAnswer, Verdict } from '../../contract/city.ts';
import { batchHeadBytes, type Batch } from '../../contract/encoding/batch.ts';
import { fromBase64url, toBase64url } from '../../contract/encoding/bytes.ts';
import {
  accepted,
  refuse,
  refused,
  type Outcome,
  type Refusal,
  type RefusalCode,
} from '../../contract/refusals.ts';
import { hexOf, hmacSha256, verifyEd25519 } from '../crypto.ts';
import type { CityKeyRing } from '../keys.ts';
import type { CityRuntime } from '../runtime.ts';
import type { Sql, Store } from '../store/store.ts';
import { linkBatch, lockLedger, type ForkFound, type LedgerRow } from './chain.ts';
import { keepOtherCopy, markFork, markPredecessorThatWentOn, wentOnAt } from './other-copy.ts';
import { judgeEntry, type LedgerFacts } from './judge.ts';
import { prepareChunk, recordChunk, type LedgerKey, type Recorded } from './record.ts';
import { refuseEntry } from './refuse-entry.ts';
import { refuseSecondHost } from './second-host.ts';
import { settleParts, settleWeeks } from './settle.ts';
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
  { ring, runtime }: IngestParts,
  batch: Batch,
  isPart = false,
): Promise<BatchAnswer> {
  const { head } = batch;
  const key: LedgerKey = { window: head.window, ledgerId: head.ledgerId };
  const nowMs = runtime.nowMs();
  const windowKey = await windowKeyOf(sql, head.window);
  if (!windowKey) throw new Refused(refuse('city.unknownWindow', { window: head.window }));
  if (!isPart && !verifyEd25519(windowKey, batchHeadBytes(head), signatureOf(batch)))
    throw new Refused(refuse('city.signature'));

  const ledger = await lockLedger(sql, key.window, key.ledgerId, nowMs);
  if (ledger.forkSeq !== null)
    throw Refused.fork({ kind: 'fork', seq: ledger.forkSeq, hash: ledger.lastHash });
  const linked = await linkBatch(sql, batch, ledger);
  if (!linked.ok) throw new Refused(linked.refusal, linked.fork);
  const wentOn = await wentOnAt(sql, batch, linked.value);
  if (wentOn && wentOn.seq > ledger.ackSeq) throw Refused.fork(wentOn);

  const weekKeys = await takeWeekKeys(sql, ring, key, batch.weekKeys, nowMs);
  const facts: LedgerFacts = {
    windowKey: toBase64url(windowKey),
    openRow: weekKeys.openRow,
    numberIndex: (number) => hmacSha256(ring.index, number),
  };
  await settleWeeks(sql, key, weekKeys.newWeeks, facts, head.to, nowMs);

  const taken = await judgeAndRecord(sql, batch, linked.value, ledger, facts, nowMs, () => runtime.breathe());
  await settleParts(sql, key, head.to, nowMs);

  const { last, ordinal, successor } = taken;
  const predecessor = successor?.predecessor;
  if (successor) {
    const { predecessor: left, openedAtMs } = successor;
    const wentOnSeq = await markPredecessorThatWentOn(sql, key.window, left, openedAtMs, nowMs);
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
 * the other, so neither misses a ticket number or an ordinal that the other one brings. (A number names its window.)
 */
async function windowKeyOf(sql: Sql, window: string): Promise<Uint8Array | undefined> {
  const rows = await sql.query<{ public_key: Uint8Array }>(
    'select public_key from windows where window_id = $1 for no key update',
    [window],
  );
  return rows[0]?.public_key;
}

function signatureOf(batch: Batch): Uint8Array {
  try {
    return fromBase64url(batch.signature);
  } catch {
    return new Uint8Array(0);
  }
}

/** Entries that are judged while the database stores those before them. */
const CHUNK_ENTRIES = 1_000;

/** A breath after so many, about a millisecond: what goes to the database is larger than a socket takes at once. */
const BREATH_ENTRIES = 50;

/** What taking a batch has come to, a chunk at a time. */
interface Taken {
  last: Recorded | undefined;
  ordinal: number | null;
  /** The opening entry, where it names a predecessor. */
  successor: Successor | undefined;
}

interface Successor {
  predecessor: NonNullable<EntryBody<'ledger.opened'>['predecessor']>;
  openedAtMs: number;
}

/**
 * Judges what is new and stores it with what was decided, a chunk of whole commands at a time: this process judges the next
 * chunk while the database works on the one before.
 */
async function judgeAndRecord(
  sql: Sql,
  batch: Batch,
  hashes: readonly Uint8Array[],
  ledger: LedgerRow,
  facts: LedgerFacts,
  nowMs: number,
  breathe: () => Promise<void>,
): Promise<Taken> {
  const { window, ledgerId, from, to } = batch.head;
  const key: LedgerKey = { window, ledgerId };
  const taken: Taken = { last: undefined, ordinal: ledger.ordinal, successor: undefined };
  const look = async (chunk: Recorded[]): Promise<void> => {
    await refuseRepeatedTickets(sql, chunk);
    taken.ordinal = await refuseRepeatedOrdinal(sql, key, taken.ordinal, chunk);
    await refuseOtherPredecessor(sql, key, chunk);
    await refuseSecondHost(sql, key, chunk);
    for (const entry of chunk) if (entry.refusal && entry.verdict === 'accepted') entry.verdict = 'refused';
    holdUnfinishedCommands(chunk);
    taken.successor ??= successorIn(chunk);
  };
  let storing: Promise<void> = Promise.resolve();
  try {
    for (let seq = Math.max(from, ledger.ackSeq + 1); seq <= to;) {
      const chunk = await judgeFresh(batch, hashes, seq, facts, breathe);
      taken.last = chunk.at(-1);
      const prepared = prepareChunk(sql, chunk);
      await storing;
      await look(chunk);
      storing = recordChunk(sql, key, prepared, to, nowMs);
      // Awaited above or below; until then a failure is nobody's surprise.
      storing.catch(() => undefined);
      seq += chunk.length;
    }
    await storing;
    return taken;
  } finally {
    // Nothing of it may still be under way when the transaction is rolled back and its connection lent again.
    await storing.catch(() => undefined);
  }
}

function successorIn(chunk: readonly Recorded[]): Successor | undefined {
  const opening = chunk.find(({ opened, refusal }) => opened?.predecessor && !refusal);
  const predecessor = opening?.opened?.predecessor;
  return predecessor && opening?.envelope ? { predecessor, openedAtMs: opening.envelope.at } : undefined;
}

/** Judges a chunk from entry `first` on. It ends with a command's last part, or is twice as long. */
async function judgeFresh(
  batch: Batch,
  hashes: readonly Uint8Array[],
  first: number,
  facts: LedgerFacts,
  breathe: () => Promise<void>,
): Promise<Recorded[]> {
  const { window, ledgerId, from, to } = batch.head;
  const fresh: Recorded[] = [];
  for (let seq = first; seq <= to && fresh.length < 2 * CHUNK_ENTRIES; seq += 1) {
    const hash = hashes[seq - from];
    const line = batch.entries[seq - from];
    if (!hash || !line) throw new Error(`entry ${seq} of ${window} was linked and is not there`);
    const judged = judgeEntry({ window, ledgerId, seq }, line.entry, line.row, facts);
    fresh.push({ ...judged, seq, hash, line, verdict: judged.waitsFor ? 'held' : 'accepted' });
    const part = judged.envelope?.part;
    if (fresh.length % BREATH_ENTRIES === 0) await breathe();
    if (fresh.length >= CHUNK_ENTRIES && (!part || part.n >= part.of)) break;
  }
  return fresh;
}

/** A ticket number that is there already, in any ledger or earlier in this batch, is refused and counted all the same. */
async function refuseRepeatedTickets(sql: Sql, fresh: readonly Recorded[]): Promise<void> {
  const numbers = fresh.flatMap(({ ticket }) => (ticket ? [ticket.ticketNumber] : []));
  if (numbers.length === 0) return;
  const rows = await sql.query<{ ticket_number: string }>(
    'select distinct ticket_number from tickets where ticket_number = any ($1::text[])',
    [numbers],
  );
  const seen = new Set<string>(rows.map((row) => row.ticket_number));
  for (const entry of fresh) {
    if (!entry.ticket) continue;
    const { ticketNumber } = entry.ticket;
    if (seen.has(ticketNumber) && (!entry.refusal || entry.waitsFor)) {
      refuseEntry(entry, 'city.ticketTwice', { ticketNumber }, 'body.ticketNumber');
    }
    seen.add(ticketNumber);
  }
}

/**
 * Two ledgers of a window must not share an ordinal: it is part of every ticket number. The opening entry is refused;
 * what follows it is stored and judged by itself.
 */
async function refuseRepeatedOrdinal(
  sql: Sql,
  key: LedgerKey,
  known: number | null,
  fresh: readonly Recorded[],
): Promise<number | null> {
  let ordinal = known;
  for (const entry of fresh) {
    if (entry.opened && !entry.refusal) {
      const others = await sql.query(
        'select 1 from ledgers where window_id = $1 and ledger_id <> $2 and ordinal = $3 limit 1',
        [key.window, key.ledgerId, entry.opened.ordinal],
      );
      if (others.length > 0)
        refuseEntry(entry, 'city.ordinal', { ordinal: entry.opened.ordinal }, 'body.ordinal');
      else ordinal = entry.opened.ordinal;
    }
    const isForeign =
      ordinal !== null && entry.ticket && Number(entry.ticket.ticketNumber.slice(12, 14)) !== ordinal;
    if (isForeign && (!entry.refusal || entry.waitsFor)) {
      refuseEntry(entry, 'city.ticketNumber', {}, 'body.ticketNumber');
    }
  }
  return ordinal;
}

/**
 * A successor names the ledger that it leaves behind, and where that one ends. It must be one of the same window; where the
 * city has the named entry, it must be the same one. The predecessor itself may still be sent up to its end.
 */
async function refuseOtherPredecessor(sql: Sql, key: LedgerKey, fresh: readonly Recorded[]): Promise<void> {
  for (const entry of fresh) {
    const predecessor = entry.opened?.predecessor;
    if (!predecessor || entry.refusal) continue;
    const [stored] = await sql.query<{ hash: Uint8Array }>(
      'select hash from entries where window_id = $1 and ledger_id = $2 and seq = $3',
      [key.window, predecessor.ledgerId, predecessor.seq],
    );
    const isOther =
      predecessor.ledgerId === key.ledgerId || (stored && hexOf(stored.hash) !== predecessor.hash);
    if (isOther) refuseEntry(entry, 'city.predecessor', { seq: predecessor.seq }, 'body.predecessor');
  }
}

/**
 * A command's parts may come in two batches: good ones are held until all are there. Held in every case; what is
 * complete with what was stored before is accepted by `settleParts` in the same transaction.
 */
function holdUnfinishedCommands(fresh: readonly Recorded[]): void {
  const partsOf = new Map<string, Set<number>>();
  for (const { envelope } of fresh) {
    if (!envelope || envelope.part.of === 1) continue;
    const parts = partsOf.get(envelope.commandId) ?? new Set();
    partsOf.set(envelope.commandId, parts.add(envelope.part.n));
  }
  for (const entry of fresh) {
    const { envelope } = entry;
    if (!envelope || envelope.part.of === 1 || entry.verdict !== 'accepted') continue;
    if ((partsOf.get(envelope.commandId)?.size ?? 0) < envelope.part.of) {
      entry.verdict = 'held';
      entry.waitsFor = 'parts';
    }
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
