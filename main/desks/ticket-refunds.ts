import type { AfterSaleDone, OfficeInput, OfficeOutput } from '../../contract/office.ts';
import type { Fen, TicketNumber } from '../../contract/ids.ts';
import type { NewEntry } from '../../contract/entries.ts';
import { accepted, refused, yuan, type Outcome } from '../../contract/refusals.ts';
import { decideReprint, decideVoid } from '../../domain/refunds/counter.ts';
import { decideRefund } from '../../domain/refunds/refund.ts';
import type { Authority } from '../../domain/refunds/ticket.ts';
import type { ShiftRow } from '../ledger/types.ts';
import type { AnswerEntry, Caller, DeskContext, Mutation } from './context.ts';
import { printState, sheetInTheWay } from './print-state.ts';
import { endsForOthers, type Ending } from './ticket-ends.ts';
import type { Prepared, TicketAuthority } from './ticket-authority.ts';
import type { KnownTicket, TicketFacts } from './ticket-facts.ts';

const MINUTE_MS = 60_000;

/** Cash in the drawer of a shift, fen. */
export const cashOf = ({ floatFen, salesFen, moreFen, backFen }: ShiftRow): number =>
  floatFen + salesFen + moreFen - backFen;

/** The shift out of whose drawer money goes: open, and the caller's. */
export function shiftOf(context: DeskContext, caller: Caller, cashFen: number): Outcome<ShiftRow> {
  const shift = context.ledger.openShift();
  if (!shift) return refused('shift.notOpen');
  if (shift.clerkNumber !== caller.person?.number)
    return refused('shift.otherClerk', { clerkNumber: shift.clerkNumber });
  const cash = cashOf(shift);
  return cashFen > cash
    ? refused('tickets.drawer', { cashYuan: yuan(cash), backYuan: yuan(cashFen) }, 'backFen')
    : accepted(shift);
}

/** From when on the price of an act counts: from when a numbered request for it was taken down, else now. */
export function askedAtOf(
  { ledger }: DeskContext,
  { ticketNumber }: KnownTicket,
  act: 'refund' | 'change',
  nowMs: number,
): number {
  const request = ledger.refundRequestOf(ticketNumber);
  return request?.act === act ? Math.min(nowMs, request.atMs) : nowMs;
}

/** When a ticket can no longer be taken back as if unsold: check-in opens, or somebody has opened a gate of it. */
export function checkInOpensAt(context: DeskContext, { sold }: KnownTicket): number {
  const { departureId, departAt } = sold.departure;
  const timetable = context.timetable();
  const before =
    timetable?.departure(departureId)?.checkInMin ?? timetable?.settings.stopOfSaleMin.value ?? 0;
  const gates = context.ledger.picture.gates(departureId);
  return Math.min(departAt - before * MINUTE_MS, ...gates.map(({ atMs }) => atMs));
}

