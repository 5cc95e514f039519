import type { NewEntry } from '../../contract/entries.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import { seatCount, withoutRanges } from '../../domain/lease-pool.ts';
import { unsoldOfRoomGrant } from './room-grantor.ts';
import type { GrantRow, Ledger, StationWindowRow } from '../ledger/types.ts';

/** Entries of one command at most; what a machine holds beyond this many leases is written off with a second command. */
const MOST_LEASES = 400;

/**
 * What two people sign when a machine is off: its ledger is fenced, its leases end. With `unsoldProven` somebody has read its
 * journal to the end, so what it is not known to have sold is free again; without it nobody can prove it and it stays frozen.
 */
export function writeOffEntries(
  ledger: Pick<Ledger, 'station'>,
  row: Pick<StationWindowRow, 'window' | 'ledgerId' | 'state'> | undefined,
  { unsoldProven, reason }: { unsoldProven: boolean; reason: string },
  countersignedBy: string | undefined,
): Outcome<NewEntry[]> {
  if (!row) return refused('host.unknownWindow', { window: '?' }, 'window');
  if (row.state === 'retired') return refused('host.retired');
  const { window, ledgerId } = row;
  const fence: NewEntry = {
    kind: 'window.writtenOff',
    body: {
      window,
      ledgerId,
      unsoldProven,
      reason,
      ...(countersignedBy === undefined ? {} : { countersignedBy }),
    },
  };
  const ends = ledger.station
    .grantsTo(window, ledgerId)
    .slice(0, MOST_LEASES)
    .map((grant): NewEntry => {
      const { leaseId, departureId } = grant;
      const freed = unsoldProven ? unsoldOf(ledger, grant) : null;
      const body = { leaseId, departureId, holder: window, ledgerId };
      return { kind: 'lease.writtenOff', body: { ...body, ...(freed ?? { freed: null }) } };
    });
  const roomEnds = ledger.station
    .roomGrantsTo(window, ledgerId)
    .slice(0, MOST_LEASES)
    .map((grant): NewEntry => {
      const { leaseId, departureId } = grant;
      const sold = ledger.station.relayVehiclesOfLease(leaseId);
      const freed = unsoldProven ? unsoldOfRoomGrant(grant, sold) : null;
      return {
        kind: 'vehicleLease.writtenOff',
        body: { leaseId, departureId, holder: window, ledgerId, freed },
      };
    });
  return accepted([fence, ...ends, ...roomEnds]);
}

/** What of a grant no ticket that is known here took; null when that is nothing. */
function unsoldOf(ledger: Pick<Ledger, 'station'>, grant: GrantRow) {
  const sold = ledger.station.relayTicketsOfLease(grant.leaseId);
  const count = grant.count - sold.length;
  if (count < 1) return null;
  if (grant.kind === 'free')
    return { freed: { kind: 'free' as const, count }, heads: Math.min(count, grant.heads), freeChildren: 0 };
  let ranges: [number, number][] = grant.ranges;
  for (const { seatNumber } of sold)
    if (seatNumber !== null) ranges = withoutRanges(ranges, [[seatNumber, seatNumber]]) ?? ranges;
  if (ranges.length === 0) return null;
  const freed = { kind: 'numbered' as const, ranges };
  return { freed, heads: Math.min(seatCount(freed), grant.heads), freeChildren: 0 };
}
