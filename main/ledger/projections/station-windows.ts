import type { LedgerId, WindowId } from '../../../contract/ids.ts';
import type { Connection } from '../connection.ts';
import type { StationWindowRow } from '../station-types.ts';
import type { Projection } from './projection.ts';

/** Windows that are enrolled at this host, and the codes that it gave out. */
export function projectStationWindows(connection: Connection): Projection {
  const addCode = connection.prepare<[string, string, number]>(
    'INSERT INTO station_codes (code_hash, window, expires_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const useCode = connection.prepare<[string, string]>(
    'UPDATE station_codes SET used_by = ? WHERE code_hash = ?',
  );
  const enrol = connection.prepare<[string, string, number, string, string, number]>(
    `INSERT INTO station_windows (window, ledger_id, ordinal, signing_key, link_key, enrolled_seq, state)
     VALUES (?, ?, ?, ?, ?, ?, 'enrolled')
     ON CONFLICT (window, ledger_id) DO UPDATE SET signing_key = excluded.signing_key, link_key = excluded.link_key`,
  );
  const end = connection.prepare<[string, string, string]>(
    'UPDATE station_windows SET state = ? WHERE window = ? AND ledger_id = ?',
  );
  return {
    tables: ['station_codes', 'station_windows'],
    apply({ kind, body, seq }) {
      if (kind === 'station.codeIssued') addCode.run(body.codeHash, body.window, body.expiresAt);
      else if (kind === 'station.windowEnrolled') {
        const { window, ledgerId, ordinal, signingKey, linkKey, codeHash } = body;
        enrol.run(window, ledgerId, ordinal, signingKey, linkKey, seq);
        if (codeHash !== undefined) useCode.run(linkKey, codeHash);
      } else if (kind === 'station.windowRetired') end.run('retired', body.window, body.ledgerId);
      else if (kind === 'window.writtenOff') end.run('writtenOff', body.window, body.ledgerId);
    },
  };
}

export function stationWindowQueries(connection: Connection) {
  const all = connection.prepare<
    [],
    {
      window: WindowId;
      ledger_id: LedgerId;
      ordinal: number;
      signing_key: string;
      link_key: string;
      state: StationWindowRow['state'];
    }
  >(
    'SELECT window, ledger_id, ordinal, signing_key, link_key, state FROM station_windows ORDER BY enrolled_seq',
  );
  const code = connection.prepare<[string], { window: WindowId; expires_at: number; used_by: string | null }>(
    'SELECT window, expires_at, used_by FROM station_codes WHERE code_hash = ?',
  );
  return {
    windows: (): StationWindowRow[] =>
      all.all().map((row) => ({
        window: row.window,
        ledgerId: row.ledger_id,
        ordinal: row.ordinal,
        signingKey: row.signing_key,
        linkKey: row.link_key,
        state: row.state,
      })),
    code(codeHash: string) {
      const row = code.get(codeHash);
      return row && { window: row.window, expiresAt: row.expires_at, usedBy: row.used_by };
    },
  };
}
