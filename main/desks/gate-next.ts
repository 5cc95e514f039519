import type { DepartureId } from '../../contract/ids.ts';
import type { GateView } from '../../contract/office.ts';
import { vesselFor, type RollingVessel } from '../../domain/departures/next-vessel.ts';
import type { Departure } from '../../domain/types.ts';
import type { DeskContext } from './context.ts';
import { aboardOf } from './gate-tickets.ts';

const MINUTE_MS = 60_000;

/** The vessel at which somebody at a gate really checks. */
export interface CheckPlace {
  readonly departure: Departure;
  /** Name of the gate that opens there with the first who is checked; null where this office's gate stands open or was never passed on. */
  readonly opens: string | null;
}

/** A vessel in one line, for the gate's page. */
export type NextVessel = NonNullable<NonNullable<GateView['queue']>['next']>;

/**
 * Check-in of a line that rolls goes on to the next vessel by itself when the one at the gate is full, has left or is closed
 * (ticketing rules 3.3, 3.4). Never beyond a licence: what fits is asked of the picture each time.
 */
export function createGateNext(
  context: Pick<DeskContext, 'config' | 'ledger' | 'runtime' | 'rules' | 'timetable' | 'departures'>,
  boardUntilMin: number,
  ownGate: string,
) {
  const { config, ledger, runtime } = context;
  const { picture } = ledger;

  const rolls = (departure: Departure): boolean => {
    const { boarding } = context.rules(departure);
    return boarding.open && boarding.by === 'queue';
  };

  /** It left, or this office's gate closed it: nobody goes aboard any more. */
  function isGone({ departureId, departAt }: Departure): boolean {
    const gates = picture.gates(departureId);
    return (
      context.departures.leftAt(departureId) !== null ||
      gates.some(({ reconciled }) => reconciled) ||
      gates.some(({ own, state }) => own && state === 'closed') ||
      runtime.clock.nowMs() >= departAt + boardUntilMin * MINUTE_MS
    );
  }

  /** Heads that may still go aboard. */
  function room(departure: Departure): number {
    const { departureId, capacity, line } = departure;
    const counts = picture.counts([departureId]).get(departureId);
    const limit = Math.min(capacity, context.rules(departure).boarding.mostAboard ?? capacity);
    if (!counts) return limit;
    const { heads, free } = aboardOf(counts, line.mode);
    // A coach's free children ride besides, within a quota that the verdict itself looks at.
    return limit - heads - (line.mode === 'water' ? free : 0);
  }

  /** The chosen departure's line and day, as passing on looks at it. `roomOf` is what counts: people aboard, or people let go. */
  function vessels(
    chosen: Departure,
    roomOf: (departure: Departure) => number,
  ): (RollingVessel & { departure: Departure })[] {
    return (context.timetable()?.departuresOn(chosen.date, { lineId: chosen.line.id }) ?? [])
      .filter(({ line }) => line.fromPlaceId === config.station.id)
      .map((departure) => ({
        departure,
        departureId: departure.departureId,
        departAt: departure.departAt,
        isOpen: () => rolls(departure) && !isGone(departure),
        room: () => roomOf(departure),
      }));
  }

  const gateAt = (departureId: DepartureId): string | undefined =>
    picture.gates(departureId).find(({ own }) => own)?.gate;

  function place(departure: Departure, from: Departure): CheckPlace {
    const isOpen = picture.gates(departure.departureId).some(({ own, state }) => own && state === 'open');
    return { departure, opens: isOpen ? null : (gateAt(from.departureId) ?? ownGate) };
  }

  /** The next vessel after this one at which somebody may be checked. */
  function after(departure: Departure): CheckPlace | undefined {
    if (!rolls(departure)) return undefined;
    const all = vessels(departure, room).map((vessel) =>
      vessel.departureId === departure.departureId ? { ...vessel, isOpen: () => false } : vessel,
    );
    const found = vesselFor(all, departure.departureId, 1);
    return found && place(found.departure, departure);
  }

  return {
    after,

    /** Where whoever stands at this departure is checked now. */
    at(departure: Departure): CheckPlace {
      const stays = { departure, opens: null };
      if (!rolls(departure) || (!isGone(departure) && room(departure) > 0)) return stays;
      return after(departure) ?? stays;
    },

    /** The vessel to whose berth people are let go: this one, or the next whose room is not used up; undefined when none has any. */
    forRelease(departure: Departure, roomOf: (departure: Departure) => number): Departure | undefined {
      return vesselFor(vessels(departure, roomOf), departure.departureId, 1)?.departure;
    },

    shown: ({ departureId, departLocal, vesselName }: Departure): NextVessel => ({
      departureId,
      departLocal,
      vesselName,
    }),
  };
}

export type GateNext = ReturnType<typeof createGateNext>;
