import { z } from 'zod';
import { paymentKindSchema } from '../contingency.ts';
import { feeSetRefSchema } from '../fee-rules.ts';
import { ticketTakesSchema } from '../ticket-classes.ts';
import { deckSchema } from '../vehicles.ts';
import {
  clerkNumberSchema,
  departureIdSchema,
  fenSchema,
  hex128Schema,
  instantSchema,
  lineIdSchema,
  signedFenSchema,
  ticketNumberSchema,
  windowIdSchema,
} from '../ids.ts';

/** Id of a request for a permit, made where the passenger stands; the same request asked twice is one. */
export const requestIdSchema = hex128Schema;
export const permitActSchema = z.enum(['refund', 'change', 'reissue', 'collect']);
export type PermitAct = z.infer<typeof permitActSchema>;

const shiftId = hex128Schema;
/** The place that becomes free. It goes back to the lease, and with it to the grantor. */
const place = {
  leaseId: hex128Schema,
  seatNumber: z.int().min(1).nullable(),
  /** What the ticket took of its departure; absent = a seat, and of a vehicle's ticket nothing but `room`. */
  takes: ticketTakesSchema.exclude(['seat']).optional(),
  /** Room on deck that a vehicle's ticket gives up. */
  room: z
    .strictObject({ deck: deckSchema.nullable(), laneCm: z.int().min(0), places: z.int().min(0) })
    .optional(),
};
/** Null for what a leader does in bulk: it touches no drawer. */
const shiftOrNone = shiftId.nullable();
/** Where a fee came from; null where a right made it free. */
const fee = feeSetRefSchema.extend({ band: z.int().min(0) }).nullable();
/** Orders and state changes that gave a free refund or change; empty = the passenger's own reason. */
const because = z.array(z.string().max(64)).max(100);

/** What a ticket says of its after-sale rules and of the ticket that it was issued for. All absent on a plain first ticket of an older program. */
export const ticketHistoryFields = {
  /** Rows of refund and change fees that it was sold under; null = that act is not offered. A ticket keeps its version. */
  feeSets: z
    .strictObject({ refund: feeSetRefSchema.nullable(), change: feeSetRefSchema.nullable() })
    .optional(),
  /** Issued for another ticket that was changed or lost. */
  replaces: z
    .strictObject({
      ticketNumber: ticketNumberSchema,
      /** Changes for the passenger's own reason, and issues of a lost ticket, behind this one. */
      changes: z.int().min(0).max(100),
      reissues: z.int().min(0).max(99),
      /** When the first of them was sold: who bought first is served first. */
      firstSoldAt: instantSchema,
      /** It has the very place of that ticket and takes none of its own. */
      keepsPlace: z.literal(true).optional(),
    })
    .optional(),
};

/** What a ticket is once it has ended, as the station's picture knows it. */
const endStateSchema = z.enum(['refunded', 'void', 'replaced']);

