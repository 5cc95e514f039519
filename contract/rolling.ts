import { z } from 'zod';
import { businessDateSchema, lineIdSchema } from './ids.ts';

/** Queue numbers of standby tickets lie above those of tickets with a place: they are called when everybody else was. */
export const STANDBY_FROM = 900_000_000;

/** A standby ticket names no lease: nothing was leased to it. */
export const NO_LEASE = '0'.repeat(32);

/**
 * Place in the queue of a line and day: the minute of the sale, the window and a count within both, as one number that grows with
 * time: 0915-0302 is 9150302. So windows that hear nothing of each other give out fair numbers, and none twice.
 */
export const queueNumberSchema = z.int().min(1).max(999_999_999);

/**
 * A ticket for the line and day (流水票), good for any departure of it in queue order; the departure that it names is the one whose
 * place it took. `standby` (候补): it took no place, and has none before it is let aboard.
 */
export const rollingSchema = z.strictObject({
  lineId: lineIdSchema,
  date: businessDateSchema,
  queueNumber: queueNumberSchema,
  standby: z.literal(true).optional(),
});
export type Rolling = z.infer<typeof rollingSchema>;

/** As it is printed and called: `0915-0302`, `候补 0915-0302`. */
export function queueLabel(queueNumber: number): string {
  const isStandby = queueNumber >= STANDBY_FROM;
  const digits = String(isStandby ? queueNumber - STANDBY_FROM : queueNumber).padStart(8, '0');
  return `${isStandby ? '候补 ' : ''}${digits.slice(0, 4)}-${digits.slice(4)}`;
}
