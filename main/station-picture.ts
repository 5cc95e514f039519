import type { SealedRow } from '../contract/encoding/batch.ts';
import type { LedgerId, WindowId } from '../contract/ids.ts';
import type { RelayedKeys } from './desks/gate-tickets.ts';
import type { Ledger, TakeResult } from './ledger/types.ts';
import type { Vault } from './vault/types.ts';

/** Rows opened in one go when a week's key arrives late. */
const ROWS_AT_A_TIME = 500;

/**
 * Journals of other windows into the picture, with the look-up tokens of those whose rows can be opened here. What cannot is
 * taken all the same, and found by its number; its document is found once the week's key is here and {@link keyArrived} was called.
 */
export function createPictureFeed(parts: {
  ledger: Pick<Ledger, 'picture'>;
  vault: Pick<Vault, 'lookupToken'>;
  keys: RelayedKeys;
}) {
  const { picture } = parts.ledger;
  const tokenOf = (ledgerId: LedgerId, row: SealedRow): Uint8Array | undefined => {
    const opened = parts.keys.open(ledgerId, row);
    return opened.ok ? parts.vault.lookupToken(opened.value.kind, opened.value.number) : undefined;
  };
  return {
    /** Entries of a batch whose signature and chain were checked, as they stand in it. */
    take(
      window: WindowId,
      ledgerId: LedgerId,
      entries: readonly { seq: number; entry: string; row?: SealedRow }[],
    ): TakeResult {
      const known = picture.upTo(ledgerId);
      const fresh = entries.filter(({ seq }) => seq > known);
      return picture.take(
        window,
        ledgerId,
        fresh.map(({ seq, entry, row }) => {
          const token = row && tokenOf(ledgerId, row);
          return { seq, entry, ...(row ? { row } : {}), ...(token ? { token } : {}) };
        }),
      );
    },
    /** A week's key of another window's ledger came: its documents can be looked up from now on. Gives how many. */
    keyArrived(ledgerId: LedgerId, week: string): number {
      let given = 0;
      for (;;) {
        const tokens = picture.blindRows(ledgerId, week, ROWS_AT_A_TIME).flatMap(({ seq, row }) => {
          const token = tokenOf(ledgerId, row);
          return token ? [{ seq, token }] : [];
        });
        if (tokens.length === 0) return given;
        picture.giveTokens(ledgerId, tokens);
        given += tokens.length;
      }
    },
  };
}
