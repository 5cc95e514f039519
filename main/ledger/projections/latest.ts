import type { EntryEnvelope, EntryKind } from '../../../contract/entries.ts';
import type { Connection } from '../connection.ts';
import { parseEnvelope } from '../envelope.ts';
import type { LatestKind } from '../types.ts';
import type { Projection } from './projection.ts';

const KINDS: ReadonlySet<EntryKind> = new Set<LatestKind>([
  'ledger.opened',
  'feed.applied',
  'window.enrolled',
  'window.fenced',
  'succession.confirmed',
  'window.joined',
  'window.draining',
  'window.drainStopped',
  'window.retired',
  'host.opened',
  'host.thawed',
  'backup.copied',
  'totals.compared',
]);

/** The newest entry of each kind that changes what the window is. */
export function projectLatest(connection: Connection): Projection {
  const keep = connection.prepare<[string, number]>(
    'INSERT INTO latest (kind, seq) VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET seq = excluded.seq',
  );
  return {
    tables: ['latest'],
    apply({ kind, seq }) {
      if (KINDS.has(kind)) keep.run(kind, seq);
    },
  };
}

export function latestQueries(connection: Connection) {
  const newest = connection.prepare<[string], { entry: string }>(
    'SELECT j.entry FROM latest l JOIN journal j ON j.seq = l.seq WHERE l.kind = ?',
  );
  return {
    latest(kind: LatestKind): EntryEnvelope | undefined {
      const row = newest.get(kind);
      return row && parseEnvelope(row.entry);
    },
  };
}
