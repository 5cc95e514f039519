import { toHex } from '../../contract/encoding/bytes.ts';
import type { LedgerId } from '../../contract/ids.ts';
import type { CarriedFolder, FileStore } from '../runtime.ts';
import { chainSteps, checkSealedRows, sameBytes } from './chain-check.ts';
import { openConnection, sqliteCode, type Connection } from './connection.ts';
import { openedEntry } from './inspect.ts';
import type { BackupFile, BackupVerdict, LedgerBackups } from './backup-types.ts';
import { LedgerWriteError } from './types.ts';

export const BACKUP_FOLDER = 'backups';
/** Copies that are kept; older ones are removed after a new one is whole. */
export const BACKUPS_KEPT = 5;
const MADE = /^ledger-(\d{8})-(\d{6})\.db$/;
const BEFORE_MIGRATION = /^ledger\.db\.before-\d{4}$/;

/**
 * Which copies are removed once `made` is whole, itself never: the oldest beyond five up to it. Names of a later time are of a clock that
 * was ahead (or is behind now) and push nothing out; the five of them whose time comes first stay until it has come.
 */
function outdated(names: readonly string[], made: string): string[] {
  const sorted = names.toSorted();
  const next = sorted.filter((name) => name > made);
  return [...sorted.filter((name) => name <= made).slice(0, -BACKUPS_KEPT), ...next.slice(BACKUPS_KEPT)];
}

/**
 * Copies of the whole ledger in the data folder: made while the window sells, read again from end to end. They hold no more
 * than the ledger does: sealed rows stay sealed, and a week's key that is destroyed blinds them too.
 */
export function createBackups(
  connection: Connection,
  ledgerId: LedgerId,
  files: Pick<FileStore, 'folder' | 'list' | 'sizeBytes' | 'move' | 'remove' | 'writeAtomic'>,
): LedgerBackups {
  let isClosing = false;
  let running: Promise<unknown> | undefined;

  const hashAt = (from: Connection, seq: number): Uint8Array | undefined =>
    from.prepare<[number], { hash: Uint8Array }>('SELECT hash FROM journal WHERE seq = ?').get(seq)?.hash;

  function list(): BackupFile[] {
    const made = files.list(BACKUP_FOLDER).flatMap((name): BackupFile[] => {
      const at = MADE.exec(name);
      return at ? [{ name, path: `${BACKUP_FOLDER}/${name}`, kind: 'made', bytes: 0 }] : [];
    });
    const before = files
      .list('')
      .filter((name) => BEFORE_MIGRATION.test(name))
      .map((name): BackupFile => ({ name, path: name, kind: 'beforeUpdate', bytes: 0 }));
    return [...made.toReversed(), ...before.toReversed()].map((one) => ({
      ...one,
      bytes: files.sizeBytes(one.path) ?? 0,
    }));
  }

  async function write(name: string): Promise<{ seq: number; hash: string; bytes: number }> {
    const part = `${BACKUP_FOLDER}/${name}.part`;
    const path = `${BACKUP_FOLDER}/${name}`;
    // An empty file is an empty database; made here, it has the folder's own permissions.
    files.writeAtomic(part, '');
    try {
      await connection.copyInto(`${files.folder}/${part}`, () => !isClosing);
      const last = sealCopy(`${files.folder}/${part}`);
      files.move(part, path);
      const all = list().flatMap((one) => (one.kind === 'made' ? [one.name] : []));
      for (const old of outdated(all, name)) files.remove(`${BACKUP_FOLDER}/${old}`);
      return { ...last, bytes: files.sizeBytes(path) ?? 0 };
    } catch (error) {
      for (const left of [part, `${part}-journal`, `${part}-wal`, `${part}-shm`]) files.remove(left);
      throw diskError(error);
    }
  }

  async function writeAt(folder: CarriedFolder, owner: string, name: string) {
    const target = `${owner}-${name}`;
    const part = `${target}.part`;
    try {
      folder.write(part, new Uint8Array());
      await connection.copyInto(`${folder.path}/${part}`, () => !isClosing);
      const last = sealCopy(`${folder.path}/${part}`);
      const bytes = folder.sizeBytes(part);
      folder.move(part, target);
      const own = folder
        .list()
        .filter((one) => one.startsWith(`${owner}-`) && MADE.test(one.slice(owner.length + 1)));
      for (const old of outdated(own, target)) folder.remove(old);
      return { ...last, name: target, bytes };
    } catch (error) {
      // The disk may be gone, and what stands there with it.
      try {
        for (const left of [part, `${part}-journal`, `${part}-wal`, `${part}-shm`]) folder.remove(left);
      } catch (gone) {
        if (!(gone instanceof Error && 'code' in gone)) throw gone;
      }
      throw error;
    }
  }

  /** One copy at a time. */
  async function alone<T>(make: () => Promise<T>): Promise<T> {
    if (running) throw new Error('a copy is being made');
    const mine = make();
    running = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      running = undefined;
    }
  }

  return {
    list,
    async make(name) {
      if (!MADE.test(name)) throw new TypeError(`not a name of a copy: ${name}`);
      return alone(() => write(name));
    },
    async makeAt(folder, owner, name) {
      if (!MADE.test(name)) throw new TypeError(`not a name of a copy: ${name}`);
      return alone(() => writeAt(folder, owner, name));
    },
    isBusy: () => running !== undefined,
    *verify(name): Generator<number, BackupVerdict, void> {
      const file = list().find((one) => one.name === name);
      if (!file) throw new TypeError(`no copy is called ${name}`);
      let copy: Connection | undefined;
      try {
        copy = openConnection(`${files.folder}/${file.path}`, { readonly: true });
        const opened = openedEntry(copy);
        if (opened === undefined || opened === 'unreadable')
          return { ok: false, seq: 1, why: 'the first entry cannot be read' };
        const chain = yield* chainSteps(copy);
        if (!chain.ok) return chain;
        const rows = checkSealedRows(copy);
        if (!rows.ok) return rows;
        const own = hashAt(connection, chain.count);
        const theirs = hashAt(copy, chain.count);
        const isOurs =
          opened.entry.ledgerId === ledgerId &&
          own !== undefined &&
          theirs !== undefined &&
          sameBytes(own, theirs);
        return { ok: true, count: chain.count, hash: theirs ? toHex(theirs) : '', isOurs };
      } catch (error) {
        const code = sqliteCode(error);
        if (code === undefined && !(error instanceof Error && 'code' in error)) throw error;
        return { ok: false, seq: 0, why: code ?? 'the file cannot be read' };
      } finally {
        copy?.close();
      }
    },
    async close() {
      isClosing = true;
      await running;
    },
  };
}

/** A copy is one file that nobody has to mend: no WAL beside it. Gives its last entry. */
function sealCopy(path: string): { seq: number; hash: string } {
  const copy = openConnection(path);
  try {
    copy.pragma('journal_mode = DELETE');
    const last = copy
      .prepare<[], { seq: number; hash: Uint8Array }>(
        'SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1',
      )
      .get();
    return { seq: last?.seq ?? 0, hash: last ? toHex(last.hash) : '' };
  } finally {
    copy.close();
  }
}

/** A full or failing disk is an expected thing; everything else is a defect. */
function diskError(error: unknown): unknown {
  const code =
    sqliteCode(error) ?? (error instanceof Error && 'code' in error ? String(error.code) : undefined);
  return code === undefined ? error : new LedgerWriteError(code, { cause: error });
}
