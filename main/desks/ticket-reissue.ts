import type { IdentityPlain } from '../../contract/encoding/chain.ts';
import { composeTicketNumber } from '../../contract/encoding/ticket-number.ts';
import type { NewEntry } from '../../contract/entries.ts';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { accepted, refused } from '../../contract/refusals.ts';
import { decideReissue } from '../../domain/refunds/counter.ts';
import { businessDateOf, isoWeekOf } from '../../domain/time.ts';
import type { DeskContext, Mutation } from './context.ts';
import { paperOf } from './paper.ts';
import { printState } from './print-state.ts';
import type { Prepared, TicketAuthority } from './ticket-authority.ts';
import { endsForOthers } from './ticket-ends.ts';
import type { KnownTicket, TicketFacts } from './ticket-facts.ts';
import { gateClosesAt } from './ticket-find.ts';
import { shiftOf } from './ticket-refunds.ts';

/** Lost tickets issued again (ticketing rules 1.4): the old number is dead, the new one has its very place. */
export function createTicketReissue(
  context: DeskContext,
  facts: TicketFacts,
  authority: TicketAuthority,
  identityOf: (ticket: KnownTicket) => IdentityPlain | undefined,
): Mutation<OfficeInput<'tickets.reissue'>, OfficeOutput<'tickets.reissue'>, Prepared> {
  const { config, ledger, vault } = context;
  return {
    prepare: ({ ticketNumber }) => authority.obtain([ticketNumber], 'reissue'),
    release: authority.release,
    decide(input, caller, nowMs, _commandId, prepared) {
      const standstill = context.standstill();
      if (standstill) return { ok: false as const, refusal: standstill };
      const now = authority.again(prepared ?? { tickets: [] });
      if (!now.ok) return now;
      const [one] = now.value;
      if (!one) return refused('tickets.notFound', {}, 'ticketNumber');
      const shift = shiftOf(context, caller, 0);
      if (!shift.ok) return shift;
      const { ticket } = one;
      const rules = context.fees.rules([ticket.sold.soldAt]);
      if (!rules.ok) return rules;
      const businessDate = businessDateOf(nowMs);
      const newTicketNumber = composeTicketNumber({
        stationCode: ledger.stationCode,
        businessDate,
        window: config.window,
        ledgerOrdinal: ledger.ordinal,
        serial: ledger.nextSerial(businessDate),
      });
      const decided = decideReissue(
        rules.value,
        ticket.sold,
        {
          newTicketNumber,
          authority: one.authority,
          documentShown: input.documentShown,
          gateClosesAt: gateClosesAt(context, facts, ticket),
          countersignedBy: caller.countersignedBy ?? null,
        },
        nowMs,
      );
      if (!decided.ok) return decided;
      const identity = identityOf(ticket);
      if (!identity) return refused('tickets.identityGone', {}, 'ticketNumber');
      const { sold, sale } = ticket;
      const entry: NewEntry = {
        kind: sale.kind,
        body: {
          ...sale.body,
          ticketNumber: newTicketNumber,
          shiftId: shift.value.shiftId,
          replaces: {
            ticketNumber: ticket.ticketNumber,
            changes: sold.changedTimes,
            reissues: decided.value.body.times,
            firstSoldAt: sale.body.replaces?.firstSoldAt ?? sold.soldAt,
            keepsPlace: true,
          },
        },
      } as NewEntry;
      const departure = facts.departureOf(sale.body.departureId) ?? null;
      const paper = paperOf(context, context.rules(departure).printing, [newTicketNumber], undefined, false);
      if (!paper.ok) return paper;
      return accepted({
        entries: [
          decided.value,
          { ...entry, identity: vault.seal(identity, isoWeekOf(nowMs)) },
          ...endsForOthers(context, [
            {
              ticket,
              state: 'replaced',
              newTicketNumber,
              requestId: one.authority.permit?.requestId ?? null,
              keepsPlace: true,
            },
          ]),
          ...paper.value.entries,
        ],
        effects: paper.value.effects,
        ...(paper.value.entries.length > 0 ? { afterwards: () => context.departuresMoved() } : {}),
      });
    },
    answer(entries) {
      const entry = entries.find(({ kind }) => kind === 'ticket.reissued');
      if (entry?.kind !== 'ticket.reissued') throw new Error('a ticket issued again without its entry');
      const { ticketNumber, newTicketNumber } = entry.body;
      return {
        ticketNumber,
        newTicketNumber,
        print: printState(ledger.printOf(newTicketNumber), context.departures.slipOf(newTicketNumber)),
      };
    },
  };
}
