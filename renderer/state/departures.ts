import type { DepartureView } from '../../contract/office.ts';

/**
 * The departures that the sale screen lists: of the chosen destination, else of this pier; not yet left; those from
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
      : upcoming.filter((one) => one.toPlaceId === placeId);
  const far = (one: DepartureView): number => (one.fromPlaceId === stationId ? 0 : 1);
  return wanted.sort((a, b) => far(a) - far(b) || a.departAt - b.departAt);
}

/** The departure a card would be sold for: the one the clerk chose, else the first on sale, else the first. */
export function standing(list: readonly DepartureView[], chosenId: string | null): DepartureView | undefined {
  return (
    list.find((one) => one.departureId === chosenId) ?? list.find((one) => one.state === 'onSale') ?? list[0]
  );
}
