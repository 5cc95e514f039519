import { z } from 'zod';
import {
  base64urlSchema,
  businessDateSchema,
  fenSchema,
  instantSchema,
  lineIdSchema,
  markSchema,
  placeIdSchema,
  ticketClassSchema,
} from './ids.ts';
import { documentKindChangeSchema } from './document-kinds.ts';
import { fareProofSchema } from './ticket-classes.ts';
import { lineCallSchema } from './stops.ts';
import { vehicleFareSchema, vehicleSpaceSchema, vehicleTypeSchema } from './vehicles.ts';

const hhmm = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

export const placeSchema = z.strictObject({
  id: placeIdSchema,
  name: z.string().min(1).max(40),
  /** One latin letter per character of `name`. */
  initials: z.string().max(40),
  /** Other names, initials and pinyin to find it by. */
  aliases: z.array(z.string().min(1).max(40)).max(50),
});
export type Place = z.infer<typeof placeSchema>;

export const lineSchema = z.strictObject({
  id: lineIdSchema,
  mode: z.enum(['water', 'road']),
  name: z.string().min(1).max(60),
  fromPlaceId: placeIdSchema,
  toPlaceId: placeIdSchema,
  durationMin: z.int().min(1).max(2_000),
  /** Who carries: fee rules may name one (ticketing rules 2.4). Absent = the rows for any carrier. */
  carrierId: z.string().min(1).max(64).optional(),
});
export type Line = z.infer<typeof lineSchema>;

/** 高速客船、快艇、常规客船、车客渡船、客车: suspended separately in bad weather (ticketing rules 2.6.6). */
export const vesselKindSchema = z.enum(['highSpeed', 'speedboat', 'regular', 'carFerry', 'coach']);
export type VesselKind = z.infer<typeof vesselKindSchema>;

/** A departure that runs on every business date, or on those that `runs` names. */
export const dailyDepartureSchema = z.strictObject({
  lineId: lineIdSchema,
  departLocal: hhmm,
  /** 0 for the plain departure, n for the n-th extra at the same minute. */
  extra: z.int().min(0).max(99),
  vesselName: z.string().min(1).max(40),
  /** Licensed capacity: on a ship every head counts in it (ticketing rules 2.2.5). */
  capacity: z.int().min(1).max(5_000),
  numberedSeats: z.boolean(),
  /** On which dates it runs; absent = every date. ISO weekdays, 1 is Monday; the validity includes both ends. */
  runs: z
    .strictObject({
      weekdays: z.string().regex(/^(?=[1-7])1?2?3?4?5?6?7?$/),
      validFrom: businessDateSchema,
      validTo: businessDateSchema.nullable(),
    })
    .optional(),
  /** Minutes before departure: sale ends, check-in opens, the gate closes. Absent = as the settings say. */
  stopOfSaleMin: z.int().min(0).max(1_440).optional(),
  checkInMin: z.int().min(0).max(1_440).optional(),
  gateCloseMin: z.int().min(0).max(1_440).optional(),
  /** Kinds of vessels on one line stop for different reasons (ticketing rules 2.6.6). */
  vesselKind: vesselKindSchema.optional(),
  /** Places to sit, where they are not as many as the licence allows heads: the smaller counts (2.2.7). */
  seats: z.int().min(1).max(5_000).optional(),
  /** Children that may ride free besides the seats of a coach; absent = by the setting. On a ship every head counts instead. */
  freeChildQuota: z.int().min(0).max(5_000).optional(),
  /** Room for vehicles; absent = takes none. */
  vehicleSpace: vehicleSpaceSchema.optional(),
});
export type DailyDeparture = z.infer<typeof dailyDepartureSchema>;

