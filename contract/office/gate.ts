import { z } from 'zod';
import { evidenceSchema } from '../contingency.ts';
import { boardingCountsSchema, boardingMethodSchema, gateNameSchema } from '../entries/gate.ts';
import {
  businessDateSchema,
  clerkNumberSchema,
  departureIdSchema,
  hashHexSchema,
  instantSchema,
  ticketNumberSchema,
  windowIdSchema,
} from '../ids.ts';
import { refusalSchema } from '../refusals.ts';
import { toStopSchema } from '../stops.ts';
import type { MethodSpec } from './method.ts';

const nothing = z.strictObject({});
const reasonSchema = z.string().trim().min(1).max(100);

/** Heads of a departure as the gate sees them, all windows and gates together. */
export const gateCountsSchema = z.strictObject({
  /** Heads of tickets that hold. */
  sold: z.int().min(0),
  boarded: z.int().min(0),
  /** Sold and not aboard. */
  missing: z.int().min(0),
  /** Licensed capacity: the most that may be aboard. */
  licence: z.int().min(0),
  vehicles: z.int().min(0),
  vehiclesBoarded: z.int().min(0),
});
export type GateCounts = z.infer<typeof gateCountsSchema>;

/** `none` not opened yet · `open` · `closed` the list is frozen · `reconciled` heads were counted after sailing. */
export const gateStateSchema = z.enum(['none', 'open', 'closed', 'reconciled']);

export const gateDepartureSchema = z.strictObject({
  departureId: departureIdSchema,
  date: businessDateSchema,
  departLocal: z.string(),
  departAt: instantSchema,
  lineName: z.string(),
  toName: z.string(),
  vesselName: z.string(),
  mode: z.enum(['water', 'road']),
  state: gateStateSchema,
  /** The gate it boards at; null before it was opened. */
  gate: gateNameSchema.nullable(),
  /** The departure can still be sold, so its list cannot be frozen. */
  selling: z.boolean(),
  /** When its sale ends by itself. */
  stopOfSaleAt: instantSchema,
  /** From then on those who are missing are late. */
  lateFrom: instantSchema,
  counts: gateCountsSchema,
});
export type GateDeparture = z.infer<typeof gateDepartureSchema>;

/** One ticket as the gate shows it. Names as on the list, numbers masked. */
export const gateTicketSchema = z.strictObject({
  ticketNumber: ticketNumberSchema,
  departureId: departureIdSchema,
  date: businessDateSchema,
  departLocal: z.string(),
  toName: z.string(),
  /** The stop on the way where the ticket ends; absent = at the end of the line. */
  toStop: toStopSchema.optional(),
  /** Words of the fare class. */
  ticketClass: z.string(),
  /** Null where seats are free. */
  seatNumber: z.int().min(1).nullable(),
  /** Null where the office cannot open the identity (yet), or it was erased. */
  name: z.string().nullable(),
  masked: z.string().nullable(),
  state: z.enum(['sold', 'void', 'refunded', 'replaced', 'refundPending']),
  vehicle: z.boolean(),
  /** Rides with the ticket of this number. */
  withTicket: ticketNumberSchema.nullable(),
  /** Window that sold it, two digits. */
  window: z.string(),
  /** Place in the queue of its line and day; absent on a ticket for its departure. */
  queue: z.string().optional(),
  /** Aboard before its check, which nobody has made good yet. */
  unchecked: z.literal(true).optional(),
  /** Where it is aboard, earliest first. More than one: it was let in twice. */
  aboard: z.array(
    z.strictObject({
      at: instantSchema,
      gate: z.string(),
      own: z.boolean(),
      /** Office that let it aboard, how, and whether it could not ask the station's host. */
      window: windowIdSchema,
      method: boardingMethodSchema,
      apart: z.boolean(),
    }),
  ),
});
export type GateTicket = z.infer<typeof gateTicketSchema>;

export const manifestViewSchema = z.strictObject({
  version: z.int().min(1),
  hash: hashHexSchema,
  counts: boardingCountsSchema,
  missing: z.int().min(0),
});

const nextVesselSchema = z.strictObject({
  departureId: departureIdSchema,
  departLocal: z.string(),
  vesselName: z.string(),
});

