import { z } from 'zod';
import { vehicleTypeCodeSchema } from '../vehicles.ts';
import {
  businessDateSchema,
  documentKindSchema,
  fenSchema,
  lineIdSchema,
  markSchema,
  placeIdSchema,
  ticketClassSchema,
} from '../ids.ts';

/**
 * Rows of a station's own basic data (基础资料), one schema a table. Empty cells are `null` or an empty list, never an
 * empty string, so that a row has one form only. Times are Shanghai's, money is integer fen, days are business dates.
 */

const hhmm = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const minutes = z.int().min(0).max(1_440);
const mode = z.enum(['water', 'road']);
/** One line, trimmed; does not begin like a formula, which a spreadsheet would run. */
const WORDS = /^(?![=+@-])\S(?:[^\p{Cc}]*\S)?$/u;
const words = (most: number) => z.string().max(most).regex(WORDS);
/** As {@link words}, or nothing. */
const wordsOrNone = (most: number) => z.literal('').or(words(most));
const source = wordsOrNone(120);
const ruleId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const validity = { validFrom: businessDateSchema, validTo: businessDateSchema.nullable() };
const proof = { mark: markSchema, source };

export const stopRowSchema = z.strictObject({
  id: placeIdSchema,
  name: words(40),
  /** One latin letter or digit a character. Made from the name; a hand-corrected one stays. */
  initials: z.string().regex(/^[a-z0-9]{1,40}$/),
  /** Syllables joined, `putuoshan`. Made from the name; polyphones (多音字) are corrected by hand. */
  pinyin: z.string().regex(/^[a-z0-9]{1,200}$/),
  aliases: z.array(words(40)).max(48),
});

export const lineRowSchema = z.strictObject({
  id: lineIdSchema,
  mode,
  name: words(60),
  fromPlaceId: placeIdSchema,
  toPlaceId: placeIdSchema,
  durationMin: z.int().min(1).max(2_000),
  /** Who carries, as the fee rules name them; absent = the rows for any carrier. */
  carrierId: words(64).optional(),
});

/** A call on the way. The ends of the line are in the line itself. */
export const callRowSchema = z.strictObject({
  lineId: lineIdSchema,
  order: z.int().min(1).max(99),
  placeId: placeIdSchema,
  minutesFromStart: z.int().min(0).max(2_000),
  /**
   * Whether tickets to it are sold: yes = it must have a full fare wherever something runs; no = it is not sold whatever fares there
   * are; absent, as in data of an older program = it is sold where it has a fare.
   */
  sold: z.boolean().optional(),
});

export const vesselRowSchema = z.strictObject({
  /** Name of a ship, or number of a coach: what timetable and ticket show. */
  name: words(40),
  mode,
  kind: wordsOrNone(40),
  /** Certificate that licenses the capacity: 乘客定额证书 of a ship, 道路运输证 of a coach. Empty = none shown. */
  licence: wordsOrNone(40),
  licenceValidTo: businessDateSchema.nullable(),
  /** Licensed capacity: on a ship every head counts in it (ticketing rules 2.2.5). */
  capacity: z.int().min(1).max(5_000),
  numberedSeats: z.boolean(),
  /** Rows of seats from the bow, `1 2 _ 3 4` with `_` for the aisle; empty = no drawing. */
  seatMap: z.array(z.string().regex(/^(\d{1,4}|_)( (\d{1,4}|_))*$/)).max(300),
  /** Classes of seats, `一等舱:1-20`. */
  seatClasses: z.array(z.string().regex(/^[^\s:：\d]{1,12}:\d{1,4}-\d{1,4}$/u)).max(20),
  /** Places for vehicles on a car ferry; null where lane metres count or none are carried. */
  vehiclePlaces: z.int().min(1).max(1_000).nullable(),
  /** Lane metres (车道米) of a car ferry; null where places count or none are carried. */
  laneMetres: z.int().min(1).max(10_000).nullable(),
});

const runTimes = {
  /** Sale ends so many minutes before departure; null = as the settings say. */
  stopOfSaleMin: minutes.nullable(),
  /** Check-in (检票) opens so many minutes before departure; null = as the settings say. */
  checkInMin: minutes.nullable(),
  /** The gate closes so many minutes before departure; null = as the settings say. */
  gateCloseMin: minutes.nullable(),
};

/** A departure by weekday and season: it runs on dates of its validity whose weekday is named. */
export const timetableRowSchema = z.strictObject({
  lineId: lineIdSchema,
  departLocal: hhmm,
  /** 0 for the plain departure, n for the n-th at the same minute. */
  extra: z.int().min(0).max(99),
  vesselName: words(40),
  /** ISO weekdays in order, `1234567`; 1 is Monday. */
  weekdays: z.string().regex(/^(?=[1-7])1?2?3?4?5?6?7?$/),
  ...validity,
  ...runTimes,
});

