import { z } from 'zod';
import type { MethodSpec } from './method.ts';

const nothing = z.strictObject({});

/** What a trial station can do to its own simulated outside. These methods exist nowhere else. */
export const trialMethods = {
  'trial.people': {
    mutating: false,
    audit: 'none',
    trial: true,
    summary: 'Synthetic people whose cards can be laid on the simulated reader.',
    input: nothing,
    output: z.strictObject({
      people: z.array(z.strictObject({ id: z.string(), name: z.string(), note: z.string() })),
    }),
  },
  'trial.layCard': {
    mutating: false,
    audit: 'log',
    trial: true,
    summary: "Lays a person's card on the simulated reader (any card before it is taken away).",
    input: z.strictObject({ person: z.string().max(32) }),
    output: nothing,
  },
  'trial.removeCard': {
    mutating: false,
    audit: 'log',
    trial: true,
    summary: 'Takes the card off the simulated reader.',
    input: nothing,
    output: nothing,
  },
  'trial.readerPower': {
    mutating: false,
    audit: 'log',
    trial: true,
    summary: 'Switches the simulated reader off, so that it answers nothing, or on again.',
    input: z.strictObject({ on: z.boolean() }),
    output: nothing,
  },
  'trial.link': {
    mutating: false,
    audit: 'log',
    trial: true,
    summary: 'Stops or starts the city gateway process.',
    input: z.strictObject({ up: z.boolean() }),
    output: nothing,
  },
  'trial.paper': {
    mutating: false,
    audit: 'log',
    trial: true,
    summary: 'Paper in the simulated printer.',
    input: z.strictObject({ paper: z.enum(['ok', 'nearEnd', 'out']) }),
    output: nothing,
  },
} as const satisfies Record<string, MethodSpec>;