/** The queue of a rolling line and day. */
export const queueViewSchema = z.strictObject({
  /** Label of the last number that was let go; null = none yet. */
  through: z.string().nullable(),
  /** Heads that wait beyond it: with a place, and without. */
  waiting: z.int().min(0),
  standby: z.int().min(0),
  /** Heads let go to this vessel so far, and those of them who may still be on their way. */
  released: z.int().min(0),
  underWay: z.int().min(0),
  /** Heads that may be let go now: the licence less who is aboard, on the way, or holds this departure. */
  room: z.int().min(0),
  /** This vessel is full, closed or gone: whoever is checked here goes aboard that one. */
  next: nextVesselSchema.optional(),
  /** Nobody more fits on this vessel: whoever is let go goes to that one. */
  releasesTo: nextVesselSchema.optional(),
});

export const gateViewSchema = z.strictObject({
  departure: gateDepartureSchema,
  manifest: manifestViewSchema.nullable(),
  reconciled: z
    .strictObject({
      counted: z.int(),
      boarded: z.int(),
      difference: z.int(),
      reason: z.string().nullable(),
      clerkNumber: clerkNumberSchema,
    })
    .nullable(),
  /** While the line rolls: how far the queue was let go, and who waits. */
  queue: queueViewSchema.optional(),
  /** A plan lets people aboard by the list, or before their check: which, and what each such boarding leaves behind. */
  eased: z
    .strictObject({ check: z.enum(['list', 'deferred']), evidence: z.array(evidenceSchema) })
    .optional(),
  /** People aboard whose check is still to be made good. */
  unchecked: z.int().min(0),
  /** Gates of other offices for this departure, as far as is known. */
  others: z.array(
    z.strictObject({ gate: gateNameSchema, window: z.string(), state: z.enum(['open', 'closed']) }),
  ),
  /** This gate has closed while another was open, and nobody has frozen the list since. */
  listWaits: z.boolean(),
  /** There is a list, and who is aboard now is not who stands on it: another gate let somebody in. */
  listStale: z.boolean(),
  /** `own`: this office has the station's picture itself · `linked`: its host says yes or no · `apart`: by what was known at `knownAt`. */
  picture: z.strictObject({
    link: z.enum(['own', 'linked', 'apart']),
    knownAt: instantSchema.nullable(),
  }),
  /** Tickets let aboard by two offices: somebody's task. */
  conflicts: z.array(gateTicketSchema),
});
export type GateView = z.infer<typeof gateViewSchema>;

/** What the gate says to one document, code or number. */
export const gateVerdictSchema = z.strictObject({
  at: instantSchema,
  departureId: departureIdSchema,
  /** Somebody stood at this departure, whose line went on to the next vessel. Only in events. */
  passedFrom: departureIdSchema.optional(),
  gate: gateNameSchema,
  method: boardingMethodSchema,
  admit: z.boolean(),
  /** The station's host could not be asked: by what this office knew of the others. */
  apart: z.boolean(),
  /** Why not; absent when admitted. */
  refusal: refusalSchema.optional(),
  /** The ticket meant; null when none was found. */
  ticket: gateTicketSchema.nullable(),
  /** The document that was laid, where no ticket was found. */
  document: z.strictObject({ name: z.string(), masked: z.string() }).nullable(),
  /** Children who went aboard with it. */
  children: z.array(gateTicketSchema),
  counts: gateCountsSchema,
});
export type GateVerdict = z.infer<typeof gateVerdictSchema>;

export const manifestRowSchema = z.strictObject({
  n: z.int().min(1),
  ticketNumber: ticketNumberSchema,
  name: z.string(),
  documentKind: z.string(),
  masked: z.string(),
  ticketClass: z.string(),
  seat: z.string(),
  /** Where the holder gets off: the end of the line, or a stop on the way. */
  to: z.string(),
  /** That is a stop on the way. */
  toStop: z.literal(true).optional(),
  category: z.enum(['adult', 'child', 'free', 'infant', 'vehicle']),
  /** How somebody was checked who was not checked in full, in words; empty with a full check. */
  check: z.string(),
});