/** An extra departure (加班) of one date. */
export const extraRowSchema = z.strictObject({
  lineId: lineIdSchema,
  date: businessDateSchema,
  departLocal: hhmm,
  extra: z.int().min(0).max(99),
  vesselName: words(40),
  ...runTimes,
});

/** Another vessel on one departure of one date (换船): with fewer places its sale is frozen. */
export const substituteRowSchema = z.strictObject({
  lineId: lineIdSchema,
  date: businessDateSchema,
  departLocal: hhmm,
  extra: z.int().min(0).max(99),
  vesselName: words(40),
  reason: words(60),
});

/** To a stop on the way; absent, as in data of an older program = to the end of the line. */
const toStop = { toPlaceId: placeIdSchema.optional() };

/** A fare, valid on travel dates of its validity. */
export const fareDataRowSchema = z.strictObject({
  lineId: lineIdSchema,
  ...toStop,
  ticketClass: ticketClassSchema,
  fareFen: fenSchema,
  ruleId,
  ...validity,
  ...proof,
});

/** Who may have a class, as the feed has it. */
export const ruleRowSchema = z.strictObject({
  ruleId,
  mode: z.enum(['water', 'road', 'both']),
  ticketClass: ticketClassSchema,
  percentOfFull: z.int().min(0).max(100).nullable(),
  maxAgeYears: z.int().min(0).max(150).nullable(),
  maxHeightCm: z.int().min(1).max(300).nullable(),
  minCapacityAbove: z.int().min(0).max(5_000).nullable(),
  ...validity,
  ...proof,
});

/** One step of a refund or change fee (ticketing rules 2.4): the step with the most minutes that still holds counts. */
export const feeRowSchema = z.strictObject({
  feeId: ruleId,
  kind: z.enum(['refund', 'change']),
  mode: z.enum(['water', 'road', 'both']),
  /** Only this line; null = every line of the mode. */
  lineId: lineIdSchema.nullable(),
  /** Holds until so many minutes before departure; negative = so many minutes after it. */
  minutesBefore: z.int().min(-10_080).max(43_200),
  /** Share of the fare kept; null = not possible any more. */
  percent: z.int().min(0).max(100).nullable(),
  /** The least that is kept. */
  leastFen: fenSchema,
  ...validity,
  ...proof,
});

/** Seats kept back (留座) from sale until a time before departure. */
export const reserveRowSchema = z.strictObject({
  lineId: lineIdSchema,
  /** Only the departure of this time; null = each of the line. */
  departLocal: hhmm.nullable(),
  purpose: words(40),
  /** How many seats; of numbered seats those with the highest numbers, unless `seats` names them. */
  count: z.int().min(1).max(5_000),
  /** Seat numbers or ranges, `1-4`; empty = any. */
  seats: z.array(z.string().regex(/^\d{1,4}(-\d{1,4})?$/)).max(100),
  /** Given back for sale so many minutes before departure. */
  releaseMin: z.int().min(0).max(43_200),
  ...validity,
});

/** Quota of free children (ticketing rules 2.2): a share of the seats on coaches; on a ship every head counts. */
export const quotaRowSchema = z.strictObject({
  mode,
  /** Only this line; null = every line of the mode. */
  lineId: lineIdSchema.nullable(),
  /** Floor of capacity × percent. */
  percentOfSeats: z.int().min(0).max(100),
  /** At most so many; null = no further limit. */
  most: z.int().min(0).max(5_000).nullable(),
  /** Whether a free child uses one of the licensed places. */
  countsInCapacity: z.boolean(),
  ...validity,
  ...proof,
});

/** A type of vehicle as the driving permit names it (ticketing rules 2.6.3). */
export const vehicleTypeRowSchema = z.strictObject({
  code: vehicleTypeCodeSchema,
  name: words(20),
  /** Offered before the clerk types the length of the permit; null = always typed. */
  usualLengthCm: z.int().min(50).max(3_000).nullable(),
  /** Never on a sailing with passengers (ticketing rules 2.6.9). */
  dangerous: z.boolean(),
  ...proof,
});

/** A fare for vehicles of a type, longer than `overCm`, up to and including `upToCm`; valid on travel dates of its validity. */
export const vehicleFareRowSchema = z.strictObject({
  lineId: lineIdSchema,
  ...toStop,
  vehicleType: vehicleTypeCodeSchema,
  overCm: z.int().min(0).max(10_000),
  /** Null = no longest. */
  upToCm: z.int().min(1).max(10_000).nullable(),
  fareFen: fenSchema,
  /** Places that such a vehicle takes where room is counted in places. */
  places: z.int().min(0).max(20),
  ruleId,
  ...validity,
  ...proof,
});

