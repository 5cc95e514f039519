import { writeOfficeEntries } from './desks/journal.ts';
import type { DeskContext } from './desks/context.ts';
import { LedgerWriteError } from './ledger/types.ts';

/**
 * City or host found that this ledger may sell no more. The fence outlives a restart. A disk that does not take it is asked again
 * when a link says so again. @returns whether it was written now
 */
export function noteFence(context: DeskContext, reason: 'fork' | 'writtenOff', seq: number): boolean {
  const { ledger, runtime } = context;
  if (ledger.fenced()) return false;
  try {
    writeOfficeEntries(context, [{ kind: 'window.fenced', body: { reason, seq } }]);
    return true;
  } catch (error) {
    if (!(error instanceof LedgerWriteError)) throw error;
    runtime.log.error({ code: error.message }, 'the fence could not be written');
    return false;
  }
}
