import { z } from 'zod';
import { dayTotalsSchema } from '../city.ts';
import { deviceId } from '../device.ts';
import { businessDateSchema, clerkNumberSchema, hashHexSchema, hex128Schema } from '../ids.ts';

const dayCounts = dayTotalsSchema.omit({ businessDate: true });

/** What was taken out of the office, copies of the ledger, test sheets of a printer, what the city counted otherwise. */
export const reportEntryBodies = {
  /** Somebody took the day report out as a file. It names no passenger. */
  'report.exported': z.strictObject({
    date: businessDateSchema,
    format: z.enum(['xlsx', 'csv']),
    clerkNumber: clerkNumberSchema,
  }),
  /** Somebody, or the office by itself after a business day, made a copy of the ledger; `seq` and `hash` are its last entry. */
  'backup.made': z.strictObject({
    name: z.string().max(60),
    bytes: z.int().min(0),
    seq: z.int().min(1),
    hash: hashHexSchema,
  }),
  /** The same copy went to the folder that is configured for it (`backup.folder`), whole. */
  'backup.copied': z.strictObject({
    name: z.string().max(60),
    folder: z.string().max(400),
    bytes: z.int().min(0),
    seq: z.int().min(1),
    hash: hashHexSchema,
  }),
  /**
   * A test sheet on ticket paper, under one `sheetId` twice: `sending` before its first byte, by whoever asked, then its outcome. One
   * that has no outcome was cut off by the end of the office. All but `failed` have used a piece of paper.
   */
  'printer.tested': z.strictObject({
    sheetId: hex128Schema,
    deviceId,
    outcome: z.enum(['sending', 'confirmed', 'sent', 'unknown', 'failed']),
    reason: z.string().max(64).optional(),
  }),
  /**
   * The window compared its control totals with the city's: finished business dates of this ledger that differ now, `there` null
   * where the city has nothing of that date. Written when the list is another one than last time, so an empty one means that what
   * differed is right again. It goes up as every entry does: the city keeps what the window counted beside what it has itself.
   */
  'totals.compared': z.strictObject({
    differences: z
      .array(
        z.strictObject({ businessDate: businessDateSchema, here: dayCounts, there: dayCounts.nullable() }),
      )
      .max(31),
  }),
  /** Somebody read a copy of the ledger from end to end. */
  'backup.verified': z.strictObject({
    name: z.string().max(60),
    ok: z.boolean(),
    isOurs: z.boolean(),
    seq: z.int().min(0),
  }),
} as const;
