import { evidenceSchema, type Evidence } from '../../contract/contingency.ts';
import type { TicketNumber } from '../../contract/ids.ts';
import type { Connection } from './connection.ts';
import { OWN_SOURCE } from './projections/station.ts';

/** Boardings that were no full check: by the list, or before the check. */
export interface PictureEased {
  /** Tickets that an office let aboard before their check, at one departure or at any; boardings taken back elsewhere may be among them. */
  deferred(departureId?: string): TicketNumber[];
  /** What this office's own boardings of a departure left behind in place of a full check, each once, sorted. */
  evidenceAt(departureId: string): Evidence[];
}

/** `deferred` is read by the partial index `station_boardings_deferred`: its condition stands here word for word. */
export function createPictureEased(connection: Connection): PictureEased {
  const all = connection.prepare<[], { ticket_number: TicketNumber }>(
    `SELECT DISTINCT ticket_number FROM station_boardings INDEXED BY station_boardings_deferred
     WHERE method = 'deferred' AND boarded = 1 ORDER BY ticket_number`,
  );
  const at = connection.prepare<[string], { ticket_number: TicketNumber }>(
    `SELECT DISTINCT ticket_number FROM station_boardings INDEXED BY station_boardings_deferred
     WHERE departure_id = ? AND method = 'deferred' AND boarded = 1 ORDER BY ticket_number`,
  );
  const evidence = connection.prepare<[string], { value: string }>(
    `SELECT DISTINCT e.value FROM station_boardings b JOIN journal j ON j.seq = b.seq, json_each(j.entry, '$.body.evidence') e
     WHERE b.departure_id = ? AND b.source = ${OWN_SOURCE} AND b.boarded = 1`,
  );
  return {
    deferred: (departureId) =>
      (departureId === undefined ? all.all() : at.all(departureId)).map(({ ticket_number }) => ticket_number),
    evidenceAt: (departureId) =>
      evidence
        .all(departureId)
        .flatMap(({ value }) => {
          const known = evidenceSchema.safeParse(value);
          return known.success ? [known.data] : [];
        })
        .toSorted(),
  };
}
