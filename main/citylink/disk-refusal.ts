import { refuse, type Refusal } from '../../contract/refusals.ts';
import { LedgerWriteError } from '../ledger/types.ts';

const DISK_SAYS_NO = /^(?:EACCES|EPERM|EROFS|ENOSPC|EDQUOT|EIO|EMFILE|ENOENT)$/;

/** Words for a disk that does not take what was to be written; undefined for anything else. */
export function diskRefusal(error: unknown): Refusal | undefined {
  if (error instanceof LedgerWriteError) return refuse('folder.notWritable', { detail: error.sqliteCode });
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return DISK_SAYS_NO.test(code) ? refuse('folder.notWritable', { detail: code }) : undefined;
}
