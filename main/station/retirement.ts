import type { Ledger } from '../ledger/types.ts';
import type { Runtime } from '../runtime.ts';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import { GATE_KEY_FILE } from '../vault/gate-key.ts';
import { KEYS_FILE } from '../vault/key-file.ts';

/** Says in the data folder why it has no keys any more. */
export const RETIRED_FILE = 'retired.json';

export interface RetirementParts {
  runtime: Pick<Runtime, 'files' | 'log'>;
  ledger: Ledger;
  /** Entries that the host has; undefined without one. */
  hostSeq: () => number | undefined;
  hasCity: boolean;
}

/** A window on its way out: drained, emptied, its last entry delivered, its keys gone. */
export function createRetirement({ runtime, ledger, hostSeq, hasCity }: RetirementParts) {
  let isWiped = false;

  const isDraining = (): boolean => {
    const drained = ledger.latest('window.draining');
    return drained !== undefined && drained.seq > (ledger.latest('window.drainStopped')?.seq ?? 0);
  };
  const isRetired = (): boolean => ledger.latest('window.retired') !== undefined;
  const isDelivered = (): boolean => {
    const { seq } = ledger.head();
    const atHost = hostSeq();
    return (atHost === undefined || atHost >= seq) && (!hasCity || ledger.uploadState().ackSeq >= seq);
  };

  return {
    isDraining,
    isRetired,
    isDelivered,
    isWiped: () => isWiped,
    /** Why nothing may be sold. */
    standstill(): Refusal | undefined {
      if (isRetired()) return refuse(isWiped ? 'window.retired' : 'window.retiredWaiting');
      return isDraining() ? refuse('window.draining') : undefined;
    },
    /** What is still to be done before the last entry, in words; undefined when nothing is. */
    blockedBy(): string | undefined {
      if (ledger.openShift()) return '还没有交班';
      if (ledger.queuedPrints(1).length > 0 || ledger.unknownPrintCount() > 0)
        return '还有票纸没有打完或没有确认';
      if (!isDelivered()) return '还有记录没有送达主机或城市平台';
      return undefined;
    },
    /** When the last entry has arrived, the keys go. Cheap; call it whenever something was acknowledged. */
    look(): void {
      if (isWiped || !isRetired() || !isDelivered()) return;
      const { nextOrdinal } = ledger.latest('window.retired')?.body ?? {};
      runtime.files.writeAtomic(RETIRED_FILE, `${JSON.stringify({ window: ledger.window, nextOrdinal })}\n`);
      runtime.files.remove(KEYS_FILE);
      if (runtime.files.exists(GATE_KEY_FILE)) runtime.files.remove(GATE_KEY_FILE);
      isWiped = true;
      runtime.log.warn({ window: ledger.window }, 'this window has retired and its keys are gone');
    },
  };
}

export type Retirement = ReturnType<typeof createRetirement>;
