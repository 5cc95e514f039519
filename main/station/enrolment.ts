import { createHash } from 'node:crypto';
import { toHex } from '../../contract/encoding/bytes.ts';
import type { NewEntry } from '../../contract/entries.ts';
import type { LedgerId, WindowId } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { enrolProofBytes, type HostInput, type HostOutput } from '../../contract/station-link.ts';
import type { StationRecord } from '../../contract/station-records.ts';
import type { Ledger, StationWindowRow } from '../ledger/types.ts';
import type { Random } from '../runtime.ts';
import { isSigned } from './batch-intake.ts';
import { gonePlaces, withoutGoneRoom, withoutGoneSeats } from './gone-places.ts';
import type { Grantor } from './grantor.ts';
import type { RoomGrantor } from './room-grantor.ts';

/** An enrolment code lives so long and serves once. */
export const STATION_CODE_LIFE_MS = 24 * 3_600_000;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LETTERS = 12;
/** Ordinals are two digits of a ticket number. */
const LAST_ORDINAL = 99;

/** A fresh code as people read it, `XXXX-XXXX-XXXX`: 60 bits. */
export function freshCode(random: Pick<Random, 'bytes'>): string {
  const letters = [...random.bytes(CODE_LETTERS)].map((byte) => ALPHABET[byte % 32]);
  return letters.join('').replaceAll(/(.{4})(?=.)/g, '$1-');
}

/** Hash of a code as typed: case, dashes and blanks do not matter, `O`, `I` and `L` are read as digits. */
export function codeHash(code: string): string {
  const plain = code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return toHex(createHash('sha256').update(plain).digest());
}

export interface EnrolmentParts {
  ledger: Pick<Ledger, 'station'>;
  grantor: Pick<Grantor, 'adopt'>;
  rooms: Pick<RoomGrantor, 'adopt'>;
  window: WindowId;
  hostKey: string;
  nowMs: () => number;
  /** This host was named in the place of another one. */
  tookOver: () => boolean;
  write: (entries: NewEntry[]) => void;
  takeRecords: (records: readonly StationRecord[], from: LedgerId) => void;
}

/**
 * Takes a window in: its code, its two keys, what it holds already. The same window with the same keys may ask again with the
 * code that it used. Refuses `host.otherStation`, `host.enrolmentCode`, `host.proof`, `host.secondKey`, `host.ordinal`,
 * `host.holdsConflict`, `host.twoHosts`, `window.writtenOff`.
 */
