import type { DepartureId } from '../../contract/ids.ts';
import type { Departure } from '../../domain/types.ts';
import type { PictureTicket } from '../ledger/types.ts';
import type { Clock } from '../runtime.ts';
import type { GateChecks, Shown } from './gate-checks.ts';
import type { Decided, GateLive } from './gate-live.ts';
import type { CheckPlace } from './gate-next.ts';

/** What was decided, and at which vessel. */
export type Placed = Decided & { readonly place: CheckPlace };

const isFull = ({ verdict }: Decided): boolean => !verdict.admit && verdict.refusal.code === 'boarding.full';

/**
 * Decides at the vessel to which a line that rolls has gone on from where somebody stands. A party that no longer fits goes whole to the
 * next one; where none has room the first refusal stands.
 */
export function createGatePlaces(checks: GateChecks, live: GateLive, clock: Pick<Clock, 'nowMs'>) {
  const { judge, next } = checks;

  /** Judged here alone. */
  function judgedAt(standing: Departure, shown: Shown): Placed {
    const at = (place: CheckPlace): Placed => {
      const verdict = judge(place.departure, shown, clock.nowMs(), place.opens);
      return { shown, verdict, isApart: false, place };
    };
    const first = at(next.at(standing));
    let last = first;
    while (isFull(last)) {
      const place = next.after(last.place.departure);
      if (!place) return first;
      last = at(place);
    }
    return last;
  }

  /** With the word of the station's host. `look` finds again what was shown. */
  async function askedAt(standing: Departure, look: () => Shown): Promise<Placed> {
    const at = async (place: CheckPlace): Promise<Placed> => ({
      ...(await live.decide(place.departure, look, place.opens)),
      place,
    });
    const first = await at(next.at(standing));
    let last = first;
    while (isFull(last)) {
      const place = next.after(last.place.departure);
      if (!place) return first;
      last = await at(place);
    }
    return last;
  }

  return { judgedAt, askedAt };
}

const lineDayOf = (departureId: string): string => departureId.slice(0, departureId.lastIndexOf('/'));

/** Which of the departures somebody stands at a ticket is for; the first when it is for none. */
export const gateFor = (
  standing: readonly { departureId: DepartureId; actor: string }[],
  found: PictureTicket | undefined,
) =>
  standing.find(({ departureId }) => departureId === found?.departureId) ??
  // One for the line and day is good wherever its line boards.
  standing.find(({ departureId }) => found && lineDayOf(departureId) === lineDayOf(found.departureId)) ??
  standing[0];
