import { z } from 'zod';
import { instantSchema } from '../ids.ts';
import type { MethodSpec } from './method.ts';
import { stationWindowSchema } from './station.ts';

/** A window as people look at it; `here` is the one that answers. */
export const windowViewSchema = z.strictObject({ ...stationWindowSchema.shape, here: z.boolean() });
export type WindowView = z.infer<typeof windowViewSchema>;

/** Windows as far as this office knows them. */
export const windowMethods = {
  'windows.list': {
    mutating: false,
    audit: 'none',
    summary:
      'This window, and at the station’s host every other one: who is signed in, shift, backlog, last heard, ledger, program. No passenger is named.',
    input: z.strictObject({}),
    output: z.strictObject({
      role: z.enum(['alone', 'host', 'window']),
      at: instantSchema,
      windows: z.array(windowViewSchema).min(1),
    }),
  },
} as const satisfies Record<string, MethodSpec>;
