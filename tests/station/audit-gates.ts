import { openConnection } from '../../main/ledger/connection.ts';
import type { All } from './audit-rooms.ts';

type Wrong = (text: string) => void;

interface Books {
  ledgerId: string;
  /** Tickets that its own gate let aboard, and did not take back. */
  aboard: string[];
  /** `issuer n state` of every record that all offices are to have. */
  records: string[];
}

function readBooks(folder: string): Books {
  const connection = openConnection(`${folder}/ledger.db`, { readonly: true });
  try {
    const all: All = (sql) => connection.prepare<[], never>(sql).all();
    const [first] = all<{ ledgerId: string }>(
      `SELECT entry ->> '$.ledgerId' AS ledgerId FROM journal WHERE seq = 1`,
    );
    return {
      ledgerId: first?.ledgerId ?? '',
      aboard: all<{ number: string }>(
        'SELECT ticket_number AS number FROM station_aboard WHERE source = 0 ORDER BY 1',
      ).map(({ number }) => number),
      records: all<{ issuer: string; n: number; state: string }>(
        'SELECT issuer, n, state FROM carried_records ORDER BY issuer, n',
      ).map(({ issuer, n, state }) => `${issuer.slice(0, 6)} ${n} ${state}`),
    };
  } finally {
    connection.close();
  }
}

/**
 * Gates and records of a quiet station: a ticket went aboard at one office at most, the host knows of every boarding, no yes of it is
 * left without one, and every office has followed the same records.
 */
export function auditGates(hostFolder: string, windowFolders: readonly string[], wrong: Wrong): void {
  const host = readBooks(hostFolder);
  const windows = windowFolders.map(readBooks);
  const where = new Map<string, string>();
  for (const { ledgerId, aboard } of [host, ...windows])
    for (const number of aboard) {
      if (where.has(number)) wrong(`ticket ${number} went aboard twice`);
      where.set(number, ledgerId);
    }
  const connection = openConnection(`${hostFolder}/ledger.db`, { readonly: true });
  try {
    const all: All = (sql) => connection.prepare<[], never>(sql).all();
    const known = new Set(
      all<{ number: string }>('SELECT ticket_number AS number FROM station_aboard').map(
        ({ number }) => number,
      ),
    );
    for (const number of where.keys())
      if (!known.has(number)) wrong(`the host does not know that ${number} went aboard`);
    const claims = all<{ number: string; ledgerId: string }>(
      'SELECT ticket_number AS number, ledger_id AS ledgerId FROM station_claims',
    );
    for (const { number, ledgerId } of claims)
      if (windows.some((window) => window.ledgerId === ledgerId))
        wrong(`the host's yes for ${number} is left over`);
  } finally {
    connection.close();
  }
  for (const { ledgerId, records } of windows)
    if (records.join() !== host.records.join())
      wrong(`${ledgerId}: records ${records.join()} are not the host's ${host.records.join()}`);
}
