import type { KeyObject } from 'node:crypto';
import type { Batch } from '../../contract/encoding/batch.ts';
import type { EntryBody, EntryEnvelope } from '../../contract/entries.ts';
import type { Refusal } from '../../contract/refusals.ts';
import { hexOf } from '../crypto.ts';
import { shapeColumn, type Engine } from '../store/shape-column.ts';
import type { SqlValue } from '../store/store.ts';
import { judgeEntry, judgesWith, type Judged, type LedgerFacts } from './judge.ts';

/** New entries of a batch, and all that judging them by themselves needs. */
export interface BatchGiven {
  window: string;
  ledgerId: string;
  /** Seq of the first line. */
  from: number;
  lines: Batch['entries'];
  /** 32 bytes for each line. */
  hashes: Uint8Array;
  /** base64url of the window's enrolled key. */
  windowKey: string;
  /** The keys that are held of the weeks that these lines name. */
  weekKeys: ReadonlyMap<string, KeyObject>;
  indexKey: KeyObject;
  engine: Engine;
}

/** An entry that is not plainly accepted. Held without a refusal: it waits for the rest of its command. */
export interface Odd {
  seq: number;
  verdict: 'refused' | 'held';
  waitsFor?: 'weekKey' | 'unknownKind' | 'parts';
  week?: string;
  refusal?: Refusal;
}

/** One column of many rows, as the database takes it. `hex` is bytes, told as hexadecimal digits. */
export interface FilledColumn {
  name: string;
  type: ColumnType;
  values: SqlValue;
}
type ColumnType = 'bigint' | 'text' | 'hex';

/**
 * Entries that follow one another, judged by themselves: what is stored of them whatever the database says, ready to be sent, and
 * what must be looked up before it is.
 */
export interface JudgedChunk {
  lastSeq: number;
  lastHash: Uint8Array;
  entries: FilledColumn[];
  sealed: FilledColumn[] | undefined;
  /** All columns but the verdict. */
  tickets: FilledColumn[] | undefined;
  sold: { seq: number; ticketNumber: string }[];
  passengers: { seq: number; kind: string; numberIndex: string }[];
  odd: Odd[];
  openings: Opening[];
  /** Entries by which an office opens as host without saying that it takes over. */
  hosts: number[];
}

export interface Opening {
  seq: number;
  atMs: number;
  ordinal: number;
  predecessor: EntryBody<'ledger.opened'>['predecessor'];
}

/** Entries of a chunk: judged while the database stores those before them. */
const CHUNK_ENTRIES = 1_000;

/** A breath after so many, about a millisecond: what goes to the database is larger than a socket takes at once. */
const BREATH_ENTRIES = 50;

interface Entry extends Judged {
  seq: number;
  hash: Uint8Array;
  line: Batch['entries'][number];
}
type Sold = Entry & { envelope: EntryEnvelope; ticket: NonNullable<Judged['ticket']> };

/** Judges a batch, a chunk of whole commands at a time. A chunk ends with a command's last part, or is twice as long. */
export async function* judgeChunks(
  given: BatchGiven,
  breathe: () => Promise<void>,
): AsyncGenerator<JudgedChunk, void, undefined> {
  const { window, ledgerId, from, lines, hashes } = given;
  const facts: LedgerFacts = judgesWith(given);
  let entries: Entry[] = [];
  for (const [at, line] of lines.entries()) {
    const seq = from + at;
    const hash = hashes.subarray(32 * at, 32 * at + 32);
    const judged = judgeEntry({ window, ledgerId, seq }, line.entry, line.row, facts);
    entries.push({ ...judged, seq, hash, line });
    if (entries.length % BREATH_ENTRIES === 0) await breathe();
    const part = judged.envelope?.part;
    const isWhole = !part || part.n >= part.of;
    if ((entries.length < CHUNK_ENTRIES || !isWhole) && entries.length < 2 * CHUNK_ENTRIES) continue;
    yield chunkOf(entries, given.engine);
    entries = [];
  }
  if (entries.length > 0) yield chunkOf(entries, given.engine);
}

function chunkOf(entries: readonly Entry[], engine: Engine): JudgedChunk {
  const last = entries.at(-1);
  if (!last) throw new Error('a chunk without entries');
  const sealed = entries.filter(({ line }) => line.row);
  const sold = entries.filter((entry): entry is Sold => Boolean(entry.ticket && entry.envelope));
  return {
    lastSeq: last.seq,
    lastHash: new Uint8Array(last.hash),
    entries: fill(engine, entries, ENTRY_COLUMNS),
    sealed: sealed.length > 0 ? fill(engine, sealed, SEALED_COLUMNS) : undefined,
    tickets: sold.length > 0 ? fill(engine, sold, TICKET_COLUMNS) : undefined,
    sold: sold.map(({ seq, ticket }) => ({ seq, ticketNumber: ticket.ticketNumber })),
    passengers: entries.flatMap(({ seq, passenger }) => (passenger ? [{ seq, ...passenger }] : [])),
    odd: oddOnes(entries),
    openings: entries.flatMap(({ seq, opened, envelope, refusal }) =>
      opened && envelope && !refusal
        ? [{ seq, atMs: envelope.at, ordinal: opened.ordinal, predecessor: opened.predecessor }]
        : [],
    ),
    hosts: entries
      .filter(
        ({ envelope, refusal }) =>
          envelope?.kind === 'host.opened' && !refusal && envelope.body['frozenThrough'] === null,
      )
      .map(({ seq }) => seq),
  };
}

