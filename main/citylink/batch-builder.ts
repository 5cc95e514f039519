import { gzipSync } from 'node:zlib';
import type { CityKeys } from '../../contract/city.ts';
import {
  batchHeadBytes,
  encodeBatch,
  type BatchHead,
  type SealedWeekKey,
} from '../../contract/encoding/batch.ts';
import { toBase64url, toHex } from '../../contract/encoding/bytes.ts';
import type { UploadEntry } from '../ledger/types.ts';
import type { LedgerId, WindowId } from '../../contract/ids.ts';
import type { Vault } from '../vault/types.ts';

/** Entries and about bytes of one batch: small enough that signing and packing never hold up a sale. */
export const batchLimits = { entries: 500, bytes: 1024 * 1024 } as const;

/** A batch ready to travel. */
export interface BuiltBatch {
  from: number;
  to: number;
  id: string;
  gzip: Uint8Array;
  weeks: string[];
}

/** Signs and packs entries that follow one another, with the week keys that the city has not acknowledged. */
export function buildBatch(
  vault: Pick<Vault, 'sign' | 'weekKeySealedToCity'>,
  ledger: { ledgerId: LedgerId; window: WindowId },
  entries: readonly [UploadEntry, ...UploadEntry[]],
  pendingWeeks: readonly string[],
  sealing: CityKeys['sealing'],
): BuiltBatch {
  const first = entries[0];
  const last = entries.at(-1) ?? first;
  const weekKeys: SealedWeekKey[] = [];
  for (const week of pendingWeeks) {
    const sealed = vault.weekKeySealedToCity(week, sealing);
    // A key that was destroyed by retention is not missed: its rows are gone too.
    if (sealed.ok) weekKeys.push(sealed.value);
  }
  const head: BatchHead = {
    alg: 'Ed25519',
    purpose: 'so.batch.1',
    window: ledger.window,
    ledgerId: ledger.ledgerId,
    from: first.seq,
    to: last.seq,
    hash: toHex(last.hash),
  };
  const text = encodeBatch({
    head,
    signature: toBase64url(vault.sign(batchHeadBytes(head))),
    weekKeys,
    entries: entries.map(({ canonical, row }) => (row ? { entry: canonical, row } : { entry: canonical })),
  });
  return {
    from: head.from,
    to: head.to,
    id: `${head.from}-${head.to}`,
    gzip: gzipSync(text, { level: 1 }),
    weeks: weekKeys.map(({ week }) => week),
  };
}
