import type { Evidence } from '../../contract/contingency.ts';
import type { GateTicket, GateView, OfficeInput, OfficeOutput } from '../../contract/office.ts';
import type { BoardingMethod } from '../../contract/entries/gate.ts';
import type { DepartureId } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { Rules } from '../../domain/contingency/rules.ts';
import type { Departure } from '../../domain/types.ts';
import type { PictureTicket } from '../ledger/types.ts';
import { bodyOf } from './body-of.ts';
import type { DeskContext, Mutation } from './context.ts';
import { isUnchecked, type GateTickets } from './gate-tickets.ts';

/** How somebody asks to be let aboard without a full check. */
export interface Easing {
  readonly check: 'list' | 'deferred';
  /** The passenger signed beside the name on the printed list. */
  readonly signed: boolean;
}

/** As it is written down: whom the rules want checked aboard is let in before the check, also where the list was looked at. */
export function easedMethod(rules: Rules, { check }: Easing): Extract<BoardingMethod, 'list' | 'deferred'> {
  return check === 'deferred' || rules.boarding.evidence.includes('checkAboard') ? 'deferred' : 'list';
}

/**
 * What such a boarding leaves behind (ticketing rules 1.8): heads are counted by its entry; names stand on the list where they can be read;
 * a check that is to be made good stands on the open list.
 */
export function evidenceLeft(
  easing: Easing,
  method: 'list' | 'deferred',
  hasNames: boolean,
): [Evidence, ...Evidence[]] {
  return [
    'headCount',
    ...(hasNames ? (['nameList'] as const) : []),
    ...(method === 'deferred' ? (['checkAboard'] as const) : []),
    ...(easing.signed ? (['signature'] as const) : []),
  ];
}

/** What the gate's page says of it: which way people may be let aboard now, and how many are still to be checked. */
export function easedView(context: DeskContext, departure: Departure): Pick<GateView, 'eased' | 'unchecked'> {
  const { check, evidence } = context.rules(departure).boarding;
  return {
    ...(check === 'full' ? {} : { eased: { check, evidence: [...evidence] } }),
    unchecked: uncheckedAt(context, departure.departureId).length,
  };
}

/** Those aboard whose check is still to be made good. */
export function uncheckedAt(context: DeskContext, departureId?: DepartureId): PictureTicket[] {
  const { picture } = context.ledger;
  return picture.deferred(departureId).flatMap((ticketNumber) => {
    const ticket = picture.ticket(ticketNumber);
    return ticket && isUnchecked(context, ticket) ? [ticket] : [];
  });
}

/** Passengers of a departure who are not aboard and have this name. A name is opened only while somebody boards by it. */
export function byName(
  context: DeskContext,
  tickets: GateTickets,
  departureId: DepartureId,
  name: string,
): Outcome<PictureTicket> {
  const wanted = name.replaceAll(/\s/g, '');
  const found = context.ledger.picture
    .ticketsAt(departureId)
    .filter(
      (ticket) =>
        ticket.state === 'sold' &&
        ticket.heads > 0 &&
        ticket.boardings.length === 0 &&
        tickets.shown(ticket)?.name.replaceAll(/\s/g, '') === wanted,
    );
  const [one] = found;
  if (!one) return refused('boarding.nameUnknown', { name }, 'text');
  return found.length === 1
    ? accepted(one)
    : refused('boarding.nameTwice', { name, count: found.length }, 'text');
}

/** Checks that were put off are made good here, one by one; whoever is not checked stays on the list. */
export function createCheckDesk(context: DeskContext, tickets: GateTickets) {
  const { picture } = context.ledger;

  const check: Mutation<OfficeInput<'gate.check'>, GateTicket> = {
    decide({ departureId, ticketNumber, result, note }, { person }, nowMs) {
      const ticket = picture.ticket(ticketNumber);
      if (!ticket) return refused('boarding.unknown', {}, 'ticketNumber');
      const boarding = ticket.boardings.at(-1);
      if (boarding?.departureId !== departureId) return refused('boarding.notAboard', {}, 'ticketNumber');
      if (!isUnchecked(context, ticket)) return refused('boarding.notDeferred', {}, 'ticketNumber');
      if (result === 'differs' && note === '') return refused('boarding.checkNote', {}, 'note');
      const boardedAt = boarding.atMs;
      const by = person?.number ?? '';
      const body = { ticketNumber, departureId, boardedAt, at: nowMs, result, note, by };
      return accepted({
        entries: [{ kind: 'boarding.checked' as const, body }],
        afterwards: () => context.departuresMoved(),
      });
    },
    answer(entries) {
      const { departureId, ticketNumber } = bodyOf(entries, 'boarding.checked');
      const ticket = picture.ticket(ticketNumber);
      if (!ticket) throw new Error('a check made good without its ticket');
      context.emit('gate.changed', { departureId });
      return tickets.view(ticket);
    },
  };

  return {
    check,
    unchecked: (): Outcome<OfficeOutput<'gate.unchecked'>> =>
      accepted({
        tickets: uncheckedAt(context)
          .toSorted((a, b) => (a.boardings[0]?.atMs ?? 0) - (b.boardings[0]?.atMs ?? 0))
          .map((ticket) => tickets.view(ticket)),
      }),
  };
}