/** What happens to tickets already sold (ticketing rules 1.4, 2.4). One entry a ticket; money is an entry of its own. */
export const afterSaleEntries = {
  'ticket.refunded': z.strictObject({
    ticketNumber: ticketNumberSchema,
    departureId: departureIdSchema,
    subject: z.enum(['passenger', 'vehicle']),
    fareFen: fenSchema,
    feeFen: fenSchema,
    /** fareFen − feeFen, by the channel that it came from. */
    backFen: fenSchema,
    payment: paymentKindSchema,
    fee,
    because,
    /** The permit used; null when this window was the ticket's authority. */
    requestId: requestIdSchema.nullable(),
    /** Refunds in bulk share one; null = singly. */
    batchId: hex128Schema.nullable(),
    countersignedBy: clerkNumberSchema.nullable(),
    /** The cash was not handed over: whoever comes with the document fetches it (`refund.paid`). */
    owed: z.literal(true).optional(),
    ...place,
    shiftId: shiftOrNone,
  }),
  /** Cash of a refund that was owed, handed over against the document. */
  'refund.paid': z.strictObject({
    ticketNumber: ticketNumberSchema,
    departureId: departureIdSchema,
    backFen: fenSchema,
    requestId: requestIdSchema.nullable(),
    shiftId,
  }),
  /** Money given back in one command by one way of payment: refunds, voided tickets, money fetched. */
  'refund.money': z.strictObject({
    shiftId: shiftOrNone,
    payment: paymentKindSchema,
    ticketCount: z.int().min(1),
    backFen: fenSchema,
    batchId: hex128Schema.nullable(),
  }),
  /** Without contact to the ticket's authority: a numbered request, settled later. The passenger gets the number. */
  'refund.requested': z.strictObject({
    requestNumber: z.string().min(1).max(32),
    requestId: requestIdSchema,
    ticketNumber: ticketNumberSchema,
    act: permitActSchema,
    shiftId,
  }),
  /** A request is taken back or refused: the ticket is good as before. */
  'refund.withdrawn': z.strictObject({
    requestNumber: z.string().min(1).max(32),
    requestId: requestIdSchema,
    ticketNumber: ticketNumberSchema,
    reason: z.string().min(1).max(100),
  }),
  /** `ticketNumber` is replaced by `newTicketNumber`, which has a `ticket.sold` of its own. */
  'ticket.changed': z.strictObject({
    ticketNumber: ticketNumberSchema,
    newTicketNumber: ticketNumberSchema,
    departureId: departureIdSchema,
    newDepartureId: departureIdSchema,
    newLineId: lineIdSchema,
    fareFen: fenSchema,
    newFareFen: fenSchema,
    feeFen: fenSchema,
    /** Positive: collected from the passenger; negative: given back. */
    balanceFen: signedFenSchema,
    payment: paymentKindSchema,
    fee,
    because,
    /** How many own changes the new ticket has behind it. */
    times: z.int().min(0).max(100),
    requestId: requestIdSchema.nullable(),
    batchId: hex128Schema.nullable(),
    countersignedBy: clerkNumberSchema.nullable(),
    /** Money back that was not handed over: fetched with the document. */
    owed: z.literal(true).optional(),
    ...place,
    shiftId: shiftOrNone,
  }),
  /** Money of changes in one command; `backFen` and `collectedFen` are of different tickets and do not cancel out. */
  'change.money': z.strictObject({
    shiftId,
    payment: paymentKindSchema,
    ticketCount: z.int().min(1),
    collectedFen: fenSchema,
    backFen: fenSchema,
    tenderedFen: fenSchema,
    changeFen: fenSchema,
  }),
  /** In the same shift, before check-in opens: as if it had not been sold. */
  'ticket.voided': z.strictObject({
    ticketNumber: ticketNumberSchema,
    departureId: departureIdSchema,
    backFen: fenSchema,
    payment: paymentKindSchema,
    reason: z.string().min(1).max(100),
    ...place,
    shiftId,
  }),
  'ticket.reprinted': z.strictObject({
    ticketNumber: ticketNumberSchema,
    /** 2 for the first reprint; 1 for a ticket that was never printed, as after a change in bulk. */
    copy: z.int().min(1).max(99),
    reason: z.string().min(1).max(100),
  }),
  /** A lost ticket: the old number is dead, the new one has its place; free (Civil Code art. 815). */
  'ticket.reissued': z.strictObject({
    ticketNumber: ticketNumberSchema,
    newTicketNumber: ticketNumberSchema,
    departureId: departureIdSchema,
    fareFen: fenSchema,
    /** How often this journey's ticket has been issued again, this time counted. */
    times: z.int().min(1).max(99),
    requestId: requestIdSchema.nullable(),
    countersignedBy: clerkNumberSchema.nullable(),
  }),
  /** The departure has left without the holder. */
  'ticket.noShow': z.strictObject({ ticketNumber: ticketNumberSchema, departureId: departureIdSchema }),
  /**
   * A ticket that another office sold has ended here: every office of the station hears of it. Its place is the grantor's to take
   * back. Written in the same command as what ended it.
   */
  'ticket.endedFor': z.strictObject({
    ticketNumber: ticketNumberSchema,
    departureId: departureIdSchema,
    seller: windowIdSchema,
    state: endStateSchema,
    newTicketNumber: ticketNumberSchema.nullable(),
    requestId: requestIdSchema.nullable(),
    /** Null where the ticket issued for it keeps its place. */
    place: z.strictObject(place).nullable(),
  }),
  /** Another office ended a ticket of this one. With `place`, that comes back to a lease of this very office. */
  'ticket.endHeard': z.strictObject({
    ticketNumber: ticketNumberSchema,
    departureId: departureIdSchema,
    by: windowIdSchema,
    state: endStateSchema,
    newTicketNumber: ticketNumberSchema.nullable(),
    place: z.strictObject(place).nullable(),
  }),
  /** Written by a ticket's authority before the answer leaves: nobody else gets one until it is used or returned. */
  'permit.given': z.strictObject({
    requestId: requestIdSchema,
    ticketNumber: ticketNumberSchema,
    act: permitActSchema,
    holder: windowIdSchema,
  }),
  /** What one command did for a departure in bulk; the tickets' own entries were written before it, batch by batch. */
  'worklist.done': z.strictObject({
    batchId: hex128Schema,
    departureId: departureIdSchema,
    act: z.enum(['refund', 'move']),
    toDepartureId: departureIdSchema.nullable(),
    /** Tickets, over all runs of this command. */
    tickets: z.int().min(0),
    backFen: fenSchema,
    /** Tickets that it left on the list, with the code of why; at most 200 are named. */
    left: z.array(z.strictObject({ ticketNumber: ticketNumberSchema, code: z.string().max(40) })).max(200),
    leftCount: z.int().min(0),
    countersignedBy: clerkNumberSchema.nullable(),
  }),
  /** Somebody tried to reach the passenger of a departure that does not sail. What was said stays between people. */
  'worklist.noted': z.strictObject({
    ticketNumber: ticketNumberSchema,
    departureId: departureIdSchema,
    contact: z.enum(['reached', 'notReached', 'waits', 'declines']),
  }),
  /** A ticket that ended more than once was looked into; what was given too much, and what came of it. */
  'ticket.twiceSettled': z.strictObject({
    ticketNumber: ticketNumberSchema,
    tooMuchFen: fenSchema,
    reason: z.string().min(1).max(100),
    by: clerkNumberSchema,
  }),
  /** Not used after all; its holder said so. A permit has no time-out. */
  'permit.returned': z.strictObject({ requestId: requestIdSchema, ticketNumber: ticketNumberSchema }),
} as const;
