import { z } from 'zod';
import {
  departureIdSchema,
  instantSchema,
  ticketNumberSchema,
  type LedgerId,
  type WindowId,
} from '../../contract/ids.ts';
import { entryEnvelopeSchema, type EntryEnvelope } from '../../contract/entries.ts';
import type { Connection } from './connection.ts';
import type { RelayedEntry, RelayedRow, StationPicture, TakeResult } from './picture-types.ts';
import { endClaims } from './picture-claims.ts';
import { createPictureWriter } from './projections/station.ts';
import type { StoredSealedRow } from './sealed-rows.ts';

/** Journals of other windows into the picture. Rows of one source are written by that source's entries alone. */
export function takeRelayed(
  connection: Connection,
  own: { ledgerId: LedgerId },
  durably: <T>(work: () => T) => T,
): Pick<StationPicture, 'take' | 'upTo' | 'upToAt' | 'blindRows' | 'giveTokens'> {
  const write = createPictureWriter(connection);
  const endClaim = endClaims(connection);
  const sourceOf = connection.prepare<[string], { source: number; window: WindowId; up_to: number }>(
    'SELECT source, window, up_to FROM station_sources WHERE ledger_id = ?',
  );
  const addSource = connection.prepare<[string, string, number, number]>(
    'INSERT INTO station_sources (window, ledger_id, first_seq, up_to) VALUES (?, ?, ?, ?)',
  );
  const moveOn = connection.prepare<[number, number, number]>(
    'UPDATE station_sources SET up_to = ?, up_to_at_ms = ? WHERE source = ?',
  );
  const lastAt = connection.prepare<[string], { atMs: number | null }>(
    'SELECT up_to_at_ms AS atMs FROM station_sources WHERE ledger_id = ?',
  );
  const keepRow = connection.prepare<
    [number, number, string, string, string, string, string, string, Uint8Array | null]
  >(
    `INSERT INTO station_identities (source, seq, digest, ref, week, alg, nonce, sealed, token)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const blind = connection.prepare<
    [string, string, number],
    StoredSealedRow & { seq: number; window: WindowId }
  >(
    `SELECT i.seq, i.ref, i.week, i.alg, i.nonce, i.sealed, s.window FROM station_sources s
     JOIN station_identities i ON i.source = s.source
     WHERE s.ledger_id = ? AND i.week = ? AND i.token IS NULL ORDER BY i.seq LIMIT ?`,
  );
  const giveToken = connection.prepare<[Uint8Array, string, number]>(
    `UPDATE station_identities SET token = ?
     WHERE source = (SELECT source FROM station_sources WHERE ledger_id = ?) AND seq = ?`,
  );

  return {
    take(window, ledgerId, entries): TakeResult {
      // The picture has them from the journal itself.
      if (ledgerId === own.ledgerId) return { ok: true, upTo: 0, taken: 0 };
      const known = sourceOf.get(ledgerId);
      const before = known?.up_to ?? (entries[0]?.seq ?? 1) - 1;
      if (known && known.window !== window) return { ok: false, why: 'shape', upTo: before, seq: before };
      const fresh: { given: RelayedEntry; envelope: EntryEnvelope }[] = [];
      const atBefore = lastAt.get(ledgerId)?.atMs ?? 0;
      let last = before;
      for (const given of entries) {
        if (given.seq <= before) continue;
        if (given.seq !== last + 1) return { ok: false, why: 'gap', upTo: before, seq: given.seq };
        const envelope = envelopeOf(given.entry);
        if (!envelope && isNewer(given.entry)) {
          last = given.seq;
          continue;
        }
        if (envelope?.window !== window || envelope.ledgerId !== ledgerId || envelope.seq !== given.seq)
          return { ok: false, why: 'shape', upTo: before, seq: given.seq };
        fresh.push({ given, envelope });
        last = given.seq;
      }
      if (last === before) return { ok: true, upTo: before, taken: 0 };
      durably(() => {
        const source =
          known?.source ?? Number(addSource.run(window, ledgerId, before + 1, before).lastInsertRowid);
        for (const { given, envelope } of fresh) {
          const { seq, at, businessDate, kind, body, identity } = envelope;
          if (isReadable(kind, body)) write(source, { seq, atMs: at, businessDate, kind, body });
          if (kind === 'ticket.boarded' && typeof body['ticketNumber'] === 'string')
            endClaim(ledgerId, body['ticketNumber'], seq);
          const { row, token } = given;
          if (row && identity && row.ref === identity.ref) {
            const { ref, week, alg, nonce, sealed } = row;
            keepRow.run(source, seq, identity.digest, ref, week, alg, nonce, sealed, token ?? null);
          }
        }
        moveOn.run(last, fresh.at(-1)?.envelope.at ?? atBefore, source);
      });
      return { ok: true, upTo: last, taken: fresh.length };
    },
    upTo: (ledgerId) => sourceOf.get(ledgerId)?.up_to ?? 0,
    upToAt: (ledgerId) => lastAt.get(ledgerId)?.atMs ?? null,
    blindRows: (ledgerId, week, limit) =>
      blind
        .all(ledgerId, week, limit)
        .map(({ seq, window, ...row }): RelayedRow => ({ window, ledgerId: ledgerId as LedgerId, seq, row })),
    giveTokens(ledgerId, tokens) {
      durably(() => {
        for (const { seq, token } of tokens) giveToken.run(token, ledgerId, seq);
      });
    },
  };
}

/** An entry of a newer program, in a shape that this one cannot read: it is kept as it came, and nothing waits behind it. */
function isNewer(text: string): boolean {
  try {
    return z.looseObject({ v: z.int().min(2) }).safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

/** The envelope in a relayed text; undefined when it is none. Bodies are read kind by kind and may be of a newer program. */
function envelopeOf(text: string): EntryEnvelope | undefined {
  try {
    const parsed = entryEnvelopeSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

const ticketNamed = z.looseObject({ ticketNumber: ticketNumberSchema });
const departureNamed = z.looseObject({ departureId: departureIdSchema });
/** What the picture needs of a body. A newer program may say more, and use words that this one does not know. */
const NEEDED: Readonly<Record<string, z.ZodType>> = {
  'ticket.sold': z.looseObject({
    ...ticketNamed.shape,
    ...departureNamed.shape,
    departAt: instantSchema,
    ticketClass: z.string().max(32),
    documentKind: z.string().max(32),
  }),
  'vehicle.sold': z.looseObject({
    ...ticketNamed.shape,
    ...departureNamed.shape,
    departAt: instantSchema,
    ticketClass: z.string().max(32),
  }),
  'ticket.boarded': z.looseObject({
    ...ticketNamed.shape,
    ...departureNamed.shape,
    gate: z.string().max(40),
  }),
  'sale.stopped': departureNamed,
  'refund.money': z.looseObject({ ticketCount: z.int() }),
  'change.money': z.looseObject({ ticketCount: z.int() }),
  'shift.opened': z.looseObject({ shiftId: z.string().max(64), clerkNumber: z.string().max(16) }),
  'shift.closed': z.looseObject({ shiftId: z.string().max(64) }),
  'print.outcome': z.looseObject({ sheetId: z.string().max(64), outcome: z.string().max(32) }),
  'printer.tested': z.looseObject({ sheetId: z.string().max(64), outcome: z.string().max(32) }),
  'gate.opened': departureNamed,
  'gate.closed': departureNamed,
  'manifest.frozen': departureNamed,
  'sailing.reconciled': departureNamed,
};

/** A body that cannot be read is as good as none: the city's verdict says so to people, the picture passes it over. */
function isReadable(kind: string, body: unknown): boolean {
  return (NEEDED[kind] ?? ticketNamed).safeParse(body).success;
}
