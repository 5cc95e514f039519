import type { Fen } from '../../contract/ids.ts';
import type { CarriedFolder } from '../runtime.ts';

/** A copy of the ledger in the data folder. */
export interface BackupFile {
  /** Its name, by which people choose it. */
  name: string;
  /** In the data folder. */
  path: string;
  /** By a person, or by the program before it changed the file for a newer version. */
  kind: 'made' | 'beforeUpdate';
  bytes: number;
}

/** What reading a copy from end to end found. `isOurs`: the ledger in use has the very same entry where the copy ends. */
export type BackupVerdict =
  | { ok: true; count: number; hash: string; isOurs: boolean }
  | { ok: false; seq: number; why: string };

export interface LedgerBackups {
  /** Newest first; those before an update at the end. */
  list(): BackupFile[];
  /**
   * Copies the ledger as `ledger-YYYYMMDD-HHMMSS.db` while commits go on; durable and whole under that name, or not there. The
   * oldest beyond five are removed, those with a later name not counted (five of them stay). Rejects with what the disk said.
   */
  make(name: string): Promise<{ seq: number; hash: string; bytes: number }>;
  /**
   * The same into a folder outside the data folder, under a name that says whose it is; the oldest of that name beyond five are
   * removed. Rejects with what the disk said; nothing half-written is left.
   */
  makeAt(
    folder: CarriedFolder,
    owner: string,
    name: string,
  ): Promise<{ name: string; seq: number; hash: string; bytes: number }>;
  isBusy(): boolean;
  /** Opens a copy read-only and reads chain and sealed rows, some hundred entries at a time. */
  verify(name: string): Generator<number, BackupVerdict, void>;
  /** Calls a copy off and waits for its end; before the ledger is closed. */
  close(): Promise<void>;
}

/** A drawer counted for an absent clerk. */
export interface DrawerRow {
  shiftId: string;
  clerkNumber: string;
  fen: Fen;
  paper: number | null;
  /** Actor of the closing. */
  countedBy: string;
  countersignedBy: string;
  at: number;
}

/** What of a ledger stands in files of their own. */
export interface KeptBooks {
  readonly backups: LedgerBackups;
  /** Purposes whose seats (留座) the manager gave up of a departure. */
  releasedReserves(departureId: string): ReadonlySet<string>;
  /** The drawer that waits for the next clerk; undefined when the last shift was closed by its own. */
  drawer(): DrawerRow | undefined;
}
