import { z } from 'zod';
import { departureStateSchema, planSchema, scopeSchema } from '../contingency.ts';
import { departureIdSchema, hashHexSchema, instantSchema, windowIdSchema } from '../ids.ts';
import { measuredSchema, orderedBySchema, recordKeySchema } from '../orders.ts';
import type { MethodSpec } from './method.ts';
import { secondSignatureSchema } from './people.ts';
import { dataOfSchema, troubleKindSchema, windowDataSchema } from '../window-sight.ts';
import { rulesViewSchema } from './rules-view.ts';
import { inForceSchema } from './shapes.ts';

const reason = z.string().trim().min(1).max(200);
const untilSchema = instantSchema.nullable();
const planId = planSchema.shape.id;

/** What somebody fills in under an order; who they are comes from the session. */
const signing = {
  reason,
  orderedBy: orderedBySchema.nullable(),
  measured: measuredSchema.nullable(),
  /** Where the plan names a second person. */
  secondSignature: secondSignatureSchema.optional(),
};

const orderViewSchema = z.strictObject({
  ...inForceSchema.shape,
  key: recordKeySchema,
  planId,
  scope: scopeSchema,
  reason: z.string(),
  orderedBy: orderedBySchema.nullable(),
  measured: measuredSchema.nullable(),
  by: z.string(),
  countersignedBy: z.string().nullable(),
  /** Set for an order of the approving authority: only it ends that one. `number` counts its papers. */
  authority: z.strictObject({ name: z.string(), number: z.int() }).nullable(),
});
export type OrderView = z.infer<typeof orderViewSchema>;

/** A plan as the manager's page offers it. */
const planViewSchema = z.strictObject({
  planId,
  version: z.int(),
  hash: hashHexSchema,
  /** Who signed it: a window of the station (its id) or the approving authority (its name). Null: signed by its first order. */
  signer: z
    .strictObject({ kind: z.enum(['station', 'authority']), name: z.string(), keyId: z.string() })
    .nullable(),
  name: z.string(),
  weather: planSchema.shape.weather.unwrap().nullable(),
  scope: scopeSchema,
  authority: planSchema.shape.authority,
  /** Null when it loosens nothing: then an order takes no `until`. */
  loosensAtMostMin: z.int().nullable(),
  reviewEveryMin: z.int(),
  effects: planSchema.shape.effects,
  notices: planSchema.shape.notices,
});
export type PlanView = z.infer<typeof planViewSchema>;

const stateViewSchema = z.strictObject({
  key: recordKeySchema,
  at: instantSchema,
  scope: scopeSchema,
  state: departureStateSchema,
  undone: z.boolean(),
});

/** An instant and what was done then, by whom, on whose word: one line of the history. */
const historyRowSchema = z.strictObject({
  /** Of the record or change itself. */
  id: z.string(),
  what: z.enum(['order', 'extend', 'end', 'state', 'undo']),
  at: instantSchema,
  /** Window whose office wrote it; null = not known. */
  window: windowIdSchema.nullable(),
  /** Name of the approving authority, where it signed this; `window` is null then. */
  authority: z.string().nullable(),
  /** Name of the plan; null for states, and where the plan is of a later program. */
  name: z.string().nullable(),
  /** The order that it extends or ends, the change that it undoes. */
  of: z.string().nullable(),
  scope: scopeSchema.nullable(),
  state: departureStateSchema.nullable(),
  /** Of an order or extension: when what it loosens ends. Of a state: when it was taken back; null: it was not. */
  until: instantSchema.nullable(),
  by: z.string().nullable(),
  countersignedBy: z.string().nullable(),
  reason: z.string().nullable(),
  orderedBy: orderedBySchema.nullable(),
  measured: measuredSchema.nullable(),
});
export type PlanHistoryRow = z.infer<typeof historyRowSchema>;

/**
 * What is seen at one window: since when something has been missing. `window`: it went silent while somebody worked there, seen by the
 * host.
 */
const seenSchema = z.strictObject({
  window: windowIdSchema,
  what: z.enum([...troubleKindSchema.options, 'window']),
  since: instantSchema,
  minutes: z.int().min(0),
});

