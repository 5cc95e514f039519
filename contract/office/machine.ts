import { z } from 'zod';
import { deviceId, printOutcome } from '../device.ts';
import { hex128Schema, instantSchema } from '../ids.ts';
import { refusalSchema } from '../refusals.ts';
import type { MethodSpec } from './method.ts';

const nothing = z.strictObject({});
/** A copy's name, as `backups.list` gives it. */
const backupNameSchema = z.string().regex(/^ledger[A-Za-z0-9.-]{1,40}$/);
const levelSchema = z.enum(['info', 'warn', 'error']);

const backupSchema = z.strictObject({
  name: backupNameSchema,
  /** Made here, or by the program before it changed the ledger for a newer version. */
  kind: z.enum(['made', 'beforeUpdate']),
  bytes: z.int().min(0),
  /** When it was begun; null where its name does not say it. */
  madeAt: instantSchema.nullable(),
});
export type BackupView = z.infer<typeof backupSchema>;

/** A test sheet under way. */
const testSheetShape = { sheetId: hex128Schema, deviceId };

export const machineEvents = {
  /** How a test sheet came out; `reason` in Chinese where there is one. */
  'printer.tested': z.strictObject({
    ...testSheetShape,
    outcome: printOutcome,
    reason: z.string().optional(),
  }),
} as const satisfies Record<string, z.ZodType>;

/** What a technician looks after at a window: test sheets of its printers, the log, and copies of the ledger. */
export const machineMethods = {
  'printer.testSheet': {
    mutating: true,
    audit: 'journal',
    summary:
      'Prints the test sheet of a printer that is ready: width, font, QR, cutter. It uses ticket paper, which the day report counts. The outcome comes as `printer.tested`.',
    input: z.strictObject({ deviceId }),
    output: z.strictObject(testSheetShape),
  },
  'logs.tail': {
    mutating: false,
    audit: 'none',
    summary:
      "The last lines of this office's log, newest last, at least of a level. What is personal was left out when it was written, and is once more here.",
    input: z.strictObject({ limit: z.int().min(1).max(500), level: levelSchema.optional() }),
    output: z.strictObject({
      lines: z.array(
        z.strictObject({
          /** Null where a line is no line of ours. */
          at: instantSchema.nullable(),
          level: levelSchema.nullable(),
          text: z.string(),
          /** The members of the line besides these, as JSON; empty when there are none. */
          more: z.string(),
        }),
      ),
    }),
  },
  'logs.file': {
    mutating: false,
    audit: 'log',
    summary:
      'The last 5,000 lines of the log as a file, masked once more: it comes back whole, for the page to save.',
    input: nothing,
    output: z.strictObject({ fileName: z.string(), mediaType: z.string(), base64: z.string() }),
  },
  'backups.list': {
    mutating: false,
    audit: 'none',
    summary: 'Copies of the ledger in the data folder, newest first, and what is kept of them.',
    input: nothing,
    output: z.strictObject({
      backups: z.array(backupSchema),
      kept: z.int().min(1),
      folder: z.string(),
      /** The folder on another disk (`backup.folder` of `station.json`); null when none is configured. */
      second: z
        .strictObject({
          folder: z.string(),
          /** Why no copy could go there now; null when one could. */
          refusal: refusalSchema.nullable(),
          /** The last copy that went there, whole, and when. */
          last: z.strictObject({ name: z.string(), at: instantSchema, seq: z.int().min(1) }).nullable(),
        })
        .nullable(),
      /** Why the last copy that was due by itself could not be made; null when nothing is owed. */
      daily: z.strictObject({ at: instantSchema, refusal: refusalSchema }).nullable(),
    }),
  },
  'backups.make': {
    mutating: false,
    audit: 'journal',
    summary:
      'Copies the ledger while sales go on: durable and whole under its name, or not there. The oldest beyond the kept ones is removed. With `backup.folder` a second copy goes there; refused when it cannot (`backup.second…`), the first copy stays.',
    input: nothing,
    output: z.strictObject({
      ...backupSchema.shape,
      seq: z.int().min(1),
      tookMs: z.int().min(0),
      /** Name of the copy in the second folder; null when none is configured. */
      second: z.string().nullable(),
    }),
  },
  'backups.verify': {
    mutating: false,
    audit: 'journal',
    summary:
      'Opens a copy read-only and reads it from end to end: sequence, hashes, columns, sealed rows; then whether the ledger in use has the same entry where it ends.',
    input: z.strictObject({ name: backupNameSchema }),
    output: z.strictObject({
      name: backupNameSchema,
      ok: z.boolean(),
      /** Entries read. */
      count: z.int().min(0),
      /** The ledger in use has the very same entry where the copy ends. */
      isOurs: z.boolean(),
      tookMs: z.int().min(0),
      wrong: z.strictObject({ seq: z.int().min(0), why: z.string() }).optional(),
    }),
  },
} as const satisfies Record<string, MethodSpec>;
