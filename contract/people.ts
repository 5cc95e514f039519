import { z } from 'zod';
import { clerkNumberSchema, instantSchema } from './ids.ts';
import { roles, roleSchema } from './roles.ts';

/** `scrypt$N$r$p$salt$key`, salt and key base64url: how a PIN is kept. The PIN itself is kept nowhere. */
export const storedPinSchema = z
  .string()
  .regex(/^scrypt\$\d+\$\d+\$\d+\$[A-Za-z0-9_-]+\$[A-Za-z0-9_-]+$/)
  .max(200);

/** What somebody is called among colleagues: 1 to 20 letters, no control characters. */
export const personNameSchema = z
  .string()
  .min(1)
  .max(20)
  .regex(/^[\p{L}\p{M}\p{N}·. -]+$/u);

/** One to all roles, each once. */
export const rolesSchema = z
  .array(roleSchema)
  .min(1)
  .max(roles.length)
  .refine((list) => new Set(list).size === list.length, { message: 'each role once' });

/** Somebody of the station's own list, with the secret: never in the journal, never on a page. */
export const personSchema = z.strictObject({
  number: clerkNumberSchema,
  name: personNameSchema,
  /** Printed on tickets beside the number; absent = the number alone. */
  ticketName: personNameSchema.max(8).optional(),
  roles: rolesSchema,
  state: z.enum(['active', 'suspended']),
  pin: storedPinSchema,
  /** The PIN was given by somebody else: it opens nothing but the page where it is changed. */
  mustChangePin: z.boolean(),
  pinChangedAt: instantSchema,
});
export type Person = z.infer<typeof personSchema>;

/**
 * The station's list of people, whole, as its authority (the station host, or a lone window) made it and as other windows
 * keep it. Carries PIN hashes: it travels over the host's mutual TLS only and is stored sealed.
 */
export const peopleDocumentSchema = z.strictObject({
  version: z.int().min(1),
  madeAt: instantSchema,
  people: z
    .array(personSchema)
    .min(1)
    .max(500)
    .refine((list) => new Set(list.map(({ number }) => number)).size === list.length, {
      message: 'each number once',
    }),
});
export type PeopleDocument = z.infer<typeof peopleDocumentSchema>;