const suggestionSchema = z.strictObject({
  planId,
  sees: z.enum([
    'visibilityBelow',
    'windAtLeast',
    'readerSilent',
    'printerOut',
    'linkLost',
    'queueAtLeast',
    'backlogAtLeast',
  ]),
  seen: z.number(),
  threshold: z.number(),
  /** Windows at which it is seen; none where a person said it. */
  windows: z.array(windowIdSchema),
  /** An order of this plan is in force already. */
  inForce: z.boolean(),
});
export type PlanSuggestion = z.infer<typeof suggestionSchema>;

const previewSchema = z.strictObject({
  /** Departures of today and the next days for which anything changes, by time; at most 300 are listed, all are counted. */
  rows: z.array(
    z.strictObject({
      departureId: departureIdSchema,
      lineName: z.string(),
      departLocal: z.string(),
      before: departureStateSchema,
      after: departureStateSchema,
      sold: z.boolean(),
      tickets: z.int(),
      passengers: z.int(),
      vehicles: z.int(),
      /** Of the tickets, those that came through another channel than a window. */
      elsewhere: z.int(),
      refundableFen: z.int(),
      instead: departureIdSchema.nullable(),
      insteadSeats: z.int(),
    }),
  ),
  departures: z.int(),
  tickets: z.int(),
  passengers: z.int(),
  vehicles: z.int(),
  refundableFen: z.int(),
  /** Whose tickets these are: of the whole station as far as `data` says, or of this window alone. */
  of: dataOfSchema,
  /** Tickets whose sale this office has not read: they count with the fare of their class that is in force now. */
  unread: z.int().min(0),
  /** Windows whose journals are in, and up to when: what one sold since is in no figure here. */
  data: z.array(windowDataSchema),
  /** The rules of the departures in its scope as they are now, and as they would be; departures alike stand together. Of the next 300. */
  rules: z.array(
    z.strictObject({ departures: z.int().min(1), now: rulesViewSchema, after: rulesViewSchema }),
  ),
  /** Windows that this office knows, itself among them: 0 where it is alone or a window of a host that is away. */
  windows: z.int(),
  /** Windows that cannot be told now: they may go on selling what they hold until they are heard again. */
  silent: z.array(
    z.strictObject({
      window: windowIdSchema,
      heardAt: instantSchema.nullable(),
      /** Places of the departures above that it was given and did not give back, those among them that it may have sold. */
      held: z.int(),
    }),
  ),
});
export type PlanPreview = z.infer<typeof previewSchema>;

const orderResult = z.strictObject({ key: recordKeySchema, id: z.string(), at: instantSchema });