/** A frozen passenger list with its names, for paper. */
export const manifestPageSchema = z.strictObject({
  stationName: z.string(),
  lineName: z.string(),
  vesselName: z.string(),
  date: businessDateSchema,
  departLocal: z.string(),
  version: z.int().min(1),
  hash: hashHexSchema,
  counts: boardingCountsSchema,
  rows: z.array(manifestRowSchema),
  /** Printed before the gate closes: who is expected, to be signed beside the name. No frozen list. */
  expected: z.literal(true).optional(),
  /** Rows without a name: this office cannot open the identity. */
  unnamed: z.int().min(0),
  /** When and by whom this copy was made. */
  madeAt: z.string(),
  clerkNumber: clerkNumberSchema,
});
export type ManifestPage = z.infer<typeof manifestPageSchema>;

/** The list before boarding, of everybody who is expected and not aboard, instead of the frozen one. */
const expected = { expected: z.literal(true).optional() };

/** The gate (检票口): boarding, passenger list, head count. Roles: gate, shiftLeader, manager. */
export const gateMethods = {
  'gate.departures': {
    mutating: false,
    audit: 'none',
    summary: 'Departures of this station around now, with what is sold, aboard and missing.',
    input: nothing,
    output: z.strictObject({ departures: z.array(gateDepartureSchema) }),
  },
  'gate.view': {
    mutating: false,
    audit: 'none',
    summary: 'One departure at the gate: counts, list, head count, tickets let aboard twice.',
    input: z.strictObject({ departureId: departureIdSchema }),
    output: gateViewSchema,
  },
  'gate.open': {
    mutating: true,
    audit: 'journal',
    summary: 'Begins boarding of a departure, or begins it again after its gate was closed.',
    input: z.strictObject({ departureId: departureIdSchema, gate: gateNameSchema.optional() }),
    output: gateViewSchema,
  },
  'gate.release': {
    mutating: true,
    audit: 'journal',
    summary:
      'Lets the next people of a rolling line go to the berth of one vessel, in queue order, counted; never above its licence. Null = as many as there is room for.',
    input: z.strictObject({ departureId: departureIdSchema, count: z.int().min(1).max(5_000).nullable() }),
    output: gateViewSchema,
  },
  'gate.attend': {
    mutating: false,
    audit: 'none',
    summary:
      'This page stands at the gate of a departure: documents and codes are checked against it at once, verdicts come as `gate.verdict`. Null leaves the gate.',
    input: z.strictObject({ departureId: departureIdSchema.nullable() }),
    output: nothing,
  },
  'gate.present': {
    mutating: true,
    audit: 'journal',
    summary:
      'A ticket code that a keyboard scanner typed, or a ticket number or its last digits typed by the gate clerk: who is it, and may they go aboard. One who may is aboard.',
    input: z.strictObject({
      departureId: departureIdSchema,
      text: z.string().trim().min(1).max(700),
      /**
       * No document was read: by the passenger list, where `text` may be a name as well, or before the check. Refused unless a plan in
       * force allows it.
       */
      check: z.enum(['list', 'deferred']).optional(),
      /** The passenger signed beside the name on the printed list. */
      signed: z.literal(true).optional(),
    }),
    output: gateVerdictSchema,
  },
  'gate.check': {
    mutating: true,
    audit: 'journal',
    summary:
      'The check of somebody who was let aboard before it is made good, aboard or on arrival; where document and ticket differ, with a note.',
    input: z.strictObject({
      departureId: departureIdSchema,
      ticketNumber: ticketNumberSchema,
      result: z.enum(['matches', 'differs']),
      note: z.string().trim().max(200),
    }),
    output: gateTicketSchema,
  },
  'gate.unchecked': {
    mutating: false,
    audit: 'none',
    summary:
      'Everybody of this station who was let aboard before the check and was not checked since, oldest first.',
    input: nothing,
    output: z.strictObject({ tickets: z.array(gateTicketSchema) }),
  },
  'gate.unboard': {
    mutating: true,
    audit: 'journal',
    summary:
      'Takes a boarding back, with the reason: of this office, or of another one of the station where it went aboard there.',
    input: z.strictObject({
      departureId: departureIdSchema,
      ticketNumber: ticketNumberSchema,
      reason: reasonSchema,
      /** Which of several: the office that let it aboard. */
      window: windowIdSchema.optional(),
    }),
    output: gateTicketSchema,
  },
  'gate.passengers': {
    mutating: false,
    audit: 'none',
    summary:
      'Passengers of a departure: those missing (late ones), those aboard, those aboard whose check is still to be made good, or all whose tickets hold.',
    input: z.strictObject({
      departureId: departureIdSchema,
      which: z.enum(['missing', 'aboard', 'unchecked', 'all']),
    }),
    output: z.strictObject({ tickets: z.array(gateTicketSchema) }),
  },
  'gate.stopSale': {
    mutating: true,
    audit: 'journal',
    summary:
      'Stops the sale of a departure before its own time, so that its gate can close. Other windows follow as they hear of it.',
    input: z.strictObject({ departureId: departureIdSchema }),
    output: gateViewSchema,
  },
  'gate.close': {
    mutating: true,
    audit: 'journal',
    summary:
      'Ends boarding at this gate; the last gate of the departure freezes the passenger list with its hash. Refused while the departure is sold.',
    input: z.strictObject({
      departureId: departureIdSchema,
      /** Freezes the list although a gate of another office is open as far as is known: that office cannot be reached. */
      withoutOthers: z.boolean().optional(),
    }),
    output: gateViewSchema,
  },
  'gate.doubles': {
    mutating: false,
    audit: 'none',
    summary:
      'Tickets that two offices let aboard: those that stand and, at the host, those that were settled, with both boardings.',
    input: nothing,
    output: z.strictObject({
      doubles: z.array(
        z.strictObject({
          ticket: gateTicketSchema.nullable(),
          ticketNumber: ticketNumberSchema,
          departureId: departureIdSchema,
          boardings: z.array(
            z.strictObject({
              at: instantSchema,
              gate: z.string(),
              window: windowIdSchema,
              method: boardingMethodSchema,
              apart: z.boolean(),
              /** Its entry in that office's journal; null where only the host's yes is known. */
              seq: z.int().min(1).nullable(),
              /** It was taken back since. */
              ended: z.boolean(),
            }),
          ),
          settled: z.boolean(),
        }),
      ),
    }),
  },
  'gate.reconcile': {
    mutating: true,
    audit: 'journal',
    summary: 'Heads counted aboard after sailing; a difference from those boarded needs its reason.',
    input: z.strictObject({
      departureId: departureIdSchema,
      counted: z.int().min(0).max(10_000),
      reason: z.string().trim().max(200).optional(),
    }),
    output: gateViewSchema,
  },
  'gate.print': {
    mutating: false,
    audit: 'journal',
    summary:
      'Prints the frozen passenger list, or before the gate closes that of everybody expected, on the receipt printer. The outcome comes as `gate.printed`.',
    input: z.strictObject({ departureId: departureIdSchema, reason: reasonSchema, ...expected }),
    output: z.strictObject({ jobId: z.string() }),
  },
  'gate.page': {
    mutating: false,
    audit: 'journal',
    summary: 'The frozen passenger list with its names, for an A4 page.',
    input: z.strictObject({ departureId: departureIdSchema, reason: reasonSchema, ...expected }),
    output: manifestPageSchema,
  },
  'gate.export': {
    mutating: false,
    audit: 'journal',
    summary:
      'Writes the frozen passenger list as Excel or PDF into a folder outside the data folder. Nothing of it stays anywhere else.',
    input: z.strictObject({
      departureId: departureIdSchema,
      form: z.enum(['xlsx', 'pdf']),
      ...expected,
      folder: z.string().min(1).max(1_024),
      reason: reasonSchema,
    }),
    output: z.strictObject({ folder: z.string(), name: z.string(), bytes: z.int().min(1) }),
  },
} as const satisfies Record<string, MethodSpec>;

/** Events of the gate. */
export const gateEvents = {
  /** A document or code was checked at a gate of this office. */
  'gate.verdict': gateVerdictSchema,
  /** Counts or state of a departure's gate changed: ask again. */
  'gate.changed': z.strictObject({ departureId: departureIdSchema }),
  /** A ticket was found aboard twice. */
  'gate.doubled': z.strictObject({ departureId: departureIdSchema }),
  /** This gate can ask the station's host again, or cannot any more. */
  'gate.link': gateViewSchema.shape.picture,
  /** A passenger list came out of the printer, or did not. */
  'gate.printed': z.strictObject({
    jobId: z.string(),
    departureId: departureIdSchema,
    outcome: z.enum(['confirmed', 'sent', 'unknown', 'failed']),
    /** Why, in plain Chinese, when `unknown` or `failed`. */
    reason: z.string().optional(),
  }),
} as const;
