import { z } from 'zod';
import { clerkNumberSchema, instantSchema, windowIdSchema } from '../ids.ts';
import { rolesSchema } from '../people.ts';

/** Entries about people, access and sessions. No name and no PIN hash stands in any: both are sealed beside the journal. */
export const peopleEntries = {
  /** The station's list has a new version: what changed of whom, and how that person stands now. */
  'person.changed': z.strictObject({
    version: z.int().min(1),
    number: clerkNumberSchema,
    change: z.enum(['firstManager', 'added', 'changed', 'suspended', 'restored', 'pinReset', 'pinChanged']),
    roles: rolesSchema,
    state: z.enum(['active', 'suspended']),
    countersignedBy: clerkNumberSchema.optional(),
  }),
  /** A list made elsewhere took effect here. */
  'people.taken': z.strictObject({ version: z.int().min(1), people: z.int().min(1) }),
  /** Wrong PINs in a row locked a number; once a lock, however many tries follow. */
  'access.locked': z.strictObject({
    number: clerkNumberSchema,
    wrongInARow: z.int().min(1),
    /** Which lock in a row it is: each is longer than the one before. */
    lock: z.int().min(1),
    until: instantSchema,
    at: z.enum(['signIn', 'resume', 'changePin', 'secondSignature']),
  }),
  'access.unlocked': z.strictObject({ number: clerkNumberSchema, countersignedBy: clerkNumberSchema }),
  /** The same person signed in at another window: the session here was locked. */
  'session.takenOver': z.strictObject({ clerkNumber: clerkNumberSchema, byWindow: windowIdSchema }),
} as const;
