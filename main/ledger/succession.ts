import type { EntryBody } from '../../contract/entries.ts';
import { refused } from '../../contract/refusals.ts';
import { frozenThrough } from '../../domain/succession.ts';
import type { FileStore } from '../runtime.ts';
import { openConnection, type Connection } from './connection.ts';
import { openedEntry, openForReading, type OpenedEntry } from './inspect.ts';
import { LEDGER_FILE, NEXT_FILE } from './migrate.ts';
import { createSecrets } from './secrets.ts';
import type { LedgerOptions, LedgerRuntime, LeftBehind, UploadEntry } from './types.ts';
import { createUpload } from './upload.ts';

/** Two digits of a ticket number. */
const LAST_ORDINAL = 99;
const SET_ASIDE = /^ledger-[0-9a-f]{8}-\d+(?:-\d+)?\.db$/;
/** Under which name the file is being set aside: its WAL follows it, whatever else was set aside before. Gone when that is done. */
const ASIDE_NOTE = 'ledger-aside.txt';
const WAL = `${LEDGER_FILE}-wal`;
const beside = (name: string): string[] => [`${name}-wal`, `${name}-shm`];

/** Files of ledgers that were left behind, kept as they were. */
export function setAsideFiles(files: Pick<FileStore, 'list'>): string[] {
  return files.list('').filter((name) => SET_ASIDE.test(name));
}

/**
 * What the first entry of a successor says. The next ordinal is above every one that may be in a ticket number: the file's, the
 * anchor's, and one for each ledger that was set aside before. Refuses `ledger.older` when there is no ordinal left or the
 * file was signed by another key.
 */
export function successorOf(
  options: Pick<LedgerOptions, 'runtime' | 'businessDateOf' | 'signingKey'>,
  { why, anchor, file }: LeftBehind,
):
  | { ok: true; value: Pick<EntryBody<'ledger.opened'>, 'ordinal' | 'predecessor' | 'succession'> }
  | ReturnType<typeof refused> {
  const { runtime, businessDateOf, signingKey } = options;
  const before = setAsideFiles(runtime.files).length;
  const ordinal = Math.max(file?.ordinal ?? 1, anchor?.ordinal ?? 1, before + 1) + 1;
  if (ordinal > LAST_ORDINAL || (file !== null && file.signingKey !== signingKey)) {
    return refused('ledger.older', { ledgerSeq: file?.seq ?? 0, anchorSeq: anchor?.seq ?? '无法读取' });
  }
  const anchored = anchor && { ledgerId: anchor.ledgerId, seq: anchor.seq, hash: anchor.hash };
  // A file that only ends too early is the beginning of its ledger; of any other the anchor knows better where that ended.
  const isBeginning =
    file !== null && (!anchored || (anchored.ledgerId === file.ledgerId && file.seq < anchored.seq));
  const predecessor = isBeginning ? { ledgerId: file.ledgerId, seq: file.seq, hash: file.hash } : anchored;
  const through = frozenThrough({
    today: businessDateOf(runtime.clock.nowMs()),
    lastEntryDate: file?.lastDate ?? null,
    fileLeasedThrough: file?.leasedThrough ?? null,
    fileFrozenThrough: file?.frozenThrough ?? null,
    anchorLeasedThrough: anchor?.leasedThrough,
  });
  return {
    ok: true,
    value: {
      ordinal,
      predecessor,
      succession: { why, fromSeq: file?.seq ?? 0, anchored, frozenThrough: through },
    },
  };
}

/**
 * Makes the successor whole beside what is there, then sets the old file aside and puts the new one in its place: two renames.
 * A power cut before the first leaves the old file to be found again; one between them is finished by
 * {@link finishSuccession}; one after them finds the successor beside the anchor that it names.
 */
