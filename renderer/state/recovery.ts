import type { OfficeOutput } from '../../contract/office.ts';

export type Recovery = OfficeOutput<'recovery.summary'>;
export type OpenCommand = Recovery['commands'][number];

/** Somebody has to look at it: an answer that nobody saw, a sheet of unknown fate, a new ledger that is not confirmed. */
export function isTask(recovery: Recovery, unseen: readonly OpenCommand[]): boolean {
  return unseen.length > 0 || recovery.prints.length > 0 || recovery.succession?.confirmed === false;
}

/**
 * Whether the recovery page comes before the desk. On the first page after a start it comes for a task, and for a shift or sheets
 * that the start found on their way. Later it comes only for answers that this page did not see and for a new ledger;
 * sheets are then settled in the list of sold tickets. What merely waits for the city stops nobody.
 */
export function needsRecovery(
  recovery: Recovery,
  unseen: readonly OpenCommand[],
  isFirstPage: boolean,
): boolean {
  if (unseen.length > 0 || recovery.succession?.confirmed === false) return true;
  return isFirstPage && (recovery.prints.length > 0 || recovery.printsWaiting > 0 || recovery.shift !== null);
}
