import { gzipSync } from 'node:zlib';
import type { CityKeys } from '../../contract/city.ts';
import {
  batchHeadBytes,
  encodeBatch,
  encodeBatchEntries,
  type BatchHead,
  type SealedWeekKey,
} from '../../contract/encoding/batch.ts';
import { toBase64url, toHex } from '../../contract/encoding/bytes.ts';
import type { LedgerId, WindowId } from '../../contract/ids.ts';
import type { Ledger } from '../ledger/types.ts';
import type { Vault } from '../vault/types.ts';

/**
 * Most entries and about most bytes of one batch, before gzip: well below what the city takes. `sliceEntries` are read and
 * packed at a time, so that a large batch never holds up a sale for more than some milliseconds.
 */
export const batchLimits = { entries: 8_000, bytes: 12 * 1024 * 1024, sliceEntries: 250 } as const;

/** What an entry takes beside its text, as the ledger counts it. */
const LINE_OVERHEAD_BYTES = 200;

/** Entries that follow one another, packed; without head, signature and keys. */
export interface Draft {
  from: number;
  to: number;
  /** Hash of entry `to`. */
  hash: Uint8Array;
  gzipParts: Uint8Array[];
}

/** A batch ready to travel. */
export interface BuiltBatch {
  head: BatchHead;
  /** `from-to`. */
  id: string;
  gzip: Uint8Array;
}

/**
 * Packs entries after `afterSeq`, a slice at a time. Undefined when there is none, or when `pause`, which is called between
 * slices, says false: then the ledger is not touched any more.
 */
export async function draftBatch(
  ledger: Pick<Ledger, 'entriesAfter'>,
  afterSeq: number,
  limits: { entries: number; bytes: number },
  pause: () => Promise<boolean>,
): Promise<Draft | undefined> {
  const gzipParts: Uint8Array[] = [];
  let left = { ...limits };
  let to = afterSeq;
  let hash: Uint8Array | undefined;
  for (;;) {
    const wanted = Math.min(left.entries, batchLimits.sliceEntries);
    const slice = ledger.entriesAfter(to, wanted, left.bytes);
    const last = slice.at(-1);
    if (!last) break;
    const lines = slice.map(({ canonical, row }) => (row ? { entry: canonical, row } : { entry: canonical }));
    // Each slice is a gzip member of its own; members that follow one another are one gzip file (RFC 1952, 2.2).
    gzipParts.push(gzipSync(encodeBatchEntries(lines), { level: 1 }));
    ({ seq: to, hash } = last);
    const bytes = slice.reduce(
      (sum, { canonical, row }) => sum + canonical.length + (row?.sealed.length ?? 0) + LINE_OVERHEAD_BYTES,
      0,
    );
    left = { entries: left.entries - slice.length, bytes: left.bytes - bytes };
    if (slice.length < wanted || left.entries <= 0 || left.bytes <= 0) break;
    if (!(await pause())) return undefined;
  }
  return hash && { from: afterSeq + 1, to, hash, gzipParts };
}

/** Signs a draft, and puts the week keys before it that the city has not acknowledged. */
export function sealBatch(
  vault: Pick<Vault, 'sign' | 'weekKeySealedToCity'>,
  ledger: { ledgerId: LedgerId; window: WindowId },
  draft: Draft,
  pendingWeeks: readonly string[],
  sealing: CityKeys['sealing'],
): BuiltBatch {
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
    from: draft.from,
    to: draft.to,
    hash: toHex(draft.hash),
  };
  const signature = toBase64url(vault.sign(batchHeadBytes(head)));
  const start = gzipSync(encodeBatch({ head, signature, weekKeys, entries: [] }), { level: 1 });
  return { head, id: `${head.from}-${head.to}`, gzip: Buffer.concat([start, ...draft.gzipParts]) };
}