export function enrolWindow(
  parts: EnrolmentParts,
  linkKey: string,
  input: HostInput<'window.enrol'>,
): Outcome<HostOutput<'window.enrol'>> {
  const { ledger, window: host, hostKey } = parts;
  const { window, signingKey, proof } = input;
  const isOurs = window.split('/')[0] === host.split('/')[0] && window !== host;
  if (!isOurs) return refused('host.otherStation', { window }, 'window');
  const hash = codeHash(input.code);
  const code = ledger.station.code(hash);
  const isUsable =
    code?.window === window &&
    (code.usedBy === null ? code.expiresAt > parts.nowMs() : code.usedBy === linkKey);
  if (!isUsable) return refused('host.enrolmentCode', {}, 'host.enrolmentCode');
  if (!isSigned(signingKey, enrolProofBytes({ window, signingKey, linkKey, hostKey }), proof))
    return refused('host.proof');

  const every = ledger.station.windows();
  const rows = every.filter((row) => row.window === window);
  const ledgerId = input.ledger?.ledgerId ?? input.freshLedgerId;
  // One key or one ledger under two numbers is a copied data folder.
  const isTaken =
    rows.some((row) => row.state === 'enrolled' && row.linkKey !== linkKey) ||
    every.some((row) => row.window !== window && (row.linkKey === linkKey || row.ledgerId === ledgerId));
  if (isTaken) return refused('host.secondKey', { window });
  const known = rows.find((row) => row.ledgerId === ledgerId);
  if (known?.state === 'enrolled') return accepted({ host, ordinal: known.ordinal });
  if (known) return refused('host.retired');
  const before = input.ledger?.joined ?? host;
  if (before !== host && !parts.tookOver()) return refused('host.twoHosts', { host: before }, 'host');
  // Its seats are free again, whatever it believes that it holds.
  if (ledger.station.isWrittenOff(ledgerId)) return refused('window.writtenOff');
  // An answer that was lost: the ledger of that time was never made, or never had a seat to sell. Its ordinal is free.
  const inVain = input.ledger
    ? undefined
    : rows.find((row) => row.linkKey === linkKey && row.state === 'enrolled' && !hasLived(ledger, row));
  const ordinal = input.ledger?.ordinal ?? inVain?.ordinal ?? nextOrdinal(rows);
  const isUsed = rows.some((row) => row.ordinal === ordinal && row.ordinal !== inVain?.ordinal);
  if (ordinal > LAST_ORDINAL || isUsed) return refused('host.ordinal', { ordinal });
  // A place that the host before took back and gave on is in two windows' words until their tickets' ends are known.
  parts.takeRecords(input.ledger?.ends ?? [], ledgerId);
  const gone = gonePlaces(ledger);
  const goneOf = ({ leaseId }: { leaseId: string }) => gone.get(leaseId) ?? [];
  const holds = (input.ledger?.holds ?? []).flatMap((lease) => withoutGoneSeats(lease, goneOf(lease)) ?? []);
  const adopted = parts.grantor.adopt(window, ledgerId, holds);
  if (!adopted.ok) return adopted;
  const roomsHeld = (input.ledger?.rooms ?? []).flatMap((room) => withoutGoneRoom(room, goneOf(room)) ?? []);
  const rooms = parts.rooms.adopt(window, ledgerId, roomsHeld);
  if (!rooms.ok) return rooms;
  parts.write([
    ...adopted.value,
    ...rooms.value,
    {
      kind: 'station.windowEnrolled',
      body: { window, signingKey, linkKey, ledgerId, ordinal, codeHash: hash },
    },
  ]);
  return accepted({ host, ordinal });
}

/**
 * The row of a window that says hello. A window that goes on in a new ledger (a succession) is known by its key, and its new ledger
 * is written down. Refuses `host.notEnrolled`, `host.retired`, `host.ordinal`.
 */
export function recogniseWindow(
  parts: Pick<EnrolmentParts, 'ledger' | 'write'>,
  linkKey: string,
  input: { window: WindowId; ledgerId: LedgerId; ordinal: number },
): Outcome<StationWindowRow> {
  const { window, ledgerId, ordinal } = input;
  const rows = parts.ledger.station.windows().filter((row) => row.window === window);
  const own = rows.filter((row) => row.linkKey === linkKey);
  const newest = own.at(-1);
  if (!newest) return refused('host.notEnrolled');
  const known = own.find((row) => row.ledgerId === ledgerId);
  // One that retired may say hello until its last words have come back to it; it is given nothing.
  if (known) return accepted(known);
  if (newest.state === 'retired') return refused('host.retired');
  if (newest.state === 'writtenOff') return refused('window.writtenOff');
  if (rows.some((row) => row.ordinal === ordinal)) return refused('host.ordinal', { ordinal });
  const { signingKey } = newest;
  parts.write([{ kind: 'station.windowEnrolled', body: { window, signingKey, linkKey, ledgerId, ordinal } }]);
  return accepted({ window, ledgerId, ordinal, signingKey, linkKey, state: 'enrolled' });
}

/** Whether this ledger ever sent an entry here or holds a seat. */
function hasLived({ station }: EnrolmentParts['ledger'], { window, ledgerId }: StationWindowRow): boolean {
  return (
    station.relayLedger(window, ledgerId) !== undefined ||
    station.grantsTo(window, ledgerId).length + station.roomGrantsTo(window, ledgerId).length > 0
  );
}

function nextOrdinal(rows: readonly StationWindowRow[]): number {
  return Math.max(0, ...rows.map(({ ordinal }) => ordinal)) + 1;
}
