import { LedgerWriteError } from './ledger/types.ts';
import type { Log } from './runtime.ts';
import { KeysWriteError } from './vault/types.ts';

/** What the disk said, when it was the disk; undefined for anything else. */
export function diskTrouble(error: unknown): string | undefined {
  if (error instanceof LedgerWriteError) return error.sqliteCode;
  return error instanceof KeysWriteError ? 'keys.json' : undefined;
}

/** Does what writes; a disk that does not take it is told to the log, and everything else is a defect. */
export function unlessDiskFails(log: Log, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof LedgerWriteError)) throw error;
    log.error({ code: error.message }, 'disk failed');
  }
}
