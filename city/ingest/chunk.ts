import type { KeyObject } from 'node:crypto';
import type { Batch } from '../../contract/encoding/batch.ts';
import type { EntryBody, EntryEnvelope } from '../../contract/entries.ts';
import type { Refusal } from '../../contract/refusals.ts';
import { hexOf } from '../crypto.ts';
import type { Engine } from '../store/store.ts';
import { Filling, type Column, type FilledColumn } from './filling.ts';
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
  stationCode: string;
  predecessor: EntryBody<'ledger.opened'>['predecessor'];
}

/** Entries of a chunk: judged while the database stores those before them. */
const CHUNK_ENTRIES = 1_000;

/** A breath after so many, about a millisecond: what goes to the database is larger than a socket takes at once. */
const BREATH_ENTRIES = 50;

/** One entry and what is thought of it. Not kept: the chunk has what is needed of it. */
interface Judging extends Judged {
  seq: number;
  hash: Uint8Array;
  line: Batch['entries'][number];
}
type Sold = Judging & { envelope: EntryEnvelope; ticket: NonNullable<Judged['ticket']> };

/** Judges a batch, a chunk of whole commands at a time. A chunk ends with a command's last part, or is twice as long. */
export async function* judgeChunks(
  given: BatchGiven,
  breathe: () => Promise<void>,
): AsyncGenerator<JudgedChunk, void, undefined> {
  const { window, ledgerId, from, lines, hashes, engine } = given;
  const facts: LedgerFacts = judgesWith(given);
  let chunk = new Chunk(engine);
  for (const [at, line] of lines.entries()) {
    const seq = from + at;
    const judged = judgeEntry({ window, ledgerId, seq }, line.entry, line.row, facts);
    chunk.add({ ...judged, seq, hash: hashes.subarray(32 * at, 32 * at + 32), line });
    if (chunk.count % BREATH_ENTRIES === 0) await breathe();
    const part = judged.envelope?.part;
    const isWhole = !part || part.n >= part.of;
    if ((chunk.count < CHUNK_ENTRIES || !isWhole) && chunk.count < 2 * CHUNK_ENTRIES) continue;
    yield chunk.judged();
    chunk = new Chunk(engine);
  }
  if (chunk.count > 0) yield chunk.judged();
}

/** A chunk under way: each entry is put into the database's shape as soon as it is judged, and forgotten. */
class Chunk {
  count = 0;
  private last: Pick<Judging, 'seq' | 'hash'> | undefined;
  private readonly entries: Filling<Judging>;
  private readonly sealed: Filling<Judging>;
  private readonly tickets: Filling<Sold>;
  private readonly sold: JudgedChunk['sold'] = [];
  private readonly passengers: JudgedChunk['passengers'] = [];
  private readonly odd: Odd[] = [];
  private readonly openings: Opening[] = [];
  private readonly hosts: number[] = [];
  /** Good entries of commands of several parts, and which parts of each are here. */
  private readonly partly: { seq: number; commandId: string; of: number }[] = [];
  private readonly partsOf = new Map<string, Set<number>>();

  constructor(engine: Engine) {
    this.entries = new Filling(engine, ENTRY_COLUMNS);
    this.sealed = new Filling(engine, SEALED_COLUMNS);
    this.tickets = new Filling(engine, TICKET_COLUMNS);
  }

  add(judging: Judging): void {
    const { seq, line, envelope, ticket, passenger, opened, refusal, waitsFor } = judging;
    this.count += 1;
    this.last = judging;
    this.entries.add(judging);
    if (line.row) this.sealed.add(judging);
    if (isSold(judging)) this.tickets.add(judging);
    if (ticket && envelope) this.sold.push({ seq, ticketNumber: ticket.ticketNumber });
    if (passenger) this.passengers.push({ seq, ...passenger });
    if (envelope && envelope.part.of > 1) this.notePart(envelope);
    if (refusal) this.odd.push(oddOne(judging, refusal));
    else if (envelope) {
      const { commandId, part, at } = envelope;
      if (part.of > 1) this.partly.push({ seq, commandId, of: part.of });
      if (opened) {
        const { ordinal, stationCode, predecessor } = opened;
        this.openings.push({ seq, atMs: at, ordinal, stationCode, predecessor });
      }
    }
    // Also while it waits for a key: when the key has come nobody looks whether there is a host.
    if (envelope && (!refusal || waitsFor === 'weekKey')) {
      const { kind, body } = envelope;
      if (kind === 'host.opened' && body['frozenThrough'] === null) this.hosts.push(seq);
    }
  }

  private notePart({ commandId, part }: EntryEnvelope): void {
    const parts = this.partsOf.get(commandId);
    if (parts) parts.add(part.n);
    else this.partsOf.set(commandId, new Set([part.n]));
  }

  /**
   * A command's parts may come in two batches: good ones are held until all are there. Held in every case; what is complete with
   * what was stored before is accepted by `settleParts` in the same transaction.
   */
  private waiting(): Odd[] {
    return this.partly
      .filter(({ commandId, of }) => (this.partsOf.get(commandId)?.size ?? 0) < of)
      .map(({ seq }) => ({ seq, verdict: 'held', waitsFor: 'parts' }));
  }

  judged(): JudgedChunk {
    if (!this.last) throw new Error('a chunk without entries');
    return {
      lastSeq: this.last.seq,
      lastHash: this.last.hash,
      entries: this.entries.filled(),
      sealed: this.sealed.count > 0 ? this.sealed.filled() : undefined,
      tickets: this.tickets.count > 0 ? this.tickets.filled() : undefined,
      sold: this.sold,
      passengers: this.passengers,
      odd: [...this.odd, ...this.waiting()],
      openings: this.openings,
      hosts: this.hosts,
    };
  }
}

function isSold(judging: Judging): judging is Sold {
  return judging.ticket !== undefined && judging.envelope !== undefined;
}

function oddOne({ seq, waitsFor, week }: Judging, refusal: Refusal): Odd {
  if (!waitsFor) return { seq, verdict: 'refused', refusal };
  return { seq, verdict: 'held', refusal, waitsFor, ...(week === undefined ? {} : { week }) };
}

const ENTRY_COLUMNS: readonly Column<Judging>[] = [
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
const SEALED_COLUMNS: readonly Column<Judging>[] = [
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
