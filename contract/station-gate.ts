import { z } from 'zod';
import { sealedRowSchema, sealedWeekKeySchema } from './encoding/batch.ts';
import { boardingMethodSchema, gateNameSchema } from './entries/gate.ts';
import { rawKeySchema } from './entries/station.ts';
import {
  businessDateSchema,
  clerkNumberSchema,
  departureIdSchema,
  hashHexSchema,
  instantSchema,
  ledgerIdSchema,
  ticketNumberSchema,
  windowIdSchema,
} from './ids.ts';

/** Questions of a gate to its station's host (`office.ask`). */
export const GATE_SUBJECTS = {
  pull: 'gate.pull',
  claim: 'gate.claim',
  claims: 'gate.claims',
  wipe: 'gate.wipe',
} as const;

const seq = z.int().min(0);
const bit = z.union([z.literal(0), z.literal(1)]);

/**
 * What one ledger's entries mean for the station's picture, up to its entry `upTo`: rows that changed after the place asked for.
 * Names stay sealed; a week's key comes beside them, sealed to the office that asked.
 */
export const picturePageSchema = z.strictObject({
  window: windowIdSchema,
  ledgerId: ledgerIdSchema,
  upTo: seq,
  tickets: z.array(
    z.strictObject({
      ticketNumber: ticketNumberSchema,
      seq,
      departureId: departureIdSchema,
      departAtMs: instantSchema,
      ticketClass: z.string().max(32),
      documentKind: z.string().max(32),
      seatNumber: z.int().min(1).nullable(),
      heads: z.int().min(0).max(1),
      more: z.string().max(4_000).nullable(),
    }),
  ),
  identities: z.array(z.strictObject({ seq, digest: hashHexSchema, row: sealedRowSchema })),
  states: z.array(
    z.strictObject({
      ticketNumber: ticketNumberSchema,
      seq,
      atMs: instantSchema,
      state: z.string().max(32),
      replacedBy: ticketNumberSchema.nullable(),
    }),
  ),
  boardings: z.array(
    z.strictObject({
      ticketNumber: ticketNumberSchema,
      seq,
      atMs: instantSchema,
      departureId: departureIdSchema,
      gate: z.string().max(40),
      method: z.string().max(16),
      boarded: bit,
      apart: bit,
    }),
  ),
  unboardings: z.array(
    z.strictObject({
      ticketNumber: ticketNumberSchema,
      ofLedger: ledgerIdSchema,
      ofSeq: seq,
      seq,
      atMs: instantSchema,
    }),
  ),
  gates: z.array(
    z.strictObject({
      departureId: departureIdSchema,
      seq,
      atMs: instantSchema,
      gate: z.string().max(40),
      state: z.enum(['open', 'closed']),
      manifest: z.string().max(2_000).nullable(),
      frozenAtMs: instantSchema.nullable(),
      reconciled: z.string().max(2_000).nullable(),
    }),
  ),
  stops: z.array(z.strictObject({ departureId: departureIdSchema, seq, atMs: instantSchema })),
});
export type PicturePage = z.infer<typeof picturePageSchema>;

export const picturePullSchema = z.strictObject({
  have: z.array(z.strictObject({ ledgerId: ledgerIdSchema, seq })).max(2_000),
  /** Tickets of departures before it are left out. */
  fromDate: businessDateSchema,
  /** Who is signed in at the office that asks: what it is given is written down with them. */
  people: z.array(clerkNumberSchema).max(20).optional(),
  /** X25519 key of the office that asks. */
  sealing: z.strictObject({ keyId: z.string().regex(/^[0-9a-f]{8}$/), key: rawKeySchema }),
});
export const picturePulledSchema = z.strictObject({
  /** Null: nothing is new. */
  page: picturePageSchema.nullable(),
  weekKeys: z.array(sealedWeekKeySchema).max(200),
});

/** May these go aboard here and now? Yes is durable at the host before it is said, and holds for this ledger alone. */
export const gateClaimSchema = z.strictObject({
  ledgerId: ledgerIdSchema,
  /** Last entry of the ledger: a boarding after it is what the claim is for. */
  headSeq: seq,
  departureId: departureIdSchema,
  gate: gateNameSchema,
  method: boardingMethodSchema,
  tickets: z.array(ticketNumberSchema).min(1).max(20),
});
export type GateClaim = z.infer<typeof gateClaimSchema>;

/** Which of a ledger's claims are open; those in `release` led to no boarding and end. */
export const gateClaimsSchema = z.strictObject({
  ledgerId: ledgerIdSchema,
  release: z.array(ticketNumberSchema).max(1_000),
});
export const gateClaimsLeftSchema = z.strictObject({ open: z.array(ticketNumberSchema).max(1_000) });

/** An office that is no gate any more asks whether keys to names are to be wiped, and says which order it obeyed. */
export const nameWipeSchema = z.strictObject({
  done: z
    .strictObject({
      /** The host's ledger, and the entry of it that took the right away. */
      host: ledgerIdSchema,
      order: z.int().min(1),
      /** Weeks of other ledgers whose keys were here. */
      weeks: z.int().min(0),
    })
    .nullable(),
});
/** `order`: what is still to be wiped and confirmed; null = nothing. */
export const nameWipeAnswerSchema = z.strictObject({
  host: ledgerIdSchema,
  order: z.int().min(1).nullable(),
});
