import type { Connection } from '../connection.ts';
import type { Projection } from './projection.ts';

/** Which windows may work as a gate, and which keys to names were given to whom. */
export function projectNameKeys(connection: Connection): Projection {
  const right = connection.prepare<[string, number]>(
    'INSERT INTO gate_rights (window, allowed) VALUES (?, ?) ON CONFLICT (window) DO UPDATE SET allowed = excluded.allowed',
  );
  const give = connection.prepare<[string, string, string, string]>(
    'INSERT INTO name_keys_given (window, key_id, of_ledger, week) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const end = connection.prepare<[string]>('DELETE FROM gate_rights WHERE window = ?');
  return {
    tables: ['gate_rights', 'name_keys_given'],
    apply({ kind, body }) {
      if (kind === 'window.gateRightSet') right.run(body.window, body.allowed ? 1 : 0);
      // The PC that comes after it under the number is another machine: it asks for a right of its own.
      else if (kind === 'window.writtenOff' || kind === 'station.windowRetired') end.run(body.window);
      else if (kind === 'names.keysGiven')
        for (const week of body.weeks) give.run(body.window, body.keyId, body.ofLedger, week);
    },
  };
}

export function nameKeyQueries(connection: Connection) {
  const right = connection.prepare<[string], { allowed: number }>(
    'SELECT allowed FROM gate_rights WHERE window = ?',
  );
  const given = connection.prepare<[string, string, string], { week: string }>(
    'SELECT week FROM name_keys_given WHERE window = ? AND key_id = ? AND of_ledger = ?',
  );
  return {
    mayGate: (window: string): boolean => right.get(window)?.allowed === 1,
    keysGiven: (window: string, keyId: string, ofLedger: string): Set<string> =>
      new Set(given.all(window, keyId, ofLedger).map(({ week }) => week)),
  };
}
