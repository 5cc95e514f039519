import type { PrintReason } from '../../contract/device.ts';
import type { PrintState } from '../../contract/office.ts';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import { PRINT_REASON_TEXTS } from '../devices/device-texts.ts';
import type { PrintRow } from '../ledger/types.ts';

/**
 * A ticket's sheet as a page sees it. A sale queues its sheet in its own transaction: one without a row was sold without
 * one, with the slip of this number or electronic.
 */
export function printState(row: PrintRow | null | undefined, slip?: number): PrintState {
  if (!row) return slip === undefined ? { state: 'none', copy: 1 } : { state: 'slip', copy: 1, slip };
  return stateOf(row.state, row.copy, row.reason ?? undefined);
}

/** The same from its parts. A spoiled sheet that was to be printed again is followed by a queued one: the newest. */
export function stateOf(state: PrintRow['state'], copy: number, reason?: string): PrintState {
  const shown = state === 'queued' ? 'waiting' : state;
  return reason !== undefined && WITH_REASON.includes(shown)
    ? { state: shown, copy, reason: reasonText(reason) }
    : { state: shown, copy };
}

/**
 * Why no further sheet of a ticket may be queued: one is on its way, or waits for a word that would be asked for no more behind
 * a newer one. Undefined when nothing is in the way.
 */
export function sheetInTheWay(row: PrintRow | undefined): Refusal | undefined {
  switch (row?.state) {
    case 'queued':
    case 'sending':
      return refuse('print.underWay', {}, 'ticketNumber');
    case 'unknown':
    case 'failed':
      return refuse('print.unsettled', { copy: row.copy }, 'ticketNumber');
    default:
      return undefined;
  }
}

const WITH_REASON: readonly PrintState['state'][] = ['unknown', 'failed', 'cancelled'];

/** Reason of a sheet that was on its way when the office itself ended. */
export const OFFICE_RESTARTED = 'officeRestarted';
/** Reason of a sheet that was not begun when its ticket ended. */
export const TICKET_ENDED = 'ticketEnded';

function reasonText(reason: string): string {
  if (reason === OFFICE_RESTARTED) return '打印途中程序重启,不能确认是否出票';
  if (reason === TICKET_ENDED) return '票已退、改签、补办或作废,不再出票';
  // A reason of a newer program is shown as it is.
  return Object.hasOwn(PRINT_REASON_TEXTS, reason) ? PRINT_REASON_TEXTS[reason as PrintReason] : reason;
}
