import { useCallback, useState } from 'react';
import type { TicketView } from '../../contract/office.ts';
import { useAsk } from './office.ts';

/** Rows of a page: one draws in the time of a key, and thirty of them are a busy day. */
export const PAGE = 100;

/** Where in the ledger a page begins: see `sales.list`. Empty = the newest. */
type Cursor = { before?: number; after?: number };

interface Standing {
  /** What was asked for: another question begins at its newest page. */
  digits: string;
  cursor: Cursor;
  /** The marked ticket, or the one above it; null = the row that the page begins with. */
  at: { ticketNumber: string; by: 0 | -1 } | null;
  /** Which row is marked where that ticket is not on the page. */
  landing: 'first' | 'last';
}

const begins = (digits: string): Standing => ({ digits, cursor: {}, at: null, landing: 'first' });

/** Only the clerk can say what became of its sheet. */
export const needsSettling = (ticket: TicketView): boolean =>
  ticket.print.state === 'unknown' || ticket.print.state === 'failed';

/**
 * The tickets sold at this window, newest first, one page in the document at a time. Pages hang on places in the ledger, so that
 * sales that come meanwhile move none of them; only the newest page begins with whatever is newest.
 */
export function useSoldPages(digits: string) {
  const [known, setStanding] = useState<Standing>(begins(digits));
  const standing = known.digits === digits ? known : begins(digits);
  const { cursor, at, landing } = standing;
  const list = useAsk(
    'sales.list',
    { limit: PAGE, ...cursor, ...(digits === '' ? {} : { ticketNumber: digits.slice(0, 20) }) },
    { keep: true },
  );
  const tickets = list.data?.tickets ?? [];
  const isNewest = cursor.before === undefined && cursor.after === undefined;
  const found = at ? tickets.findIndex((one) => one.ticketNumber === at.ticketNumber) : -1;
  const begin =
    landing === 'last' ? tickets.length - 1 : isNewest ? Math.max(0, tickets.findIndex(needsSettling)) : 0;
  const index = found >= 0 ? Math.max(0, found + (at?.by ?? 0)) : begin;
  const ticket = tickets[index];

  // The same function as long as the question is the same: rows that did not change are not drawn again.
  const mark = useCallback(
    (ticketNumber: string): void => {
      setStanding((now) => ({
        ...(now.digits === digits ? now : begins(digits)),
        at: { ticketNumber, by: 0 },
      }));
    },
    [digits],
  );
  const markRow = (row: number): void => {
    const next = tickets[Math.max(0, Math.min(tickets.length - 1, row))];
    if (next) mark(next.ticketNumber);
  };
  const turn = (to: Cursor, rest: Partial<Standing> = {}): void => {
    setStanding({ ...begins(digits), cursor: to, ...rest });
  };
  // The page that stands there until the next one comes leads nowhere.
  const older = list.isPlaceholderData ? null : (list.data?.next ?? null);
  const newer = list.isPlaceholderData ? null : (list.data?.previous ?? null);
  const place = list.data?.place;
  /** The newest page is whole, however few are newer than this one. */
  const upwards = (after: number): Cursor => (place && place.newer <= PAGE ? {} : { after });
  return {
    list,
    tickets,
    ticket,
    mark,
    /** Row by row over the pages. */
    move(by: 1 | -1): void {
      if (by > 0 && index === tickets.length - 1 && older !== null) turn({ before: older }, { at });
      else if (by < 0 && index === 0 && newer !== null && ticket)
        turn(upwards(newer), { at: { ticketNumber: ticket.ticketNumber, by: -1 }, landing: 'last' });
      else markRow(index + by);
    },
    older(): void {
      if (older === null) markRow(tickets.length - 1);
      else turn({ before: older });
    },
    newer(): void {
      if (newer === null) markRow(0);
      else turn(upwards(newer));
    },
    newest(): void {
      turn({});
    },
    /** The oldest page, its last row marked. */
    oldest(): void {
      turn({ after: 0 }, { landing: 'last' });
    },
    /** Which rows of how many stand here, counted from the newest; null where only some are listed. */
    place: place && { from: place.newer + 1, to: place.newer + tickets.length, total: place.total },
    hasOlder: (list.data?.next ?? null) !== null,
    hasNewer: (list.data?.previous ?? null) !== null,
  };
}
