import { z } from 'zod';
import { subjectSchema } from './contingency.ts';
import { businessDateSchema, fenSchema, lineIdSchema, markSchema } from './ids.ts';

/**
 * One row: what is kept of the fare when a passenger acts `fromMin` (inclusive) to `toMin` (exclusive) minutes before departure.
 * Negative is after departure; null is without limit on that side.
 */
export const feeBandSchema = z.strictObject({
  fromMin: z.int().min(-100_000).max(100_000).nullable(),
  toMin: z.int().min(-100_000).max(100_000).nullable(),
  /** Share of the fare, not of insurance (ticketing rules 2.4); null = not possible any more. */
  percent: z.int().min(0).max(100).nullable(),
  /** The least that is kept; never more than the fare. */
  leastFen: fenSchema,
  mark: markSchema,
});
export type FeeBand = z.infer<typeof feeBandSchema>;

export const afterSaleActSchema = z.enum(['refund', 'change']);
export type AfterSaleAct = z.infer<typeof afterSaleActSchema>;

/** Rows of one act for one mode, carrier or lines, in one version. Valid for tickets SOLD in its time: a ticket keeps its version. */
export const feeSetSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  version: z.int().min(1).max(1_000_000),
  act: afterSaleActSchema,
  mode: z.enum(['water', 'road']),
  /** Only this carrier; null = any. */
  carrierId: z.string().min(1).max(64).nullable(),
  /** Only these lines; null = any of the mode. */
  lines: z.array(lineIdSchema).min(1).max(500).nullable(),
  of: subjectSchema,
  rounding: z.strictObject({
    toFen: z.union([z.literal(1), z.literal(10), z.literal(50), z.literal(100)]),
    way: z.enum(['halfUp', 'up', 'down']),
  }),
  bands: z.array(feeBandSchema).min(1).max(50),
  /** For changes: how often a ticket may be changed for the passenger's own reason; null for refunds. */
  times: z.int().min(0).max(100).nullable(),
  validFrom: businessDateSchema,
  validTo: businessDateSchema.nullable(),
  mark: markSchema,
  source: z.string().max(160),
});
export type FeeSet = z.infer<typeof feeSetSchema>;

const setting = <T extends z.ZodType>(value: T) => z.strictObject({ value, mark: markSchema });

/** All fee rules of a station. Old versions stay: tickets refer to them. */
export const feeRulesSchema = z.strictObject({
  format: z.literal('so.fees.1'),
  version: z.int().min(1),
  sets: z.array(feeSetSchema).min(1).max(2_000),
  settings: z.strictObject({
    /** How long a free refund outlives a departure's state that was lifted again. */
    freeAfterRestoredHours: setting(z.int().min(1).max(8_760)),
    /** From this amount of money back in one command on, a second person signs. */
    secondSignatureFromFen: setting(fenSchema),
    /** Lost tickets are issued again free (Civil Code art. 815); after so many times a second person signs. */
    reissuesAlone: setting(z.int().min(0).max(10)),
  }),
});
export type FeeRules = z.infer<typeof feeRulesSchema>;

/** Names the rows under which a ticket was sold, for `ticket.sold`, and those that a fee came from. */
export const feeSetRefSchema = z.strictObject({
  id: feeSetSchema.shape.id,
  version: feeSetSchema.shape.version,
});
export type FeeSetRef = z.infer<typeof feeSetRefSchema>;
