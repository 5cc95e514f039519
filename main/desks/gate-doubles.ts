import type { EntryBody, NewEntry } from '../../contract/entries.ts';
import type { OfficeOutput } from '../../contract/office.ts';
import { accepted, type Outcome } from '../../contract/refusals.ts';
import { pairOf } from '../ledger/projections/boarding-doubles.ts';
import type { PictureBoarding, PictureTicket } from '../ledger/types.ts';
import type { DeskContext } from './context.ts';
import type { GateTickets } from './gate-tickets.ts';
import { writeOfficeEntries } from './journal.ts';

type Double = OfficeOutput<'gate.doubles'>['doubles'][number];

/** At most so many that were settled are listed. */
const MOST_LISTED = 200;

/** Boardings that an office's journal has: a host's yes alone is no evidence. */
const written = ({ boardings }: PictureTicket) =>
  boardings.flatMap((one) => (one.seq === null ? [] : [{ ...one, seq: one.seq }]));

/**
 * One ticket at two gates that could not ask: found when their journals meet, written down with both boardings as evidence, and listed
 * until somebody has taken one of them back.
 */
export function createGateDoubles(context: DeskContext, tickets: GateTickets) {
  const { ledger } = context;
  const { picture } = ledger;

  const shown = (one: PictureBoarding, ended: boolean): Double['boardings'][number] => {
    const { atMs, gate, window, method, apart, seq } = one;
    return { at: atMs, gate, window, method, apart, seq, ended };
  };

  return {
    /** Looks at tickets of which boardings came in; writes down what was not known. Gives the departures concerned. */
    look(ticketNumbers: readonly string[]): Set<PictureTicket['departureId']> {
      const found = ticketNumbers.length === 0 ? [] : picture.doubled(ticketNumbers);
      const entries = found.flatMap((ticket): NewEntry[] => {
        const { ticketNumber, departureId } = ticket;
        const boardings = written(ticket).map(({ window, ledgerId, seq, atMs, gate, method, apart }) => ({
          window,
          ledgerId,
          seq,
          at: atMs,
          gate,
          method,
          apart,
        }));
        if (boardings.length < 2 || picture.isDoubleKnown(ticketNumber, pairOf(boardings))) return [];
        return [{ kind: 'boarding.doubled', body: { ticketNumber, departureId, boardings } }];
      });
      if (entries.length > 0) writeOfficeEntries(context, entries);
      return new Set(found.map(({ departureId }) => departureId));
    },

    list(): Outcome<OfficeOutput<'gate.doubles'>> {
      const standing = picture.conflicts();
      const open = standing.map((ticket): Double => ({
        ticket: tickets.view(ticket),
        ticketNumber: ticket.ticketNumber,
        departureId: ticket.departureId,
        boardings: ticket.boardings.map((one) => shown(one, false)),
        settled: false,
      }));
      const stillOpen = new Set(standing.map(({ ticketNumber }) => ticketNumber));
      const settled = picture
        .doubles(MOST_LISTED)
        .filter(({ ticketNumber }) => !stillOpen.has(ticketNumber))
        .map((body) => settledOf(body));
      return accepted({ doubles: [...open, ...settled] });
    },
  };

  function settledOf({ ticketNumber, departureId, boardings }: EntryBody<'boarding.doubled'>): Double {
    const ticket = picture.ticket(ticketNumber);
    return {
      ticket: ticket ? tickets.view(ticket) : null,
      ticketNumber,
      departureId,
      boardings: boardings.map(({ at, gate, window, method, apart, ledgerId, seq }) => ({
        at,
        gate,
        window,
        method,
        apart,
        seq,
        ended: !ticket?.boardings.some((one) => one.ledgerId === ledgerId && one.seq === seq),
      })),
      settled: true,
    };
  }
}
