import { z } from 'zod';
import { businessDateSchema, clerkNumberSchema } from '../ids.ts';

/** What was taken out of the office. */
export const reportEntryBodies = {
  /** Somebody took the day report out as a file. It names no passenger. */
  'report.exported': z.strictObject({
    date: businessDateSchema,
    format: z.enum(['xlsx', 'csv']),
    clerkNumber: clerkNumberSchema,
  }),
} as const;
