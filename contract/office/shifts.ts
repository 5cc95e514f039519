import { z } from 'zod';
import { drawerFenSchema } from '../ids.ts';
import type { MethodSpec } from './method.ts';
import { secondSignatureSchema } from './people.ts';
import { closedShiftViewSchema, drawerViewSchema, shiftViewSchema } from './shapes.ts';

const nothing = z.strictObject({});

/** The shift of a window and its drawer. */
export const shiftMethods = {
  'shifts.current': {
    mutating: false,
    audit: 'none',
    summary:
      'The open shift of this window, or null; then a drawer that was counted for an absent clerk, if any.',
    input: nothing,
    output: z.strictObject({ shift: shiftViewSchema.nullable(), drawer: drawerViewSchema.optional() }),
  },
  'shifts.open': {
    mutating: true,
    audit: 'journal',
    summary: 'Opens a shift with the float counted into the drawer.',
    input: z.strictObject({ floatFen: drawerFenSchema }),
    output: shiftViewSchema,
  },
  'shifts.close': {
    mutating: true,
    audit: 'journal',
    summary: 'Closes the shift with the cash counted; the difference is recorded, never hidden.',
    input: z.strictObject({ countedFen: drawerFenSchema }),
    output: closedShiftViewSchema,
  },
  'shifts.closeFor': {
    mutating: true,
    audit: 'journal',
    summary:
      'Closes the shift of a clerk who is absent, with cash and ticket paper counted and a second signature; the next clerk opens with that drawer.',
    input: z.strictObject({
      countedFen: drawerFenSchema,
      paper: z.int().min(0).max(1_000_000).optional(),
      secondSignature: secondSignatureSchema,
    }),
    output: closedShiftViewSchema,
  },
} as const satisfies Record<string, MethodSpec>;
