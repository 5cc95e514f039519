import type { WindowId } from '../../contract/ids.ts';
import type { OfficeOutput, PlanSuggestion } from '../../contract/office.ts';
import { businessDateOf } from '../../domain/time.ts';
import type { StationWindowRow } from '../ledger/types.ts';
import type { TroubleWatch } from '../plans/trouble-watch.ts';
import type { DeskContext } from './context.ts';

type Suggest = OfficeOutput<'plans.suggest'>;
export type Sees = Pick<Suggest, 'seen' | 'backlogs' | 'queue'>;
type Seen = Suggest['seen'][number];
type Sight = PlanSuggestion['sees'];

const MINUTE_MS = 60_000;

/** What speaks for a plan: at the host of every window of the station, anywhere else of this one. In memory; it only suggests. */
export function stationSees(context: DeskContext, troubles: TroubleWatch, nowMs: number): Sees {
  const { ledger, station, window, config } = context;
  const seen: Seen[] = troubles.seen(nowMs).map((one) => ({ window, ...one }));
  const backlogs: Suggest['backlogs'] = [];
  const waits = (of: WindowId, entries: number): void => {
    if (entries > 0) backlogs.push({ window: of, entries });
  };
  const unsent = station.kind === 'window' ? (station.status().backlog ?? 0) : 0;
  waits(window, config.city ? ledger.uploadState().backlogEntries : unsent);
  if (station.kind === 'host') {
    const newest = new Map<string, StationWindowRow>();
    for (const row of ledger.station.windows()) newest.set(row.window, row);
    for (const { window: of, ledgerId, state } of newest.values()) {
      if (state !== 'enrolled') continue;
      const known = ledger.station.relayLedger(of, ledgerId);
      const said = station.sights.of(of);
      const head = Math.max(known?.seq ?? 0, said?.ledgerId === ledgerId ? said.headSeq : 0);
      waits(of, head - ((config.city ? known?.citySeq : known?.seq) ?? 0));
      for (const { what, sinceMs } of said?.troubles ?? []) seen.push(seenAt(of, what, sinceMs, nowMs));
      // A PC that is switched off after its clerk has left is no trouble.
      if (said && said.goneAtMs !== null && said.isStaffed)
        seen.push(seenAt(of, 'window', said.goneAtMs, nowMs));
    }
  }
  return { seen, backlogs, queue: queueOf(context, nowMs) };
}

const seenAt = (window: WindowId, what: Seen['what'], sinceMs: number, nowMs: number): Seen => ({
  window,
  what,
  since: sinceMs,
  minutes: Math.max(0, Math.floor((nowMs - sinceMs) / MINUTE_MS)),
});

/** People with numbers beyond the last that was let go, on all lines of this station today. */
function queueOf(
  { config, departures, ledger, station, timetable, window }: DeskContext,
  nowMs: number,
): number {
  const date = businessDateOf(nowMs);
  const lines = new Set(
    (timetable()?.departuresOn(date) ?? [])
      .filter(({ line }) => line.fromPlaceId === config.station.id)
      .map(({ line }) => line.id),
  );
  let people = 0;
  for (const lineId of lines) {
    const through = departures.releases(lineId, date).throughQueueNumber ?? 0;
    people += ledger.picture
      .queue(lineId, date)
      .filter((ticket) => station.kind === 'host' || ticket.window === window)
      .filter(({ more }) => (more.queue ?? 0) > through).length;
  }
  return people;
}

/** What a detection looks at among the things seen. */
const LOOKS_AT: Partial<Record<Sight, readonly Seen['what'][]>> = {
  readerSilent: ['reader'],
  printerOut: ['printer'],
  linkLost: ['city', 'station', 'window'],
};

/** Longest time for which something of that kind has been missing at any window; undefined: it is nowhere. */
export function longestMinutes(seen: readonly Seen[], sees: Sight): number | undefined {
  const some = seen.filter(({ what }) => LOOKS_AT[sees]?.includes(what)).map(({ minutes }) => minutes);
  return some.length === 0 ? undefined : Math.max(...some);
}

/** Windows at which a suggestion's figure is reached, or that add to it. */
export function windowsOf(
  { sees, threshold }: Pick<PlanSuggestion, 'sees' | 'threshold'>,
  all: Sees,
): WindowId[] {
  const windows =
    sees === 'backlogAtLeast'
      ? all.backlogs.map(({ window }) => window)
      : all.seen
          .filter(({ what, minutes }) => LOOKS_AT[sees]?.includes(what) && minutes >= threshold)
          .map(({ window }) => window);
  return [...new Set(windows)].toSorted();
}
