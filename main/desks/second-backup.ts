import type { OfficeOutput } from '../../contract/office.ts';
import { accepted, refuse, refused, type Outcome, type Refusal } from '../../contract/refusals.ts';
import type { CarriedFolder } from '../runtime.ts';
import type { DeskContext } from './context.ts';
import { writeOfficeEntries } from './journal.ts';

const MEGABYTE = 1_048_576;
const NOT_WRITABLE: ReadonlySet<string> = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
]);
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL']);

type Second = NonNullable<OfficeOutput<'backups.list'>['second']>;

/** Copies of the ledger on another disk: the folder of `backup.folder`, where it can be used. */
export function createSecondBackup(context: DeskContext, isOpen: () => boolean) {
  const { ledger, runtime, config } = context;
  const folder = config.backup?.folder;
  /** Says whose copies they are where several windows share a folder. */
  const owner = `${config.station.code}-${String(config.window).padStart(2, '0')}`;

  function open(path: string, neededBytes: number): Outcome<CarriedFolder> {
    const own = runtime.files.folder.replace(/[\\/]+$/, '');
    if (path === own || path.startsWith(`${own}/`) || path.startsWith(`${own}\\`))
      return refused('backup.secondHere', { folder: path });
    if (!runtime.openFolder) return refused('backup.secondMissing', { folder: path });
    try {
      const opened = runtime.openFolder(path, { make: false });
      const free = opened.freeBytes();
      if (free < neededBytes) return { ok: false, refusal: tooFull(path, free, neededBytes) };
      return accepted(opened);
    } catch (error) {
      return { ok: false, refusal: troubleOf(path, error, neededBytes) };
    }
  }

  function tooFull(path: string, freeBytes: number, neededBytes: number): Refusal {
    const mega = (bytes: number): number => Math.ceil(bytes / MEGABYTE);
    return refuse('backup.secondFull', {
      folder: path,
      free: Math.floor(freeBytes / MEGABYTE),
      needed: mega(neededBytes),
    });
  }

  function troubleOf(path: string, error: unknown, neededBytes: number): Refusal {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) {
      if (isOpen()) throw error;
      return refuse('backup.secondFailed', { detail: '程序正在关闭' });
    }
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENXIO')
      return refuse('backup.secondMissing', { folder: path });
    if (NOT_WRITABLE.has(code)) return refuse('backup.secondReadOnly', { folder: path, detail: code });
    if (FULL.has(code)) return tooFull(path, 0, neededBytes);
    return refuse('backup.secondFailed', { detail: code });
  }

  return {
    view(): Second | null {
      if (folder === undefined) return null;
      const last = ledger.latest('backup.copied');
      const opened = open(folder, 0);
      const known = last && (last.body as { name: string; seq: number });
      return {
        folder,
        refusal: opened.ok ? null : opened.refusal,
        last: last && known ? { name: known.name, at: last.at, seq: known.seq } : null,
      };
    },

    /** A second folder is configured, and no copy went there since `madeAt`; one of later than now is of a clock that was ahead. */
    isBehind(madeAt: number, nowMs: number): boolean {
      const copiedAt = ledger.latest('backup.copied')?.at ?? 0;
      return folder !== undefined && (copiedAt < madeAt || copiedAt > nowMs);
    },

    /** The copy that was just made, once more in the second folder. Gives its name there; null when none is configured. */
    async copy(name: string, bytes: number, actor: string | undefined): Promise<Outcome<string | null>> {
      if (folder === undefined) return accepted(null);
      // It may have grown while the first one was made.
      const neededBytes = Math.ceil(bytes * 1.1) + MEGABYTE;
      const opened = open(folder, neededBytes);
      if (!opened.ok) return opened;
      try {
        const made = await ledger.backups.makeAt(opened.value, owner, name);
        const body = { name: made.name, folder, bytes: made.bytes, seq: made.seq, hash: made.hash };
        if (isOpen()) writeOfficeEntries(context, [{ kind: 'backup.copied', body }], actor);
        return accepted(made.name);
      } catch (error) {
        return { ok: false, refusal: troubleOf(folder, error, neededBytes) };
      }
    },
  };
}
