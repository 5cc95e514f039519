import type { PermitAct } from '../../contract/entries/after-sale.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { Authority, HeldPermit } from '../../domain/refunds/ticket.ts';
import type { DeskContext } from './context.ts';
import { idFrom } from '../derived-id.ts';
import type { Ledger } from '../ledger/types.ts';
import type { KnownTicket, TicketFacts } from './ticket-facts.ts';

/** Tickets with the permits that were got for them, before a command is decided. */
export interface Prepared {
  readonly tickets: readonly {
    readonly ticket: KnownTicket;
    /** Null where this office's own word counts. */
    readonly permit: HeldPermit | null;
  }[];
}

/** What a permit is asked for; a void needs none where nobody can be asked. */
export type ObtainAct = PermitAct | 'void';

/** Whose word counts on a ticket (architecture, idea 2), and how this office gets it. */
export interface TicketAuthority {
  where(ticket: KnownTicket): 'here' | 'host' | 'outOfContact';
  /** Nobody can be asked about tickets that are not in these books. */
  isOutOfContact(): boolean;
  /** Finds tickets and gets what is needed to act on them; refuses `tickets.notFound`, `afterSale.needsPermit`, `afterSale.permitTaken`. */
  obtain(ticketNumbers: readonly string[], act: ObtainAct): Promise<Outcome<Prepared>>;
  /** The command for which they were got is over, done or refused: a permit that it did not use goes back to the host. */
  release(prepared: Prepared): void;
  /** Tickets of a document, or that digits mean, beyond those in this office's books. */
  ask(what: { document?: { kind: string; number: string }; text?: string }): Promise<Outcome<KnownTicket[]>>;
  /** Finds tickets for a question: as if whatever is needed were there. */
  look(ticketNumbers: readonly string[]): Promise<Outcome<{ ticket: KnownTicket; authority: Authority }[]>>;
  /** In bulk only what needs no permit is done; the rest stays on the list. */
  mine(tickets: readonly KnownTicket[]): {
    tickets: KnownTicket[];
    others: { ticketNumber: string; code: string }[];
  };
  /** The same ticket as it is now, when the command is decided. */
  again(prepared: Prepared): Outcome<{ ticket: KnownTicket; authority: Authority }[]>;
}

/**
 * The newest permit of a ticket, used or not; none where the machine that holds it is signed off or has gone: two people said that it does
 * nothing more, and its tickets are settled at other counters.
 */
export function permitOut(ledger: Pick<Ledger, 'permitOf' | 'station'>, ticketNumber: string) {
  const permit = ledger.permitOf(ticketNumber);
  if (!permit) return undefined;
  const { holder, requestId, act } = permit;
  const isOff = ledger.station
    .windows()
    .some(
      ({ window, ledgerId, state }) =>
        window === holder &&
        state !== 'enrolled' &&
        permitRequestId(ledgerId, ticketNumber, act) === requestId,
    );
  return isOff ? undefined : permit;
}

/** What else a command waits for once it has its permits; where that fails they are given up. */
export async function underPermits(
  authority: Pick<TicketAuthority, 'release'>,
  prepared: Prepared,
  work: () => Promise<void>,
): Promise<Outcome<Prepared>> {
  try {
    await work();
  } catch (error) {
    authority.release(prepared);
    throw error;
  }
  return accepted(prepared);
}

/** One request a ledger, ticket and act: asked again after a lost answer it is the same. */
export const permitRequestId = (ledgerId: string, ticketNumber: string, act: PermitAct): string =>
  idFrom('permit', ledgerId, ticketNumber, act);

/** At an office that is its own authority, or the station's host: its books say all there is to say. */
export function createOwnAuthority(context: DeskContext, facts: TicketFacts): TicketAuthority {
  const { ledger, window } = context;
  const isTaken = ({ ticketNumber }: KnownTicket): boolean => {
    const permit = permitOut(ledger, ticketNumber);
    return permit !== undefined && permit.holder !== window;
  };
  function found(ticketNumbers: readonly string[]): Outcome<Prepared> {
    const tickets = [];
    for (const ticketNumber of ticketNumbers) {
      const ticket = facts.local(ticketNumber);
      if (!ticket) return refused('tickets.notFound', {}, 'ticketNumbers');
      tickets.push({ ticket, permit: null });
    }
    return accepted({ tickets });
  }
  return {
    where: () => 'here',
    isOutOfContact: () => false,
    ask: () => Promise.resolve(accepted([])),
    obtain: (ticketNumbers) => Promise.resolve(found(ticketNumbers)),
    release: () => undefined,
    look(ticketNumbers) {
      const got = found(ticketNumbers);
      const own = { isOwn: true, permit: null };
      return Promise.resolve(
        got.ok ? accepted(got.value.tickets.map(({ ticket }) => ({ ticket, authority: own }))) : got,
      );
    },
    mine(tickets) {
      const others = tickets
        .filter(isTaken)
        .map(({ ticketNumber }) => ({ ticketNumber, code: 'afterSale.permitTaken' }));
      return { tickets: tickets.filter((ticket) => !isTaken(ticket)), others };
    },
    again({ tickets }) {
      const now = [];
      for (const { ticket } of tickets) {
        const found = facts.local(ticket.ticketNumber);
        if (!found) return refused('tickets.notFound', {}, 'ticketNumbers');
        const isOwed = found.owedFen > 0 && ledger.permitOf(found.ticketNumber)?.act === 'collect';
        if ((found.sold.state === 'sold' || isOwed) && isTaken(found)) {
          const { requestId } = ledger.permitOf(found.ticketNumber) ?? { requestId: '' };
          return refused('afterSale.permitTaken', { requestId: requestId.slice(0, 8) }, 'ticketNumbers');
        }
        now.push({ ticket: found, authority: { isOwn: true, permit: null } });
      }
      return accepted(now);
    },
  };
}
