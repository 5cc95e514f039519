import type { DeskContext } from './desks/context.ts';
import { writeOfficeEntries } from './desks/journal.ts';
import { LedgerWriteError } from './ledger/types.ts';

/** The fence outlives a restart. A disk that does not take it is asked again when the link says so again. */
export function noteFence(context: DeskContext): void {
  const { ledger, runtime } = context;
  if (ledger.fenced()) return;
  try {
    const seq = ledger.uploadState().ackSeq + 1;
    writeOfficeEntries(context, [{ kind: 'window.fenced', body: { reason: 'fork', seq } }]);
  } catch (error) {
    if (!(error instanceof LedgerWriteError)) throw error;
    runtime.log.error({ code: error.message }, 'the fence could not be written');
  }
}
