import { z } from 'zod';
import {
  clerkNumberSchema,
  departureIdSchema,
  fenSchema,
  hex128Schema,
  instantSchema,
  lineIdSchema,
  placeIdSchema,
  ticketNumberSchema,
  windowIdSchema,
} from '../ids.ts';
import { fareProofSchema, ticketTakesSchema, VEHICLE } from '../ticket-classes.ts';
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
  /** Shift leader who approved the document. */
  countersignedBy: clerkNumberSchema.optional(),
};

/** Room for vehicles is leased like seats, apart from them; a vehicle's ticket is its own, refunded apart from passengers'. */
export const vehicleEntryBodies = {
  /** Written by the grantor. */
  'vehicleLease.given': z.strictObject({
    leaseId: hex128Schema,
    departureId: departureIdSchema,
    grantor: z.literal('self'),
    holder: windowIdSchema,
    space: vehicleSpaceSchema,
  }),
  'vehicleLease.taken': z.strictObject({
    leaseId: hex128Schema,
    departureId: departureIdSchema,
    grantor: z.literal('self'),
    space: vehicleSpaceSchema,
  }),
  /** One vehicle. Its plate is in the entry's `identity` under the kind `plate`, never here. */
  'vehicle.sold': z.strictObject({
    ticketNumber: ticketNumberSchema,
    departureId: departureIdSchema,
    departAt: instantSchema,
    lineId: lineIdSchema,
    fromPlaceId: placeIdSchema,
    toPlaceId: placeIdSchema,
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
  }),
} as const;
