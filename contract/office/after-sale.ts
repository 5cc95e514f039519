import { z } from 'zod';
import { departureStateSchema } from '../contingency.ts';
import { feeBandSchema, feeSetRefSchema } from '../fee-rules.ts';
import { permitActSchema } from '../entries/after-sale.ts';
import {
  businessDateSchema,
  departureIdSchema,
  fenSchema,
  holderRefSchema,
  instantSchema,
  signedFenSchema,
  ticketNumberSchema,
} from '../ids.ts';
import { toStopSchema } from '../stops.ts';
import { refusalSchema } from '../refusals.ts';
import type { MethodSpec } from './method.ts';
import { secondSignatureSchema } from './people.ts';
import { printStateSchema } from './shapes.ts';

/** Each once: what is done to a ticket is done once, and its money moves once. */
const tickets = z
  .array(ticketNumberSchema)
  .min(1)
  .max(20)
  .refine((numbers) => new Set(numbers).size === numbers.length);
const reason = z.string().trim().min(1).max(100);
const second = { secondSignature: secondSignatureSchema.optional() };
/** The original document of the sale was shown, or is on the reader (ticketing rules 2.4). */
const documentShown = z.boolean();

/** What became of a ticket, as the clerk is told. */
export const ticketStateSchema = z.enum(['sold', 'boarded', 'refundPending', 'refunded', 'void', 'replaced']);

/** The row of the fee rules that a fee comes from. */
export const feeRowViewSchema = z.strictObject({
  ...feeSetRefSchema.shape,
  ...feeBandSchema.shape,
  source: z.string(),
});

/** One ticket with everything that may be done with it, and what each would cost, before anything is done. */
export const afterSaleTicketSchema = z.strictObject({
  ticketNumber: ticketNumberSchema,
  departureId: departureIdSchema,
  date: businessDateSchema,
  departLocal: z.string(),
  lineName: z.string(),
  toName: z.string(),
  /** The stop on the way where the ticket ends; absent = at the end of the line. */
  toStop: toStopSchema.optional(),
  subject: z.enum(['passenger', 'vehicle']),
  ticketClass: z.string(),
  className: z.string(),
  fareFen: fenSchema,
  seatNumber: z.int().nullable(),
  holderName: z.string().nullable(),
  masked: z.string().nullable(),
  soldAt: instantSchema,
  /** Two digits of the window that sold it. */
  window: z.string(),
  state: ticketStateSchema,
  replacedBy: ticketNumberSchema.nullable(),
  /** The ticket that it was issued for. */
  replaces: ticketNumberSchema.nullable(),
  departureState: departureStateSchema,
  /** Sold when its departure was stopped already, by a window that had not heard: money back whole, at every window. */
  unheard: z.literal(true).optional(),
  /** Tickets that change together with it: a child with its adult, a vehicle with its driver. */
  party: z.array(ticketNumberSchema),
  /** Sheets printed of it. */
  copies: z.int().min(0),
  /** Cash of a refund that is still to be fetched. */
  owedFen: fenSchema,
  /** Who decides on it: this office, the station's host, or nobody can be asked now. */
  authority: z.enum(['here', 'host', 'outOfContact']),
  /** A numbered request that waits. */
  requestNumber: z.string().nullable(),
  /** `free`: a right gives it, whatever the rows say. `row` null then. */
  refund: z.strictObject({
    feeFen: fenSchema,
    backFen: fenSchema,
    free: z.boolean(),
    row: feeRowViewSchema.nullable(),
    refusal: refusalSchema.optional(),
  }),
  /** To which departure is chosen later. */
  change: z.strictObject({ free: z.boolean(), refusal: refusalSchema.optional() }),
  void: z.strictObject({ backFen: fenSchema, refusal: refusalSchema.optional() }),
  reprint: z.strictObject({ refusal: refusalSchema.optional() }),
  reissue: z.strictObject({ needsSecond: z.boolean(), refusal: refusalSchema.optional() }),
  /** Its departure has left without it: this office may note that, or it stands in the journal; null while it is neither. */
  noShow: z.enum(['open', 'noted']).nullable(),
});
export type AfterSaleTicket = z.infer<typeof afterSaleTicketSchema>;

const doneSchema = z.strictObject({
  at: instantSchema,
  tickets: z.array(
    z.strictObject({ ticketNumber: ticketNumberSchema, feeFen: fenSchema, backFen: fenSchema }),
  ),
  feeFen: fenSchema,
  backFen: fenSchema,
});
export type AfterSaleDone = z.infer<typeof doneSchema>;

const changedTicketSchema = z.strictObject({
  ticketNumber: ticketNumberSchema,
  newTicketNumber: ticketNumberSchema,
  fareFen: fenSchema,
  newFareFen: fenSchema,
  feeFen: fenSchema,
  balanceFen: signedFenSchema,
  seatNumber: z.int().nullable(),
});

