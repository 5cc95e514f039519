import { createHash } from 'node:crypto';
import { ledgerReadBytes, type CityOutput } from '../../contract/city.ts';
import { toBase64url, toHex } from '../../contract/encoding/bytes.ts';
import { entryHash, ZERO_HASH } from '../../contract/encoding/chain.ts';
import { entryBodies, type EntryEnvelope, type NewEntry } from '../../contract/entries.ts';
import type { BusinessDate, LedgerId, WindowId } from '../../contract/ids.ts';
import { accepted, refuse, refused, type Outcome } from '../../contract/refusals.ts';
import type { StationConfig } from '../../contract/station.ts';
import { MOST_ADVANCE_DAYS } from '../../domain/succession.ts';
import { addDays, businessDateOf } from '../../domain/time.ts';
import { cityAddress } from '../citylink/address.ts';
import { cityCa } from '../citylink/city-ca.ts';
import { createCityClient, type CityClient } from '../citylink/city-client.ts';
import { Down } from '../citylink/down.ts';
import type { Ledger, RelayedEntry } from '../ledger/types.ts';
import type { Runtime } from '../runtime.ts';
import type { Vault } from '../vault/types.ts';
import { readEnvelope, ticketOf, vehicleOf } from './batch-intake.ts';
import type { Grantor } from './grantor.ts';
import { createLostLeases, LEASE_KINDS } from './lost-leases.ts';
import type { RoomGrantor } from './room-grantor.ts';

export interface ReadBackParts {
  runtime: Pick<Runtime, 'clock' | 'files' | 'network' | 'log'>;
  ledger: Pick<Ledger, 'station' | 'picture' | 'ledgerId'>;
  vault: Pick<Vault, 'sign'>;
  city: StationConfig['city'];
  window: WindowId;
  grantor: Pick<Grantor, 'adopt' | 'moved'>;
  rooms: Pick<RoomGrantor, 'adopt' | 'moved'>;
  write: (entries: NewEntry[]) => void;
}

type LedgerView = CityOutput<'window.ledgers'>['ledgers'][number];

/**
 * Reads what the city has of a lost machine's ledgers: its leases count as given from then on, its tickets go into the station's
 * picture. What it wrote and the city does not have stays unknown. Asked again it takes what is new. Refuses `host.noCity`,
 * `host.nothingLost`, and what the city refuses.
 */
