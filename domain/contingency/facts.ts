import type { Channel } from '../../contract/contingency.ts';
import type { VesselKind } from '../../contract/feed.ts';
import type { Departure } from '../types.ts';

/** What plans and states look at of a departure. */
export interface DepartureFacts {
  readonly departureId: string;
  readonly lineId: string;
  /** Who carries, as the line says; null or absent = not said. */
  readonly carrierId?: string | null;
  readonly mode: 'water' | 'road';
  /** Null when timetable and basic data do not say. */
  readonly vesselKind: VesselKind | null;
  readonly fromPlaceId: string;
  readonly toPlaceId: string;
  /** A ride that ends at a stop on the way: what is ordered for that place holds for it, beside what is ordered for the line's end. */
  readonly stopPlaceId?: string;
  /** Business date `YYYY-MM-DD` and wall clock `HH:MM` of departure in Shanghai. */
  readonly date: string;
  readonly departLocal: string;
  /** UTC milliseconds. */
  readonly departAt: number;
  /** Licensed capacity: nobody ever boards beyond it. */
  readonly capacity: number;
  /** When it really left; null or absent = not known to have left. */
  readonly leftAt?: number | null;
}

/** Who asks, about what. `departure` is null for what belongs to no departure (the status bar, a shift). */
export interface CommandContext {
  readonly window: string;
  readonly channel: Channel;
  readonly departure: DepartureFacts | null;
}

/** The facts of a departure of the timetable; `leftAt` when it is known to have left. */
export function factsOf(departure: Departure, leftAt: number | null = null): DepartureFacts {
  const { line, departureId, date, departLocal, departAt, capacity, vesselKind, toStop } = departure;
  return {
    departureId,
    lineId: line.id,
    carrierId: line.carrierId ?? null,
    mode: line.mode,
    vesselKind: vesselKind ?? null,
    fromPlaceId: line.fromPlaceId,
    toPlaceId: line.toPlaceId,
    ...(toStop ? { stopPlaceId: toStop.placeId } : {}),
    date,
    departLocal,
    departAt,
    capacity,
    leftAt,
  };
}