export const changeQuoteSchema = z.strictObject({
  tickets: z.array(
    z.strictObject({
      ticketNumber: ticketNumberSchema,
      fareFen: fenSchema,
      newFareFen: fenSchema,
      feeFen: fenSchema,
      balanceFen: signedFenSchema,
      free: z.boolean(),
    }),
  ),
  /** What the passengers pay, and what they get back: of different tickets, not set off against each other. */
  collectFen: fenSchema,
  backFen: fenSchema,
  feeFen: fenSchema,
  refusal: refusalSchema.optional(),
});
export type ChangeQuoteView = z.infer<typeof changeQuoteSchema>;

/** What happens to tickets already sold, at a window. */
export const ticketMethods = {
  'tickets.find': {
    mutating: false,
    audit: 'none',
    summary:
      'Tickets of a document on the reader (`holderRef`), or of a scanned code, a ticket number or its last digits (`text`), each with what may be done and what it costs.',
    input: z.strictObject({
      holderRef: holderRefSchema.optional(),
      text: z.string().trim().max(2_000).optional(),
    }),
    output: z.strictObject({
      tickets: z.array(afterSaleTicketSchema).max(20),
      /** From this amount back in one command on, a second person signs. */
      secondFromFen: fenSchema,
    }),
  },
  'tickets.refund': {
    mutating: true,
    audit: 'journal',
    summary:
      'Refunds tickets: all or none, by the way they were paid. `backFen` is what the clerk saw; another amount is refused. From a limit on, a second person signs.',
    input: z.strictObject({ ticketNumbers: tickets, backFen: fenSchema, documentShown, ...second }),
    output: doneSchema,
  },
  'tickets.payOut': {
    mutating: true,
    audit: 'journal',
    summary: 'Hands over cash of tickets that were refunded in bulk, against the document.',
    input: z.strictObject({ ticketNumbers: tickets, backFen: fenSchema, documentShown }),
    output: doneSchema,
  },
  'tickets.void': {
    mutating: true,
    audit: 'journal',
    summary: 'Takes tickets of this shift back before check-in opens, as if they had not been sold.',
    input: z.strictObject({ ticketNumbers: tickets, backFen: fenSchema, reason }),
    output: doneSchema,
  },
  'tickets.reprint': {
    mutating: true,
    audit: 'journal',
    summary: 'Prints a ticket once more, marked as copy n.',
    input: z.strictObject({ ticketNumber: ticketNumberSchema, reason }),
    output: z.strictObject({
      ticketNumber: ticketNumberSchema,
      copy: z.int().min(1),
      print: printStateSchema,
    }),
  },
  'tickets.reissue': {
    mutating: true,
    audit: 'journal',
    summary:
      'Issues a lost ticket again, free, with a new number and the same place; the old number is dead. More often than the station allows, a second person signs.',
    input: z.strictObject({ ticketNumber: ticketNumberSchema, documentShown, ...second }),
    output: z.strictObject({
      ticketNumber: ticketNumberSchema,
      newTicketNumber: ticketNumberSchema,
      print: printStateSchema,
    }),
  },
  'tickets.noShow': {
    mutating: true,
    audit: 'journal',
    summary: 'After a departure has left: who holds a ticket of it and did not go aboard is written down.',
    input: z.strictObject({ departureId: departureIdSchema }),
    output: z.strictObject({ departureId: departureIdSchema, tickets: z.int().min(0) }),
  },
  'tickets.changeQuote': {
    mutating: false,
    audit: 'none',
    summary: 'What a change of tickets to another departure would cost. Changes nothing.',
    input: z.strictObject({ ticketNumbers: tickets, departureId: departureIdSchema }),
    output: changeQuoteSchema,
  },
  'tickets.change': {
    mutating: true,
    audit: 'journal',
    summary:
      'Changes tickets to another departure: new numbers, new places, printed. Amounts are what the clerk saw.',
    input: z.strictObject({
      ticketNumbers: tickets,
      departureId: departureIdSchema,
      collectFen: fenSchema,
      backFen: fenSchema,
      tenderedFen: fenSchema,
      documentShown,
      ...second,
    }),
    output: z.strictObject({
      at: instantSchema,
      departureId: departureIdSchema,
      tickets: z.array(changedTicketSchema),
      collectFen: fenSchema,
      backFen: fenSchema,
      changeFen: fenSchema,
    }),
  },
  'tickets.request': {
    mutating: true,
    audit: 'journal',
    summary:
      'Out of contact with whoever decides on a ticket: takes the wish down under a number for the passenger. What it costs counts from now.',
    input: z.strictObject({ ticketNumber: ticketNumberSchema, act: permitActSchema.exclude(['collect']) }),
    output: z.strictObject({ requestNumber: z.string(), ticketNumber: ticketNumberSchema }),
  },
  'tickets.requests': {
    mutating: false,
    audit: 'none',
    summary: 'Numbered requests of this window, oldest first, with what became of their tickets.',
    input: z.strictObject({}),
    output: z.strictObject({
      requests: z.array(
        z.strictObject({
          requestNumber: z.string(),
          ticketNumber: ticketNumberSchema,
          act: permitActSchema,
          at: instantSchema,
          settled: z.boolean(),
        }),
      ),
    }),
  },
  'tickets.withdraw': {
    mutating: true,
    audit: 'journal',
    summary: 'Takes a numbered request back: the ticket is good as before.',
    input: z.strictObject({ requestNumber: z.string().max(32), reason }),
    output: z.strictObject({ requestNumber: z.string() }),
  },
  'tickets.slip': {
    mutating: false,
    audit: 'none',
    summary: 'Prints the slip of what was done with tickets, or of a numbered request.',
    input: z.strictObject({ ticketNumbers: tickets }),
    output: z.strictObject({ printed: z.boolean() }),
  },
} as const satisfies Record<string, MethodSpec>;

