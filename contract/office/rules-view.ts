import { z } from 'zod';
import { channelSchema, departureStateSchema, paymentKindSchema, sellSchema } from '../contingency.ts';

/** The rules that a command about some departures sees, as a manager's page says them part by part. */
export const rulesViewSchema = z.strictObject({
  state: departureStateSchema,
  passengers: sellSchema,
  vehicles: sellSchema,
  channelsClosed: z.array(channelSchema),
  /** Null: as always. */
  capture: z.enum(['read', 'typedWithSecond']).nullable(),
  boarding: z.strictObject({
    open: z.boolean(),
    by: z.enum(['departure', 'queue']),
    check: z.enum(['full', 'list', 'deferred']),
  }),
  leases: z.enum(['normal', 'hold', 'recall']),
  /** Null: every kind that the window takes. */
  payments: z.array(paymentKindSchema).nullable(),
  printing: z.enum(['paper', 'slip', 'none']),
  queueNumbers: z.boolean(),
  /** Whether a passenger's ticket sold now could be given back, or changed, without a fee. */
  freeRefund: z.boolean(),
  freeChange: z.boolean(),
});
export type RulesView = z.infer<typeof rulesViewSchema>;
