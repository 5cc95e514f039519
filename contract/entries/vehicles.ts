import { z } from 'zod';
import {
  clerkNumberSchema,
  departureIdSchema,
  fenSchema,
  hex128Schema,
  instantSchema,
  ledgerIdSchema,
  lineIdSchema,
  placeIdSchema,
  ticketNumberSchema,
  windowIdSchema,
} from '../ids.ts';
import { rollingSchema } from '../rolling.ts';
import { grantorSchema } from './station.ts';
import { fareProofSchema, ticketTakesSchema, VEHICLE } from '../ticket-classes.ts';
import { ticketHistoryFields } from './after-sale.ts';
import { ticketStopFields } from '../stops.ts';
import { deckSchema, vehicleSpaceSchema, vehicleTypeCodeSchema } from '../vehicles.ts';

/** What `ticket.sold` says of passengers of other kinds than a grown-up with an identity card. All absent for those. */
export const passengerTicketFields = {
  /** Absent = `seat`. */
  takes: ticketTakesSchema.exclude(['seat']).optional(),
  /** Ticket of the adult with whom a free child rides (ticketing rules 1.5.5). */
  carriedBy: ticketNumberSchema.optional(),
  /** Paper that showed the right to the class. */
  proof: fareProofSchema.optional(),
  /** Who issued a document that is recorded with its office (ticketing rules 1.2, 1.4). */
  documentOffice: z.string().min(2).max(40).optional(),
  /** For the line and day, or without a place; absent on a ticket for its departure. */
  rolling: rollingSchema.optional(),
  /** Who read the document aloud while it was typed, where the rules asked for a second reader (ticketing rules 3.4). */
  readAloudBy: clerkNumberSchema.optional(),
  /** Shift leader who approved the document. */
  countersignedBy: clerkNumberSchema.optional(),
  ...ticketHistoryFields,
};

/** Room for vehicles is leased like seats, apart from them; a vehicle's ticket is its own, refunded apart from passengers'. */
export const vehicleEntryBodies = {
  /** Written by the grantor, durably before `vehicleLease.taken` exists at the holder. */
  'vehicleLease.given': z.strictObject({
    leaseId: hex128Schema,
    departureId: departureIdSchema,
    grantor: grantorSchema,
    holder: windowIdSchema,
    space: vehicleSpaceSchema,
    /** All the room of the departure, of which this is a part; absent where it is all of it. */
    whole: vehicleSpaceSchema.optional(),
    /** Ledger of the holder that it is bound to; absent where the office gave it to itself. */
    ledgerId: ledgerIdSchema.optional(),
    /** What the holder asked with: the same request is given once. */
    requestId: hex128Schema.optional(),
    /** The holder had it before this host began: written down, not given anew. */
    adopted: z.literal(true).optional(),
    /** Places of it that came back to the host before, by the id of their return: not in it any more, and never back again. */
    returned: z.array(hex128Schema).max(10_000).optional(),
  }),
  'vehicleLease.taken': z.strictObject({
    leaseId: hex128Schema,
    departureId: departureIdSchema,
    grantor: grantorSchema,
    space: vehicleSpaceSchema,
  }),
  /** Written by the holder: from here on it sells this room no more. It goes back to the grantor under `returnId`. */
  'vehicleLease.returned': z.strictObject({
    leaseId: hex128Schema,
    departureId: departureIdSchema,
    grantor: grantorSchema,
    returnId: hex128Schema,
    space: vehicleSpaceSchema,
  }),
  /** Written by the grantor: it has the room again. */
  'vehicleLease.returnTaken': z.strictObject({
    leaseId: hex128Schema,
    departureId: departureIdSchema,
    holder: windowIdSchema,
    returnId: hex128Schema,
    space: vehicleSpaceSchema,
  }),
  /** Written by the grantor: the holder's machine is off. `freed` null: nobody can prove any of it unsold. */
  'vehicleLease.writtenOff': z.strictObject({
    leaseId: hex128Schema,
    departureId: departureIdSchema,
    holder: windowIdSchema,
    ledgerId: ledgerIdSchema,
    freed: vehicleSpaceSchema.nullable(),
  }),
  /** One vehicle. Its plate is in the entry's `identity` under the kind `plate`, never here. */
  'vehicle.sold': z.strictObject({
    ticketNumber: ticketNumberSchema,
    departureId: departureIdSchema,
    departAt: instantSchema,
    lineId: lineIdSchema,
    fromPlaceId: placeIdSchema,
    toPlaceId: placeIdSchema,
    ...ticketStopFields,
    ticketClass: z.literal(VEHICLE),
    vehicleType: vehicleTypeCodeSchema,
    lengthCm: z.int().min(1).max(10_000),
    /** Lane that it takes with the gap behind it; 0 where room is counted in places. */
    laneCm: z.int().min(0).max(11_000),
    /** Places that it takes; 0 where room is counted in lane. */
    places: z.int().min(0).max(20),
    /** Null where the lane has no decks. */
    deck: deckSchema.nullable(),
    /** Ticket of the driver, of the same order. */
    driverTicket: ticketNumberSchema,
    fareFen: fenSchema,
    fareRuleId: z.string().max(64),
    fareVersion: z.int().min(1),
    /** Version of the station's own data, as on a passenger's ticket. */
    dataVersion: z.int().min(1).optional(),
    leaseId: hex128Schema,
    seatNumber: z.null(),
    shiftId: hex128Schema,
    ...ticketHistoryFields,
  }),
} as const;
