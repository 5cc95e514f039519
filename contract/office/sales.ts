import { z } from 'zod';
import {
  departureIdSchema,
  fenSchema,
  holderRefSchema,
  placeIdSchema,
  soldTicketClassSchema,
} from '../ids.ts';
import { refusalSchema } from '../refusals.ts';
import { fareProofSchema } from '../ticket-classes.ts';
import { deckSchema, vehicleTypeCodeSchema } from '../vehicles.ts';
import { secondSignatureSchema } from './people.ts';

/** One person of an order as a page names it. */
export const orderPassengerSchema = z.strictObject({
  holderRef: holderRefSchema,
  ticketClass: soldTicketClassSchema,
  /** Needed for classes by age or height: which test was used. */
  childBasis: z.enum(['age', 'height']).optional(),
  /** Needed for classes with a proof: the clerk saw it. */
  proof: fareProofSchema.optional(),
  /** Needed for a free child: the adult of this order. */
  carriedBy: holderRefSchema.optional(),
});
export type OrderPassenger = z.infer<typeof orderPassengerSchema>;

/** One vehicle of an order. */
export const orderVehicleSchema = z.strictObject({
  vehicleType: vehicleTypeCodeSchema,
  /** As the driving permit has it. */
  lengthCm: z.int().min(1).max(10_000),
  /** As typed, the province as its character. */
  plate: z.string().max(16),
  /** Absent = wherever there is room. */
  deck: deckSchema.optional(),
  /** The passenger of this order who drives it. */
  driver: holderRefSchema,
});
export type OrderVehicle = z.infer<typeof orderVehicleSchema>;

/** What is sold: to whom, and which vehicles. */
export const orderSchema = {
  departureId: departureIdSchema,
  /** The stop on the way where all of the order get off; absent = the end of the line. Seats are taken for the whole run. */
  toStop: placeIdSchema.optional(),
  passengers: z.array(orderPassengerSchema).max(50),
  vehicles: z.array(orderVehicleSchema).max(20).optional(),
};

export const quoteViewSchema = z.strictObject({
  passengers: z.array(
    z.strictObject({
      holderRef: holderRefSchema,
      fareFen: fenSchema.nullable(),
      /** Class the rules suggest by age on the travel date. */
      suggestedClass: soldTicketClassSchema,
      /** With a suggested free ride: the adult. */
      suggestedCarrier: holderRefSchema.optional(),
      /** A shift leader has to sign for the document before the sale. */
      needsApproval: z.boolean().optional(),
      /** By the rules in force a second person reads the document aloud and signs (`secondSignature`). */
      needsReader: z.boolean().optional(),
      ageYears: z.int().min(0).nullable(),
      refusal: refusalSchema.optional(),
    }),
  ),
  /** In the order given. */
  vehicles: z.array(
    z.strictObject({
      fareFen: fenSchema.nullable(),
      /** Where it will stand; null where the lane has no decks. */
      deck: deckSchema.nullable(),
      refusal: refusalSchema.optional(),
    }),
  ),
  /** Classes that the departure sells, in the order in which a clerk is offered them. */
  classes: z.array(
    z.strictObject({
      ticketClass: soldTicketClassSchema,
      name: z.string(),
      fareFen: fenSchema,
      /** By age or height, one of which has to be named. */
      byChildTest: z.boolean(),
      proof: fareProofSchema.nullable(),
    }),
  ),
  totalFen: fenSchema,
  /** No sheet is printed, by a plan: numbered slips printed beforehand, of which the next is `nextSlip` (null = type it), or none. */
  paper: z.strictObject({ way: z.enum(['slip', 'none']), nextSlip: z.int().min(1).nullable() }).optional(),
  /** The line rolls and the chosen vessel is full or gone: the order is for this one, the next that has room. */
  passedOn: z
    .strictObject({ departureId: departureIdSchema, departLocal: z.string(), vesselName: z.string() })
    .optional(),
  /** What stands in the way of the whole order, if anything. */
  refusal: refusalSchema.optional(),
});

export const sellInputSchema = z.strictObject({
  ...orderSchema,
  payment: z.literal('cash'),
  /** The total the clerk saw; another total is refused, never charged. */
  totalFen: fenSchema,
  tenderedFen: fenSchema,
  /** Where slips printed beforehand are given out: the number on the first. Absent = the one after the last. */
  slipFrom: z.int().min(1).max(99_999_900).optional(),
  /** Of a shift leader, where a document needs one. */
  secondSignature: secondSignatureSchema.optional(),
});

/** Kinds of documents that this station sells on, in the order in which a clerk is offered them. */
export const documentKindViewSchema = z.strictObject({
  code: z.string(),
  name: z.string(),
  needsOffice: z.boolean(),
  needsApproval: z.boolean(),
  /** Its number has the birth date in it. */
  tellsBirthDate: z.boolean(),
});
export type DocumentKindView = z.infer<typeof documentKindViewSchema>;

/** A type of vehicle that a departure's line carries, or one that never goes with passengers. */
export const vehicleTypeViewSchema = z.strictObject({
  code: vehicleTypeCodeSchema,
  name: z.string(),
  usualLengthCm: z.int().nullable(),
  dangerous: z.boolean(),
});
export type VehicleTypeView = z.infer<typeof vehicleTypeViewSchema>;

/** Methods about what may be chosen at the sale screen. */
export const choiceMethods = {
  'holders.kinds': {
    role: 'clerk',
    mutating: false,
    audit: 'none',
    summary: 'Kinds of documents that this station sells on, in the order in which they are offered.',
    input: z.strictObject({}),
    output: z.strictObject({ kinds: z.array(documentKindViewSchema) }),
  },
  'vehicles.choices': {
    role: 'clerk',
    mutating: false,
    audit: 'none',
    summary:
      'Types of vehicles that a departure carries, the room left for them, and how a plate may be typed.',
    input: z.strictObject({ departureId: departureIdSchema, toStop: placeIdSchema.optional() }),
    output: z.strictObject({
      types: z.array(vehicleTypeViewSchema),
      /** Null where it takes none. Lane in centimetres, or places. */
      room: z
        .strictObject({ unit: z.enum(['laneCm', 'places']), left: z.int().min(0), total: z.int().min(0) })
        .nullable(),
      /** Put before a plate that is typed without its province. */
      homePlate: z.string().nullable(),
      /** Why none can be sold now. */
      refusal: refusalSchema.optional(),
    }),
  },
} as const;
