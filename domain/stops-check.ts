import type { Feed } from '../contract/feed.ts';

/** Of a fare, in words: the stop that it is for. */
export function stopWords({ toPlaceId }: { toPlaceId?: string | undefined }): string {
  return toPlaceId === undefined ? '' : ` 到 ${toPlaceId}`;
}

/** The first call that cannot be: of no line, at no place, at an end of its line, twice, or later than the one after it. */
export function wrongCall(feed: Feed): string | undefined {
  const places = new Set(feed.places.map(({ id }) => id));
  const lines = new Map(feed.lines.map((line) => [line.id, line]));
  const seen = new Set<string>();
  const last = new Map<string, number>();
  for (const { lineId, placeId, minutesFromStart } of feed.calls ?? []) {
    const name = `停靠 ${lineId} ${placeId}`;
    const line = lines.get(lineId);
    if (!line) return `${name} 的航线不存在`;
    if (!places.has(placeId)) return `${name} 的地点不存在`;
    if (placeId === line.fromPlaceId || placeId === line.toPlaceId) return `${name} 是航线的起点或终点`;
    if (seen.has(name)) return `${name} 重复`;
    seen.add(name);
    if (minutesFromStart <= (last.get(lineId) ?? -1)) return `${name} 的时间不在前一站之后`;
    last.set(lineId, minutesFromStart);
  }
  return undefined;
}

/** The first fare to a stop at which its line does not call. */
export function wrongStop(feed: Feed): string | undefined {
  const calls = new Set(feed.calls?.map(({ lineId, placeId }) => `${lineId} ${placeId}`));
  const wrong = [...feed.fares, ...(feed.vehicleFares ?? [])].find(
    ({ lineId, toPlaceId }) => toPlaceId !== undefined && !calls.has(`${lineId} ${toPlaceId}`),
  );
  return wrong && `票价 ${wrong.lineId}${stopWords(wrong)}:航线不停靠这一站`;
}
