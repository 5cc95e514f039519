import { z } from 'zod';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { businessDateOf, localTimeOf } from '../../domain/time.ts';
import type { Runtime } from '../runtime.ts';
import Database from 'better-sqlite3';
import { sqliteCode } from './connection.ts';

export const LOCK_FILE = 'office.lock.db';
export const HOLDER_FILE = 'office.lock.json';

const holderSchema = z.strictObject({
  pid: z.int().min(1),
  sinceMs: z.int().min(0),
  address: z.string().max(300).optional(),
});

/** Who holds a folder: process and, once it listens, where it is reached. */
export interface HolderInfo {
  pid: number;
  address?: string | undefined;
}

export interface FolderLock {
  /** Tells a second office where this one is reached. */
  nameAddress(address: string): void;
  release(): void;
}

/** Held connections: one that nobody refers to would be collected, and the lock with it. */
const held = new Set<Database.Database>();

/**
 * Takes the data folder for this process alone. The lock is SQLite's own on a small file, so the kernel gives it back when the
 * process ends however it ends; the file beside it only says whom to look for. Refuses `folder.locked` and `folder.notWritable`.
 */
export function lockDataFolder(
  runtime: Pick<Runtime, 'files' | 'clock'>,
  info: HolderInfo,
): Outcome<FolderLock> {
  const { files, clock } = runtime;
  let database: Database.Database | undefined;
  try {
    database = new Database(`${files.folder}/${LOCK_FILE}`, { timeout: 0 });
    // A rollback journal, whatever the file was before: under WAL an exclusive transaction would let readers in.
    database.pragma('journal_mode = DELETE');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    const code = sqliteCode(error);
    if (code?.startsWith('SQLITE_BUSY') === true)
      return refused('folder.locked', { holder: describeHolder(files) });
    return refused('folder.notWritable', { detail: code ?? 'open' });
  }
  const connection = database;
  held.add(connection);
  const sinceMs = clock.nowMs();
  const writeHolder = (address: string | undefined): void => {
    const holder = { pid: info.pid, sinceMs, ...(address === undefined ? {} : { address }) };
    files.writeAtomic(HOLDER_FILE, `${JSON.stringify(holder)}\n`, 0o600);
  };
  const release = (): void => {
    if (!held.delete(connection)) return;
    files.remove(HOLDER_FILE);
    connection.close();
  };
  try {
    writeHolder(info.address);
  } catch {
    held.delete(connection);
    connection.close();
    return refused('folder.notWritable', { detail: HOLDER_FILE });
  }
  return accepted({ nameAddress: writeHolder, release });
}

function describeHolder(files: Runtime['files']): string {
  try {
    const { pid, sinceMs, address } = holderSchema.parse(JSON.parse(files.readText(HOLDER_FILE) ?? ''));
    const since = `${businessDateOf(sinceMs)} ${localTimeOf(sinceMs)}`;
    return `进程 ${pid},${since} 起${address === undefined ? '' : `,地址 ${address}`}`;
  } catch {
    return '进程不明';
  }
}
