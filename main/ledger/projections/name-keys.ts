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
  const order = connection.prepare<[string, number, number]>(
    `INSERT INTO name_wipes (window, order_seq, ordered_at_ms) VALUES (?, ?, ?)
     ON CONFLICT (window) DO UPDATE SET order_seq = excluded.order_seq, ordered_at_ms = excluded.ordered_at_ms, confirmed_at_ms = NULL`,
  );
  const confirm = connection.prepare<[number, string, number]>(
    'UPDATE name_wipes SET confirmed_at_ms = ? WHERE window = ? AND order_seq = ?',
  );
  const drop = connection.prepare<[string]>('DELETE FROM name_wipes WHERE window = ?');
  const taken = connection.prepare<[string]>('DELETE FROM name_keys_given WHERE window = ?');
  const end = connection.prepare<[string]>('DELETE FROM gate_rights WHERE window = ?');
  return {
    tables: ['gate_rights', 'name_keys_given', 'name_wipes'],
    apply({ kind, body, seq, atMs }) {
      if (kind === 'window.gateRightSet') {
        right.run(body.window, body.allowed ? 1 : 0);
        // With the right again it may have keys again.
        if (body.allowed) drop.run(body.window);
        else order.run(body.window, seq, atMs);
      }
      // The PC that comes after it under the number is another machine: it asks for a right of its own.
      else if (kind === 'window.writtenOff' || kind === 'station.windowRetired') {
        end.run(body.window);
        drop.run(body.window);
      } else if (kind === 'names.wipeConfirmed') {
        confirm.run(atMs, body.window, body.order);
        // What it is given from here on is given for the first time.
        taken.run(body.window);
      } else if (kind === 'names.keysGiven')
        for (const week of body.weeks) give.run(body.window, body.keyId, body.ofLedger, week);
    },
  };
}

interface WipeRow {
  order: number;
  orderedAtMs: number;
  confirmedAtMs: number | null;
}

export function nameKeyQueries(connection: Connection, durably: <T>(work: () => T) => T) {
  const wipe = connection.prepare<[string], WipeRow>(
    'SELECT order_seq AS "order", ordered_at_ms AS orderedAtMs, confirmed_at_ms AS confirmedAtMs FROM name_wipes WHERE window = ?',
  );
  const weeks = connection.prepare('DELETE FROM relay_weeks');
  const identities = connection.prepare('DELETE FROM station_identities');
  const follows = connection.prepare('DELETE FROM picture_follows');
  const right = connection.prepare<[string], { allowed: number }>(
    'SELECT allowed FROM gate_rights WHERE window = ?',
  );
  const given = connection.prepare<[string, string, string], { week: string }>(
    'SELECT week FROM name_keys_given WHERE window = ? AND key_id = ? AND of_ledger = ?',
  );
  return {
    mayGate: (window: string): boolean => right.get(window)?.allowed === 1,
    nameWipe: (window: string): WipeRow | undefined => wipe.get(window),
    forgetNames: (): number =>
      durably(() => {
        identities.run();
        follows.run();
        return weeks.run().changes;
      }),
    keysGiven: (window: string, keyId: string, ofLedger: string): Set<string> =>
      new Set(given.all(window, keyId, ofLedger).map(({ week }) => week)),
  };
}
