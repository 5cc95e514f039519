import { z } from 'zod';
import { toHex } from '../../contract/encoding/bytes.ts';
import { sha256 } from './envelope.ts';
import {
  businessDateSchema,
  hashHexSchema,
  ledgerIdSchema,
  type BusinessDate,
  type LedgerId,
} from '../../contract/ids.ts';
import { SLOT_BYTES, type TimerHandle } from '../runtime.ts';
import type { LedgerRuntime } from './types.ts';

export const ANCHOR_FILE = 'anchor.json';
/** What the anchor was a moment ago, while entries come fast: two slots written in turn. It counts where it is ahead of the anchor's own file. */
export const SLOTS_FILE = 'anchor.slots';
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

const slotSchema = anchorSchema.pick({ ledgerId: true, seq: true, hash: true }).extend({
  /** Begin of the SHA-256 of the other members: a torn slot has another. */
  check: z.string(),
});
type Slot = Omit<z.infer<typeof slotSchema>, 'check'>;

const checkOf = ({ ledgerId, seq, hash }: Slot): string =>
  toHex(sha256(new TextEncoder().encode(`${ledgerId} ${seq} ${hash}`))).slice(0, 16);

/** What stands in a slot; undefined for one that is empty, torn or anything else. */
function slotOf(text: string): Slot | undefined {
  try {
    const { check, ...slot } = slotSchema.parse(JSON.parse(text));
    return check === checkOf(slot) ? slot : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The anchor: its own file, or what is ahead of it in the slots. Undefined when it has no file, `'unreadable'` when that says
 * nothing sensible; slots alone are no anchor.
 */
export function readAnchor(files: LedgerRuntime['files']): Anchor | 'unreadable' | undefined {
  const anchor = readAnchorFile(files);
  if (anchor === undefined || anchor === 'unreadable') return anchor;
  const slots = files.readText(SLOTS_FILE) ?? '';
  return [slots.slice(0, SLOT_BYTES), slots.slice(SLOT_BYTES)]
    .flatMap((text) => slotOf(text) ?? [])
    .filter(({ ledgerId }) => ledgerId === anchor.ledgerId)
    .reduce((last, { seq, hash }) => (seq > last.seq ? { ...last, seq, hash } : last), anchor);
}

/** The anchor's own file alone. */
export function readAnchorFile(files: LedgerRuntime['files']): Anchor | 'unreadable' | undefined {
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
  /** Entry in the anchor's own file, and the last one that stands anywhere. */
  let inFile = known.seq;
  let written = known.seq;
  let slot: 0 | 1 = 0;
  let { leasedThrough } = known;
  let head: { seq: number; hash: Uint8Array } | undefined;
  let timer: TimerHandle | undefined;

  const put = ({ seq, hash }: { seq: number; hash: Uint8Array }, through: BusinessDate | null): void => {
    const anchor: Anchor = { ...own, seq, hash: toHex(hash), leasedThrough: through };
    runtime.files.writeAtomic(ANCHOR_FILE, `${JSON.stringify(anchor)}\n`, 0o600);
    inFile = seq;
    written = seq;
  };
  const attempt = (seq: number, work: () => void): void => {
    try {
      work();
    } catch (error) {
      runtime.log.error({ seq, error: String(error) }, 'the anchor could not be written');
    }
  };
  const write = (): void => {
    const last = head;
    if (last && last.seq !== inFile) attempt(last.seq, () => put(last, leasedThrough));
  };
  /** In the midst of sales: a third of what a whole new file costs. */
  const writeInPlace = ({ seq, hash }: { seq: number; hash: Uint8Array }): void =>
    attempt(seq, () => {
      const now: Slot = { ledgerId: own.ledgerId, seq, hash: toHex(hash) };
      runtime.files.writeSlot(SLOTS_FILE, slot, `${JSON.stringify({ ...now, check: checkOf(now) })}\n`);
      slot = slot === 0 ? 1 : 0;
      written = seq;
    });
  const arm = (): void => {
    timer ??= runtime.timers.setTimeout(() => {
      timer = undefined;
      write();
      onQuiet();
      if (head && head.seq !== inFile) arm();
    }, ANCHOR_LAG_MS);
  };
  return {
    follow(seq, hash) {
      // The first is where the ledger stands at its opening, and the file itself is written then.
      const isOpen = head !== undefined;
      head = { seq, hash };
      if (isOpen && seq - written >= ANCHOR_LAG_ENTRIES) writeInPlace(head);
      if (seq !== inFile) arm();
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
