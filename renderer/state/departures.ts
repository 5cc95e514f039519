import type { DepartureView } from '../../contract/office.ts';

/**
 * The departures that the sale screen lists: that end at the chosen destination or call there on their way, else of this pier; not yet left; those from
 * this pier first, then by time. The one that the order stands on stays in the list even when it has left: an order never
 * slides to another departure by itself.
 */
export function listed(
  departures: readonly DepartureView[],
  stationId: string,
  placeId: string | null,
  chosenId: string | null,
  nowMs: number,
): DepartureView[] {
  const upcoming = departures.filter(
    (one) => one.departureId === chosenId || (one.departAt > nowMs && one.state !== 'left'),
  );
  const wanted =
    placeId === null
      ? upcoming.filter((one) => one.fromPlaceId === stationId)
      : upcoming.filter((one) => one.toPlaceId === placeId || stopAt(one, placeId) !== undefined);
  const far = (one: DepartureView): number => (one.fromPlaceId === stationId ? 0 : 1);
  return wanted.sort((a, b) => far(a) - far(b) || a.departAt - b.departAt);
}

/** The departure a card would be sold for: the one the clerk chose, else the first on sale, else the first. */
export function standing(list: readonly DepartureView[], chosenId: string | null): DepartureView | undefined {
  return (
    list.find((one) => one.departureId === chosenId) ?? list.find((one) => one.state === 'onSale') ?? list[0]
  );
}

type Stop = NonNullable<DepartureView['stops']>[number];

/** The stop on the way at a place, where the departure sells to it. */
export function stopAt(departure: DepartureView | undefined, placeId: string | null): Stop | undefined {
  return departure?.stops?.find((stop) => stop.placeId === placeId);
}

/**
 * Where the order gets off: the stop that the clerk chose, else the destination that was searched for where the departure calls
 * there on its way, else the end of the line (undefined).
 */
export function chosenStop(
  departure: DepartureView | undefined,
  order: { readonly toStop: string | null; readonly placeId: string | null },
): Stop | undefined {
  const isEnd = order.toStop !== null && order.toStop === departure?.toPlaceId;
  return isEnd ? undefined : (stopAt(departure, order.toStop) ?? stopAt(departure, order.placeId));
}

/** The place that the next press of the key means: stop after stop, then the end of the line, then the first again. */
export function nextEnd(departure: DepartureView, now: Stop | undefined, by: 1 | -1): string {
  const ends = [...(departure.stops ?? []).map(({ placeId }) => placeId), departure.toPlaceId];
  const at = now ? ends.indexOf(now.placeId) : ends.length - 1;
  return ends[(at + by + ends.length) % ends.length] ?? departure.toPlaceId;
}

/** What of a chosen stop stays when the clerk goes to another departure: nothing where that one does not sell to it. */
export function stopKept(
  { toStop }: { readonly toStop: string | null },
  departure: DepartureView,
): { toStop: string | null } {
  const isThere = toStop === departure.toPlaceId || stopAt(departure, toStop) !== undefined;
  return { toStop: isThere ? toStop : null };
}
