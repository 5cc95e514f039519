import { toHex } from '../../contract/encoding/bytes.ts';
import {
  entryBodies,
  entryEnvelopeSchema,
  type EntryBody,
  type EntryEnvelope,
} from '../../contract/entries.ts';
import type { BusinessDate, LedgerId, WindowId } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { readAnchor, type Anchor } from './anchor.ts';
import { checkChain, isHash } from './chain-check.ts';
import { openConnection, sqliteCode, type Connection } from './connection.ts';
import { parseEnvelope } from './envelope.ts';
import { LEDGER_FILE, NEXT_FILE, ownReader, readMarks, readMigrations } from './migrate.ts';
import { leasedThroughOf } from './projections/leases.ts';
import type { LedgerFacts, LedgerRuntime, LeftBehind, MigrationFile } from './types.ts';

/** Entries at the end whose chain is checked at every start; `verify` reads the whole. */
export const TAIL_CHECKED = 200;

export interface InspectOptions {
  runtime: Pick<LedgerRuntime, 'files' | 'random' | 'log'>;
  window: WindowId;
  migrations: readonly MigrationFile[];
  /** For a ledger to be made now; a fresh one otherwise. */
  ledgerId?: LedgerId;
}

/**
 * Decides, without writing a byte, whether the ledger in the folder may be opened, or has to be left behind
 * ({@link LedgerFacts.leftBehind}). Call it with the folder's lock held.
 * Refuses `ledger.newer`, `ledger.older`, `ledger.foreign`, `ledger.broken`, `folder.notWritable`.
 */
export function inspectLedger(options: InspectOptions): Outcome<LedgerFacts> {
  const { runtime } = options;
  const anchor = readAnchor(runtime.files);
  const name = [LEDGER_FILE, NEXT_FILE].find((each) => runtime.files.exists(each));
  if (name === undefined) return nothingThere(options, anchor);
  let connection: Connection | undefined;
  try {
    connection = openForReading(`${runtime.files.folder}/${name}`);
    return inspectFile(connection, options, anchor);
  } catch (error) {
    return unreadable(error);
  } finally {
    connection?.close();
  }
}

/** Read-only; but a half-made file, which only a writer can undo, is opened for writing first. */
export function openForReading(path: string): Connection {
  const connection = openConnection(path, { readonly: true });
  try {
    connection.prepare('SELECT count(*) FROM sqlite_schema').get();
    return connection;
  } catch (error) {
    connection.close();
    if (sqliteCode(error) !== 'SQLITE_READONLY_ROLLBACK') throw error;
  }
  // Power went while the file was being made: only a writer can undo that half page.
  const writer = openConnection(path);
  writer.close();
  return openConnection(path, { readonly: true });
}

/** What SQLite's errors at opening mean. Anything else is a defect and is thrown on. */
export function unreadable(error: unknown): { ok: false; refusal: ReturnType<typeof refused>['refusal'] } {
  const code = sqliteCode(error);
  if (code === undefined) throw error;
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT'))
    return refused('ledger.broken', { seq: 0 });
  return refused('folder.notWritable', { detail: code });
}

function nothingThere(
  options: InspectOptions,
  anchor: Anchor | 'unreadable' | undefined,
): Outcome<LedgerFacts> {
  if (anchor !== undefined) return leave(options, anchor, null);
  return accepted({
    isNew: true,
    ledgerId: options.ledgerId ?? (options.runtime.random.id() as LedgerId),
    signingKey: null,
    hasSealedRows: false,
    lastSeq: 0,
  });
}

/** A file that may not go on, or that is missing while its anchor is there: a successor is to be made. */
function leave(
  options: InspectOptions,
  anchor: Anchor | 'unreadable',
  file: LeftBehind['file'],
): Outcome<LedgerFacts> {
  const known = anchor === 'unreadable' ? null : anchor;
  // With neither file nor anchor to be read nobody knows which ordinals were used.
  if (!known && !file) return refused('ledger.older', { ledgerSeq: 0, anchorSeq: '无法读取' });
  const why = !known
    ? 'anchorUnreadable'
    : !file
      ? 'missing'
      : file.seq < known.seq || file.ledgerId !== known.ledgerId
        ? 'older'
        : 'differs';
  return accepted({
    isNew: false,
    ledgerId: options.ledgerId ?? (options.runtime.random.id() as LedgerId),
    signingKey: file?.signingKey ?? null,
    hasSealedRows: true,
    lastSeq: file?.seq ?? 0,
    leftBehind: { why, anchor: known, file },
  });
}

