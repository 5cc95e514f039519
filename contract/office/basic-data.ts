import { z } from 'zod';
import { changeCountsSchema, rowChangeSchema } from '../basic-data/changes.ts';
import { dataProblemSchema } from '../basic-data/problems.ts';
import { tableNameSchema } from '../basic-data/tables.ts';
import {
  departureIdSchema,
  hashHexSchema,
  hex128Schema,
  instantSchema,
  ticketNumberSchema,
  windowIdSchema,
} from '../ids.ts';
import type { MethodSpec } from './method.ts';

const nothing = z.strictObject({});
const note = z.string().max(200).default('');
/** UTC milliseconds; null = at once. */
const effectiveAt = instantSchema.nullable();
const row = z.record(z.string(), z.unknown());

/** One change-set as the list shows it. */
export const changeSetViewSchema = z.strictObject({
  changeId: hex128Schema,
  number: z.int().min(1),
  at: instantSchema,
  /** Staff number of who made it. */
  actor: z.string(),
  effectiveAt: instantSchema,
  origin: z.enum(['form', 'import']),
  note: z.string(),
  counts: changeCountsSchema,
  state: z.enum(['pending', 'inEffect', 'undone']),
});
export type ChangeSetView = z.infer<typeof changeSetViewSchema>;

/** What a change would do and what is wrong with it. With an error nothing of it is accepted. */
export const changeReportSchema = z.strictObject({
  counts: changeCountsSchema,
  errors: z.int().min(0),
  warnings: z.int().min(0),
  /** Errors first, at most 500. */
  problems: z.array(dataProblemSchema).max(500),
});
export type ChangeReport = z.infer<typeof changeReportSchema>;

const surplusTicketSchema = z.strictObject({
  ticketNumber: ticketNumberSchema,
  window: windowIdSchema,
  seatNumber: z.int().nullable(),
  heads: z.int().min(0),
});

const previewRowSchema = z.strictObject({
  table: tableNameSchema,
  key: z.string(),
  what: z.enum(['added', 'changed', 'removed']),
  before: row.nullable(),
  after: row.nullable(),
});
export type PreviewRow = z.infer<typeof previewRowSchema>;

export const importReportSchema = z.strictObject({
  ...changeReportSchema.shape,
  format: z.enum(['csv', 'xlsx']),
  /** How the text was encoded; null for XLSX. */
  encoding: z.enum(['utf-8', 'utf-16', 'gb18030']).nullable(),
  tables: z.array(
    z.strictObject({ table: tableNameSchema, sheet: z.string().nullable(), rows: z.int().min(0) }),
  ),
  /** Says again what was previewed; `data.importConfirm` needs it. Null when there are errors or nothing would change. */
  digest: hashHexSchema.nullable(),
  /** The first of what would change; more with `data.importPreview`. */
  preview: z.array(previewRowSchema).max(100),
});
export type ImportReport = z.infer<typeof importReportSchema>;

const acceptedChangeSchema = z.strictObject({
  changeId: hex128Schema,
  number: z.int().min(1),
  effectiveAt: instantSchema,
  counts: changeCountsSchema,
});