export async function readBack(
  parts: ReadBackParts,
  lost: WindowId,
  reason?: string,
): Promise<Outcome<null>> {
  const address = parts.city && cityAddress(parts.city.url);
  const ca = parts.city && cityCa(parts.runtime.files, parts.city.url, parts.city.ca);
  if (!address?.ok || !ca?.ok) return refused('host.noCity');
  const city = createCityClient(parts.runtime.network, address.value, ca.value?.pem);
  try {
    const { ledgers } = await asked(city.call('window.ledgers', { window: lost }));
    const wanted = ledgers.filter(({ ledgerId, ackSeq }) => ackSeq > 0 && ledgerId !== parts.ledger.ledgerId);
    if (wanted.length === 0) return refused('host.nothingLost', { window: lost }, 'window');
    for (const view of wanted) await readOne(parts, city, lost, view, reason);
    return accepted(null);
  } catch (error) {
    if (error instanceof Down) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

async function asked<T>(
  answer: Promise<{ kind: 'answer'; value: T } | { kind: 'refused' | 'silent'; refusal: Down['refusal'] }>,
): Promise<T> {
  const result = await answer;
  if (result.kind !== 'answer') throw new Down(result.refusal);
  return result.value;
}

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
const isLeaseKind = (kind: string): boolean => LEASE_KINDS.some((one) => one === kind);

async function readOne(
  parts: ReadBackParts,
  city: CityClient,
  window: WindowId,
  { ledgerId, ackSeq, hash: endHash }: LedgerView,
  reason?: string,
): Promise<void> {
  const { ledger, runtime, vault } = parts;
  const today = businessDateOf(runtime.clock.nowMs());
  const leases = createLostLeases(window, ledgerId);
  const from = addDays(today, -MOST_ADVANCE_DAYS);
  const read: Read = {
    seq: 0,
    hash: ZERO_HASH,
    lastAtMs: 0,
    tickets: 0,
    signingKey: null,
    isForked: false,
    wasHost: false,
  };
  while (read.seq < ackSeq) {
    const what = { by: parts.window, window, ledgerId, after: read.seq };
    const signature = toBase64url(vault.sign(ledgerReadBytes(what)));
    const page = await asked(city.call('ledger.read', { ...what, signature }));
    if (page.entries.length === 0)
      throw new Down(refuse('city.rubbish', { detail: `entry ${read.seq + 1}` }));
    read.isForked = page.isForked;
    takePage(parts, window, ledgerId, page.entries, { read, leases, from });
    if (read.seq === ackSeq && toHex(read.hash) !== endHash)
      throw new Down(refuse('city.chain', { seq: ackSeq }));
  }
  const open = adopt(parts, leases, today);
  const { seq: upTo, hash, lastAtMs: lastAt, tickets, signingKey, isForked, wasHost } = read;
  const known = ledger.station.lostLedgers().find((one) => one.ledgerId === ledgerId);
  if (known?.upTo === upTo && known.isForked === isForked && known.wasHost === wasHost) return;
  const why = reason === undefined ? {} : { reason };
  const body = { window, ledgerId, upTo, hash: toHex(hash), lastAt, signingKey, tickets, isForked, wasHost };
  parts.write([{ kind: 'host.lossRead', body: { ...body, leases: open, ...why } }]);
  runtime.log.info({ window, ledgerId, upTo, tickets, leases: open }, 'a lost ledger was read back');
}

interface Read {
  seq: number;
  hash: Uint8Array;
  lastAtMs: number;
  tickets: number;
  signingKey: string | null;
  isForked: boolean;
  wasHost: boolean;
}

function takePage(
  { ledger }: Pick<ReadBackParts, 'ledger'>,
  window: WindowId,
  ledgerId: LedgerId,
  texts: readonly string[],
  into: { read: Read; leases: ReturnType<typeof createLostLeases>; from: BusinessDate },
): void {
  const { read, leases, from } = into;
  const fresh: RelayedEntry[] = [];
  const envelopes: EntryEnvelope[] = [];
  for (const entry of texts) {
    read.seq += 1;
    read.hash = entryHash(sha256, read.hash, entry);
    const envelope = readEnvelope(entry);
    if (!envelope) continue;
    if (envelope.window !== window || envelope.ledgerId !== ledgerId || envelope.seq !== read.seq)
      throw new Down(refuse('city.rubbish', { detail: `entry ${read.seq}` }));
    read.lastAtMs = envelope.at;
    const { kind, body } = envelope;
    if (kind === 'ledger.opened' && typeof body['signingKey'] === 'string')
      read.signingKey = body['signingKey'];
    if (kind === 'host.opened') read.wasHost = true;
    if (kind === 'ticket.sold' || kind === 'vehicle.sold') read.tickets += 1;
    if (isLeaseKind(kind) && entryBodies[kind as keyof typeof entryBodies].safeParse(body).success)
      leases.take(envelope);
    envelopes.push(envelope);
    // What was sold longer ago than any departure is on sale for has left.
    if (fresh.length > 0 || envelope.businessDate >= from) fresh.push({ seq: read.seq, entry });
  }
  const tickets = envelopes.flatMap((envelope) => ticketOf(envelope) ?? []);
  const vehicles = envelopes.flatMap((envelope) => vehicleOf(envelope) ?? []);
  ledger.station.keepTickets(window, ledgerId, tickets, vehicles);
  if (fresh.length > 0) ledger.picture.take(window, ledgerId, fresh);
}

/**
 * What a lost machine held or had given counts as given by this host. A lease that somebody brought himself is known; one that
 * meets another is left out, and the seats stay with who has them.
 * @returns leases of departures that have not left
 */
function adopt(
  { grantor, rooms, write, runtime }: ReadBackParts,
  lost: ReturnType<typeof createLostLeases>,
  today: BusinessDate,
): number {
  let open = 0;
  const dateOf = (departureId: string): string => departureId.split('/')[1] ?? '';
  for (const { holder, ledgerId, ...lease } of lost.leases()) {
    if (dateOf(lease.departureId) < today) continue;
    open += 1;
    const given = grantor.adopt(holder, ledgerId, [lease]);
    if (given.ok && given.value.length > 0) write(given.value);
    if (!given.ok)
      runtime.log.error(
        { leaseId: lease.leaseId, departureId: lease.departureId },
        'a lost lease meets another',
      );
    grantor.moved(lease.departureId);
  }
  for (const { holder, ledgerId, ...room } of lost.rooms()) {
    if (dateOf(room.departureId) < today) continue;
    open += 1;
    const given = rooms.adopt(holder, ledgerId, [room]);
    if (given.ok && given.value.length > 0) write(given.value);
    if (!given.ok)
      runtime.log.error(
        { leaseId: room.leaseId, departureId: room.departureId },
        'lost room meets other room',
      );
    rooms.moved(room.departureId);
  }
  return open;
}
