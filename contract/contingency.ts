import { z } from 'zod';
import { vesselKindSchema } from './feed.ts';
import {
  base64urlSchema,
  businessDateSchema,
  departureIdSchema,
  hashHexSchema,
  instantSchema,
  lineIdSchema,
  markSchema,
  placeIdSchema,
  windowIdSchema,
} from './ids.ts';

/** The vocabulary of effects that this program knows. A plan of a later one is refused, naming what it does not know. */
export const PLAN_VOCABULARY = 1;

export const localTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const some = <T extends z.ZodType>(item: T) => z.array(item).min(1).max(500);

/**
 * What something holds for: every member that is there must match, an absent one matches all. `departing` is the wall clock
 * of departure in Shanghai, from inclusive, to exclusive ("all after 16:30" is `from: "16:30"`). An empty list would match
 * nothing and is refused.
 */
export const scopeSchema = z.strictObject({
  modes: some(z.enum(['water', 'road'])).optional(),
  lines: some(lineIdSchema).optional(),
  vesselKinds: some(vesselKindSchema).optional(),
  fromPlaces: some(placeIdSchema).optional(),
  toPlaces: some(placeIdSchema).optional(),
  departures: some(departureIdSchema).optional(),
  dates: z.strictObject({ from: businessDateSchema, to: businessDateSchema }).optional(),
  departing: z.strictObject({ from: localTimeSchema.optional(), to: localTimeSchema.optional() }).optional(),
  windows: some(windowIdSchema).optional(),
});
export type Scope = z.infer<typeof scopeSchema>;

/**
 * States of a departure as real notices have them (ticketing rules 3.3). "After 16:30" is `cancelled` with a scope by time;
 * 停班有售 is `cancelled` with tickets on it, which the tickets know.
 */
export const departureStateSchema = z.enum([
  'normal',
  'pending',
  'paused',
  'cancelled',
  'rolling',
  'paxOnly',
  'windowOnly',
  'evacuation',
]);
export type DepartureState = z.infer<typeof departureStateSchema>;

export const channelSchema = z.enum(['window', 'selfService', 'web', 'phone', 'agent']);
export type Channel = z.infer<typeof channelSchema>;

export const paymentKindSchema = z.enum(['cash', 'mobile', 'bankCard', 'transportCard']);
export type PaymentKind = z.infer<typeof paymentKindSchema>;

/** What may be sold, loosest first: the later one wins when two plans speak. */
export const sellSchema = z.enum(['rolling', 'fixed', 'standby', 'nothing']);
export type Sell = z.infer<typeof sellSchema>;

/** Passengers and vehicles apart. */
export const subjectSchema = z.enum(['all', 'passengers', 'vehicles']);
export type Subject = z.infer<typeof subjectSchema>;

/** What must be kept where a check at the gate is not done in full (ticketing rules 1.8: defer or simplify, never delete). */
export const evidenceSchema = z.enum(['headCount', 'nameList', 'checkAboard', 'signature']);
export type Evidence = z.infer<typeof evidenceSchema>;

/** How long a right outlives what gave it: hours after it ended, or to the end of the n-th day, its own day counted. */
export const untilSchema = z.union([
  z.strictObject({ hoursAfterEnd: z.int().min(1).max(8_760) }),
  z.strictObject({ daysInclusive: z.int().min(1).max(366) }),
]);
export type Until = z.infer<typeof untilSchema>;

const scoped = { scope: scopeSchema.optional() };