/** A kind of document: switched on or off, described anew, or one that only this station knows (ticketing rules 1.3). */
export const documentKindDataSchema = z.strictObject({
  code: documentKindSchema,
  /** Null = as the list that comes with the program has it, in this and the further members. */
  name: words(20).nullable(),
  on: z.boolean(),
  rule: z.enum(['citizen', 'passport', 'foreignerPermanent', 'masks', 'text']).nullable(),
  /** With `masks`: `#` a digit, `@` a letter, `&` a letter other than I and O, `?` a digit or letter, all else stands for itself. */
  masks: z.array(z.string().regex(/^[A-Za-z0-9#@&?()-]{1,24}$/)).max(8),
  /** With `text`: the fewest and the most characters. */
  least: z.int().min(1).max(40).nullable(),
  most: z.int().min(1).max(40).nullable(),
  needsOffice: z.boolean().nullable(),
  needsApproval: z.boolean().nullable(),
  ...proof,
});

export const settingNames = [
  'stopOfSaleMin',
  'checkInMin',
  'gateCloseMin',
  'advanceSaleDays',
  'childByHeightBelowAgeYears',
  'underWayMin',
  'fewSeats',
  'goneShownMin',
  'infantBelowAgeYears',
  'feeRoundToFen',
  'feeRoundWay',
  'changeTimes',
] as const;

/** Ways to round that a `feeRoundWay` of 0, 1 and 2 names. */
export const feeRoundWays = ['halfUp', 'up', 'down'] as const;

/** A figure of the trade, for one line or for all. */
export const settingRowSchema = z.strictObject({
  name: z.enum(settingNames),
  /** Only this line; null = all lines that have no row of their own. */
  lineId: lineIdSchema.nullable(),
  value: z.int().min(0).max(1_440),
  ...proof,
});

export type StopRow = z.infer<typeof stopRowSchema>;
export type LineRow = z.infer<typeof lineRowSchema>;
export type CallRow = z.infer<typeof callRowSchema>;
export type VesselRow = z.infer<typeof vesselRowSchema>;
export type TimetableRow = z.infer<typeof timetableRowSchema>;
export type ExtraRow = z.infer<typeof extraRowSchema>;
export type SubstituteRow = z.infer<typeof substituteRowSchema>;
export type FareDataRow = z.infer<typeof fareDataRowSchema>;
export type RuleRow = z.infer<typeof ruleRowSchema>;
export type FeeRow = z.infer<typeof feeRowSchema>;
export type ReserveRow = z.infer<typeof reserveRowSchema>;
export type QuotaRow = z.infer<typeof quotaRowSchema>;
export type VehicleTypeRow = z.infer<typeof vehicleTypeRowSchema>;
export type VehicleFareRow = z.infer<typeof vehicleFareRowSchema>;
export type DocumentKindData = z.infer<typeof documentKindDataSchema>;
export type SettingRow = z.infer<typeof settingRowSchema>;

/** Rows by table. A table is in the order of its keys. */
export interface DataRows {
  stops: StopRow;
  lines: LineRow;
  calls: CallRow;
  vessels: VesselRow;
  timetable: TimetableRow;
  extras: ExtraRow;
  substitutes: SubstituteRow;
  rules: RuleRow;
  fares: FareDataRow;
  vehicleTypes: VehicleTypeRow;
  vehicleFares: VehicleFareRow;
  documentKinds: DocumentKindData;
  fees: FeeRow;
  reserves: ReserveRow;
  quotas: QuotaRow;
  settings: SettingRow;
}
export type TableName = keyof DataRows;
export type AnyRow = DataRows[TableName];

/** In an order in which what is referred to comes first. */
export const rowSchemas = {
  stops: stopRowSchema,
  lines: lineRowSchema,
  calls: callRowSchema,
  vessels: vesselRowSchema,
  timetable: timetableRowSchema,
  extras: extraRowSchema,
  substitutes: substituteRowSchema,
  rules: ruleRowSchema,
  fares: fareDataRowSchema,
  vehicleTypes: vehicleTypeRowSchema,
  vehicleFares: vehicleFareRowSchema,
  documentKinds: documentKindDataSchema,
  fees: feeRowSchema,
  reserves: reserveRowSchema,
  quotas: quotaRowSchema,
  settings: settingRowSchema,
} as const satisfies { [T in TableName]: z.ZodType<DataRows[T]> };

export const tableNames = Object.keys(rowSchemas) as [TableName, ...TableName[]];
export const tableNameSchema = z.enum(tableNames);

/** Tables that data of an older program do not have. */
const LATER: ReadonlySet<TableName> = new Set(['vehicleTypes', 'vehicleFares', 'documentKinds']);

/** All tables of a station at one moment. */
export type DataSet = { readonly [T in TableName]: readonly DataRows[T][] };

export const dataSetSchema = z.strictObject(
  Object.fromEntries(
    tableNames.map((name) => {
      const rows = z.array(rowSchemas[name]).max(200_000);
      return [name, LATER.has(name) ? rows.default([]) : rows];
    }),
  ) as unknown as {
    [T in TableName]: z.ZodArray<(typeof rowSchemas)[T]>;
  },
);

export const emptyDataSet: DataSet = Object.fromEntries(
  tableNames.map((name) => [name, []]),
) as unknown as DataSet;
