import { z } from 'zod';
import { paymentKindSchema } from '../contingency.ts';
import { feeSetRefSchema } from '../fee-rules.ts';
import {
  clerkNumberSchema,
  departureIdSchema,
  fenSchema,
  hex128Schema,
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
const place = { leaseId: hex128Schema, seatNumber: z.int().min(1).nullable() };
/** Where a fee came from; null where a right made it free. */
const fee = feeSetRefSchema.extend({ band: z.int().min(0) }).nullable();
/** Orders and state changes that gave a free refund or change; empty = the passenger's own reason. */
const because = z.array(z.string().max(64)).max(100);

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
    ...place,
    shiftId,
  }),
  /** Money given back in one command by one way of payment. */
  'refund.money': z.strictObject({
    shiftId,
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
    ...place,
    shiftId,
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
    /** 2 for the first reprint. */
    copy: z.int().min(2).max(99),
    reason: z.string().min(1).max(100),
  }),
  /** A lost ticket: the old number is dead, the new one has its place; free (Civil Code art. 815). */
  'ticket.reissued': z.strictObject({
    ticketNumber: ticketNumberSchema,
    newTicketNumber: ticketNumberSchema,
    departureId: departureIdSchema,
    /** How often this journey's ticket has been issued again, this time counted. */
    times: z.int().min(1).max(99),
    requestId: requestIdSchema.nullable(),
    countersignedBy: clerkNumberSchema.nullable(),
  }),
  /** The departure has left without the holder. */
  'ticket.noShow': z.strictObject({ ticketNumber: ticketNumberSchema, departureId: departureIdSchema }),
  /** Written by a ticket's authority before the answer leaves: nobody else gets one until it is used or returned. */
  'permit.given': z.strictObject({
    requestId: requestIdSchema,
    ticketNumber: ticketNumberSchema,
    act: permitActSchema,
    holder: windowIdSchema,
  }),
  /** Not used after all; the holder says so itself. A permit has no time-out. */
  'permit.returned': z.strictObject({ requestId: requestIdSchema, ticketNumber: ticketNumberSchema }),
} as const;
