import type { TicketNumber } from '../../contract/ids.ts';
import type { Rules } from '../../domain/contingency/rules.ts';
import type { QueueSale } from '../../domain/departures/queue-numbers.ts';
import type { Departure } from '../../domain/types.ts';
import type { DeskContext } from './context.ts';
import type { Holder } from './holders.ts';

/** Tickets of one document that are looked at. */
const MOST_OF_A_DOCUMENT = 30;

/** A sale for the line and day, or without a place: what it looks at beyond an ordinary one. */
export interface DaySale {
  readonly queue: QueueSale;
  /** A ticket of its line and day that a document holds and has not travelled with: one document, one of these. */
  heldBy(holder: Pick<Holder, 'token'>): TicketNumber | undefined;
}

/** How a departure is sold by the rules; undefined = for its own time, and nothing more is read. */
export function daySaleOf(
  context: DeskContext,
  departure: Departure | undefined,
  rules: Rules | undefined,
): DaySale | undefined {
  const kind = rules?.sale.passengers;
  if (!departure || (kind !== 'rolling' && kind !== 'standby')) return undefined;
  const { picture } = context.ledger;
  const { line, date } = departure;
  return {
    queue: { kind, last: picture.lastQueueNumber(line.id, date, kind === 'standby') },
    heldBy: ({ token }) =>
      picture
        .ticketsOfDocument(token, MOST_OF_A_DOCUMENT)
        .find(
          ({ departureId, more, state, boardings }) =>
            departureId.startsWith(`${line.id}/${date}/`) &&
            more.queue !== undefined &&
            state === 'sold' &&
            boardings.length === 0,
        )?.ticketNumber,
  };
}
