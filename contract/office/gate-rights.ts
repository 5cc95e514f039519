import { z } from 'zod';
import { windowIdSchema } from '../ids.ts';
import type { MethodSpec } from './method.ts';
import { reasonSchema } from './reason.ts';

/** Which windows of a station may work as a gate. */
export const gateRightMethods = {
  'station.gateRight': {
    mutating: true,
    audit: 'journal',
    summary:
      "At the host: gives a window the right to work as a gate, or takes it away. Only such a window is given the station's ticket picture and the keys to passengers' names; each key given is an entry (`names.keysGiven`). A window that loses it wipes the keys that it holds, now or at its next contact, and says so (`names.keysWiped`, `names.wipeConfirmed`).",
    input: z.strictObject({ window: z.int().min(1).max(99), allowed: z.boolean(), reason: reasonSchema }),
    output: z.strictObject({ window: windowIdSchema, allowed: z.boolean() }),
  },
} as const satisfies Record<string, MethodSpec>;
