import type { BusinessDate, LedgerId, WindowId } from '../../contract/ids.ts';
import type { createCommands } from './commands.ts';
import { asLedgerError, type Connection } from './connection.ts';
import type { createEffects } from './effects.ts';
import { createEnvelopeWriter, hashEntry } from './envelope.ts';
import type { Projections } from './projections/all.ts';
import type { ProjectedEntry } from './projections/projection.ts';
import type { createSealedRows } from './sealed-rows.ts';
import type { createSecrets } from './secrets.ts';
import { MOST_ENTRIES_A_COMMAND, type AppendCommand, type Appended, type AppendEntry } from './types.ts';

export interface Head {
  seq: number;
  hash: Uint8Array;
}

export interface AppendParts {
  connection: Connection;
  window: WindowId;
  ledgerId: LedgerId;
  projections: Projections;
  sealedRows: ReturnType<typeof createSealedRows>;
  commands: ReturnType<typeof createCommands>;
  effects: ReturnType<typeof createEffects>;
  secrets: ReturnType<typeof createSecrets>;
}

/** An entry made ready before the transaction begins, so that the disk is held as short as can be. */
interface Ready {
  entry: AppendEntry;
  seq: number;
  canonical: string;
  hash: Uint8Array;
}

/** Gives the one function that writes to the journal. It changes nothing but the file; the caller moves its head on. */
export function createAppend(parts: AppendParts): (head: Head, command: AppendCommand) => Appended {
  const { connection, projections, sealedRows, commands, effects, secrets } = parts;
  const envelopesOf = createEnvelopeWriter(parts.window, parts.ledgerId);
  const insert = connection.prepare<
    [number, string, number, BusinessDate, string, number, number, string, Uint8Array]
  >(
    `INSERT INTO journal (seq, kind, at_ms, business_date, command_id, part_n, part_of, entry, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );

  const makeReady = (head: Head, command: AppendCommand): Ready[] => {
    const { entries } = command;
    const write = envelopesOf({ ...command, of: entries.length });
    let prev = head.hash;
    return entries.map((entry, index) => {
      const seq = head.seq + index + 1;
      const { identity } = entry;
      const named = identity && { ref: identity.row.ref, digest: identity.digestHex };
      const canonical = write(entry, named, seq, index + 1);
      prev = hashEntry(prev, canonical);
      return { entry, seq, canonical, hash: prev };
    });
  };

  return (head, command) => {
    const { commandId, method, bodyMac, atMs, businessDate, entries } = command;
    if (entries.length === 0 || entries.length > MOST_ENTRIES_A_COMMAND) {
      throw new RangeError(`a command has 1 to ${MOST_ENTRIES_A_COMMAND} entries, not ${entries.length}`);
    }
    const ready = makeReady(head, command);
    const firstSeq = head.seq + 1;
    const lastSeq = head.seq + entries.length;
    try {
      connection.transact(() => {
        for (const [index, { entry, seq, canonical, hash }] of ready.entries()) {
          const { kind, body, identity } = entry;
          insert.run(seq, kind, atMs, businessDate, commandId, index + 1, entries.length, canonical, hash);
          if (identity) sealedRows.keep(seq, identity);
          projections.apply({ kind, body, seq, atMs, businessDate } as ProjectedEntry);
        }
        if (bodyMac) commands.keep({ commandId, method, bodyMac, firstSeq, lastSeq, atMs });
        for (const secret of command.secrets ?? []) secrets.keepSecret(secret);
        for (const { effectId, state } of command.settleEffects ?? []) effects.settle(effectId, state, atMs);
        for (const effect of command.effects ?? []) effects.queue(effect, atMs);
      });
    } catch (error) {
      throw asLedgerError(error);
    }
    return { firstSeq, lastSeq, hash: ready.at(-1)?.hash ?? head.hash };
  };
}
