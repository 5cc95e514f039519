import { z } from 'zod';
import { permitActSchema, requestIdSchema } from '../../contract/entries/after-sale.ts';
import { entryBodies, type NewEntry } from '../../contract/entries.ts';
import { instantSchema, ledgerIdSchema, ticketNumberSchema, windowIdSchema } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { decidePermit } from '../../domain/refunds/permits.ts';
import type { DeskContext } from './context.ts';
import type { GateTickets } from './gate-tickets.ts';
import type { openPermitsSchema } from './held-permits.ts';
import { writeOfficeEntries } from './journal.ts';
import { permitOut } from './ticket-authority.ts';
import type { KnownTicket, TicketFacts } from './ticket-facts.ts';

/** A ticket as the station's host tells a window of it. The identity comes only with a permit that needs a new ticket. */
export const toldTicketSchema = z.strictObject({
  ticketNumber: ticketNumberSchema,
  window: windowIdSchema,
  ledgerId: ledgerIdSchema,
  seq: z.int().min(1),
  sale: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('ticket.sold'),
      body: entryBodies['ticket.sold'],
      soldAtMs: instantSchema,
    }),
    z.strictObject({
      kind: z.literal('vehicle.sold'),
      body: entryBodies['vehicle.sold'],
      soldAtMs: instantSchema,
    }),
  ]),
  state: z.enum(['sold', 'void', 'refunded', 'replaced', 'refundPending']),
  isAboard: z.boolean(),
  replacedBy: ticketNumberSchema.nullable(),
  owedFen: z.int().min(0),
  name: z.string().nullable(),
  masked: z.string().nullable(),
  identity: z.strictObject({ kind: z.string(), name: z.string(), number: z.string() }).nullable(),
  party: z.array(ticketNumberSchema).max(100),
});
export type ToldTicket = z.infer<typeof toldTicketSchema>;

/** Questions of a window to its host (`office.ask`). */
export const ticketQuestions = {
  /** One of the three. A document goes over the link of two proven keys, and into no file. */
  'tickets.look': z.strictObject({
    ticketNumbers: z.array(ticketNumberSchema).max(20).optional(),
    text: z.string().max(20).optional(),
    document: z.strictObject({ kind: z.string().max(16), number: z.string().max(64) }).optional(),
  }),
  'tickets.permit': z.strictObject({
    ticketNumber: ticketNumberSchema,
    act: permitActSchema,
    requestId: requestIdSchema,
  }),
  'tickets.giveBack': z.strictObject({ ticketNumber: ticketNumberSchema, requestId: requestIdSchema }),
  /** What the window that asks was permitted and nobody has heard to be used. */
  'tickets.permits': z.strictObject({}),
} as const;

const MOST = 20;
/** Newest permits of a window that are looked through for those that led to nothing. */
const MOST_PERMITS = 500;

/** The host's side: tells of tickets, and gives one permit a ticket, durable before it is said (architecture, idea 2). */
export function answerTicketQuestions(
  context: DeskContext,
  facts: TicketFacts,
  tickets: GateTickets,
  numberIn: (text: string) => Outcome<string>,
): void {
  const { ledger, station, vault } = context;
  const { picture } = ledger;

  function tell(ticket: KnownTicket, withIdentity: boolean): ToldTicket {
    const pictured = picture.ticket(ticket.ticketNumber);
    const shown = pictured && tickets.shown(pictured);
    const identity = withIdentity && pictured ? tickets.identityOf(pictured) : undefined;
    const { ticketNumber, window, ledgerId, seq, sale, owedFen } = ticket;
    const { kind, body, soldAtMs } = sale;
    return {
      ticketNumber,
      window,
      ledgerId,
      seq,
      sale: { kind, body, soldAtMs } as ToldTicket['sale'],
      state: pictured?.state ?? 'sold',
      isAboard: (pictured?.boardings.length ?? 0) > 0,
      replacedBy: pictured?.replacedBy ?? null,
      owedFen,
      name: shown?.name ?? null,
      masked: shown?.masked ?? null,
      identity: identity ? { kind: identity.kind, name: identity.name, number: identity.number } : null,
      party: facts.partyOf(ticket),
    };
  }

  station.answers('tickets.look', (params) => {
    const asked = ticketQuestions['tickets.look'].safeParse(params);
    if (!asked.success) return refused('host.rubbish', { detail: 'tickets.look' });
    const { ticketNumbers = [], text, document } = asked.data;
    const numbers: string[] = [...ticketNumbers];
    if (text !== undefined) {
      const number = numberIn(text);
      if (!number.ok) return number;
      numbers.push(number.value);
    }
    if (document) {
      const token = vault.lookupToken(document.kind, document.number);
      numbers.push(...picture.ticketsOfDocument(token, MOST).map(({ ticketNumber }) => ticketNumber));
    }
    return accepted({
      tickets: numbers
        .slice(0, MOST)
        .flatMap((number) => facts.local(number) ?? [])
        .map((ticket) => tell(ticket, false)),
    });
  });

  station.answers('tickets.permit', (params, holder) => {
    const asked = ticketQuestions['tickets.permit'].safeParse(params);
    if (!asked.success) return refused('host.rubbish', { detail: 'tickets.permit' });
    const { ticketNumber, act } = asked.data;
    const ticket = facts.local(ticketNumber);
    if (!ticket) return refused('tickets.notFound', {}, 'ticketNumber');
    if (act === 'collect' && ticket.owedFen === 0) return refused('tickets.notOwed', {}, 'ticketNumber');
    const out = permitOut(ledger, ticketNumber);
    // A permit that was used is no permit any more: cash that is owed is fetched under one of its own.
    const open = out && (act === 'collect') === (out.act === 'collect') ? out : undefined;
    const sold = act === 'collect' ? { ...ticket.sold, state: 'sold' as const } : ticket.sold;
    const decided = decidePermit(sold, open, { ...asked.data, holder });
    if (!decided.ok) return decided;
    if (decided.value.entry) writeOfficeEntries(context, [decided.value.entry]);
    return accepted({ ticket: tell(ticket, act === 'change' || act === 'reissue') });
  });

  station.answers('tickets.giveBack', (params, holder) => {
    const asked = ticketQuestions['tickets.giveBack'].safeParse(params);
    if (!asked.success) return refused('host.rubbish', { detail: 'tickets.giveBack' });
    const { ticketNumber, requestId } = asked.data;
    const out = ledger.permitOf(ticketNumber);
    if (out?.holder === holder && out.requestId === requestId) {
      const entry: NewEntry = { kind: 'permit.returned', body: { requestId: out.requestId, ticketNumber } };
      writeOfficeEntries(context, [entry]);
    }
    return accepted({});
  });

  station.answers('tickets.permits', (params, holder): Outcome<z.infer<typeof openPermitsSchema>> => {
    if (!ticketQuestions['tickets.permits'].safeParse(params).success)
      return refused('host.rubbish', { detail: 'tickets.permits' });
    const open = ledger
      .permitsOf(holder, MOST_PERMITS)
      .filter(({ ticketNumber, act }) =>
        act === 'collect'
          ? picture.owed(ticketNumber) > 0
          : ['sold', 'refundPending'].includes(picture.stateOf(ticketNumber)),
      );
    return accepted({
      permits: open.map(({ ticketNumber, requestId, act }) => ({ ticketNumber, requestId, act })),
    });
  });
}
