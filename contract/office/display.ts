import { z } from 'zod';
import { businessDateSchema, fenSchema, soldTicketClassSchema } from '../ids.ts';

/**
 * The screen that passengers see. Public by design: what is shown here can be read across the hall, so it holds a route,
 * fares and money, and nothing that names or numbers a person, a ticket or a clerk.
 * `idle` nothing is being sold · `order` the clerk puts an order together · `paid` it was sold a moment ago.
 */
export const displayViewSchema = z.strictObject({
  state: z.enum(['idle', 'order', 'paid']),
  departure: z
    .strictObject({
      date: businessDateSchema,
      /** `HH:MM` in Shanghai. */
      departLocal: z.string(),
      lineName: z.string(),
      fromName: z.string(),
      /** Where the order gets off: the end of the line, or a stop on the way. */
      toName: z.string(),
      vesselName: z.string(),
    })
    .nullable(),
  /** One line for each kind of ticket and fare, in the order of the form. */
  lines: z.array(
    z.strictObject({
      ticketClass: soldTicketClassSchema,
      /** Words of the class. */
      name: z.string(),
      fareFen: fenSchema,
      count: z.int().min(1),
    }),
  ),
  totalFen: fenSchema,
  /** Known once the order is paid. */
  tenderedFen: fenSchema.nullable(),
  changeFen: fenSchema.nullable(),
});
export type DisplayView = z.infer<typeof displayViewSchema>;