/** One versioned fare row; valid on travel dates from `validFrom` to `validTo` inclusive. */
export const fareRowSchema = z.strictObject({
  lineId: lineIdSchema,
  ticketClass: ticketClassSchema,
  fareFen: fenSchema,
  ruleId: z.string().min(1).max(64),
  validFrom: businessDateSchema,
  validTo: businessDateSchema.nullable(),
  mark: markSchema,
  /** For tickets to this stop on the way; absent = to the end of the line. */
  toPlaceId: placeIdSchema.optional(),
});
export type FareRow = z.infer<typeof fareRowSchema>;

/** One versioned rule row: who may have a class. Ages are full years on the travel date; heights are measured. */
export const fareRuleSchema = z.strictObject({
  ruleId: z.string().min(1).max(64),
  mode: z.enum(['water', 'road', 'both']),
  ticketClass: ticketClassSchema,
  percentOfFull: z.int().min(0).max(100).nullable(),
  /** Oldest age in full years that still has the class by age; null = no age limit. */
  maxAgeYears: z.int().min(0).max(150).nullable(),
  /** Tallest height in centimetres that still has the class by height; null = height is no test. */
  maxHeightCm: z.int().min(1).max(300).nullable(),
  /** A vessel or vehicle must have more places than this for the class; null = any. */
  minCapacityAbove: z.int().min(0).nullable(),
  validFrom: businessDateSchema,
  validTo: businessDateSchema.nullable(),
  mark: markSchema,
  source: z.string().max(120),
  /** Youngest age in full years for the class. */
  minAgeYears: z.int().min(0).max(150).optional(),
  /** The paper that shows the right to the class. */
  proof: fareProofSchema.optional(),
  /** False: the class is known and not sold. */
  enabled: z.boolean().optional(),
  /** Words of a class that only this feed knows. */
  name: z.string().min(1).max(20).optional(),
});
export type FareRule = z.infer<typeof fareRuleSchema>;

/** Figures of the trade that are settings, never constants. */
export const feedSettingsSchema = z.strictObject({
  /** Sale at the window ends this many minutes before departure (ticketing rules 2.3; differs by port). */
  stopOfSaleMin: z.strictObject({ value: z.int().min(0).max(600), mark: markSchema }),
  /** Departures are on sale from today to this many days ahead. */
  advanceSaleDays: z.strictObject({ value: z.int().min(0).max(60), mark: markSchema }),
  /** Nobody of this age or above gets a child fare by height (ticketing rules 2.1 names children only). */
  childByHeightBelowAgeYears: z.strictObject({ value: z.int().min(1).max(100), mark: markSchema }),
  // Feeds made before these were known leave them out: `domain/settings.ts` then has their values and marks.
  /** Free children that one adult may take (ticketing rules 2.1). */
  freeChildrenPerAdult: z.strictObject({ value: z.int().min(0).max(10), mark: markSchema }).optional(),
  /** Of a coach's approved seats, rounded down, so many per cent may be free children besides (2.2.1, 2.2.4). */
  freeChildPercentRoad: z.strictObject({ value: z.int().min(0).max(100), mark: markSchema }).optional(),
  /** Whoever drives a vehicle aboard counts among the heads (2.2.8). */
  driverCountsInHeads: z.strictObject({ value: z.boolean(), mark: markSchema }).optional(),
  /** Sale of vehicle tickets ends this many minutes before departure (2.3). */
  vehicleStopOfSaleMin: z.strictObject({ value: z.int().min(0).max(600), mark: markSchema }).optional(),
  /** Kept free behind each vehicle where room is counted in lane. */
  vehicleGapCm: z.strictObject({ value: z.int().min(0).max(500), mark: markSchema }).optional(),
  /** Check-in opens this many minutes before departure where the departure has no time of its own. */
  checkInMin: z.strictObject({ value: z.int().min(0).max(1_440), mark: markSchema }).optional(),
  /** Whoever was let go to the berth this many minutes ago and is not aboard is not waited for (3.4). */
  underWayMin: z.strictObject({ value: z.int().min(0).max(240), mark: markSchema }).optional(),
  /** So few seats are told one by one on the hall's board. */
  fewSeats: z.strictObject({ value: z.int().min(0).max(1_000), mark: markSchema }).optional(),
  /** A departure stays on the hall's board this many minutes after it left. */
  goneShownMin: z.strictObject({ value: z.int().min(0).max(240), mark: markSchema }).optional(),
  /** A free child below this age is an infant on the passenger list (1.1.9). */
  infantBelowAgeYears: z.strictObject({ value: z.int().min(0).max(14), mark: markSchema }).optional(),
  /** Put before a plate that is typed without its province: `浙L`. */
  homePlate: z
    .strictObject({ value: z.string().regex(/^\p{Script=Han}[A-Z]$/u), mark: markSchema })
    .optional(),
});
export type FeedSettings = z.infer<typeof feedSettingsSchema>;

