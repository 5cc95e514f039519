/** Runs work after everything that was given earlier under the same key, however that ended; other keys do not wait. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/**
 * Batches of one ledger are taken in the order in which they came. Without it the second would hold a connection of the database
 * only to wait for the lock of the first, and could get it first.
 */
export function createTurns(): InTurn {
  const lastOf = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = lastOf.get(key) ?? Promise.resolve();
    const own = before.then(work, work);
    lastOf.set(key, own);
    try {
      return await own;
    } finally {
      if (lastOf.get(key) === own) lastOf.delete(key);
    }
  };
}
