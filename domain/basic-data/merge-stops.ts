import type { DataSet } from '../../contract/basic-data/tables.ts';
import type { Feed } from '../../contract/feed.ts';

/** Tells fares to stops that the station marked as not sold, or at which its line does not call. */
export function stopsNotSold(
  own: Pick<DataSet, 'calls' | 'lines'>,
): (fare: { lineId: string; toPlaceId?: string | undefined }) => boolean {
  const sold = new Set(
    own.calls.filter((call) => call.sold !== false).map(({ lineId, placeId }) => `${lineId} ${placeId}`),
  );
  return ({ lineId, toPlaceId }) => toPlaceId !== undefined && !sold.has(`${lineId} ${toPlaceId}`);
}

/** Calls on the way: of the city's lines the city's, of the station's own lines its own, each line in its order. */
export function mergeCalls(
  city: Feed | undefined,
  own: Pick<DataSet, 'calls' | 'lines'>,
): Pick<Feed, 'calls'> {
  const cityLines = new Set(city?.lines.map(({ id }) => id));
  const ownLines = new Set(own.lines.map(({ id }) => id));
  const rows = own.calls
    .filter(({ lineId }) => ownLines.has(lineId) && !cityLines.has(lineId))
    .toSorted((a, b) => (a.lineId < b.lineId ? -1 : a.lineId > b.lineId ? 1 : a.order - b.order));
  const calls = [
    ...(city?.calls ?? []),
    ...rows.map(({ lineId, placeId, minutesFromStart }) => ({ lineId, placeId, minutesFromStart })),
  ];
  return calls.length > 0 ? { calls } : {};
}
