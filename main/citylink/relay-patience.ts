/** The host has so long to bring an entry to the city before the window does it itself. */
export const RELAY_PATIENCE_MS = 30_000;

/**
 * Whether what a window wrote is left to its host to bring to the city. What the host did not get there in time, for whatever
 * reason, the window sends too: the city takes the same entries twice and has them once.
 */
export function createRelayPatience(parts: {
  /** The host is there and passes entries on. */
  isRelayed: () => boolean;
  monotonicMs: () => number;
  headSeq: () => number;
}) {
  /** Since when the host has not brought the city beyond this entry. */
  let waiting: { ackSeq: number; sinceMs: number } | undefined;
  /** Up to here the window sends itself. */
  let ownTo = 0;
  return {
    /** The city was out of reach, for the host as well. */
    beginContact(): void {
      waiting = undefined;
    },
    /** The city lost what it had acknowledged: the host may not have it any more. */
    lost(upTo: number): void {
      ownTo = Math.max(ownTo, upTo);
    },
    leavesToHost(ackSeq: number): boolean {
      if (!parts.isRelayed() || ackSeq < ownTo) return false;
      const headSeq = parts.headSeq();
      const nowMs = parts.monotonicMs();
      if (headSeq <= ackSeq) waiting = undefined;
      else if (waiting?.ackSeq !== ackSeq) waiting = { ackSeq, sinceMs: nowMs };
      if (!waiting || nowMs - waiting.sinceMs < RELAY_PATIENCE_MS) return true;
      ownTo = headSeq;
      return false;
    },
  };
}
