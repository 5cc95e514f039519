import type { BusinessDate, DepartureId, Fen } from '../../contract/ids.ts';
import type { WorklistDeparture } from '../../contract/office.ts';
import { refuse, type RefusalCode } from '../../contract/refusals.ts';

/** Why a ticket was left on the list, in words. */
export function messageOf(code: string): string {
  const words = refuse('worklist.nothing');
  try {
    return refuse(code as RefusalCode, {}).message;
  } catch {
    // Words that need values are said where the ticket itself is looked at.
    return words.next;
  }
}

/** A departure that the timetable has lost. */
export const emptyView = (departureId: DepartureId): WorklistDeparture => ({
  departureId,
  date: (departureId.split('/')[1] ?? '') as BusinessDate,
  departLocal: '',
  lineName: departureId.split('/')[0] ?? '',
  state: 'normal',
  open: 0,
  passengersOpen: 0,
  refunded: 0,
  moved: 0,
  noted: 0,
  owedTickets: 0,
  owedFen: 0 as Fen,
  unheard: 0,
});
