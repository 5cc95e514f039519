import type { OfficeOutput } from '../../contract/office.ts';
import type { Outcome, Refusal } from '../../contract/refusals.ts';
import { businessDateOf } from '../../domain/time.ts';
import type { DeskContext } from './context.ts';

/** What could not be copied is tried again after so long: a stick that was pulled out may be back. */
const AGAIN_MS = 30 * 60_000;

/** What of copying the ledger this needs; both journal what they made. */
export interface DailyBackupParts {
  /** When the newest copy in the data folder was made, of those up to this instant; null = there is none. */
  newestMadeAt: (nowMs: number) => number | null;
  /** A second folder is configured, and no copy went there between these instants. */
  isSecondBehind: (newestMadeAt: number, nowMs: number) => boolean;
  make: () => Promise<Outcome<unknown>>;
  makeSecond: () => Promise<Outcome<unknown>>;
  isBusy: () => boolean;
}

type Trouble = NonNullable<OfficeOutput<'backups.list'>['daily']>;

/**
 * One copy of the ledger by itself for each business day, after its end: soon after Shanghai's midnight, or after the next start where
 * the PC was off. With `backup.folder` the second copy goes with it; one that could not go there follows when it can. What a clock that
 * was ahead made stands for no copy.
 */
export function createDailyBackup(
  { ledger, runtime }: Pick<DeskContext, 'ledger' | 'runtime'>,
  parts: DailyBackupParts,
) {
  const { clock, log } = runtime;
  let trouble: Trouble | undefined;
  let isRunning = false;
  let notBeforeMs = 0;

  function due(nowMs: number): (() => Promise<Outcome<unknown>>) | undefined {
    const madeAt = parts.newestMadeAt(nowMs);
    const since = madeAt ?? ledger.latest('ledger.opened')?.at;
    if (since !== undefined && businessDateOf(since) !== businessDateOf(nowMs)) return parts.make;
    return madeAt !== null && parts.isSecondBehind(madeAt, nowMs) ? parts.makeSecond : undefined;
  }

  function failed(refusal: Refusal): void {
    trouble = { at: clock.nowMs(), refusal };
    notBeforeMs = clock.monotonicMs() + AGAIN_MS;
    log.error({ code: refusal.code }, "the day's copy of the ledger is not whole");
  }

  async function run(copy: () => Promise<Outcome<unknown>>): Promise<void> {
    const made = await copy();
    if (made.ok) trouble = undefined;
    else if (made.refusal.code !== 'backup.busy') failed(made.refusal);
  }

  return {
    /** Looks whether a copy is due and begins it. Cheap; called every minute. */
    look(): void {
      if (isRunning || parts.isBusy() || clock.monotonicMs() < notBeforeMs) return;
      const copy = due(clock.nowMs());
      if (!copy) {
        trouble = undefined;
        return;
      }
      isRunning = true;
      run(copy)
        .catch((error: unknown) => {
          notBeforeMs = clock.monotonicMs() + AGAIN_MS;
          log.error({ why: error instanceof Error ? error.stack : String(error) }, 'no copy of the ledger');
        })
        .finally(() => (isRunning = false));
    },
    /** Why the last one that was due could not be made; undefined when nothing is owed. */
    trouble: () => trouble,
  };
}