/** The closed vocabulary, by name. A new name is a new {@link PLAN_VOCABULARY}. */
export const effectSchemas = {
  departureState: z.strictObject({
    effect: z.literal('departureState'),
    state: departureStateSchema.exclude(['normal']),
    ...scoped,
  }),
  sale: z.strictObject({
    effect: z.literal('sale'),
    sell: sellSchema,
    of: subjectSchema.default('all'),
    ...scoped,
  }),
  /** `typedWithSecond`: typed while a second person reads aloud. That an identity is recorded is no effect of any plan. */
  identity: z.strictObject({
    effect: z.literal('identity'),
    capture: z.enum(['read', 'typedWithSecond']),
    ...scoped,
  }),
  /** `list`: against the printed list. `deferred`: later, aboard or on arrival; heads are counted at once all the same. */
  boarding: z.strictObject({
    effect: z.literal('boarding'),
    check: z.enum(['full', 'list', 'deferred']),
    evidence: z.array(evidenceSchema).max(4).default([]),
    ...scoped,
  }),
  refund: z.strictObject({
    effect: z.literal('refund'),
    free: z.literal(true),
    of: subjectSchema.default('all'),
    until: untilSchema,
    ...scoped,
  }),
  /** `to`: the same line, or these lines as well. A change that is free costs no difference either (多退少不补). */
  change: z.strictObject({
    effect: z.literal('change'),
    free: z.literal(true),
    of: subjectSchema.default('all'),
    to: z.union([z.literal('sameLine'), z.literal('anyLine'), some(lineIdSchema)]).default('sameLine'),
    until: untilSchema,
    ...scoped,
  }),
  /** `hold`: nothing more is given out. `recall`: unsold places are asked back as well. */
  leases: z.strictObject({ effect: z.literal('leases'), leases: z.enum(['hold', 'recall']), ...scoped }),
  payments: z.strictObject({ effect: z.literal('payments'), allow: some(paymentKindSchema), ...scoped }),
  /** `slip`: numbered slips printed beforehand. `none`: electronic only. */
  printing: z.strictObject({
    effect: z.literal('printing'),
    print: z.enum(['paper', 'slip', 'none']),
    ...scoped,
  }),
  queueNumbers: z.strictObject({ effect: z.literal('queueNumbers'), issue: z.literal(true), ...scoped }),
  channelsClosed: z.strictObject({
    effect: z.literal('channelsClosed'),
    channels: some(channelSchema.exclude(['window'])),
    ...scoped,
  }),
} as const;

export const effectSchema = z.discriminatedUnion('effect', [
  effectSchemas.departureState,
  effectSchemas.sale,
  effectSchemas.identity,
  effectSchemas.boarding,
  effectSchemas.refund,
  effectSchemas.change,
  effectSchemas.leases,
  effectSchemas.payments,
  effectSchemas.printing,
  effectSchemas.queueNumbers,
  effectSchemas.channelsClosed,
]);
export type Effect = z.infer<typeof effectSchema>;
export type EffectName = Effect['effect'];

export const planRoleSchema = z.enum(['shiftLeader', 'manager']);
export type PlanRole = z.infer<typeof planRoleSchema>;

/** Colours belong to the weather bureau (ticketing rules 3.1): a plan repeats its official words and invents none. */
export const weatherLevelSchema = z.strictObject({
  kind: z.enum(['fog', 'wind', 'typhoon', 'snow', 'rain']),
  /** 1 is the gravest. */
  level: z.int().min(1).max(4),
  colour: z.enum(['red', 'orange', 'yellow', 'blue']),
  /** Official name of the signal, as published. */
  signal: z.string().min(1).max(60),
  mark: markSchema,
});

/** What the office may see by itself. It suggests; a person confirms (ticketing rules 2.7.10). */
export const detectionSchema = z.discriminatedUnion('sees', [
  z.strictObject({
    sees: z.literal('visibilityBelow'),
    metres: z.int().min(1).max(10_000),
    mark: markSchema,
  }),
  z.strictObject({ sees: z.literal('windAtLeast'), beaufort: z.int().min(1).max(17), mark: markSchema }),
  z.strictObject({ sees: z.literal('readerSilent'), minutes: z.int().min(1).max(600), mark: markSchema }),
  z.strictObject({ sees: z.literal('printerOut'), minutes: z.int().min(1).max(600), mark: markSchema }),
  z.strictObject({ sees: z.literal('linkLost'), minutes: z.int().min(1).max(10_000), mark: markSchema }),
  z.strictObject({
    sees: z.literal('queueAtLeast'),
    people: z.int().min(1).max(1_000_000),
    mark: markSchema,
  }),
  /** Entries of the station that its city does not have. */
  z.strictObject({
    sees: z.literal('backlogAtLeast'),
    entries: z.int().min(1).max(10_000_000),
    mark: markSchema,
  }),
]);

