/** A clock for tests that own time: nothing waits, timers run in order as soon as nothing else is left to do. */
import type { NativeClock } from '../../native/clock.ts';

export class VirtualClock implements NativeClock {
  #nowMs = 0;
  #timers: { atMs: number; run: () => void }[] = [];

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Lets time run until `done` holds; true unless `limitMs` of it has passed or nothing is left that could happen. */
  async runUntil(done: () => boolean, limitMs: number): Promise<boolean> {
    const endMs = this.#nowMs + limitMs;
    for (;;) {
      // A whole turn of the event loop: every promise that can go on has gone on.
      await new Promise((resolve) => setImmediate(resolve));
      if (done()) return true;
      const [first] = this.#timers.toSorted((a, b) => a.atMs - b.atMs);
      if (first === undefined || first.atMs > endMs) return false;
      this.#timers = this.#timers.filter((timer) => timer !== first);
      this.#nowMs = Math.max(this.#nowMs, first.atMs);
      first.run();
    }
  }
}
