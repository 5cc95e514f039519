import type { SealedRow } from '../../contract/encoding/batch.ts';
import type { LedgerId, WindowId } from '../../contract/ids.ts';
import type { Ledger, RelayedEntry } from '../ledger/types.ts';
import type { Log } from '../runtime.ts';
import type { Vault } from '../vault/types.ts';
import { unpackBatch, type TakenBatch } from './batch-intake.ts';

export interface PictureFeedParts {
  ledger: Pick<Ledger, 'station' | 'picture'>;
  vault: Pick<Vault, 'openWeekKey' | 'openForeignRow' | 'lookupToken'>;
  log: Log;
}

/** Hands other windows' entries to the station's picture, with the look-up tokens of the documents that this host can open. */
export interface PictureFeed {
  /** A batch was stored. */
  take(window: WindowId, ledgerId: LedgerId, batch: Pick<TakenBatch, 'entries'>): void;
  /** After a start: what was stored and not yet in the picture. */
  catchUp(): void;
}

const BATCHES_AT_ONCE = 50;

export function createPictureFeed({ ledger, vault, log }: PictureFeedParts): PictureFeed {
  const weekKeys = new Map<string, Uint8Array | undefined>();

  const weekKeyOf = (window: WindowId, ledgerId: LedgerId, week: string): Uint8Array | undefined => {
    const name = `${ledgerId} ${week}`;
    const known = weekKeys.get(name);
    if (known) return known;
    const sealed = ledger.station.relayWeeks(window, ledgerId).find((key) => key.week === week);
    const opened = sealed && vault.openWeekKey(sealed, ledgerId);
    if (!opened?.ok) return undefined;
    weekKeys.set(name, opened.value);
    return opened.value;
  };
  const tokenOf = (window: WindowId, ledgerId: LedgerId, row: SealedRow): Uint8Array | undefined => {
    const key = weekKeyOf(window, ledgerId, row.week);
    const identity = key && vault.openForeignRow(row, key, ledgerId);
    return identity?.ok ? vault.lookupToken(identity.value.kind, identity.value.number) : undefined;
  };
  const relayed = (window: WindowId, ledgerId: LedgerId, entries: TakenBatch['entries']): RelayedEntry[] =>
    entries.map(({ seq, entry, row }) => {
      const token = row && tokenOf(window, ledgerId, row);
      return { seq, entry, ...(row ? { row } : {}), ...(token ? { token } : {}) };
    });

  /** What stands in the stored batches after the picture's own end. */
  function fill(window: WindowId, ledgerId: LedgerId): void {
    for (;;) {
      const upTo = ledger.picture.upTo(ledgerId);
      const batches = ledger.station.batchesAfter(window, ledgerId, upTo, BATCHES_AT_ONCE);
      if (batches.length === 0) return;
      const entries = batches.flatMap(({ batch, from }) => {
        const unpacked = unpackBatch(batch);
        if (!unpacked.ok) return [];
        return unpacked.value.entries.map((line, index) => ({ seq: from + index, ...line }));
      });
      const result = ledger.picture.take(window, ledgerId, relayed(window, ledgerId, entries));
      if (result.ok && result.upTo > upTo) continue;
      return log.error({ window, ledgerId, upTo }, "a stored journal does not go into the station's picture");
    }
  }

  return {
    take(window, ledgerId, { entries }) {
      const result = ledger.picture.take(window, ledgerId, relayed(window, ledgerId, entries));
      if (!result.ok) fill(window, ledgerId);
    },
    catchUp() {
      for (const { window, ledgerId, seq } of ledger.station.relayLedgers())
        if (ledger.picture.upTo(ledgerId) < seq) fill(window, ledgerId);
    },
  };
}
