import { z } from 'zod';
import {
  departureIdSchema,
  instantSchema,
  ledgerIdSchema,
  ticketNumberSchema,
  windowIdSchema,
} from '../ids.ts';
import type { MethodSpec } from './method.ts';
import { stationLinkStatusSchema } from './shapes.ts';

const nothing = z.strictObject({});

/** A window of this station as its host sees it. */
export const stationWindowSchema = z.strictObject({
  window: windowIdSchema,
  ledgerId: ledgerIdSchema,
  ordinal: z.int().min(1).max(99),
  state: z.enum(['enrolled', 'retired', 'writtenOff']),
  connected: z.boolean(),
  /** Last word of it in this run, or its last batch; null when it never sent one. */
  heardAt: instantSchema.nullable(),
  signedIn: z.array(z.string()),
  shiftClerk: z.string().nullable(),
  draining: z.boolean(),
  program: z.string(),
  /** Entries that it has and this host does not, as it says. */
  backlog: z.int().min(0),
  /** Its entries here, and those of them that the city has. */
  seq: z.int().min(0),
  citySeq: z.int().min(0),
  /** Seats in its hands that are not sold, as far as is known here. */
  unsold: z.int().min(0),
});
export type StationWindowView = z.infer<typeof stationWindowSchema>;

/** Windows of a station, their host, and what people decide about them. */
export const stationMethods = {
  'station.info': {
    mutating: false,
    audit: 'none',
    summary:
      'What this office is in its station, and its link key: at the host, what other windows write into `host.key`.',
    input: nothing,
    output: z.strictObject({
      role: z.enum(['alone', 'host', 'window']),
      link: stationLinkStatusSchema,
      linkKey: z.string(),
      /** At the host: the ports it serves on. */
      ports: z.array(z.int()),
      /** At the host: departures up to this date wait for `station.thaw`; null when none does. */
      frozenThrough: z.string().nullable(),
    }),
  },
  'station.windows': {
    mutating: false,
    audit: 'none',
    summary: 'At the host: every window that enrolled, newest ledger of each, and how it is now.',
    input: nothing,
    output: z.strictObject({ windows: z.array(stationWindowSchema) }),
  },
  'station.code': {
    mutating: false,
    audit: 'journal',
    summary:
      'At the host: a code for one window, good once and for 24 hours. Shown once; the journal has only its hash.',
    input: z.strictObject({ window: z.int().min(1).max(99) }),
    output: z.strictObject({ code: z.string(), window: windowIdSchema, expiresAt: instantSchema }),
  },
  'station.recall': {
    mutating: false,
    audit: 'log',
    summary:
      'At the host: asks every window to give back the seats of a departure that it does not need. A request, no order.',
    input: z.strictObject({ departureId: departureIdSchema }),
    output: z.strictObject({ asked: z.int().min(0), left: z.int().min(0) }),
  },
  'station.conflicts': {
    mutating: false,
    audit: 'none',
    summary:
      'At the host: numbered seats that two tickets name, both of them, and departures with more tickets than places.',
    input: nothing,
    output: z.strictObject({
      seats: z.array(
        z.strictObject({
          departureId: departureIdSchema,
          seatNumber: z.int().min(1),
          tickets: z.array(z.strictObject({ window: windowIdSchema, ticketNumber: ticketNumberSchema })),
        }),
      ),
    }),
  },
} as const satisfies Record<string, MethodSpec>;
