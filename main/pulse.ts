import type { Timers, TimerHandle } from './runtime.ts';

/** The status bar is told at most this often; a burst of sales is one message. */
const STATUS_PAUSE_MS = 50;
/** The status bar is told at least this often: the age of the backlog grows by itself. */
const STATUS_EVERY_MS = 10_000;
/** Identities in memory are looked over this often. */
const SWEEP_EVERY_MS = 60_000;

/** What an office does by itself as time goes by. */
export interface Pulse {
  /** The status is told soon; asked for often, it is told once. */
  soon(): void;
  start(): void;
  stop(): void;
}

/** `tell` once soon after a change and every ten seconds anyway; `sweep` every minute. */
export function createPulse(timers: Timers, { tell, sweep }: { tell(): void; sweep(): void }): Pulse {
  let statusTimer: TimerHandle | undefined;
  let sweepTimer: TimerHandle | undefined;
  let isSoon = false;
  let isStopped = false;

  function beat(): void {
    if (isStopped) return;
    isSoon = false;
    // Set before, so that a beat that fails is not the last one.
    statusTimer = timers.setTimeout(beat, STATUS_EVERY_MS);
    tell();
  }
  function look(): void {
    sweepTimer = timers.setTimeout(look, SWEEP_EVERY_MS);
    sweep();
  }
  const pulse: Pulse = {
    soon() {
      if (isSoon || isStopped) return;
      isSoon = true;
      if (statusTimer) timers.clearTimeout(statusTimer);
      statusTimer = timers.setTimeout(beat, STATUS_PAUSE_MS);
    },
    start() {
      pulse.soon();
      sweepTimer = timers.setTimeout(look, SWEEP_EVERY_MS);
    },
    stop() {
      isStopped = true;
      if (statusTimer) timers.clearTimeout(statusTimer);
      if (sweepTimer) timers.clearTimeout(sweepTimer);
    },
  };
  return pulse;
}
