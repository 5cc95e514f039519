import type { Connection } from './connection.ts';
import type { StoredCommand } from './types.ts';

interface Stored {
  command_id: string;
  method: string;
  body_mac: Uint8Array;
  first_seq: number;
  last_seq: number;
  at_ms: number;
  seen: number;
}

/** Accepted commands, so that asking again gives the same answer. Not a projection: the keyed digest is nowhere else. */
export function createCommands(connection: Connection) {
  const insert = connection.prepare<[string, string, Uint8Array, number, number, number]>(
    'INSERT INTO commands (command_id, method, body_mac, first_seq, last_seq, at_ms) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const byId = connection.prepare<[string], Stored>('SELECT * FROM commands WHERE command_id = ?');
  const open = connection.prepare<[], Stored>('SELECT * FROM commands WHERE seen = 0 ORDER BY first_seq');
  const see = connection.prepare<[string]>('UPDATE commands SET seen = 1 WHERE command_id = ? AND seen = 0');
  return {
    /** Inside the command's transaction. */
    keep(command: Omit<StoredCommand, 'seen'>): void {
      const { commandId, method, bodyMac, firstSeq, lastSeq, atMs } = command;
      insert.run(commandId, method, bodyMac, firstSeq, lastSeq, atMs);
    },
    command(commandId: string): StoredCommand | undefined {
      const row = byId.get(commandId);
      return row && asCommand(row);
    },
    openCommands: (): StoredCommand[] => open.all().map(asCommand),
    markSeen(commandIds: readonly string[]): void {
      for (const commandId of commandIds) see.run(commandId);
    },
  };
}

function asCommand(row: Stored): StoredCommand {
  return {
    commandId: row.command_id,
    method: row.method,
    bodyMac: row.body_mac,
    firstSeq: row.first_seq,
    lastSeq: row.last_seq,
    atMs: row.at_ms,
    seen: row.seen === 1,
  };
}
