import type { IdentityPlain } from '../../contract/encoding/chain.ts';
import type { DeskContext } from './context.ts';
import { createEndedTwice } from './ended-twice.ts';
import { createGateTickets, type RelayedKeys } from './gate-tickets.ts';
import { createNoShows } from './no-shows.ts';
import { createOwnAuthority } from './ticket-authority.ts';
import { createHostAuthority } from './ticket-host-authority.ts';
import { followEnds } from './ticket-ends.ts';
import { answerTicketQuestions } from './told-tickets.ts';
import { createTicketChanges } from './ticket-changes.ts';
import { createTicketFacts, type KnownTicket } from './ticket-facts.ts';
import { createTicketFind } from './ticket-find.ts';
import { createTicketRefunds } from './ticket-refunds.ts';
import { createTicketReissue } from './ticket-reissue.ts';
import { createTicketRequests } from './ticket-requests.ts';
import { createWorklist } from './worklist.ts';
import type { GlyphDesk } from './glyphs.ts';
import type { ListPrinterPort } from './manifest-prints.ts';
import { createSlips } from './slips.ts';

/** Everything that happens to tickets after their sale, joined. */
export function createAfterSalePart(
  context: DeskContext,
  parts: {
    printer: ListPrinterPort;
    glyphs: GlyphDesk;
    /** Opens identities that other windows sealed. */
    relayed: RelayedKeys;
    /** base64url of another window's raw public key, by its key id, where the station knows it. */
    publicKeyOf: (keyId: string) => string | undefined;
  },
) {
  const tickets = createGateTickets(context, parts.relayed);
  const facts = createTicketFacts(context);
  const { kind } = context.station;
  const authority =
    kind === 'window' ? createHostAuthority(context, facts) : createOwnAuthority(context, facts);
  const identityOf = ({ ticketNumber, told }: KnownTicket): IdentityPlain | undefined => {
    if (told) return told.identity ?? undefined;
    const found = context.ledger.picture.ticket(ticketNumber);
    return found && tickets.identityOf(found);
  };
  const noShows = createNoShows(context, facts, authority);
  const find = createTicketFind(context, facts, authority, {
    tickets,
    publicKeyOf: parts.publicKeyOf,
    noShowOf: noShows.stateOf,
  });
  const refunds = createTicketRefunds(context, facts, authority);
  const changes = createTicketChanges(context, facts, authority, identityOf);
  const requests = createTicketRequests(context, facts, authority);
  const worklist = createWorklist(context, facts, authority, changes, tickets);
  if (kind === 'host') answerTicketQuestions(context, facts, tickets, find.numberIn);
  if (kind !== 'alone') followEnds(context, (departureId) => context.station.grantor?.moved(departureId));
  const slips = createSlips(context, facts, parts.printer, parts.glyphs);
  return {
    finished: slips.finished,
    /** Names of the passengers of tickets, as far as this office can open them. A vehicle has none. */
    namesOn: (ticketNumbers: readonly string[]): string[] =>
      ticketNumbers.flatMap((ticketNumber) => {
        const found = context.ledger.picture.ticket(ticketNumber);
        const identity = found && found.heads > 0 ? tickets.identityOf(found) : undefined;
        return identity ? [identity.name] : [];
      }),
    desks: {
      'tickets.find': find.find,
      'tickets.refund': refunds.refund,
      'tickets.payOut': refunds.payOut,
      'tickets.void': refunds.takeBack,
      'tickets.reprint': refunds.reprint,
      'tickets.reissue': createTicketReissue(context, facts, authority, identityOf),
      'tickets.noShow': noShows.noShow,
      'tickets.changeQuote': changes.quote,
      'tickets.change': changes.change,
      'tickets.request': requests.request,
      'tickets.requests': requests.list,
      'tickets.withdraw': requests.withdraw,
      'tickets.slip': slips.print,
      ...createEndedTwice(context, tickets),
      'worklist.list': worklist.list,
      'worklist.departure': worklist.departure,
      'worklist.refund': worklist.refund,
      'worklist.move': worklist.move,
      'worklist.note': worklist.note,
    },
  };
}
