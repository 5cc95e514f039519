import { z } from 'zod';
import { toHex } from '../../contract/encoding/bytes.ts';
import {
  businessDateSchema,
  hashHexSchema,
  ledgerIdSchema,
  type BusinessDate,
  type LedgerId,
} from '../../contract/ids.ts';
import type { TimerHandle } from '../runtime.ts';
import type { LedgerRuntime } from './types.ts';

export const ANCHOR_FILE = 'anchor.json';
/** The anchor may lag behind the ledger by so much, never more, and never leads. */
export const ANCHOR_LAG_MS = 1_000;
export const ANCHOR_LAG_ENTRIES = 50;

/** Last known entry, kept outside the ledger so that an older copy of the ledger is found out. */
export const anchorSchema = z.strictObject({
  ledgerId: ledgerIdSchema,
  seq: z.int().min(1),
  hash: hashHexSchema,
  /** Of that ledger; absent where an older program wrote it, and then it is 1. */
  ordinal: z.int().min(1).max(99).optional(),
  /**
   * Latest departure date that was ever leased or frozen here. Unlike `seq` it is written before the lease, so it may lead and
   * never lags. Null = none; absent where an older program wrote it.
   */
  leasedThrough: businessDateSchema.nullable().optional(),
});
export type Anchor = z.infer<typeof anchorSchema>;

/** The anchor; undefined when there is none, `'unreadable'` when the file says nothing sensible. */
export function readAnchor(files: LedgerRuntime['files']): Anchor | 'unreadable' | undefined {
  const text = files.readText(ANCHOR_FILE);
  if (text === undefined) return undefined;
  try {
    return anchorSchema.parse(JSON.parse(text));
  } catch {
    return 'unreadable';
  }
}

export interface AnchorKeeper {
  /** Entry `seq` is durable: the file follows within {@link ANCHOR_LAG_MS} and {@link ANCHOR_LAG_ENTRIES}. */
  follow(seq: number, hash: Uint8Array): void;
  /** Writes now when the file is behind. */
  catchUp(): void;
  /** A lease of a departure of `date` is to be taken. Durable when it returns. @throws what the file store throws */
  lead(date: BusinessDate): void;
  stop(): void;
}

/** Keeps the anchor behind one ledger. A failing disk is logged and tried again: it never costs a sale. */
export function keepAnchor(
  runtime: LedgerRuntime,
  own: { ledgerId: LedgerId; ordinal: number },
  known: Pick<Anchor, 'seq'> & { leasedThrough: BusinessDate | null },
  onQuiet: () => void,
): AnchorKeeper {
  let written = known.seq;
  let { leasedThrough } = known;
  let head: { seq: number; hash: Uint8Array } | undefined;
  let timer: TimerHandle | undefined;

  const put = ({ seq, hash }: { seq: number; hash: Uint8Array }, through: BusinessDate | null): void => {
    const anchor: Anchor = { ...own, seq, hash: toHex(hash), leasedThrough: through };
    runtime.files.writeAtomic(ANCHOR_FILE, `${JSON.stringify(anchor)}\n`, 0o600);
    written = seq;
  };
  const write = (): void => {
    if (!head || head.seq === written) return;
    try {
      put(head, leasedThrough);
    } catch (error) {
      runtime.log.error({ seq: head.seq, error: String(error) }, 'the anchor could not be written');
    }
  };
  const arm = (): void => {
    timer ??= runtime.timers.setTimeout(() => {
      timer = undefined;
      write();
      onQuiet();
      if (head && head.seq !== written) arm();
    }, ANCHOR_LAG_MS);
  };
  return {
    follow(seq, hash) {
      head = { seq, hash };
      if (seq - written >= ANCHOR_LAG_ENTRIES) write();
      else if (seq !== written) arm();
    },
    catchUp: write,
    lead(date) {
      if (!head) throw new Error('an anchor leads only behind a ledger that is open');
      if (leasedThrough !== null && date <= leasedThrough) return;
      put(head, date);
      leasedThrough = date;
    },
    stop() {
      if (timer) runtime.timers.clearTimeout(timer);
      timer = undefined;
    },
  };
}
