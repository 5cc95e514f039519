import { z } from 'zod';
import { clerkNumberSchema, ledgerIdSchema, weekSchema, windowIdSchema } from '../ids.ts';

/** Which offices may open names that other offices sealed, and each time that one of them was given a key to. */
export const nameEntries = {
  /** A manager gives a window the right to work as a gate, or takes it away: with it the names of the station's passengers. */
  'window.gateRightSet': z.strictObject({
    window: windowIdSchema,
    allowed: z.boolean(),
    reason: z.string().max(100).optional(),
  }),
  /**
   * The host sealed keys of whole weeks on to another office, which from then on can open every name that `ofLedger` sealed in them.
   * Once for each key and office: what an office has it is not given again.
   */
  'names.keysGiven': z.strictObject({
    window: windowIdSchema,
    ledgerId: ledgerIdSchema,
    /** Of the office's sealing key. */
    keyId: z.string().regex(/^[0-9a-f]{8}$/),
    /** Who was signed in there. */
    signedIn: z.array(clerkNumberSchema).max(20),
    ofWindow: windowIdSchema,
    ofLedger: ledgerIdSchema,
    /** ISO weeks, Shanghai. */
    weeks: z.array(weekSchema).min(1).max(200),
    why: z.enum(['gate']),
  }),
  /** At the office: its right was taken away by an entry of the host's ledger, and every key to other offices' names is gone from here. */
  'names.keysWiped': z.strictObject({
    host: ledgerIdSchema,
    order: z.int().min(1),
    /** Weeks of other ledgers whose keys were here. */
    weeks: z.int().min(0),
  }),
  /** At the host: the office says that it wiped what entry `order` of this ledger told it to. */
  'names.wipeConfirmed': z.strictObject({
    window: windowIdSchema,
    ledgerId: ledgerIdSchema,
    order: z.int().min(1),
    weeks: z.int().min(0),
  }),
} as const;
