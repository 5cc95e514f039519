import type { LedgerId, WindowId } from '../../contract/ids.ts';
import type { WindowData } from '../../contract/window-sight.ts';
import type { StationWindowRow } from '../ledger/types.ts';
import type { DeskContext } from './context.ts';

type Known = Pick<DeskContext, 'ledger' | 'station' | 'window'>;

/**
 * Windows whose journals this office's figures are made of, this one first, and how far each goes. At the host every window that ever
 * enrolled here and every lost machine of which something is known; anywhere else this window alone.
 */
export function windowData({ ledger, station, window }: Known, nowMs: number): WindowData[] {
  const own: WindowData = { window, data: 'here', upTo: nowMs, missing: 0 };
  if (station.kind !== 'host') return [own];
  const newest = new Map<string, StationWindowRow>();
  for (const row of ledger.station.windows()) newest.set(row.window, row);
  const lost = new Map(ledger.station.lostLedgers().map((one) => [one.window, one]));
  for (const of of [window, ...newest.keys()]) lost.delete(of as WindowId);
  const others = [
    ...[...newest.values()].map((row) => ofWindow({ ledger, station }, row)),
    ...[...lost.values()].map(({ window: of, ledgerId, lastAtMs }): WindowData => ({
      window: of,
      data: 'lost',
      upTo: ledger.picture.upToAt(ledgerId) ?? lastAtMs,
      missing: null,
    })),
  ];
  return [own, ...others.toSorted((a, b) => (a.window < b.window ? -1 : 1))];
}

function ofWindow(
  { ledger, station }: Pick<Known, 'ledger' | 'station'>,
  { window, ledgerId, state }: StationWindowRow,
): WindowData {
  const here = ledger.picture.upTo(ledgerId);
  const lastAt = lastEntryAt(ledger, window, ledgerId);
  if (state !== 'enrolled')
    return { window, data: state, upTo: lastAt, missing: state === 'retired' ? 0 : null };
  const said = station.sights.of(window);
  const isKnown = said?.ledgerId === ledgerId;
  // Everything that it had when it said how much it has.
  const whole = isKnown && here >= said.headSeq ? Math.max(said.atMs, lastAt ?? 0) : null;
  const missing = isKnown ? Math.max(0, said.headSeq - here) : null;
  if (isKnown && said.goneAtMs === null)
    return whole === null
      ? { window, data: 'behind', upTo: lastAt, missing }
      : { window, data: 'current', upTo: whole, missing: 0 };
  const upTo = whole ?? lastAt;
  // What it wrote since it went nobody can say.
  return { window, data: upTo === null ? 'never' : 'away', upTo, missing: null };
}

/** When the last entry was written that came of a ledger; of one that an older program took in, when it came. */
function lastEntryAt(ledger: Known['ledger'], window: WindowId, ledgerId: LedgerId): number | null {
  const { picture, station } = ledger;
  if (picture.upTo(ledgerId) === 0) return null;
  return picture.upToAt(ledgerId) ?? station.relayLedger(window, ledgerId)?.heardAtMs ?? null;
}

/** Whose data this office's figures are made of. */
export const dataOf = ({ station }: Pick<Known, 'station'>): 'station' | 'window' =>
  station.kind === 'host' ? 'station' : 'window';
