import { z } from 'zod';
import {
  departureIdSchema,
  instantSchema,
  ledgerIdSchema,
  ticketNumberSchema,
  windowIdSchema,
} from '../ids.ts';
import type { MethodSpec } from './method.ts';
import { reasonSchema } from './reason.ts';
import { secondSignatureSchema } from './people.ts';
import { stationLinkStatusSchema } from './shapes.ts';

const nothing = z.strictObject({});
/** Why it is done; journalled, and so never about a passenger. */
const because = z.strictObject({ reason: reasonSchema });

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
  /** The same of room for vehicles: centimetres of lane, and places of departures whose room is counted in places. */
  unsoldLaneCm: z.int().min(0),
  unsoldPlaces: z.int().min(0),
  /** It may work as a gate; null where that is not for this office to say. */
  mayGate: z.boolean().nullable(),
  /** Its right to work as a gate was taken away: since when, and when it said that its keys to names are gone. Null = was not. */
  namesWiped: z.strictObject({ orderedAt: instantSchema, confirmedAt: instantSchema.nullable() }).nullable(),
});
export type StationWindowView = z.infer<typeof stationWindowSchema>;

const retirementSchema = z.strictObject({
  state: z.enum(['open', 'draining', 'retired', 'wiped']),
  /** What stands in the way of `window.retire`, in Chinese; null when nothing does. */
  blockedBy: z.string().nullable(),
  /** Of the next PC under this number. */
  nextOrdinal: z.int().min(2).max(100),
});
export type RetirementView = z.infer<typeof retirementSchema>;

/**
 * What `station.thaw` still waits for. The host before: its ledger read back, or two people sign that its disk is gone. Each
 * holder that never reported: enrolled here, read back, signed off, or its disk signed gone.
 */
const accountSchema = z.strictObject({
  /** The ledger of the host before has not been read back. */
  formerHost: z.boolean(),
  windows: z.array(windowIdSchema),
});

/** A ledger of a lost machine as far as the city has it. */
export const lostLedgerSchema = z.strictObject({
  window: windowIdSchema,
  ledgerId: ledgerIdSchema,
  /** Last entry that is known, and when it was written. What came after it is not known. */
  upTo: z.int().min(1),
  lastAt: instantSchema,
  tickets: z.int().min(0),
  leases: z.int().min(0),
  isForked: z.boolean(),
  /** It was the station's host. */
  wasHost: z.boolean(),
});
export type LostLedgerView = z.infer<typeof lostLedgerSchema>;

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
      /** At the host: other windows' batches. Null elsewhere. */
      relay: z
        .strictObject({
          /** Kept here: not yet answered by the city, or not older than `host.keepRelayedDays`. */
          batches: z.int().min(0),
          bytes: z.int().min(0),
          oldestAt: instantSchema.nullable(),
          /** Entries of other windows that the city has not answered. */
          waiting: z.int().min(0),
        })
        .nullable(),
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
    input: z.strictObject({
      window: z.int().min(1).max(99),
      /** It is to work as a gate: the right is given with the code (`station.gateRight`). */
      gate: z.boolean().optional(),
      reason: reasonSchema.optional(),
    }),
    output: z.strictObject({ code: z.string(), window: windowIdSchema, expiresAt: instantSchema }),
  },
  'station.recall': {
    mutating: false,
    audit: 'journal',
    summary:
      'At the host: asks every window to give back the seats of a departure that it does not need. A request, no order.',
    input: z.strictObject({ departureId: departureIdSchema, reason: reasonSchema }),
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
  'station.writeOff': {
    mutating: true,
    audit: 'journal',
    summary:
      'At the host: two people sign that a machine is off. Its ledger is fenced and its leases end. `unsoldProven`: its journal was read to the end, so what it did not sell is free again; else that stays frozen.',
    input: z.strictObject({
      window: z.int().min(1).max(99),
      unsoldProven: z.boolean(),
      reason: reasonSchema,
      secondSignature: secondSignatureSchema,
    }),
    output: z.strictObject({ leases: z.int().min(0), freed: z.int().min(0) }),
  },
  'station.thaw': {
    mutating: true,
    audit: 'journal',
    summary:
      'At a host that took over: two people sign that every window which held seats of the host before has reported or is off, so what nobody holds may be given. Refused while a lost ledger was not read back (`host.notReadBack`, `host.windowsMissing`), unless the same two people sign that its disk is gone (`diskGone`): then nobody can know what it sold, and the entry says so.',
    input: z.strictObject({
      reason: reasonSchema,
      /** Numbers of windows whose disk is gone and whose ledger cannot be read back. */
      diskGone: z.array(z.int().min(1).max(99)).max(99).optional(),
      secondSignature: secondSignatureSchema,
    }),
    output: z.strictObject({ windows: z.int().min(0) }),
  },
  'station.readBack': {
    mutating: false,
    audit: 'journal',
    summary:
      'At the host: reads from the city what a lost machine of this station had sold, held and given, up to the last entry that reached the city. Its leases count as given from then on; its tickets are known at the gate. May be asked again.',
    input: z.strictObject({ window: z.int().min(1).max(99), reason: reasonSchema.optional() }),
    output: z.strictObject({ lost: z.array(lostLedgerSchema) }),
  },
  'station.losses': {
    mutating: false,
    audit: 'none',
    summary:
      'At the host: lost machines that were read back, who has not reported yet with what it holds, and in words what nobody can know.',
    input: nothing,
    output: z.strictObject({
      lost: z.array(lostLedgerSchema),
      /** Holders of seats that have not enrolled at this host. */
      notReported: z.array(
        z.strictObject({
          window: windowIdSchema,
          ledgerId: ledgerIdSchema,
          departures: z.array(
            z.strictObject({
              departureId: departureIdSchema,
              seats: z.int().min(0),
              /** Of these, sold as far as is known here. */
              sold: z.int().min(0),
              /** Room for vehicles, and vehicles known to stand in it. */
              laneCm: z.int().min(0),
              places: z.int().min(0),
              vehicles: z.int().min(0),
            }),
          ),
        }),
      ),
      /** What nobody here knows, for people to find out by hand. */
      unknown: z.array(z.string()),
      /** What a thaw waits for; null when nothing is frozen. */
      waitsFor: accountSchema.nullable(),
    }),
  },
  'window.drain': {
    mutating: true,
    audit: 'journal',
    summary: 'This window sells nothing more and gives its seats back: the first step of taking its PC away.',
    input: because,
    output: retirementSchema,
  },
  'window.stopDrain': {
    mutating: true,
    audit: 'journal',
    summary: 'The window goes on selling after all.',
    input: because,
    output: retirementSchema,
  },
  'window.retire': {
    mutating: true,
    audit: 'journal',
    summary:
      'The last entry of this window: shift closed, nothing held, everything delivered. When it has arrived too, the keys are wiped; another PC may then enrol under the number.',
    input: because,
    output: retirementSchema,
  },
  'window.retirement': {
    mutating: false,
    audit: 'none',
    summary: 'How far this window is on its way out, and what is still to be done.',
    input: nothing,
    output: retirementSchema,
  },
} as const satisfies Record<string, MethodSpec>;