export function succeed(
  runtime: LedgerRuntime,
  left: LeftBehind,
  make: (connection: Connection) => void,
): void {
  const { files } = runtime;
  for (const name of [NEXT_FILE, ...beside(NEXT_FILE), ASIDE_NOTE]) files.remove(name);
  const connection = openConnection(`${files.folder}/${NEXT_FILE}`);
  try {
    make(connection);
    connection.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    connection.close();
  }
  const isThere = files.exists(LEDGER_FILE);
  if (isThere || files.exists(WAL)) {
    const id = (left.file ?? left.anchor)?.ledgerId ?? '0'.repeat(32);
    const name = freeName(files, `ledger-${id.slice(0, 8)}-${left.file?.seq ?? 0}`);
    files.writeAtomic(ASIDE_NOTE, name, 0o600);
    if (isThere) files.move(LEDGER_FILE, name);
    runtime.log.warn(
      { name },
      isThere ? 'a ledger was set aside' : 'the WAL of a ledger that is gone is kept',
    );
  }
  finishSuccession(files);
}

/** Puts a whole successor in the place of the ledger, where that place is empty. */
export function finishSuccession(files: LedgerRuntime['files']): void {
  if (files.exists(LEDGER_FILE)) return files.exists(ASIDE_NOTE) ? files.remove(ASIDE_NOTE) : undefined;
  if (!files.exists(NEXT_FILE)) return;
  // A WAL that belongs to the file set aside must not meet the new one, nor another that was set aside.
  if (files.exists(WAL)) files.move(WAL, `${asideName(files)}-wal`);
  // The successor was whole in its own file when its maker closed it; what stands beside it came from looking.
  for (const name of [...beside(LEDGER_FILE), ...beside(NEXT_FILE)]) files.remove(name);
  files.move(NEXT_FILE, LEDGER_FILE);
  files.remove(ASIDE_NOTE);
}

/** Whose WAL it is. Without a note (an older program began) it is the only one's, or it is kept under a name of its own. */
function asideName(files: LedgerRuntime['files']): string {
  const noted = files.readText(ASIDE_NOTE);
  if (noted !== undefined && SET_ASIDE.test(noted)) return noted;
  const [only, ...more] = setAsideFiles(files);
  return only !== undefined && more.length === 0 && !files.exists(`${only}-wal`)
    ? only
    : freeName(files, `ledger-${'0'.repeat(8)}-0`);
}

function freeName(files: Pick<FileStore, 'exists'>, start: string): string {
  for (let n = 1; ; n += 1) {
    const name = `${start}${n === 1 ? '' : `-${n}`}.db`;
    if (![name, ...beside(name)].some((one) => files.exists(one))) return name;
  }
}

/** A ledger that was left behind, open for reading: its entries still have to reach the city. */
export interface SetAsideLedger extends Pick<OpenedEntry['entry'], 'ledgerId' | 'window'> {
  name: string;
  headSeq: number;
  /** A sealed secret that it kept; undefined where it has none, or its schema is older than secrets. */
  secret(name: string): Uint8Array | undefined;
  entriesAfter(seq: number, limit: number, maxBytes: number): UploadEntry[];
  close(): void;
}

function secretOf(connection: Connection, name: string): Uint8Array | undefined {
  try {
    return createSecrets(connection).secret(name);
  } catch {
    return undefined;
  }
}

/** Opens every ledger that was set aside and can be read; writes nothing into any. The caller closes them. */
export function openSetAside(runtime: Pick<LedgerRuntime, 'files' | 'log'>): SetAsideLedger[] {
  return setAsideFiles(runtime.files).flatMap((name) => {
    let connection: Connection | undefined;
    try {
      connection = openForReading(`${runtime.files.folder}/${name}`);
      const opened = openedEntry(connection);
      const head =
        connection.prepare<[], { seq: number | null }>('SELECT max(seq) AS seq FROM journal').get()?.seq ?? 0;
      if (opened === undefined || opened === 'unreadable') throw new Error('no first entry');
      const open = connection;
      const { ledgerId, window } = opened.entry;
      return [
        {
          name,
          ledgerId,
          window,
          headSeq: head,
          entriesAfter: createUpload(open).entriesAfter,
          secret: (wanted) => secretOf(open, wanted),
          close: () => open.close(),
        },
      ];
    } catch (error) {
      connection?.close();
      runtime.log.error({ name, error: String(error) }, 'a ledger that was set aside cannot be read');
      return [];
    }
  });
}
