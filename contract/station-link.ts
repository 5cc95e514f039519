import { z } from 'zod';
import { leaseSeatsSchema, rawKeySchema, wholeDepartureSchema } from './entries/station.ts';
import {
  base64urlSchema,
  clerkNumberSchema,
  departureIdSchema,
  hashHexSchema,
  hex128Schema,
  instantSchema,
  ledgerIdSchema,
  weekSchema,
  windowIdSchema,
} from './ids.ts';
import { batchAnswerSchema } from './city.ts';
import { jcsBytes } from './encoding/jcs.ts';
import { MOST_RECORDS, stationRecordSchema } from './station-records.ts';
import { windowSightSchema } from './window-sight.ts';
import { deckSchema, roomRestSchema, vehicleSpaceSchema } from './vehicles.ts';

/**
 * What the offices of one station say to each other over their own network: TLS 1.3, both sides prove an Ed25519 key. A frame
 * is two 32-bit big-endian lengths, then the envelope as UTF-8 JSON (`contract/envelope.ts`: request, answer or event), then as many
 * bytes of body. A body is a batch or an HTTP body; most frames have none.
 */
export const stationFrameLimits = { jsonBytes: 4 * 1024 * 1024, bodyBytes: 48 * 1024 * 1024 } as const;

/** X25519 key of the host, raw 32 bytes: week keys are sealed to it, so that its gate picture can show names. */
export const hostSealingKeySchema = z.strictObject({
  keyId: z.string().regex(/^[0-9a-f]{8}$/),
  key: rawKeySchema,
});

/** A lease as host and window speak of it. */
export const linkLeaseSchema = z.strictObject({
  leaseId: hex128Schema,
  departureId: departureIdSchema,
  seats: leaseSeatsSchema,
  /** Every head, those with a seat among them, and free children outside the seats. */
  heads: z.int().min(0),
  freeChildren: z.int().min(0),
  whole: wholeDepartureSchema,
  /** Places of it that came back to the host before, by the id of their return: not in it any more, and never back again. */
  returned: z.array(hex128Schema).max(10_000).optional(),
});
export type LinkLease = z.infer<typeof linkLeaseSchema>;

/** Leased room for vehicles as host and window speak of it. */
export const linkRoomSchema = z.strictObject({
  leaseId: hex128Schema,
  departureId: departureIdSchema,
  space: vehicleSpaceSchema,
  /** All the room of the departure. */
  whole: vehicleSpaceSchema,
  /** Places of it that came back to the host before, by the id of their return: not in it any more, and never back again. */
  returned: z.array(hex128Schema).max(10_000).optional(),
});
export type LinkRoom = z.infer<typeof linkRoomSchema>;

/** Room of a departure that nobody holds; null where it takes no vehicles or nobody knows it. */
const roomLeftSchema = roomRestSchema.nullable();

/** What the city said to a batch that the host passed on; `id` counts at the host, and the window says when it has it. */
export const relayedAnswerSchema = z.strictObject({
  id: z.int().min(1),
  ledgerId: ledgerIdSchema,
  answer: batchAnswerSchema,
});
export type RelayedAnswer = z.infer<typeof relayedAnswerSchema>;

/** A document of the station, by name: the people list, the basic data, the feed. The host's newest one counts. */
export const documentMarkSchema = z.strictObject({
  name: z.string().regex(/^[a-zA-Z.]{1,40}$/),
  version: z.int().min(0),
});
export const stationDocumentSchema = z.strictObject({ ...documentMarkSchema.shape, text: z.string() });
export type StationDocument = z.infer<typeof stationDocumentSchema>;

/** How a window is now, as it tells its host. */
export const windowStateSchema = z.strictObject({
  signedIn: z.array(clerkNumberSchema).max(20),
  shiftClerk: clerkNumberSchema.nullable(),
  backlog: z.int().min(0),
  draining: z.boolean(),
  program: z.string().max(40),
});
export type WindowState = z.infer<typeof windowStateSchema>;

/** Bytes that a window signs with its journal key when it enrols: they bind that key to the key of its link and to this host. */
export function enrolProofBytes(proof: {
  window: string;
  signingKey: string;
  linkKey: string;
  hostKey: string;
}): Uint8Array<ArrayBuffer> {
  const { window, signingKey, linkKey, hostKey } = proof;
  return jcsBytes({ alg: 'Ed25519', purpose: 'so.station.enrol.1', window, signingKey, linkKey, hostKey });
}

