import type { Audit, Ledger } from './ledger/types.ts';
import type { Runtime, TimerHandle } from './runtime.ts';

/** A long ledger is compared when the rush after the start is over, a slice at a time: about a tenth of one core. */
const BEGIN_AFTER_MS = 5 * 60_000;
const PAUSE_MS = 50;

/** Compares a ledger's tables with its journal while the window works. Gives the function that ends it. */
export function startAudit(timers: Runtime['timers'], ledger: Pick<Ledger, 'audit'>): () => void {
  let audit: Audit | undefined;
  let timer: TimerHandle | undefined;
  const go = (): void => {
    audit ??= ledger.audit();
    timer = audit.step() ? timers.setTimeout(go, PAUSE_MS) : undefined;
  };
  timer = timers.setTimeout(go, BEGIN_AFTER_MS);
  return () => {
    if (timer) timers.clearTimeout(timer);
    audit?.close();
  };
}
