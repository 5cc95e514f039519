import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import {
  entryBodies,
  entryEnvelopeSchema,
  entryIdentitySchema,
  isKnownKind,
  type EntryBody,
  type EntryEnvelope,
} from '../../contract/entries.ts';
import type { SealedRow } from '../../contract/encoding/batch.ts';
import { identityDigest } from '../../contract/encoding/chain.ts';
import { fromBase64url } from '../../contract/encoding/bytes.ts';
import { isJcs, isTooDeep } from '../../contract/encoding/jcs.ts';
import type { SealedRowPlain } from '../../contract/encoding/sealing.ts';
import { isTicketNumber } from '../../contract/encoding/ticket-number.ts';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import { PLATE_KIND } from '../../contract/vehicles.ts';
import { isCitizenNumber } from '../citizen-number.ts';
import { hexOf, hmacSha256, sha256 } from '../crypto.ts';
import { openSealedRow } from '../keys.ts';

/** Where an entry stands: given by the batch, never by the entry itself. */
export interface Place {
  window: string;
  ledgerId: string;
  seq: number;
}

/** What judging needs to know of the ledger it came from. */
export interface LedgerFacts {
  /** base64url of the window's enrolled key. */
  windowKey: string;
  /** Opens a sealed row; `noKey` when the week's key has not arrived, undefined when it does not open. */
  openRow: (row: SealedRow) => SealedRowPlain | 'noKey' | undefined;
  /** Keyed hash under which a document's number can be looked up. */
  numberIndex: (number: string) => Uint8Array;
}

/** What judging stands on, for entries of a ledger. @param weekKeys the keys that are held of its weeks */
export function judgesWith(known: {
  ledgerId: string;
  windowKey: string;
  weekKeys: ReadonlyMap<string, KeyObject>;
  indexKey: KeyObject;
}): LedgerFacts {
  const { ledgerId, windowKey, weekKeys, indexKey } = known;
  return {
    windowKey,
    openRow: (row) => {
      const key = weekKeys.get(row.week);
      return key ? openSealedRow(key, ledgerId, row) : 'noKey';
    },
    numberIndex: (number) => hmacSha256(indexKey, number),
  };
}

/** Documents that bear a citizen number of GB 11643. */
const CITIZEN_KINDS: ReadonlySet<string> = new Set(['111', '112', '113', '154']);

export type Waiting = 'weekKey' | 'unknownKind';

/** What an entry says and what is thought of it, before the database is asked about repeats. */
export interface Judged {
  /** Undefined where the text is no envelope: it is kept all the same. */
  envelope?: EntryEnvelope;
  /** Set where kind and body are a readable sale, of a passenger's ticket or a vehicle's. */
  ticket?: EntryBody<'ticket.sold'> | EntryBody<'vehicle.sold'>;
  opened?: EntryBody<'ledger.opened'>;
  /** Set when the identity was opened and is good: nothing of it but what may be looked up is kept. */
  passenger?: { kind: string; numberIndex: string };
  /** Absent = accepted. */
  refusal?: Refusal;
  /** With a refusal: it is held, not refused, and waits for this. */
  waitsFor?: Waiting;
  week?: string;
}

/** The body has a schema of its own, by kind: here it need only be an object ({@link isMembers}), and is not walked twice. */
const envelopeSchema = entryEnvelopeSchema.extend({ body: z.unknown() });

function isMembers(value: unknown): value is EntryEnvelope['body'] {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Judges one entry by itself. Never throws: whatever a window sends is stored and gets a verdict. */
export function judgeEntry(
  place: Place,
  text: string,
  row: SealedRow | undefined,
  facts: LedgerFacts,
): Judged {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { refusal: refuse('city.entryShape', { detail: 'JSON' }) };
  }
  const version = (json as { v?: unknown } | null)?.v;
  if (typeof version === 'number' && Number.isSafeInteger(version) && version > 1) {
    const kind = (json as { kind?: unknown }).kind;
    return unknownKind(`${typeof kind === 'string' ? kind.slice(0, 64) : '?'} v${version}`);
  }
  const parsed = envelopeSchema.safeParse(json);
  if (!parsed.success) return { refusal: shape(parsed.error.issues[0]) };
  const { body: members } = parsed.data;
  if (!isMembers(members)) return { refusal: refuse('city.entryShape', { detail: 'body' }, 'body') };
  const envelope: EntryEnvelope = Object.assign(parsed.data, { body: members });
  if (!isJcs(text, json)) {
    // Too deep for the database as well: without a kind nothing there reads it as JSON.
    return {
      ...(isTooDeep(json) ? {} : { envelope }),
      refusal: refuse('city.entryShape', { detail: 'JCS' }),
    };
  }
  for (const name of ['window', 'ledgerId', 'seq'] as const) {
    if (envelope[name] !== place[name]) return { refusal: refuse('city.entryShape', { detail: name }, name) };
  }
  if (envelope.part.n > envelope.part.of) {
    return { envelope, refusal: refuse('city.entryShape', { detail: 'part' }, 'part') };
  }
  if (!isKnownKind(envelope.kind)) return { envelope, ...unknownKind(envelope.kind) };
  const body = entryBodies[envelope.kind].safeParse(envelope.body);
  if (!body.success) return { envelope, refusal: shape(body.error.issues[0], 'body') };
  if (envelope.kind === 'ledger.opened') {
    const opened = body.data as EntryBody<'ledger.opened'>;
    return { envelope, opened, ...judgeOpening(place, opened, facts) };
  }
  if (envelope.kind === 'ticket.sold') {
    const ticket = body.data as EntryBody<'ticket.sold'>;
    return { envelope, ticket, ...judgeTicket(place, envelope, ticket, ticket.documentKind, row, facts) };
  }
  if (envelope.kind === 'vehicle.sold') {
    const ticket = body.data as EntryBody<'vehicle.sold'>;
    return { envelope, ticket, ...judgeTicket(place, envelope, ticket, PLATE_KIND, row, facts) };
  }
  return { envelope, ...judgeIdentity(envelope, undefined, row, facts) };
}