function inspectFile(
  connection: Connection,
  options: InspectOptions,
  anchor: Anchor | 'unreadable' | undefined,
): Outcome<LedgerFacts> {
  const own = ownReader(readMigrations(options.migrations));
  const marks = readMarks(connection);
  if (marks.minReader > own) return refused('ledger.newer', { needed: marks.minReader, own });
  if (marks.schema === 0) return nothingThere(options, anchor);

  const opened = openedEntry(connection);
  if (opened === undefined) return nothingThere(options, anchor);
  if (opened === 'unreadable') return refused('ledger.broken', { seq: 1 });
  if (opened.entry.window !== options.window)
    return refused('ledger.foreign', { window: opened.entry.window });

  const head = connection
    .prepare<[], { seq: number; hash: Uint8Array; date: BusinessDate }>(
      'SELECT seq, hash, business_date AS date FROM journal ORDER BY seq DESC LIMIT 1',
    )
    .get();
  if (!head) return nothingThere(options, anchor);
  const last = head.seq;
  // STRICT binds whoever writes; in a damaged file a column may hold anything.
  if (!isHash(head.hash) || typeof head.date !== 'string') return refused('ledger.broken', { seq: last });
  if (anchor === undefined) options.runtime.log.warn({ lastSeq: last }, 'a ledger without an anchor');
  else if (!isAnchored(connection, anchor, opened) && !isJustBegun(anchor, opened, last)) {
    return leave(options, anchor, {
      ledgerId: opened.entry.ledgerId,
      ordinal: opened.body.ordinal,
      signingKey: opened.body.signingKey,
      seq: last,
      hash: toHex(head.hash),
      lastDate: head.date,
      leasedThrough: leasedThroughOf(connection),
      frozenThrough: opened.body.succession?.frozenThrough ?? null,
    });
  }
  const tail = checkChain(connection, Math.max(1, last - TAIL_CHECKED + 1));
  if (!tail.ok) return refused('ledger.broken', { seq: tail.seq });
  const sealed = connection
    .prepare<[], { n: number }>('SELECT count(*) AS n FROM (SELECT 1 FROM vault_rows LIMIT 1)')
    .get();
  return accepted({
    isNew: false,
    ledgerId: opened.entry.ledgerId,
    signingKey: opened.body.signingKey,
    hasSealedRows: sealed?.n === 1,
    lastSeq: last,
  });
}

export interface OpenedEntry {
  entry: EntryEnvelope;
  body: EntryBody<'ledger.opened'>;
}

/** The first entry; undefined when the journal is empty. */
export function openedEntry(connection: Connection): OpenedEntry | 'unreadable' | undefined {
  const first = connection
    .prepare<[], { seq: number; entry: string }>('SELECT seq, entry FROM journal ORDER BY seq LIMIT 1')
    .get();
  if (!first) return undefined;
  try {
    // Who the ledger is stands here alone, and is asked before the chain is: damage must not pass for an answer.
    const entry = entryEnvelopeSchema.parse(parseEnvelope(first.entry));
    if (first.seq !== 1 || entry.kind !== 'ledger.opened') return 'unreadable';
    return { entry, body: entryBodies['ledger.opened'].parse(entry.body) };
  } catch {
    return 'unreadable';
  }
}

function isAnchored(connection: Connection, anchor: Anchor | 'unreadable', { entry }: OpenedEntry): boolean {
  if (anchor === 'unreadable' || anchor.ledgerId !== entry.ledgerId) return false;
  const row = connection
    .prepare<[number], { hash: Uint8Array }>('SELECT hash FROM journal WHERE seq = ?')
    .get(anchor.seq);
  return row !== undefined && isHash(row.hash) && toHex(row.hash) === anchor.hash;
}

/** A successor whose own anchor was not written yet: the one there is what it was made from. */
function isJustBegun(anchor: Anchor | 'unreadable', { body }: OpenedEntry, last: number): boolean {
  const { succession } = body;
  if (!succession) return false;
  const { anchored } = succession;
  if (anchor === 'unreadable' || anchored === null)
    return anchor === 'unreadable' && anchored === null && last === 1;
  return (
    anchor.ledgerId === anchored.ledgerId && anchor.seq === anchored.seq && anchor.hash === anchored.hash
  );
}
