import { z } from 'zod';
import { businessDateSchema, departureIdSchema, instantSchema } from '../ids.ts';
import type { MethodSpec } from './method.ts';
import { reasonSchema } from './reason.ts';

const sailing = {
  departureId: departureIdSchema,
  departLocal: z.string(),
  lineName: z.string(),
  vesselName: z.string(),
};

/** Seats kept for a purpose on one departure. */
const reserveViewSchema = z.strictObject({
  ...sailing,
  purpose: z.string(),
  count: z.int().min(1),
  /** `1-4、9`; empty where seats are free. */
  seats: z.string(),
  /** On sale from then on by itself. */
  releaseAt: instantSchema,
  state: z.enum(['kept', 'released', 'due']),
});
export type ReserveView = z.infer<typeof reserveViewSchema>;

/** Departures of a day that need the manager: seats kept back, and who is too many on a smaller vessel. */
export const reserveMethods = {
  'reserves.day': {
    mutating: false,
    audit: 'none',
    summary:
      'Seats kept back from sale (留座) on a date, and departures on which another vessel goes, with how many tickets it has no room for.',
    input: z.strictObject({ date: businessDateSchema }),
    output: z.strictObject({
      reserves: z.array(reserveViewSchema),
      substituted: z.array(
        z.strictObject({
          ...sailing,
          capacity: z.int().min(1),
          surplus: z.int().min(0),
          reseat: z.int().min(0),
        }),
      ),
      /** Whether seats may be given up here: at a window of a host they are the host's. */
      isGrantor: z.boolean(),
    }),
  },
  'reserves.release': {
    mutating: true,
    audit: 'journal',
    summary:
      'Gives up seats that are kept for a purpose on one departure: every window may sell them from now on. Never taken back.',
    input: z.strictObject({
      departureId: departureIdSchema,
      purpose: z.string().min(1).max(40),
      reason: reasonSchema,
    }),
    output: z.strictObject({ departureId: departureIdSchema, purpose: z.string() }),
  },
} as const satisfies Record<string, MethodSpec>;