/**
 * A contingency plan. What it restricts ends only by a signed end; what it loosens also ends by the clock, at latest
 * `loosensAtMostMin` after the order or its extension.
 */
export const planSchema = z.strictObject({
  format: z.literal('so.plan.1'),
  vocabulary: z.literal(PLAN_VOCABULARY),
  id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  version: z.int().min(1).max(1_000_000),
  name: z.string().min(1).max(40),
  /** Number and date of the document by which somebody approved it; empty in a template. */
  approval: z.string().max(120),
  weather: weatherLevelSchema.optional(),
  trigger: z.strictObject({ manual: z.literal(true), suggestedWhen: z.array(detectionSchema).max(10) }),
  authority: z.strictObject({
    switch: z.array(planRoleSchema).min(1).max(2),
    /** Who may countersign; empty = one person is enough. */
    countersign: z.array(planRoleSchema).max(2),
    orderReference: z.enum(['required', 'optional']),
    measuredValue: z.enum(['required', 'optional']),
  }),
  /** A person looks again after this many minutes. Nothing ends by it. */
  reviewEveryMin: z.int().min(1).max(44_640),
  /** Null when the plan loosens nothing. */
  loosensAtMostMin: z.int().min(1).max(527_040).nullable(),
  scope: scopeSchema,
  effects: z.array(effectSchema).min(1).max(50),
  /** Chinese templates with named fields in braces; nothing is published without a person. */
  notices: z.strictObject({
    board: z.string().max(200),
    broadcast: z.string().max(1_000),
    text: z.string().max(2_000),
    ended: z.string().max(1_000),
  }),
});
export type Plan = z.infer<typeof planSchema>;

/** What a plan calls itself: read also where its effects are of a later program. */
export const planNamesSchema = z.looseObject({
  id: planSchema.shape.id,
  version: planSchema.shape.version,
});

/** Fields that a notice may name. */
export const noticeFields = [
  'station',
  'lines',
  'departures',
  'from',
  'until',
  'reason',
  'orderedBy',
  'reference',
  'measured',
  'signal',
  'alternatives',
] as const;
export type NoticeField = (typeof noticeFields)[number];

const keyId = z.string().regex(/^[0-9a-f]{8}$/);

/** A plan as it travels: JCS text and an Ed25519 signature of the station or the approving authority over {@link planSignedBytes}. */
export const signedPlanSchema = z.strictObject({
  alg: z.literal('Ed25519'),
  keyId,
  text: z.string().max(200_000),
  signature: base64urlSchema,
});
export type SignedPlan = z.infer<typeof signedPlanSchema>;

/** All plans of a station, as one versioned snapshot that its authority makes. `version` only grows. */
export const planLibrarySchema = z.strictObject({
  version: z.int().min(1),
  issuedAt: instantSchema,
  plans: z.array(signedPlanSchema).max(200),
});
export type PlanLibrary = z.infer<typeof planLibrarySchema>;

/** Names one version of one plan by its content: SHA-256 of its JCS text. */
export const planRefSchema = z.strictObject({
  id: planSchema.shape.id,
  version: planSchema.shape.version,
  hash: hashHexSchema,
});

const encoder = new TextEncoder();

/** Bytes that a plan's signature covers. `text` is the plan's JCS. */
export function planSignedBytes(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`so.plan.1\n${text}`);
}
