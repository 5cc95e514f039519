import type { Connection } from '../connection.ts';
import type { Projection } from './projection.ts';

/** Reserves (留座) that the manager gave up. */
export function projectReserves(connection: Connection): Projection {
  const add = connection.prepare<[string, string]>(
    'INSERT INTO released_reserves (departure_id, purpose) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  return {
    tables: ['released_reserves'],
    apply({ kind, body }) {
      if (kind === 'reserve.released') add.run(body.departureId, body.purpose);
    },
  };
}

export function reserveQueries(connection: Connection) {
  const of = connection.prepare<[string], { purpose: string }>(
    'SELECT purpose FROM released_reserves WHERE departure_id = ?',
  );
  return {
    releasedReserves: (departureId: string): ReadonlySet<string> =>
      new Set(of.all(departureId).map(({ purpose }) => purpose)),
  };
}
