import type { z } from 'zod';
import type { DeskContext } from './context.ts';

/**
 * What the station's host answers to a question of a window's, within `mostWaitMs`. Undefined where there is no host to ask, it is out of reach or
 * slow, does not know the question, or answers what `schema` does not read: then what is known here is what there is.
 */
export async function hostWord<S extends z.ZodType>(
  { station, runtime }: Pick<DeskContext, 'station' | 'runtime'>,
  question: { subject: string; params: unknown; schema: S; mostWaitMs: number },
): Promise<z.infer<S> | undefined> {
  const { member } = station;
  if (!member?.isUp()) return undefined;
  const { subject, params, schema, mostWaitMs } = question;
  const late = Promise.withResolvers<undefined>();
  const timer = runtime.timers.setTimeout(() => late.resolve(undefined), mostWaitMs);
  const answer = await Promise.race([member.ask(subject, params).catch(() => undefined), late.promise]);
  runtime.timers.clearTimeout(timer);
  const told = schema.safeParse(answer);
  return told.success ? told.data : undefined;
}
