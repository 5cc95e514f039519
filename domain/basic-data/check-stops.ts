import type { DataSet, FareDataRow } from '../../contract/basic-data/tables.ts';
import { firstUncovered } from './check-fares.ts';
import type { Problems } from './problem.ts';

/** The part of a fare's name that tells its stop; nothing for the end of the line. */
export function stopName({ toPlaceId }: { toPlaceId?: string | undefined }): string {
  return toPlaceId === undefined ? '' : ` > ${toPlaceId}`;
}

/**
 * Fares to stops on the way: the line calls there, it is neither end of the line, the stop is not marked as not sold; and a stop
 * that is marked as sold has a full fare wherever its line runs. A stop without any fare is not sold, which is no problem.
 */
export function checkStops(
  data: DataSet,
  problems: Problems,
  fromDate: string,
  cityLines: ReadonlySet<string>,
  fullFares: (lineId: string, toPlaceId?: string) => readonly FareDataRow[] | undefined,
): void {
  const lines = new Map(data.lines.map((line) => [line.id, line]));
  const calls = new Map(data.calls.map((call) => [`${call.lineId} ${call.placeId}`, call]));
  const seen = new Set<string>();
  for (const call of data.calls) {
    const name = `${call.lineId} ${call.placeId}`;
    if (seen.has(name)) problems.error('calls', call, 'placeId', 'call.twice', { name: call.placeId });
    seen.add(name);
  }
  for (const table of ['fares', 'vehicleFares'] as const) {
    for (const row of data[table]) {
      const { lineId, toPlaceId } = row;
      const line = lines.get(lineId);
      // What the city's line calls at is the city's to say; own fares of it wait unused.
      if (toPlaceId === undefined || !line || cityLines.has(lineId)) continue;
      const call = calls.get(`${lineId} ${toPlaceId}`);
      if (toPlaceId === line.fromPlaceId) problems.error(table, row, 'toPlaceId', 'fare.origin');
      else if (toPlaceId === line.toPlaceId) problems.error(table, row, 'toPlaceId', 'fare.terminus');
      else if (!call) problems.error(table, row, 'toPlaceId', 'fare.notCalled', { id: toPlaceId });
      else if (call.sold === false) problems.warning(table, row, 'toPlaceId', 'fare.notSold');
    }
  }
  for (const fare of data.fares) {
    if (fare.toPlaceId === undefined || fare.ticketClass !== 'full') continue;
    const end = fullFares(fare.lineId)?.find(
      (row) => row.validFrom <= fare.validFrom && (row.validTo === null || fare.validFrom <= row.validTo),
    );
    if (end && fare.fareFen > end.fareFen) problems.warning('fares', fare, 'fareFen', 'fare.aboveEnd');
  }
  for (const call of data.calls) {
    if (call.sold !== true || cityLines.has(call.lineId)) continue;
    const rows = fullFares(call.lineId, call.placeId) ?? [];
    const missing = [
      ...data.timetable.filter(({ lineId }) => lineId === call.lineId),
      ...data.extras
        .filter(({ lineId }) => lineId === call.lineId)
        .map(({ date }) => ({ validFrom: date, validTo: date })),
    ].flatMap(({ validFrom, validTo }) => {
      const from = validFrom < fromDate ? fromDate : validFrom;
      if (validTo !== null && validTo < from) return [];
      return firstUncovered(rows, from, validTo) ?? [];
    });
    const first = missing.toSorted()[0];
    if (first !== undefined) problems.error('calls', call, 'sold', 'call.notCovered', { from: first });
  }
}