/** Requests of a window to its host. `body` says what a frame's bytes are. */
export const hostMethods = {
  /** Exchanges a code (once, 24 h) for a place at this host. The same window with the same keys may ask again. */
  'window.enrol': {
    input: z.strictObject({
      code: z.string().min(8).max(64),
      window: windowIdSchema,
      signingKey: rawKeySchema,
      /** Ed25519 over {@link enrolProofBytes}. */
      proof: base64urlSchema,
      /** The ledger that there is already, with what it holds; null before the first one. */
      ledger: z
        .strictObject({
          ledgerId: ledgerIdSchema,
          ordinal: z.int().min(1).max(99),
          /** The host that it served before; null for none. */
          joined: windowIdSchema.nullable(),
          holds: z.array(linkLeaseSchema).max(5_000),
          rooms: z.array(linkRoomSchema).max(5_000),
          /** What it heard of the ends of tickets of these departures: whose places came back, and may be somebody else's. */
          ends: z.array(stationRecordSchema).max(MOST_RECORDS).optional(),
        })
        .nullable(),
      /** Id of the ledger to be made, when there is none. */
      freshLedgerId: ledgerIdSchema,
    }),
    /** `ordinal`: of the ledger to be made, above every one that this window's number had. */
    output: z.strictObject({ host: windowIdSchema, ordinal: z.int().min(1).max(99) }),
  },
  /** First word of every contact. */
  'window.hello': {
    input: z.strictObject({
      window: windowIdSchema,
      ledgerId: ledgerIdSchema,
      ordinal: z.int().min(1).max(99),
      headSeq: z.int().min(1),
      /** It knows that its history is another than the host's: it wants the way to the city and nothing else. */
      otherCopy: z.boolean(),
      state: windowStateSchema,
    }),
    output: z.strictObject({
      host: windowIdSchema,
      sealing: hostSealingKeySchema,
      /** It passes batches on to the city; else windows that know a city send theirs themselves. */
      relays: z.boolean(),
      /** What the host has of this ledger; `hash` is that of entry `seq`, zeros for none. */
      seq: z.int().min(0),
      hash: hashHexSchema,
      weekKeys: z.array(weekSchema),
      /** Leases given to this ledger and not ended: one that the window does not know was answered in vain. */
      leases: z.array(linkLeaseSchema).max(10_000),
      /** The same of room for vehicles. */
      rooms: z.array(linkRoomSchema).max(10_000),
      /** Departures of those leases that nobody sells any more: their unsold seats go back. */
      closed: z.array(departureIdSchema).max(10_000),
      answers: z.array(relayedAnswerSchema).max(1_000),
      documents: z.array(documentMarkSchema).max(40),
      /** The host's ledger: places of its records are counted in it. */
      ledgerId: ledgerIdSchema,
      now: instantSchema,
    }),
  },
  /** Seats of one departure: `wanted` now, more if there are enough. At most what is left; refused only when that is nothing. */
  'lease.request': {
    input: z.strictObject({
      requestId: hex128Schema,
      ledgerId: ledgerIdSchema,
      departureId: departureIdSchema,
      /** Seats; 0: nobody is waiting, a few in advance. */
      wanted: z.int().min(0).max(1_000),
      /** Heads without a seat, and free children outside the seats. */
      heads: z.int().min(0).max(1_000),
      freeChildren: z.int().min(0).max(1_000),
    }),
    output: z.strictObject({ lease: linkLeaseSchema, left: z.int().min(0) }),
  },
  'lease.return': {
    input: z.strictObject({
      returnId: hex128Schema,
      ledgerId: ledgerIdSchema,
      leaseId: hex128Schema,
      departureId: departureIdSchema,
      seats: leaseSeatsSchema,
      heads: z.int().min(0),
      freeChildren: z.int().min(0),
    }),
    output: z.strictObject({ left: z.int().min(0) }),
  },
  /** Room for the vehicles of an order, a little more in advance if there is enough; refused only when none of them fits. */
  'room.request': {
    input: z.strictObject({
      requestId: hex128Schema,
      ledgerId: ledgerIdSchema,
      departureId: departureIdSchema,
      wanted: z
        .array(
          z.strictObject({
            laneCm: z.int().min(0).max(20_000),
            places: z.int().min(0).max(100),
            deck: deckSchema.nullable(),
          }),
        )
        .min(1)
        .max(20),
    }),
    output: z.strictObject({ lease: linkRoomSchema, left: roomLeftSchema }),
  },
  'room.return': {
    input: z.strictObject({
      returnId: hex128Schema,
      ledgerId: ledgerIdSchema,
      leaseId: hex128Schema,
      departureId: departureIdSchema,
      space: vehicleSpaceSchema,
    }),
    output: z.strictObject({ left: roomLeftSchema }),
  },
  /** Seats that nobody holds yet, by departure. */
  'pools.get': {
    input: z.strictObject({ departureIds: z.array(departureIdSchema).max(2_000) }),
    output: z.strictObject({
      /** A departure that was never touched is left out: all of it is there. */
      pools: z.array(z.strictObject({ departureId: departureIdSchema, left: z.int().min(0) })),
    }),
  },
  /** Body: a signed batch as the city takes it. Stored durably before the answer. */
  'journal.push': {
    input: z.strictObject({}),
    output: z.strictObject({ seq: z.int().min(0), weekKeys: z.array(weekSchema) }),
  },
  /** The window has these answers of the city. */
  'answers.taken': {
    input: z.strictObject({ ids: z.array(z.int().min(1)).max(1_000) }),
    output: z.strictObject({}),
  },
  /** Body: what would go to the city over HTTP. The host asks the city and gives back its answer as body. */
  'city.request': {
    input: z.strictObject({
      path: z.enum(['v1/rpc', 'v1/batches']),
      contentType: z.string().max(100),
      timeoutMs: z.int().min(1).max(120_000),
    }),
    output: z.strictObject({ status: z.int(), headers: z.record(z.string(), z.string()) }),
  },
  'document.get': {
    input: z.strictObject({ name: z.string().max(40) }),
    output: z.strictObject({ document: stationDocumentSchema.nullable() }),
  },
  /** Gives records to the host and takes those that came there after a place. Again while there is `more`. */
  'records.sync': {
    input: z.strictObject({
      after: z.int().min(0),
      records: z.array(stationRecordSchema).max(MOST_RECORDS),
    }),
    output: z.strictObject({
      records: z.array(stationRecordSchema).max(MOST_RECORDS),
      place: z.int().min(0),
      more: z.boolean(),
    }),
  },
  'state.tell': { input: windowStateSchema, output: z.strictObject({}) },
  /** How far its journal goes and what it is without. A window goes on where its host does not know this word. */
  'sight.tell': { input: windowSightSchema, output: z.strictObject({}) },
  /** A question to a part of the host's office, for instance its gate picture. */
  'office.ask': {
    input: z.strictObject({ subject: z.string().max(64), params: z.unknown() }),
    output: z.strictObject({ result: z.unknown() }),
  },
} as const;
export type HostMethod = keyof typeof hostMethods;
export type HostInput<M extends HostMethod> = z.infer<(typeof hostMethods)[M]['input']>;
export type HostOutput<M extends HostMethod> = z.infer<(typeof hostMethods)[M]['output']>;

