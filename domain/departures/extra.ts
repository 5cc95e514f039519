import type { NewEntry } from '../../contract/entries.ts';
import type { VesselKind } from '../../contract/feed.ts';
import type { DepartureId } from '../../contract/ids.ts';
import { accepted, refused, type Outcome } from '../../contract/refusals.ts';
import type { DepartureFacts } from '../contingency/facts.ts';
import { instantOf } from '../time.ts';

type ExtraEntry = Extract<NewEntry, { kind: 'departure.extraAdded' }>;

/** Fewest keys: everything but the time comes from the pattern, unless it is another vessel. */
export interface ExtraCommand {
  /** A departure of the same line and day whose fares and seating the extra one has. */
  readonly pattern: string;
  /** `HH:MM` in Shanghai. */
  readonly departLocal: string;
  readonly vesselName: string;
  readonly vesselKind: VesselKind | null;
  /** Licensed capacity of the vessel that really comes. */
  readonly capacity: number;
  readonly by: string;
}

/**
 * Adds an extra departure (加班): open at once. Its id is `lineId/date/HHMM-n` with the first n that no departure of that minute has,
 * whether the plain one is there or not (ticketing rules 3.3: 1 regular, 2 extra).
 */
export function decideExtra(
  departures: readonly DepartureFacts[],
  command: ExtraCommand,
  nowMs: number,
): Outcome<ExtraEntry> {
  const pattern = departures.find(({ departureId }) => departureId === command.pattern);
  if (!pattern) return refused('extra.pattern', { departureId: command.pattern }, 'pattern');
  const departAt = instantOf(pattern.date, command.departLocal);
  if (departAt <= nowMs) return refused('extra.past', {}, 'departLocal');
  const taken = new Set(departures.map(({ departureId }) => departureId));
  const slot = `${pattern.lineId}/${pattern.date}/${command.departLocal.replace(':', '')}`;
  let number = 1;
  while (taken.has(`${slot}-${number}`)) number += 1;
  if (number > 99) return refused('extra.exists', { departureId: `${slot}-99` }, 'departLocal');
  const { vesselName, vesselKind, capacity, by } = command;
  return accepted({
    kind: 'departure.extraAdded',
    body: {
      departureId: `${slot}-${number}` as DepartureId,
      lineId: pattern.lineId,
      departAt,
      pattern: pattern.departureId as DepartureId,
      vesselName,
      vesselKind,
      capacity,
      by,
    },
  });
}