/** Contingency plans and states of departures: what the manager on duty and the shift leaders do with them. */
export const planMethods = {
  'plans.list': {
    mutating: false,
    audit: 'none',
    summary:
      'The plans of the station, the orders in force, the states that were set, and plan files or records that do not count, with the reason.',
    input: z.strictObject({}),
    output: z.strictObject({
      plans: z.array(planViewSchema),
      inForce: z.array(orderViewSchema),
      states: z.array(stateViewSchema),
      broken: z.array(z.strictObject({ what: z.string(), message: z.string() })),
      /** Plan files of this PC that a manager may sign here: never signed, or of a later version than what is signed. */
      waiting: z.array(
        z.strictObject({
          file: z.string(),
          planId,
          name: z.string(),
          version: z.int(),
          hash: hashHexSchema,
          signedVersion: z.int().nullable(),
        }),
      ),
    }),
  },
  'plans.sign': {
    mutating: true,
    audit: 'journal',
    summary:
      'Signs the plan of a file for the station: from then on every office of it has that version. At the host, or at an office without one.',
    input: z.strictObject({
      planId,
      version: planSchema.shape.version,
      /** Of the text that was looked at, as `plans.list` gives it. */
      hash: hashHexSchema,
      secondSignature: secondSignatureSchema,
    }),
    output: z.strictObject({ version: z.int() }),
  },
  'plans.preview': {
    mutating: false,
    audit: 'none',
    summary:
      'What an order, its end, a state or its undoing would do to departures, tickets, people and money. Changes nothing.',
    input: z.strictObject({
      of: z.discriminatedUnion('what', [
        z.strictObject({ what: z.literal('order'), planId, scope: scopeSchema, until: untilSchema }),
        z.strictObject({ what: z.literal('end'), order: recordKeySchema }),
        z.strictObject({
          what: z.literal('narrow'),
          order: recordKeySchema,
          scope: scopeSchema,
          until: untilSchema,
        }),
        z.strictObject({ what: z.literal('setState'), scope: scopeSchema, state: departureStateSchema }),
        z.strictObject({ what: z.literal('undoState'), undoes: recordKeySchema }),
      ]),
    }),
    output: previewSchema,
  },
  'plans.suggest': {
    mutating: false,
    audit: 'none',
    summary:
      'Plans that what the station sees suggests (at the host of every window: a reader silent, paper out, a link lost, a window silent, entries that wait for the city, people who wait with queue numbers), and what a person typed from a weather bulletin or counted. Puts nothing in force.',
    input: z.strictObject({
      bulletin: z.strictObject({
        visibilityMetres: z.int().min(0).max(50_000).optional(),
        windBeaufort: z.int().min(0).max(17).optional(),
        queuePeople: z.int().min(0).max(1_000_000).optional(),
      }),
    }),
    output: z.strictObject({
      suggestions: z.array(suggestionSchema),
      /** Whose windows are looked at: the station's, at its host; this one alone anywhere else. */
      of: dataOfSchema,
      seen: z.array(seenSchema),
      /** Entries that the city does not have, by window; where there is no city, that the host does not have. */
      backlogs: z.array(z.strictObject({ window: windowIdSchema, entries: z.int().min(1) })),
      backlog: z.int(),
      /** People with queue numbers who were not let go yet, today. */
      queue: z.int(),
    }),
  },
  'plans.review': {
    mutating: true,
    audit: 'journal',
    summary:
      'Somebody looked again and an order goes on: its review timer starts anew. Ends and lengthens nothing.',
    input: z.strictObject({ order: recordKeySchema, note: z.string().trim().max(200) }),
    output: z.strictObject({ at: instantSchema, dueAt: instantSchema.nullable() }),
  },
  'plans.history': {
    mutating: false,
    audit: 'none',
    summary: 'Orders, extensions, ends and states of this station, newest first, at most 300.',
    input: z.strictObject({}),
    output: z.strictObject({ rows: z.array(historyRowSchema) }),
  },
  'plans.order': {
    mutating: true,
    audit: 'journal',
    summary: 'Puts a plan in force, at once, for the whole of its scope or a part of it.',
    input: z.strictObject({ planId, scope: scopeSchema, until: untilSchema, ...signing }),
    output: orderResult,
  },
  'plans.extend': {
    mutating: true,
    audit: 'journal',
    summary: 'Lets the loosenings of an order go on until later.',
    input: z.strictObject({ order: recordKeySchema, until: instantSchema, ...signing }),
    output: orderResult,
  },
  'plans.end': {
    mutating: true,
    audit: 'journal',
    summary: 'Ends an order for ever. Rights that passengers gained stay.',
    input: z.strictObject({ order: recordKeySchema, ...signing }),
    output: orderResult,
  },
  'plans.narrow': {
    mutating: true,
    audit: 'journal',
    summary:
      'Lets a part of an order go: it is ended and put in force for what remains, two records signed together. Rights gained stay.',
    input: z.strictObject({ order: recordKeySchema, scope: scopeSchema, until: untilSchema, ...signing }),
    output: orderResult,
  },
  'departures.setState': {
    mutating: true,
    audit: 'journal',
    summary: 'Sets a state for one departure, a line, a time ("all after 16:30") or a kind of vessel.',
    input: z.strictObject({
      scope: scopeSchema,
      state: departureStateSchema,
      reason,
      orderedBy: orderedBySchema.nullable(),
    }),
    output: z.strictObject({ key: recordKeySchema, id: z.string(), at: instantSchema }),
  },
  'departures.undoState': {
    mutating: true,
    audit: 'journal',
    summary: 'Takes back one state that was set; what it had superseded holds again.',
    input: z.strictObject({ undoes: recordKeySchema, reason }),
    output: z.strictObject({ key: recordKeySchema, id: z.string(), at: instantSchema }),
  },
} as const satisfies Record<string, MethodSpec>;