/**
 * What is refused or held. A command's parts may come in two batches: good ones are held until all are there. Held in every case;
 * what is complete with what was stored before is accepted by `settleParts` in the same transaction.
 */
function oddOnes(entries: readonly Entry[]): Odd[] {
  const partsOf = new Map<string, Set<number>>();
  for (const { envelope } of entries) {
    if (!envelope || envelope.part.of === 1) continue;
    const parts = partsOf.get(envelope.commandId) ?? new Set();
    partsOf.set(envelope.commandId, parts.add(envelope.part.n));
  }
  return entries.flatMap(({ seq, envelope, refusal, waitsFor, week }): Odd[] => {
    if (refusal && waitsFor)
      return [{ seq, verdict: 'held', refusal, waitsFor, ...(week === undefined ? {} : { week }) }];
    if (refusal) return [{ seq, verdict: 'refused', refusal }];
    const isWhole =
      !envelope || envelope.part.of === 1 || (partsOf.get(envelope.commandId)?.size ?? 0) >= envelope.part.of;
    return isWhole ? [] : [{ seq, verdict: 'held', waitsFor: 'parts' }];
  });
}

/** One column of a table and what an entry has in it. */
type Column<Row> = readonly [
  name: string,
  type: ColumnType,
  of: (row: Row) => string | number | null | undefined,
];

/** Puts rows into the database's shape, a column at a time. */
export function fill<Row>(
  engine: Engine,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
): FilledColumn[] {
  return columns.map(([name, type, of]) => ({ name, type, values: shapeColumn(engine, rows.map(of)) }));
}

const ENTRY_COLUMNS: readonly Column<Entry>[] = [
  ['seq', 'bigint', ({ seq }) => seq],
  ['hash', 'hex', ({ hash }) => hexOf(hash)],
  ['entry', 'text', ({ line }) => line.entry],
  ['kind', 'text', ({ envelope }) => envelope?.kind],
  ['at', 'bigint', ({ envelope }) => envelope?.at],
  ['business_date', 'text', ({ envelope }) => envelope?.businessDate],
  ['command_id', 'text', ({ envelope }) => envelope?.commandId],
  ['part_n', 'bigint', ({ envelope }) => envelope?.part.n],
  ['part_of', 'bigint', ({ envelope }) => envelope?.part.of],
];
const SEALED_COLUMNS: readonly Column<Entry>[] = [
  ['ref', 'text', ({ line }) => line.row?.ref],
  ['seq', 'bigint', ({ seq }) => seq],
  ['alg', 'text', ({ line }) => line.row?.alg],
  ['week', 'text', ({ line }) => line.row?.week],
  ['nonce', 'text', ({ line }) => line.row?.nonce],
  ['sealed', 'text', ({ line }) => line.row?.sealed],
];
const TICKET_COLUMNS: readonly Column<Sold>[] = [
  ['seq', 'bigint', ({ seq }) => seq],
  ['ticket_number', 'text', ({ ticket }) => ticket.ticketNumber],
  ['departure_id', 'text', ({ ticket }) => ticket.departureId],
  ['depart_at', 'bigint', ({ ticket }) => ticket.departAt],
  ['line_id', 'text', ({ ticket }) => ticket.lineId],
  ['from_place_id', 'text', ({ ticket }) => ticket.fromPlaceId],
  ['to_place_id', 'text', ({ ticket }) => ticket.toPlaceId],
  ['ticket_class', 'text', ({ ticket }) => ticket.ticketClass],
  ['fare_fen', 'bigint', ({ ticket }) => ticket.fareFen],
  ['seat_number', 'bigint', ({ ticket }) => ticket.seatNumber],
  ['shift_id', 'text', ({ ticket }) => ticket.shiftId],
  ['business_date', 'text', ({ envelope }) => envelope.businessDate],
  ['sold_at', 'bigint', ({ envelope }) => envelope.at],
  ['command_id', 'text', ({ envelope }) => envelope.commandId],
  ['part_of', 'bigint', ({ envelope }) => envelope.part.of],
  ['queue_number', 'bigint', ({ ticket }) => ('rolling' in ticket ? ticket.rolling?.queueNumber : null)],
  ['to_stop_name', 'text', ({ ticket }) => ticket.toStop?.name],
];
