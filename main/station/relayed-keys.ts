import type { LedgerId, WindowId } from '../../contract/ids.ts';
import { refused } from '../../contract/refusals.ts';
import type { RelayedKeys } from '../desks/gate-tickets.ts';
import type { Ledger } from '../ledger/types.ts';
import type { Vault } from '../vault/types.ts';

/** Opens identities of other windows with the week keys that reached this office sealed to it; those of a host, none elsewhere. */
export function createRelayedKeys(parts: {
  ledger: Pick<Ledger, 'station'>;
  vault: Pick<Vault, 'openWeekKey' | 'openForeignRow'>;
}): RelayedKeys {
  const { ledger, vault } = parts;
  const opened = new Map<string, Uint8Array>();
  const weekKeyOf = (window: WindowId, ledgerId: LedgerId, week: string): Uint8Array | undefined => {
    const name = `${ledgerId} ${week}`;
    const known = opened.get(name);
    if (known) return known;
    const sealed = ledger.station.relayWeeks(window, ledgerId).find((key) => key.week === week);
    const key = sealed && vault.openWeekKey(sealed, ledgerId);
    if (!key?.ok) return undefined;
    opened.set(name, key.value);
    return key.value;
  };
  return {
    forget: () => opened.clear(),
    open(window, ledgerId, row) {
      const key = weekKeyOf(window, ledgerId, row.week);
      return key ? vault.openForeignRow(row, key, ledgerId) : refused('keys.missing');
    },
  };
}
