import { z } from 'zod';
import { hashHexSchema, hex128Schema, instantSchema, ledgerIdSchema, windowIdSchema } from '../ids.ts';
import {
  dataSetSchema,
  rowSchemas,
  tableNames,
  tableNameSchema,
  type DataRows,
  type TableName,
} from './tables.ts';

/** What is done to one row: put (added, or changed when its key is there) or removed. */
export type RowChange = {
  [T in TableName]:
    | { readonly table: T; readonly put: DataRows[T] }
    | { readonly table: T; readonly remove: string };
}[TableName];

const changeSchemas = tableNames.flatMap((table) => [
  z.strictObject({ table: z.literal(table), put: rowSchemas[table] }),
]);
/** One change of a row, as a form sends it. `remove` is the row's key (`rowKey`). */
export const rowChangeSchema = z.union([
  z.strictObject({ table: tableNameSchema, remove: z.string().min(1).max(400) }),
  ...changeSchemas,
]) as unknown as z.ZodType<RowChange>;

/** A change-set that stands: it takes effect as a whole at `effectiveAt`. */
export interface ChangeSet {
  readonly changeId: string;
  /** The data's version once it is in effect, if no other is between. Grows by one a change-set. */
  readonly number: number;
  readonly effectiveAt: number;
  readonly changes: readonly RowChange[];
}

/**
 * Basic data as they go from the authority (station host or a lone window) to the other windows: a snapshot with the
 * change-sets that are still to take effect, so that a window without its host changes over at the same time.
 */
export const dataDocumentSchema = z.strictObject({
  v: z.literal(1),
  /** Grows with every change-set and every undoing. */
  version: z.int().min(1),
  station: z.string().regex(/^[a-z0-9-]{1,64}$/),
  issuer: z.strictObject({ window: windowIdSchema, ledgerId: ledgerIdSchema }),
  issuedAt: instantSchema,
  /** What was in effect when it was issued. */
  data: dataSetSchema,
  /** Number of the newest change-set in `data`; 0 = none. */
  dataNumber: z.int().min(0),
  pending: z
    .array(
      z.strictObject({
        changeId: hex128Schema,
        number: z.int().min(1),
        effectiveAt: instantSchema,
        changes: z.array(rowChangeSchema).max(400_000),
      }),
    )
    .max(1_000),
});
export type DataDocument = z.infer<typeof dataDocumentSchema>;

/** Rows by what happens to them. */
export const changeCountsSchema = z.strictObject({
  added: z.int().min(0),
  changed: z.int().min(0),
  removed: z.int().min(0),
});
export type ChangeCounts = z.infer<typeof changeCountsSchema>;

/** Bodies of the journal about basic data. */
export const dataEntryBodies = {
  /** A change-set of the manager was accepted; its rows follow in `data.rows` of the same command. */
  'data.changed': z.strictObject({
    changeId: hex128Schema,
    number: z.int().min(1),
    effectiveAt: instantSchema,
    origin: z.enum(['form', 'import']),
    note: z.string().max(200),
    counts: changeCountsSchema,
    /** How many `data.rows` follow. */
    parts: z.int().min(1).max(450),
    /** SHA-256 of the JCS text of all changes. */
    hash: hashHexSchema,
  }),
  'data.rows': z.strictObject({
    changeId: hex128Schema,
    n: z.int().min(1),
    table: tableNameSchema,
    put: z.array(z.record(z.string(), z.unknown())).max(5_000),
    remove: z.array(z.string().max(400)).max(5_000),
  }),
  /** A change-set was taken back before it took effect. */
  'data.undone': z.strictObject({
    changeId: hex128Schema,
    number: z.int().min(1),
    note: z.string().max(200),
  }),
  /** A document of the authority took effect at this window. */
  'data.taken': z.strictObject({
    version: z.int().min(1),
    issuerLedgerId: ledgerIdSchema,
    hash: hashHexSchema,
  }),
} as const;
