import type { BusinessDate } from '../contract/ids.ts';
import { addDays } from './time.ts';

/** A feed cannot put more days than this on sale (`advanceSaleDays` of the contract). */
export const MOST_ADVANCE_DAYS = 60;

/** What is known of the sales of a ledger that was left behind, and of the period of which nothing is left. */
export interface LostPeriod {
  /** Business date on which the new ledger begins. */
  readonly today: BusinessDate;
  /** Business date of the last entry of the file that was left; null when it was missing. */
  readonly lastEntryDate: BusinessDate | null;
  /** Latest departure date that the file holds a lease of; null when it holds none. */
  readonly fileLeasedThrough: BusinessDate | null;
  /** What the file itself had frozen when it began; null for a first ledger. */
  readonly fileFrozenThrough: BusinessDate | null;
  /**
   * Latest departure date that was ever leased, as the anchor says: it is written before the lease is taken, so it may be later
   * than the truth and never earlier. Null = nothing was leased; undefined = the anchor does not say or cannot be read.
   */
  readonly anchorLeasedThrough: BusinessDate | null | undefined;
}

/**
 * The last business date whose departures the lost period may have sold; null when nothing was ever leased. No seat of a departure
 * up to and including it may be self-granted. A seat is sold from a lease and from nothing else, so departures after the
 * latest lease are proven unsold. Where nobody knows the latest lease it is the last day that any feed could have put on sale.
 */
export function frozenThrough(lost: LostPeriod): BusinessDate | null {
  const { today, lastEntryDate, fileLeasedThrough, fileFrozenThrough, anchorLeasedThrough } = lost;
  const atMost =
    anchorLeasedThrough === undefined
      ? addDays(lastEntryDate !== null && lastEntryDate > today ? lastEntryDate : today, MOST_ADVANCE_DAYS)
      : anchorLeasedThrough;
  return latest([atMost, fileLeasedThrough, fileFrozenThrough]);
}

/** Whether a departure of `date` is frozen. */
export function isFrozen(date: BusinessDate, through: BusinessDate | null | undefined): boolean {
  return through !== null && through !== undefined && date <= through;
}

/** The latest of some dates; null when there is none. */
export function latest(dates: readonly (BusinessDate | null)[]): BusinessDate | null {
  return dates.reduce((last, date) => (date !== null && (last === null || date > last) ? date : last), null);
}
