import { gzipSync } from 'node:zlib';
import {
  batchHeadBytes,
  encodeBatch,
  type BatchHead,
  type SealedWeekKey,
} from '../../contract/encoding/batch.ts';
import { toBase64url, toHex } from '../../contract/encoding/bytes.ts';
import type { LedgerId, WindowId } from '../../contract/ids.ts';
import type { Draft } from '../citylink/batch-builder.ts';
import type { Vault } from '../vault/types.ts';

interface SealingKey {
  keyId: string;
  key: string;
}

/**
 * A signed batch for the host, which passes it on to the city as it is: week keys are sealed to both, each opens its own and
 * leaves the other's alone.
 */
export function sealStationBatch(
  vault: Pick<Vault, 'sign' | 'weekKeySealedToCity'>,
  ledger: { ledgerId: LedgerId; window: WindowId },
  draft: Draft,
  keys: { city: SealingKey | undefined; cityWeeks: string[]; host: SealingKey; hostWeeks: string[] },
): Uint8Array {
  const weekKeys: SealedWeekKey[] = [];
  const seal = (weeks: readonly string[], to: SealingKey): void => {
    for (const week of weeks) {
      const sealed = vault.weekKeySealedToCity(week, to, ledger.ledgerId);
      if (sealed.ok) weekKeys.push(sealed.value);
    }
  };
  if (keys.city) seal(keys.cityWeeks, keys.city);
  seal(keys.hostWeeks, keys.host);
  const head: BatchHead = {
    alg: 'Ed25519',
    purpose: 'so.batch.1',
    window: ledger.window,
    ledgerId: ledger.ledgerId,
    from: draft.from,
    to: draft.to,
    hash: toHex(draft.hash),
  };
  const signature = toBase64url(vault.sign(batchHeadBytes(head)));
  const start = gzipSync(encodeBatch({ head, signature, weekKeys, entries: [] }), { level: 1 });
  return Buffer.concat([start, ...draft.gzipParts]);
}
