import { openSetAside } from './ledger/succession.ts';
import type { Ledger } from './ledger/types.ts';
import type { Runtime } from './runtime.ts';

/** A sealed secret of the ledger before this one, when this one succeeded it. */
export function keptBefore(runtime: Runtime, ledger: Ledger, name: string): Uint8Array | undefined {
  if (!ledger.succession) return undefined;
  const before = openSetAside(runtime);
  try {
    return before
      .toReversed()
      .reduce<Uint8Array | undefined>((found, one) => found ?? one.secret(name), undefined);
  } finally {
    for (const one of before) one.close();
  }
}