const remaining = {
  /** Tickets, and heads of them, neither rebooked nor refunded: 0 at the end of the story. */
  open: z.int().min(0),
  passengersOpen: z.int().min(0),
  refunded: z.int().min(0),
  moved: z.int().min(0),
};
export const worklistDepartureSchema = z.strictObject({
  departureId: departureIdSchema,
  date: businessDateSchema,
  departLocal: z.string(),
  lineName: z.string(),
  state: departureStateSchema,
  ...remaining,
  /** Open tickets whose passengers somebody has spoken to. */
  noted: z.int().min(0),
  /** Refunded, and the cash not fetched yet. */
  owedTickets: z.int().min(0),
  owedFen: fenSchema,
  /** Tickets that windows sold before they heard that it was stopped, whatever became of them. */
  unheard: z.int().min(0),
});
export type WorklistDeparture = z.infer<typeof worklistDepartureSchema>;

const contactSchema = z.enum(['reached', 'notReached', 'waits', 'declines']);
const left = z.array(
  z.strictObject({ ticketNumber: ticketNumberSchema, code: z.string(), message: z.string() }),
);
const bulkInput = {
  departureId: departureIdSchema,
  /** Only these; absent = everybody on the list. */
  ticketNumbers: z.array(ticketNumberSchema).min(1).max(1_000).optional(),
  ...second,
};

/** Tickets of departures that do not sail as sold: each ends rebooked, refunded or on this list. */
export const worklistMethods = {
  'worklist.list': {
    mutating: false,
    audit: 'none',
    summary:
      'Departures from yesterday on whose ticket holders have a right because they do not sail as sold, with how many remain to be served. Zero everywhere = the list is worked off.',
    input: z.strictObject({}),
    output: z.strictObject({ departures: z.array(worklistDepartureSchema), ...remaining }),
  },
  'worklist.departure': {
    mutating: false,
    audit: 'none',
    summary:
      'Who remains of one departure, in the order in which they bought, and departures that they may be moved to with the places left.',
    input: z.strictObject({ departureId: departureIdSchema }),
    output: z.strictObject({
      departure: worklistDepartureSchema,
      rows: z
        .array(
          z.strictObject({
            ticketNumber: ticketNumberSchema,
            subject: z.enum(['passenger', 'vehicle']),
            heads: z.int().min(0),
            /** The stop on the way where it ends: it is moved only to what goes there. */
            toStop: toStopSchema.optional(),
            className: z.string(),
            fareFen: fenSchema,
            soldAt: instantSchema,
            holderName: z.string().nullable(),
            masked: z.string().nullable(),
            /** Two digits of the window that sold it. */
            window: z.string(),
            /** Tickets that move with it or not at all. */
            party: z.string().nullable(),
            /** Sold by a window that had not heard that the departure was stopped. */
            unheard: z.boolean(),
            contact: z.strictObject({ contact: contactSchema, at: instantSchema }).nullable(),
          }),
        )
        .max(1_000),
      targets: z.array(
        z.strictObject({
          departureId: departureIdSchema,
          date: businessDateSchema,
          departLocal: z.string(),
          lineName: z.string(),
          state: departureStateSchema,
          placesLeft: z.int().min(0),
        }),
      ),
    }),
  },
  'worklist.refund': {
    mutating: true,
    audit: 'journal',
    summary:
      'Refunds what is left of a departure, free, in batches: one command, which may be asked again after a kill and refunds nobody twice. Cash is owed and fetched with the document.',
    input: z.strictObject(bulkInput),
    output: z.strictObject({
      batchId: z.string(),
      refunded: z.int().min(0),
      backFen: fenSchema,
      /** Not refunded by it, and why. */
      left,
      departure: worklistDepartureSchema,
    }),
  },
  'worklist.move': {
    mutating: true,
    audit: 'journal',
    summary:
      'Moves what is left of a departure to another one, free, in the order in which they bought, parties together, as far as places reach. One command, which may be asked again and moves nobody twice.',
    input: z.strictObject({ ...bulkInput, toDepartureId: departureIdSchema }),
    output: z.strictObject({
      batchId: z.string(),
      moved: z.int().min(0),
      backFen: fenSchema,
      left,
      departure: worklistDepartureSchema,
    }),
  },
  'worklist.note': {
    mutating: true,
    audit: 'journal',
    summary: 'Notes whether the passenger of a ticket was reached.',
    input: z.strictObject({ ticketNumber: ticketNumberSchema, contact: contactSchema }),
    output: z.strictObject({ ticketNumber: ticketNumberSchema, contact: contactSchema, at: instantSchema }),
  },
} as const satisfies Record<string, MethodSpec>;
