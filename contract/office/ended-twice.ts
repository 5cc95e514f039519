import { z } from 'zod';
import { fenSchema, instantSchema, ticketNumberSchema, windowIdSchema } from '../ids.ts';
import type { MethodSpec } from './method.ts';
import { gateTicketSchema } from './gate.ts';

/** A ticket that ended more than once, as when a window voids it, or a gate lets it aboard, out of contact while another window refunds it. */
export const endedTwiceSchema = z.strictObject({
  ticketNumber: ticketNumberSchema,
  /** Null where this office does not have the ticket. */
  ticket: gateTicketSchema.nullable(),
  /** By every journal that says so, the earliest first. */
  ends: z.array(
    z.strictObject({
      at: instantSchema,
      window: windowIdSchema,
      what: z.enum(['refund', 'void', 'change', 'reissue', 'boarded']),
      /** Money given back, or what the ticket issued for it is worth; of a boarding that stands, the fare. */
      worthFen: fenSchema,
    }),
  ),
  /** What was given beyond the one end that the passenger had a right to: all but the dearest. */
  tooMuchFen: fenSchema,
  /** A person has looked into it. */
  settled: z.strictObject({ at: instantSchema, reason: z.string() }).nullable(),
});
export type EndedTwiceView = z.infer<typeof endedTwiceSchema>;

export const endedTwiceMethods = {
  'tickets.endedTwice': {
    mutating: false,
    audit: 'none',
    summary:
      'Tickets that ended more than once, or are aboard and ended, with the money that was given too much: those nobody has looked into first. Whole at the station’s host.',
    input: z.strictObject({}),
    output: z.strictObject({ tickets: z.array(endedTwiceSchema), tooMuchFen: fenSchema }),
  },
  'tickets.settleTwice': {
    mutating: true,
    audit: 'journal',
    summary: 'Somebody has looked into a ticket that ended more than once: what came of it is written down.',
    input: z.strictObject({ ticketNumber: ticketNumberSchema, reason: z.string().trim().min(1).max(100) }),
    output: z.strictObject({ ticketNumber: ticketNumberSchema, tooMuchFen: fenSchema }),
  },
} as const satisfies Record<string, MethodSpec>;