/** Refund, void, money fetched, reprint: what ends a ticket or prints it again. */
export function createTicketRefunds(context: DeskContext, facts: TicketFacts, authority: TicketAuthority) {
  const { ledger } = context;

  const refund: Mutation<OfficeInput<'tickets.refund'>, AfterSaleDone, Prepared> = {
    prepare: ({ ticketNumbers }) => authority.obtain(ticketNumbers, 'refund'),
    release: authority.release,
    decide(input, caller, nowMs, _commandId, prepared) {
      const now = authority.again(prepared ?? { tickets: [] });
      if (!now.ok) return now;
      const shift = shiftOf(context, caller, input.backFen);
      if (!shift.ok) return shift;
      const rules = context.fees.rules(now.value.map(({ ticket }) => ticket.sold.soldAt));
      if (!rules.ok) return rules;
      const decided = decideRefund(
        rules.value,
        {
          tickets: now.value.map(({ ticket, authority: mine }) => ({
            ticket: ticket.sold,
            rights: facts.rightsOf(ticket),
            authority: mine,
            askedAt: askedAtOf(context, ticket, 'refund', nowMs),
          })),
          backFen: input.backFen,
          documentShown: input.documentShown,
          countersignedBy: caller.countersignedBy ?? null,
          shiftId: shift.value.shiftId,
          batchId: null,
        },
        nowMs,
      );
      if (!decided.ok) return decided;
      const others = endsForOthers(context, endingsOf(now.value, 'refunded'));
      return accepted({ entries: [...decided.value.entries, ...others] });
    },
    answer: doneOf,
  };

  const takeBack: Mutation<OfficeInput<'tickets.void'>, AfterSaleDone, Prepared> = {
    prepare: ({ ticketNumbers }) => authority.obtain(ticketNumbers, 'void'),
    release: authority.release,
    decide(input, caller, nowMs, _commandId, prepared) {
      const now = authority.again(prepared ?? { tickets: [] });
      if (!now.ok) return now;
      const shift = shiftOf(context, caller, input.backFen);
      if (!shift.ok) return shift;
      const { shiftId } = shift.value;
      const entries: NewEntry[] = [];
      let backFen = 0;
      for (const { ticket } of now.value) {
        const command = { shiftId, checkInOpensAt: checkInOpensAt(context, ticket), reason: input.reason };
        const decided = decideVoid(ticket.sold, command, nowMs);
        if (!decided.ok) return decided;
        entries.push(decided.value);
        backFen += decided.value.body.backFen;
      }
      if (backFen !== input.backFen)
        return refused('afterSale.quoteChanged', { backYuan: yuan(backFen) }, 'backFen');
      entries.push(moneyBack(shiftId, entries.length, backFen));
      entries.push(...endsForOthers(context, endingsOf(now.value, 'void')));
      return accepted({ entries });
    },
    answer: doneOf,
  };

  const payOut: Mutation<OfficeInput<'tickets.payOut'>, AfterSaleDone, Prepared> = {
    prepare: ({ ticketNumbers }) => authority.obtain(ticketNumbers, 'collect'),
    release: authority.release,
    decide(input, caller, _nowMs, _commandId, prepared) {
      const now = authority.again(prepared ?? { tickets: [] });
      if (!now.ok) return now;
      if (!input.documentShown) return refused('afterSale.document', {}, 'documentShown');
      const shift = shiftOf(context, caller, input.backFen);
      if (!shift.ok) return shift;
      const { shiftId } = shift.value;
      const entries: NewEntry[] = [];
      let sum = 0;
      for (const { ticket, authority: mine } of now.value) {
        const { ticketNumber, owedFen, sold } = ticket;
        if (owedFen === 0) return refused('tickets.notOwed', {}, 'ticketNumbers');
        sum += owedFen;
        entries.push({
          kind: 'refund.paid',
          body: {
            ticketNumber,
            departureId: sold.departure.departureId as NewDepartureId,
            backFen: owedFen as Fen,
            requestId: mine.permit?.requestId ?? null,
            shiftId,
          },
        });
      }
      if (sum !== input.backFen) return refused('afterSale.quoteChanged', { backYuan: yuan(sum) }, 'backFen');
      entries.push(moneyBack(shiftId, entries.length, sum));
      return accepted({ entries });
    },
    answer: doneOf,
  };

  const reprint: Mutation<OfficeInput<'tickets.reprint'>, OfficeOutput<'tickets.reprint'>> = {
    decide(input) {
      const ticket = facts.local(input.ticketNumber);
      if (!ticket) return refused('tickets.notFound', {}, 'ticketNumber');
      if (!ticket.own)
        return refused('tickets.otherWindow', { window: ticket.window.slice(-2) }, 'ticketNumber');
      const copies = ledger.copies(ticket.ticketNumber);
      const decided = decideReprint(ticket.sold, { copies, reason: input.reason });
      if (!decided.ok) return decided;
      const refusal = sheetInTheWay(ledger.printOf(ticket.ticketNumber));
      if (refusal) return { ok: false, refusal };
      const { ticketNumber, copy } = decided.value.body;
      return accepted({
        entries: [decided.value],
        effects: [{ kind: 'print' as const, ticketNumber, copy }],
      });
    },
    answer(entries) {
      const { ticketNumber, copy } = bodyOf(entries, 'ticket.reprinted');
      return { ticketNumber, copy, print: printState(ledger.printOf(ticketNumber)) };
    },
  };

  return { refund, takeBack, payOut, reprint };
}

const endingsOf = (
  tickets: readonly { ticket: KnownTicket; authority: Authority }[],
  state: Ending['state'],
): Ending[] =>
  tickets.map(({ ticket, authority: { permit } }) => ({
    ticket,
    state,
    requestId: permit?.requestId ?? null,
  }));

type NewDepartureId = Extract<NewEntry, { kind: 'refund.paid' }>['body']['departureId'];

const moneyBack = (shiftId: string, ticketCount: number, backFen: number): NewEntry => ({
  kind: 'refund.money',
  body: { shiftId, payment: 'cash', ticketCount, backFen: backFen as Fen, batchId: null },
});

function bodyOf<K extends AnswerEntry['kind']>(entries: readonly AnswerEntry[], kind: K) {
  const entry = entries.find((each): each is Extract<AnswerEntry, { kind: K }> => each.kind === kind);
  if (!entry) throw new Error(`an answer without its ${kind}`);
  return entry.body as Extract<AnswerEntry, { kind: K }>['body'];
}

/** What a refund, a void or money fetched did, from its entries. */
function doneOf(entries: readonly AnswerEntry[]): AfterSaleDone {
  const tickets: { ticketNumber: TicketNumber; feeFen: Fen; backFen: Fen }[] = [];
  for (const { kind, body } of entries)
    if (kind === 'ticket.refunded')
      tickets.push({ ticketNumber: body.ticketNumber, feeFen: body.feeFen, backFen: body.backFen });
    else if (kind === 'ticket.voided' || kind === 'refund.paid')
      tickets.push({ ticketNumber: body.ticketNumber, feeFen: 0 as Fen, backFen: body.backFen });
  const sum = (name: 'feeFen' | 'backFen'): Fen =>
    tickets.reduce((total, ticket) => total + ticket[name], 0) as Fen;
  return { at: entries[0]?.at ?? 0, tickets, feeFen: sum('feeFen'), backFen: sum('backFen') };
}