/** A kind is said again only when it looks like the name of one: anything may stand in its place. */
function unknownKind(kind: string): Pick<Judged, 'refusal' | 'waitsFor'> {
  const said = /^[A-Za-z][\w.]{0,63}( v\d{1,16})?$/.test(kind) ? kind : '?';
  return { refusal: refuse('city.unknownKind', { kind: said }), waitsFor: 'unknownKind' };
}

function shape(issue: { path: PropertyKey[]; message: string } | undefined, under?: string): Refusal {
  const path = [...(under === undefined ? [] : [under]), ...(issue?.path ?? [])].map(String).join('.');
  // The schema's own words may repeat what was sent; the path alone says where to look.
  return refuse('city.entryShape', { detail: path || 'entry' }, path.slice(0, 200) || 'entry');
}

function judgeOpening(place: Place, opened: EntryBody<'ledger.opened'>, facts: LedgerFacts): Partial<Judged> {
  const wrong =
    place.seq !== 1
      ? 'seq'
      : windowNumberOf(place.window) !== opened.windowNumber
        ? 'body.windowNumber'
        : opened.signingKey !== facts.windowKey
          ? 'body.signingKey'
          : undefined;
  return wrong === undefined ? {} : { refusal: refuse('city.entryShape', { detail: wrong }, wrong) };
}

function judgeTicket(
  place: Place,
  envelope: EntryEnvelope,
  ticket: Pick<EntryBody<'ticket.sold'>, 'ticketNumber' | 'fromPlaceId' | 'toPlaceId' | 'toStop'>,
  documentKind: string,
  row: SealedRow | undefined,
  facts: LedgerFacts,
): Partial<Judged> {
  const number = ticket.ticketNumber;
  if (!isTicketNumber(number) || Number(number.slice(10, 12)) !== windowNumberOf(place.window)) {
    return { refusal: refuse('city.ticketNumber', {}, 'body.ticketNumber') };
  }
  // A ticket ends where it says: at its stop, and never where it began.
  const { toStop, toPlaceId, fromPlaceId } = ticket;
  if (toStop && (toStop.placeId !== toPlaceId || toStop.placeId === fromPlaceId)) {
    return { refusal: refuse('city.entryShape', { detail: 'body.toStop' }, 'body.toStop') };
  }
  if (!envelope.identity) return { refusal: refuse('city.identityMissing', {}, 'identity') };
  return judgeIdentity(envelope, documentKind, row, facts);
}

function judgeIdentity(
  envelope: EntryEnvelope,
  documentKind: string | undefined,
  row: SealedRow | undefined,
  facts: LedgerFacts,
): Partial<Judged> {
  const { identity } = envelope;
  if (!identity) return row ? { refusal: refuse('city.identityDigest', {}, 'identity') } : {};
  if (!row) return { refusal: refuse('city.identityMissing', {}, 'identity') };
  if (row.ref !== identity.ref) return { refusal: refuse('city.identityDigest', {}, 'identity.ref') };
  const plain = facts.openRow(row);
  if (plain === 'noKey') {
    return {
      refusal: refuse('city.weekKeyMissing', { week: row.week }),
      waitsFor: 'weekKey',
      week: row.week,
    };
  }
  if (plain === undefined || !digestFits(plain, identity.digest)) {
    return { refusal: refuse('city.identityDigest', {}, 'identity.digest') };
  }
  if (documentKind !== undefined && plain.kind !== documentKind) {
    return { refusal: refuse('city.identityDigest', {}, 'body.documentKind') };
  }
  if (CITIZEN_KINDS.has(plain.kind) && !isCitizenNumber(plain.number)) {
    return { refusal: refuse('city.identityNumber', {}, 'identity') };
  }
  return { passenger: { kind: plain.kind, numberIndex: hexOf(facts.numberIndex(plain.number)) } };
}

function digestFits(plain: SealedRowPlain, digestHex: string): boolean {
  try {
    return hexOf(identityDigest(sha256, fromBase64url(plain.salt), plain)) === digestHex;
  } catch {
    return false;
  }
}

const identityOfEntry = z.object({ identity: entryIdentitySchema });

/** Whether this key opens the identity that an entry was chained with: then it is its week's. */
export function isIdentityOpenedBy(key: KeyObject, ledgerId: string, entry: string, row: SealedRow): boolean {
  const plain = openSealedRow(key, ledgerId, row);
  if (!plain) return false;
  try {
    const { identity } = identityOfEntry.parse(JSON.parse(entry));
    return row.ref === identity.ref && digestFits(plain, identity.digest);
  } catch {
    return false;
  }
}

function windowNumberOf(window: string): number {
  return Number(window.slice(-2));
}