/** What a host tells its windows without being asked. */
export const hostEvents = {
  'city.answer': relayedAnswerSchema,
  /** The city takes nothing of this ledger from the host now: its window asks the city itself why. */
  'city.refused': z.strictObject({ ledgerId: ledgerIdSchema, code: z.string().max(64) }),
  'document.changed': documentMarkSchema,
  /** Records that came to the host: places after `after` up to `place`. Who is not so far asks with `records.sync`. */
  'records.new': z.strictObject({
    after: z.int().min(0),
    place: z.int().min(1),
    records: z.array(stationRecordSchema).max(MOST_RECORDS),
  }),
  'pool.changed': z.strictObject({ departureId: departureIdSchema, left: z.int().min(0) }),
  /** A request, never an order: give back what you do not need just now. */
  'lease.recall': z.strictObject({ departureId: departureIdSchema, all: z.boolean() }),
  /** The same of room for vehicles. */
  'room.changed': z.strictObject({ departureId: departureIdSchema, left: roomLeftSchema }),
  'room.recall': z.strictObject({ departureId: departureIdSchema, all: z.boolean() }),
  'departure.closed': z.strictObject({ departureId: departureIdSchema }),
  /** The station's picture changed: offices with a gate bring what is new. */
  'picture.changed': z.strictObject({}),
  /** This window is no gate any more: it wipes its keys to names and says so (`gate.wipe`). */
  'names.wipe': z.strictObject({}),
  /** Somebody signed in at a window: where they were before, their sessions lock. */
  'person.signedIn': z.strictObject({ number: clerkNumberSchema, byWindow: windowIdSchema }),
  /** Wrong PINs of one number over the whole station, as the host counts them; zeros after a right one or an unlocking. */
  'person.wrongPins': z.strictObject({
    number: clerkNumberSchema,
    wrongInARow: z.int().min(0),
    locks: z.int().min(0),
    lockedUntilMs: instantSchema.nullable(),
  }),
  /** Two people signed that this machine is off. */
  'window.writtenOff': z.strictObject({ ledgerId: ledgerIdSchema }),
} as const;
export type HostEvent = keyof typeof hostEvents;
export type HostEventData<E extends HostEvent> = z.infer<(typeof hostEvents)[E]>;