/** Basic data (基础资料). For the station manager; the auditor may read. */
export const basicDataMethods = {
  'data.overview': {
    mutating: false,
    audit: 'none',
    summary: "The station's own basic data: rows by table, change-sets, and what the city decides instead.",
    input: nothing,
    output: z.strictObject({
      /** Changes are made at this window. */
      isAuthority: z.boolean(),
      authority: windowIdSchema,
      /** Number of the newest change-set in effect; 0 = no own data. */
      number: z.int().min(0),
      tables: z.array(
        z.strictObject({
          table: tableNameSchema,
          rows: z.int().min(0),
          /** Rows in force that nobody has verified (mark M0 or EST), also those that stand where the station has none. */
          unproven: z.int().min(0),
        }),
      ),
      /** Newest first, at most 200. */
      changes: z.array(changeSetViewSchema),
      /** The city's feed in use; null = none. */
      feedVersion: z.int().nullable(),
      /** Own lines and rules that wait unused because the city's feed has them. */
      overridden: z.strictObject({ lineIds: z.array(z.string()), ruleIds: z.array(z.string()) }),
    }),
  },
  'data.rows': {
    mutating: false,
    audit: 'none',
    summary:
      'Rows of a table as they are, or as they will be at an instant, a page at a time: own ones, then those that stand where the station has none.',
    input: z.strictObject({
      table: tableNameSchema,
      /** Words to look for in any cell. */
      query: z.string().max(60).default(''),
      at: instantSchema.nullable().default(null),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(500).default(100),
    }),
    output: z.strictObject({
      total: z.int().min(0),
      rows: z.array(
        z.strictObject({
          key: z.string(),
          row,
          /** Who says it: the station, or in its place the city's feed or the list that comes with the program. */
          from: z.enum(['own', 'city', 'program']),
        }),
      ),
    }),
  },
  'data.check': {
    mutating: false,
    audit: 'none',
    summary: 'What a change would do and what is wrong with it. Changes nothing.',
    input: z.strictObject({ changes: z.array(rowChangeSchema).max(2_000), effectiveAt }),
    output: changeReportSchema,
  },
  'data.change': {
    mutating: true,
    audit: 'journal',
    summary:
      'Accepts a change-set that takes effect as a whole at a time. Refused whole when the check finds an error.',
    input: z.strictObject({ changes: z.array(rowChangeSchema).min(1).max(2_000), effectiveAt, note }),
    output: acceptedChangeSchema,
  },
  'data.undo': {
    mutating: true,
    audit: 'journal',
    summary: 'Takes a change-set back before it takes effect.',
    input: z.strictObject({ changeId: hex128Schema, note }),
    output: z.strictObject({ changeId: hex128Schema, number: z.int().min(1) }),
  },
  'data.pinyin': {
    mutating: false,
    audit: 'none',
    summary:
      'Pinyin and initials that would be made for a name: a suggestion, polyphones are corrected by hand.',
    input: z.strictObject({ name: z.string().min(1).max(40) }),
    output: z.strictObject({
      initials: z.string(),
      pinyin: z.string(),
      /** Characters with more than one reading. */
      polyphones: z.array(z.string()),
    }),
  },
  'data.surplus': {
    mutating: false,
    audit: 'none',
    summary:
      'After a smaller vessel took the place of another: the tickets it has no room for, newest first, and those that need another seat.',
    input: z.strictObject({ departureId: departureIdSchema }),
    output: z.strictObject({
      vesselName: z.string(),
      capacity: z.int().min(1),
      /** Heads of all tickets that hold. */
      heads: z.int().min(0),
      /** Nothing more is sold of this departure. */
      saleEnded: z.boolean(),
      surplus: z.array(surplusTicketSchema),
      reseat: z.array(surplusTicketSchema),
    }),
  },
  'data.importBegin': {
    mutating: false,
    audit: 'log',
    summary:
      'Begins the upload of a CSV or XLSX file into the memory of the office; an earlier one of this page is dropped.',
    input: z.strictObject({ bytes: z.int().min(1).max(1_000_000_000) }),
    output: z.strictObject({ importId: hex128Schema, partBytes: z.int().min(1) }),
  },
  'data.importPart': {
    mutating: false,
    audit: 'none',
    summary: 'The n-th part of the file, from 0, in order.',
    input: z.strictObject({
      importId: hex128Schema,
      n: z.int().min(0).max(10_000),
      base64: z
        .string()
        .max(240_000)
        .regex(/^[A-Za-z0-9+/]*={0,2}$/),
    }),
    output: z.strictObject({ received: z.int().min(0) }),
  },
  'data.importRead': {
    mutating: false,
    audit: 'log',
    summary:
      'Reads and checks the uploaded file whole and says what would change, every problem with its sheet and cell. Changes nothing.',
    input: z.strictObject({
      importId: hex128Schema,
      /** What a CSV file holds; found by its headings when absent. */
      table: tableNameSchema.optional(),
      /** `merge` adds and changes; `replace` also removes rows of these tables that the file does not have. */
      mode: z.enum(['merge', 'replace']),
      effectiveAt,
    }),
    output: importReportSchema,
  },
  'data.importPreview': {
    mutating: false,
    audit: 'none',
    summary: 'More of what the file that was read would change.',
    input: z.strictObject({
      importId: hex128Schema,
      offset: z.int().min(0),
      limit: z.int().min(1).max(200),
    }),
    output: z.strictObject({ total: z.int().min(0), rows: z.array(previewRowSchema) }),
  },
  'data.importConfirm': {
    mutating: true,
    audit: 'journal',
    summary: 'Accepts what was previewed, as one change-set.',
    input: z.strictObject({ importId: hex128Schema, digest: hashHexSchema, effectiveAt, note }),
    output: acceptedChangeSchema,
  },
  'data.importDrop': {
    mutating: false,
    audit: 'none',
    summary: 'Forgets the uploaded file.',
    input: z.strictObject({ importId: hex128Schema }),
    output: nothing,
  },
  'data.export': {
    mutating: false,
    audit: 'log',
    summary:
      'Writes own data as a file that imports back to the same data, or an empty template; fetched with `data.exportPart`.',
    input: z.strictObject({
      format: z.enum(['csv', 'xlsx']),
      /** Needed for CSV; all tables when absent. */
      table: tableNameSchema.optional(),
      /** Headings only. */
      template: z.boolean().default(false),
    }),
    output: z.strictObject({
      exportId: hex128Schema,
      fileName: z.string(),
      bytes: z.int().min(0),
      parts: z.int().min(1),
    }),
  },
  'data.exportPart': {
    mutating: false,
    audit: 'none',
    summary: 'The n-th part of an exported file, from 0.',
    input: z.strictObject({ exportId: hex128Schema, n: z.int().min(0).max(10_000) }),
    output: z.strictObject({ base64: z.string() }),
  },
} as const satisfies Record<string, MethodSpec>;
