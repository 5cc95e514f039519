import { z } from 'zod';
import { businessDateSchema, fenSchema, lineIdSchema, markSchema, placeIdSchema } from './ids.ts';

/** Kind of the sealed identity that a vehicle's ticket carries: the plate is its name and its number. */
export const PLATE_KIND = 'plate';

/** Where a vehicle stands (ticketing rules 2.6.2): 上舱, 中舱, 下舱. */
export const deckSchema = z.enum(['upper', 'middle', 'lower']);
export type Deck = z.infer<typeof deckSchema>;
export const deckNames: Readonly<Record<Deck, string>> = { upper: '上舱', middle: '中舱', lower: '下舱' };
/** Filled in this order when the clerk does not choose. */
export const decks: readonly Deck[] = ['lower', 'middle', 'upper'];

/** Room for vehicles on one departure: lane in centimetres, or places by deck. Vehicles of several places exist, and of none. */
export const vehicleSpaceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('lane'), laneCm: z.int().min(1).max(1_000_000) }),
  z.strictObject({
    kind: z.literal('places'),
    upper: z.int().min(0).max(1_000),
    middle: z.int().min(0).max(1_000),
    lower: z.int().min(0).max(1_000),
  }),
]);
export type VehicleSpace = z.infer<typeof vehicleSpaceSchema>;

/** What is left of such room, which may be nothing. */
export const roomRestSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('lane'), laneCm: z.int().min(0).max(1_000_000) }),
  vehicleSpaceSchema.options[1],
]);

export const vehicleTypeCodeSchema = z.string().regex(/^[a-z0-9_]{1,32}$/);

/** A type as the driving permit names it (ticketing rules 2.6.3). */
export const vehicleTypeSchema = z.strictObject({
  code: vehicleTypeCodeSchema,
  name: z.string().min(1).max(20),
  /** Offered before the clerk types the length of the permit; null = always typed. */
  usualLengthCm: z.int().min(50).max(3_000).nullable(),
  /** Never on a sailing with passengers (ticketing rules 2.6.9). */
  dangerous: z.boolean(),
  mark: markSchema,
});
export type VehicleType = z.infer<typeof vehicleTypeSchema>;

/** One versioned fare row of a line: for a type, longer than `overCm`, up to and including `upToCm`. */
export const vehicleFareSchema = z.strictObject({
  lineId: lineIdSchema,
  vehicleType: vehicleTypeCodeSchema,
  overCm: z.int().min(0).max(10_000),
  /** Null = no longest. */
  upToCm: z.int().min(1).max(10_000).nullable(),
  fareFen: fenSchema,
  /** Places that such a vehicle takes where room is counted in places. */
  places: z.int().min(0).max(20),
  ruleId: z.string().min(1).max(64),
  validFrom: businessDateSchema,
  validTo: businessDateSchema.nullable(),
  mark: markSchema,
  /** For vehicles to this stop on the way; absent = for the whole run, the only one that most lines sell. */
  toPlaceId: placeIdSchema.optional(),
});
export type VehicleFare = z.infer<typeof vehicleFareSchema>;

/** Types before anything is configured. Names from memory of the permit's own list, to be confirmed. */
export const defaultVehicleTypes: readonly VehicleType[] = [
  { code: 'small_car', name: '小型轿车', usualLengthCm: 480, dangerous: false, mark: 'M0' },
  { code: 'small_bus', name: '小型普通客车', usualLengthCm: 520, dangerous: false, mark: 'M0' },
  { code: 'medium_bus', name: '中型普通客车', usualLengthCm: 700, dangerous: false, mark: 'M0' },
  { code: 'large_bus', name: '大型普通客车', usualLengthCm: null, dangerous: false, mark: 'M0' },
  { code: 'light_truck', name: '轻型货车', usualLengthCm: 599, dangerous: false, mark: 'M0' },
  { code: 'medium_truck', name: '中型货车', usualLengthCm: null, dangerous: false, mark: 'M0' },
  { code: 'heavy_truck', name: '重型货车', usualLengthCm: null, dangerous: false, mark: 'M0' },
  { code: 'motorcycle', name: '二轮摩托车', usualLengthCm: 210, dangerous: false, mark: 'M0' },
  { code: 'dangerous_goods', name: '危险货物运输车', usualLengthCm: null, dangerous: true, mark: 'S1' },
];

const names = new Map(defaultVehicleTypes.map((type) => [type.code, type.name]));
/** Words of a type; a code of a newer feed stands for itself. */
export function vehicleTypeName(code: string): string {
  return names.get(code) ?? code;
}

/** Centimetres as metres with two decimals: 480 → `4.80`. */
export function metres(cm: number): string {
  return `${Math.floor(cm / 100)}.${String(cm % 100).padStart(2, '0')}`;
}
