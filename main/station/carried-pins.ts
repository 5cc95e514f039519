import { z } from 'zod';
import { clerkNumberSchema } from '../../contract/ids.ts';
import { accepted, refused } from '../../contract/refusals.ts';
import type { PinCheck } from '../access/verify.ts';
import type { Station } from './create.ts';

const TRIED_SUBJECT = 'people.pinTried';
const triedSchema = z.strictObject({
  number: clerkNumberSchema,
  wasRight: z.boolean(),
  at: z.enum(['signIn', 'resume', 'changePin', 'secondSignature']),
});

/**
 * Wrong PINs are counted for the whole station by its host: a window tells of each, the host counts and tells every window how the
 * number stands. Out of contact a window counts its own, and goes by what it heard last.
 */
export function carryPins(
  { member, server, answers }: Pick<Station, 'member' | 'server' | 'answers'>,
  pins: PinCheck,
): void {
  answers(TRIED_SUBJECT, (params) => {
    const tried = triedSchema.safeParse(params);
    if (!tried.success) return refused('host.rubbish', { detail: TRIED_SUBJECT });
    const { number, wasRight, at } = tried.data;
    const now = pins.triedElsewhere(number, wasRight, at);
    server?.tellAll('person.wrongPins', now);
    return accepted({});
  });
  pins.onTried((number, wasRight, at) => {
    server?.tellAll('person.wrongPins', pins.wrongOf(number));
    void member?.ask(TRIED_SUBJECT, { number, wasRight, at }).catch(() => undefined);
  });
  member?.onWrongPins((wrong) => pins.take(wrong));
}
