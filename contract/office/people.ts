import { z } from 'zod';
import { clerkNumberSchema, instantSchema } from '../ids.ts';
import { personNameSchema, rolesSchema } from '../people.ts';
import type { MethodSpec } from './method.ts';
import { personViewSchema } from './shapes.ts';

const nothing = z.strictObject({});

/** A number and a PIN as they are typed: full-width digits and stray blanks count too. */
export const typedNumberSchema = z.string().max(16);
export const typedPinSchema = z.string().max(32);

/** A second person's own word under an act: never the one who is signed in, checked in one place (`main/access`). */
export const secondSignatureSchema = z.strictObject({ number: typedNumberSchema, pin: typedPinSchema });
export type SecondSignature = z.infer<typeof secondSignatureSchema>;

/** Somebody of the list as the people page shows them. */
export const listedPersonSchema = z.strictObject({
  number: clerkNumberSchema,
  name: z.string(),
  ticketName: z.string().nullable(),
  roles: rolesSchema,
  state: z.enum(['active', 'suspended']),
  mustChangePin: z.boolean(),
  pinChangedAt: instantSchema.nullable(),
  /** Locked here by wrong PINs until then; null when not. */
  lockedUntil: instantSchema.nullable(),
  wrongInARow: z.int().min(0),
});
export type ListedPerson = z.infer<typeof listedPersonSchema>;

const changedPerson = z.strictObject({
  version: z.int().min(1),
  number: clerkNumberSchema,
  roles: rolesSchema,
  state: z.enum(['active', 'suspended']),
});

const whoSchema = {
  number: clerkNumberSchema,
  name: personNameSchema,
  ticketName: personNameSchema.max(8).nullable(),
  roles: rolesSchema,
};

/** Signing in beyond number and PIN, and the station's own list of people. */
export const peopleMethods = {
  'session.lock': {
    mutating: false,
    audit: 'none',
    summary:
      'Locks the screen of this page session; what is on the form stays. Opened again by `session.resume`.',
    input: z.strictObject({ why: z.enum(['idle', 'asked']) }),
    output: nothing,
  },
  'session.resume': {
    mutating: false,
    audit: 'none',
    summary: 'The same person goes on with their own PIN. Nobody else can: they sign out and in.',
    input: z.strictObject({ pin: typedPinSchema }),
    output: personViewSchema,
  },
  'session.alive': {
    mutating: false,
    audit: 'none',
    summary:
      'Somebody is at the keys. A page that ever said so and falls silent is locked by the office too.',
    input: nothing,
    output: nothing,
  },
  'session.changePin': {
    mutating: false,
    audit: 'journal',
    summary: 'Changes one’s own PIN; a one-time PIN opens nothing else before.',
    input: z.strictObject({ pin: typedPinSchema, newPin: typedPinSchema }),
    output: nothing,
  },
  'people.firstManager': {
    mutating: false,
    audit: 'journal',
    summary:
      'Makes the first manager of a new station with the code that was printed once at the first start.',
    input: z.strictObject({
      code: z.string().max(40),
      number: typedNumberSchema,
      name: personNameSchema,
      newPin: typedPinSchema,
    }),
    output: personViewSchema,
  },
  'people.list': {
    mutating: false,
    audit: 'none',
    summary:
      'The people of the station, by number. `source`: the list of `station.json` until there is an own one.',
    input: nothing,
    output: z.strictObject({
      source: z.enum(['station.json', 'own', 'host']),
      version: z.int().min(0),
      people: z.array(listedPersonSchema),
    }),
  },
  'people.add': {
    mutating: true,
    audit: 'journal',
    summary: 'Adds somebody with a one-time PIN, to be changed at the first sign-in.',
    input: z.strictObject({ ...whoSchema, newPin: typedPinSchema }),
    output: changedPerson,
  },
  'people.change': {
    mutating: true,
    audit: 'journal',
    summary: 'Changes name and roles. Takes effect at once, also for whoever is signed in.',
    input: z.strictObject(whoSchema),
    output: changedPerson,
  },
  'people.suspend': {
    mutating: true,
    audit: 'journal',
    summary:
      'Suspends somebody: signed out here at once, signs in no more. Numbers are never given out again.',
    input: z.strictObject({ number: clerkNumberSchema }),
    output: changedPerson,
  },
  'people.restore': {
    mutating: true,
    audit: 'journal',
    summary: 'Lets somebody who was suspended sign in again.',
    input: z.strictObject({ number: clerkNumberSchema }),
    output: changedPerson,
  },
  'people.resetPin': {
    mutating: true,
    audit: 'journal',
    summary: 'Gives somebody a one-time PIN, to be changed at the next sign-in. Does not lift a lock.',
    input: z.strictObject({ number: clerkNumberSchema, newPin: typedPinSchema }),
    output: changedPerson,
  },
  'people.unlock': {
    mutating: true,
    audit: 'journal',
    summary: 'Lifts a lock that wrong PINs made, with a second signature.',
    input: z.strictObject({ number: clerkNumberSchema, secondSignature: secondSignatureSchema }),
    output: z.strictObject({ number: clerkNumberSchema, countersignedBy: clerkNumberSchema }),
  },
} as const satisfies Record<string, MethodSpec>;
