import type { BusinessDate, WindowId } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { HeldSeats, LostLedger, StationWindowRow } from '../ledger/station-types.ts';

/** What a host knows of the machines that had seats of the host before. */
export interface KnownMachines {
  /** This host. */
  own: WindowId;
  /** Its own ledger before was left behind: then that is the machine to account for. */
  isSucceeded: boolean;
  windows: readonly Pick<StationWindowRow, 'window' | 'ledgerId' | 'state'>[];
  lost: readonly Pick<LostLedger, 'window' | 'ledgerId' | 'wasHost'>[];
  held: readonly HeldSeats[];
  today: BusinessDate;
}

export interface Unaccounted {
  /** The ledger of the host before was not read back. */
  formerHost: boolean;
  /** Holders that neither enrolled here nor were read back. Who was signed off holds nothing. */
  windows: WindowId[];
}

/** Holders of a departure that has not left, neither enrolled here nor read back. */
export function notReported({ windows, lost, held, today }: KnownMachines): HeldSeats[] {
  const known = new Set([...windows, ...lost].map(({ ledgerId }) => ledgerId));
  return held.filter(
    ({ ledgerId, departureId }) => !known.has(ledgerId) && (departureId.split('/')[1] ?? '') >= today,
  );
}

/** What stands between a frozen host and its thaw. */
export function unaccounted(machines: KnownMachines): Unaccounted {
  return {
    formerHost: !machines.lost.some(({ wasHost }) => wasHost),
    windows: [...new Set(notReported(machines).map(({ window }) => window))],
  };
}

/**
 * Nothing frozen is given before what the lost machines sold is known, or two people sign that a disk is gone and nobody can know.
 * Refuses `host.diskNotGone`, `host.notReadBack`, `host.windowsMissing`.
 */
export function mayThaw(machines: KnownMachines, diskGone: readonly WindowId[]): Outcome<null> {
  const here = new Set(
    machines.windows.filter(({ state }) => state === 'enrolled').map(({ window }) => window),
  );
  const alive = diskGone.find((window) =>
    window === machines.own ? !machines.isSucceeded : here.has(window),
  );
  if (alive !== undefined) return refused('host.diskNotGone', { window: numberOf(alive) }, 'diskGone');
  const missing = unaccounted(machines);
  const windows = missing.windows.filter((window) => !diskGone.includes(window));
  if (windows.length > 0)
    return refused('host.windowsMissing', { windows: windows.map(numberOf).join('、') });
  // Whoever is signed gone beside the known holders is the host before.
  const others = diskGone.filter((window) => !missing.windows.includes(window));
  if (missing.formerHost && others.length === 0) return refused('host.notReadBack');
  return accepted(null);
}

const numberOf = (window: WindowId): string => String(Number(window.slice(-2)));
