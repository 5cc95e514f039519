/**
 * Runs work after everything that was given earlier under the same key, however that ended; other keys do not wait.
 * @returns undefined when too much waits under that key already: then the work is not done
 */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T> | undefined;

/**
 * Batches of one ledger are taken in the order in which they came. Without it the second would hold a connection of the database
 * only to wait for the lock of the first, and could get it first.
 * @param most under one key, the one that is under way included: what is sent again while the database says nothing must not pile up
 */
export function createTurns(most: number): InTurn {
  const rows = new Map<string, { last: Promise<unknown>; count: number }>();
  return (key, work) => {
    const row = rows.get(key) ?? { last: Promise.resolve(), count: 0 };
    if (row.count >= most) return undefined;
    const own = row.last.then(work, work);
    row.last = own;
    row.count += 1;
    rows.set(key, row);
    return own.finally(() => {
      row.count -= 1;
      if (row.count === 0) rows.delete(key);
    });
  };
}