/** Seats of a line's departures kept back from sale until a time before departure (留座). */
export const reserveSchema = z.strictObject({
  lineId: lineIdSchema,
  /** Only the departure of this time; null = each of the line. */
  departLocal: hhmm.nullable(),
  purpose: z.string().min(1).max(40),
  count: z.int().min(1).max(5_000),
  /** Inclusive ranges of seat numbers; empty = the highest ones, or any where seats are free. */
  ranges: z.array(z.tuple([z.int().min(1), z.int().min(1)])).max(100),
  /** On sale so many minutes before departure. */
  releaseMin: z.int().min(0).max(43_200),
  validFrom: businessDateSchema,
  validTo: businessDateSchema.nullable(),
});
export type FeedReserve = z.infer<typeof reserveSchema>;

/** Timetable and fares of a station. `version` only grows. */
export const feedSchema = z.strictObject({
  version: z.int().min(1),
  issuedAt: instantSchema,
  station: z.string().max(64),
  places: z.array(placeSchema).max(5_000),
  lines: z.array(lineSchema).max(5_000),
  departures: z.array(dailyDepartureSchema).max(50_000),
  fares: z.array(fareRowSchema).max(100_000),
  rules: z.array(fareRuleSchema).max(5_000),
  settings: feedSettingsSchema,
  /** Another vessel on one departure of one date. */
  substitutes: z
    .array(
      z.strictObject({
        lineId: lineIdSchema,
        date: businessDateSchema,
        departLocal: hhmm,
        extra: z.int().min(0).max(99),
        vesselName: z.string().min(1).max(40),
        capacity: z.int().min(1).max(5_000),
        numberedSeats: z.boolean(),
      }),
    )
    .max(5_000)
    .optional(),
  /** Kinds of documents that differ from the list in the program. */
  documentKinds: z.array(documentKindChangeSchema).max(200).optional(),
  /** Types of vehicles; absent = the list in the program. */
  vehicleTypes: z.array(vehicleTypeSchema).max(200).optional(),
  vehicleFares: z.array(vehicleFareSchema).max(50_000).optional(),
  reserves: z.array(reserveSchema).max(50_000).optional(),
  /** Where lines call on their way. A stop that has a full fare of its own is sold; one that has none is not. */
  calls: z.array(lineCallSchema).max(50_000).optional(),
  /** Where a line calls at this station on its way: so many minutes after its start. */
  callsHere: z
    .array(z.strictObject({ lineId: lineIdSchema, minutes: z.int().min(1).max(2_000) }))
    .max(5_000)
    .optional(),
});
export type Feed = z.infer<typeof feedSchema>;

/** A feed as it travels: JCS text and an Ed25519 signature of the city over `so.feed.1\n` + text. */
export const signedFeedSchema = z.strictObject({
  alg: z.literal('Ed25519'),
  keyId: z.string().regex(/^[0-9a-f]{8}$/),
  text: z.string().max(20_000_000),
  signature: base64urlSchema,
});
export type SignedFeed = z.infer<typeof signedFeedSchema>;

/** Bytes that a feed's signature covers. */
export function feedSignedBytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`so.feed.1\n${text}`);
}
