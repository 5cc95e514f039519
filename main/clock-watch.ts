import type { Clock } from './runtime.ts';

/** A wall clock that moved this much more or less than the monotonic one was set by somebody. */
export const CLOCK_JUMP_MS = 2_000;

/**
 * Notices a wall clock that jumps. It never reorders entries: `seq` orders them, `at` only says what the clock said. When
 * `onJump` throws, the jump is told again at the next look.
 */
export function createClockWatch(clock: Clock, onJump: (fromMs: number, toMs: number) => void): () => void {
  let wallMs = clock.nowMs();
  let monotonicMs = clock.monotonicMs();
  return () => {
    const nowWall = clock.nowMs();
    const nowMonotonic = clock.monotonicMs();
    const expected = wallMs + (nowMonotonic - monotonicMs);
    if (Math.abs(nowWall - expected) > CLOCK_JUMP_MS) onJump(Math.max(0, Math.round(expected)), nowWall);
    wallMs = nowWall;
    monotonicMs = nowMonotonic;
  };
}
