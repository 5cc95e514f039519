import { createHash, createPublicKey, verify } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import {
  batchHeadBytes,
  decodeBatch,
  type Batch,
  type SealedRow,
  type SealedWeekKey,
} from '../../contract/encoding/batch.ts';
import { fromBase64url, toHex } from '../../contract/encoding/bytes.ts';
import { entryHash } from '../../contract/encoding/chain.ts';
import { entryEnvelopeSchema, type EntryEnvelope } from '../../contract/entries.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { vehicleEntryBodies } from '../../contract/entries/vehicles.ts';
import type { RelayTicket, RelayVehicle } from '../ledger/station-types.ts';

/** A batch that is what it says it is and follows what the host has. */
export interface TakenBatch {
  from: number;
  to: number;
  hash: Uint8Array;
  weekKeys: SealedWeekKey[];
  tickets: RelayTicket[];
  vehicles: RelayVehicle[];
  /** Every entry as it came, for the station's picture; `kind` of those that can be read. */
  entries: { seq: number; entry: string; row?: SealedRow; kind?: string }[];
}

/** A batch grows at most this much when it is unpacked. */
const MOST_UNPACKED_BYTES = 128 * 1024 * 1024;

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** Unpacks a batch; refuses `city.batchShape`. */
export function unpackBatch(gzip: Uint8Array): Outcome<Batch> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(
      gunzipSync(gzip, { maxOutputLength: MOST_UNPACKED_BYTES }),
    );
  } catch {
    return refused('city.batchShape', { line: 1, detail: 'gzip' });
  }
  const decoded = decodeBatch(text);
  if (!decoded.ok) return refused('city.batchShape', { line: decoded.line, detail: decoded.why });
  const { from, to } = decoded.batch.head;
  if (to - from + 1 !== decoded.batch.entries.length)
    return refused('city.batchShape', { line: 1, detail: 'from, to' });
  return accepted(decoded.batch);
}

/** Whether a signature of an Ed25519 key (base64url, raw) is good; never throws. */
export function isSigned(rawKey: string, bytes: Uint8Array, signature: string): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: rawKey }, format: 'jwk' });
    return verify(null, bytes, key, fromBase64url(signature));
  } catch {
    return false;
  }
}

/**
 * Checks a batch against the key that its window enrolled with and the entry before it. What its entries say is the city's to
 * judge, not the host's. Refuses `city.signature`, `city.gap`, `city.chain`.
 */
export function checkBatch(
  batch: Batch,
  signingKey: string,
  known: { seq: number; hash: Uint8Array },
): Outcome<TakenBatch> {
  const { head } = batch;
  if (!isSigned(signingKey, batchHeadBytes(head), batch.signature)) return refused('city.signature');
  if (head.from !== known.seq + 1) return refused('city.gap', { have: known.seq, from: head.from });
  let hash = known.hash;
  const tickets: RelayTicket[] = [];
  const vehicles: RelayVehicle[] = [];
  const entries: TakenBatch['entries'] = [];
  for (const [index, { entry, row }] of batch.entries.entries()) {
    hash = entryHash(sha256, hash, entry);
    const envelope = readEnvelope(entry);
    entries.push({
      seq: head.from + index,
      entry,
      ...(row ? { row } : {}),
      ...(envelope ? { kind: envelope.kind } : {}),
    });
    const ticket = envelope && ticketOf(envelope);
    if (ticket) tickets.push(ticket);
    const vehicle = envelope && vehicleOf(envelope);
    if (vehicle) vehicles.push(vehicle);
  }
  if (toHex(hash) !== head.hash) return refused('city.chain', { seq: head.to });
  return accepted({
    from: head.from,
    to: head.to,
    hash,
    weekKeys: batch.weekKeys,
    tickets,
    vehicles,
    entries,
  });
}

/** The envelope in an entry's text; undefined when it is none. */
export function readEnvelope(text: string): EntryEnvelope | undefined {
  try {
    const parsed = entryEnvelopeSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Any entry that took a place out of a lease: an unknown kind of a newer program may have the same members. */
export function ticketOf({ kind, body, window, ledgerId, seq }: EntryEnvelope): RelayTicket | undefined {
  const { ticketNumber, departureId, leaseId, seatNumber, replaces } = body;
  // Issued again in the place of a lost one: that one is counted.
  if (typeof replaces === 'object' && replaces !== null && 'keepsPlace' in replaces) return undefined;
  if (kind !== 'ticket.sold' || typeof ticketNumber !== 'string' || typeof departureId !== 'string')
    return undefined;
  if (typeof leaseId !== 'string') return undefined;
  return {
    window,
    ledgerId,
    seq,
    ticketNumber: ticketNumber as RelayTicket['ticketNumber'],
    departureId: departureId as RelayTicket['departureId'],
    leaseId,
    seatNumber: typeof seatNumber === 'number' ? seatNumber : null,
  };
}

/** What a vehicle took of its lease. A newer program may say more of it. */
const vehicleTaken = z.object(vehicleEntryBodies['vehicle.sold'].shape).pick({
  ticketNumber: true,
  departureId: true,
  leaseId: true,
  laneCm: true,
  places: true,
  deck: true,
});

/** As {@link ticketOf}, of a vehicle's room. */
export function vehicleOf({ kind, body, seq }: EntryEnvelope): RelayVehicle | undefined {
  const taken = kind === 'vehicle.sold' ? vehicleTaken.safeParse(body) : undefined;
  return taken?.success ? { seq, ...taken.data } : undefined;
}
