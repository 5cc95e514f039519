import { z } from 'zod';
import { businessDateSchema, clerkNumberSchema, hashHexSchema } from '../ids.ts';

/** What was taken out of the office, and copies of the ledger. */
export const reportEntryBodies = {
  /** Somebody took the day report out as a file. It names no passenger. */
  'report.exported': z.strictObject({
    date: businessDateSchema,
    format: z.enum(['xlsx', 'csv']),
    clerkNumber: clerkNumberSchema,
  }),
  /** Somebody made a copy of the ledger; `seq` and `hash` are its last entry. */
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
  /** Somebody read a copy of the ledger from end to end. */
  'backup.verified': z.strictObject({
    name: z.string().max(60),
    ok: z.boolean(),
    isOurs: z.boolean(),
    seq: z.int().min(0),
  }),
} as const;
