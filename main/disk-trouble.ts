import { LedgerWriteError } from './ledger/types.ts';
import { KeysWriteError } from './vault/types.ts';

/** What the disk said, when it was the disk; undefined for anything else. */
export function diskTrouble(error: unknown): string | undefined {
  if (error instanceof LedgerWriteError) return error.sqliteCode;
  return error instanceof KeysWriteError ? 'keys.json' : undefined;
}
