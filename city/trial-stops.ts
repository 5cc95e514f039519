import type { FareRow } from '../contract/feed.ts';
import type { LineCall } from '../contract/stops.ts';

type Row = Record<string, string>;

/** Calls on the way of `stops.csv`, whose rows name the ends of a line too: the first and the last of each line. */
export function callsFrom(rows: readonly Row[]): LineCall[] {
  return [...Map.groupBy(rows, (row) => row['line_id'] ?? '')].flatMap(([lineId, stops]) =>
    stops
      .toSorted((a, b) => Number(a['seq']) - Number(b['seq']))
      .slice(1, -1)
      .map((row) => ({
        lineId,
        placeId: row['place_id'] ?? '',
        minutesFromStart: Number(row['minutes_from_start']),
      })),
  );
}

/** Rows of `stop_fares.csv`: fares to stops on the way. */
export function stopFaresFrom(rows: readonly Row[], validFrom: string): Record<keyof FareRow, unknown>[] {
  return rows.map((row) => ({
    lineId: row['line_id'],
    toPlaceId: row['to_place'],
    ticketClass: row['ticket_class'],
    fareFen: Number(row['fare_fen']),
    ruleId: row['rule_id'],
    validFrom,
    validTo: null,
    mark: row['source_mark'],
  }));
}
