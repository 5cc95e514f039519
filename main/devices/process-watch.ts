/**
 * Keeps one device process alive: starts it, listens to its heart, ends it when it hangs, starts it again.
 *
 * Back within two seconds after a crash or a hang; a process that keeps dying is started more slowly, once a second at most.
 * One that hangs inside the system and outlives its kill is given up as if it had ended, and another one started beside it.
 */
import { parseDeviceEvent, type DeviceCommand, type DeviceEvent } from '../../contract/device.ts';
import type { Clock, DeviceProcess, DeviceProcessLauncher, Log, TimerHandle, Timers } from '../runtime.ts';

export const PING_EVERY_MS = 150;
/** Nothing heard for this long, on a PC that is not overloaded: the process hangs. */
export const HUNG_AFTER_MS = 800;
/**
 * What the first start is granted; every later one what the one before it took. On a PC with two old cores a start takes 0.2 to
 * 0.6 s, and 2.4 s when sixteen start at once. Its modules load in one go, so that no sign of life could come in between.
 */
const FIRST_START_MS = 2000;
const LONGEST_USUAL_START_MS = 10_000;
/** A process that is not ready so long after it should have been hangs; the next one is granted double, for it may have been slow. */
const START_PATIENCE_MS = 1700;
const LONGEST_START_MS = 60_000;
/**
 * Where the office's own timers come late, the PC is overloaded and the process is granted so many times that lateness: one
 * that merely waits for its turn is not ended in the middle of a sheet.
 */
const PATIENCE_A_LATE_MS = 6;
/** How much of the lateness seen before still counts at the next beat. */
const LATENESS_MEMORY = 0.8;
/** Delay before the n-th start within {@link CRASH_MEMORY_MS}; the last one is for all that follow. */
const RESTART_DELAYS_MS = [0, 0, 0, 250, 500, 1000] as const;
const CRASH_MEMORY_MS = 30_000;
/** Killed, and not gone after this long on a PC that is not overloaded: it is given up. The usual end takes some milliseconds. */
const END_PATIENCE_MS = 500;
/** The same when the office itself ends and nothing waits for the next process. */
const LAST_END_PATIENCE_MS = 2000;
/** Delay before the next start by how many were given up and run still: each holds memory, and often a port. With more of them none is started until one is gone. */
const UNDYING_DELAYS_MS = [0, 0, 2000, 10_000, 60_000, 300_000] as const;
export const MAX_UNDYING = UNDYING_DELAYS_MS.length;

export interface ProcessWatchParts {
  launcher: DeviceProcessLauncher;
  clock: Clock;
  timers: Timers;
  log: Log;
  /** The process is there and takes commands. */
  onUp(): void;
  /**
   * The process is gone, after it had been up or not. `isStuck`: others could not be ended before it, so that a person may have
   * to pull a plug; told again with `false` when one of them has gone.
   */
  onDown(isStuck: boolean): void;
  onEvent(event: DeviceEvent): void;
}

export class ProcessWatch {
  readonly #parts: ProcessWatchParts;
  #process: DeviceProcess | undefined;
  /** Counts starts and ends, so that a late word of a former process is not taken for the present one's. */
  #generation = 0;
  #up = false;
  #stopping = false;
  #stopped: (() => void) | undefined;
  /** When the process was killed because it hung; it has not ended yet. */
  #killedMs: number | undefined;
  /** Generations that were given up and have not ended. */
  readonly #undying = new Set<number>();
  #crashesMs: number[] = [];
  #pings = 0;
  #startedMs = 0;
  /** What the last start took that came to an end. */
  #usualStartMs = FIRST_START_MS;
  /** Starts in a row that were not waited for to the end. */
  #startsGivenUp = 0;
  #heardMs = 0;
  #tickedMs = 0;
  #lateMs = 0;
  #tick: TimerHandle | undefined;
  #restart: TimerHandle | undefined;

  constructor(parts: ProcessWatchParts) {
    this.#parts = parts;
  }

  get up(): boolean {
    return this.#up;
  }

  start(): void {
    const generation = (this.#generation += 1);
    const { launcher, clock } = this.#parts;
    this.#startedMs = this.#heardMs = this.#tickedMs = clock.monotonicMs();
    // Words that come before the launcher has returned are heard when there is somebody to answer.
    const early: unknown[] = [];
    let listening = false;
    const process = launcher.start(
      (raw) => {
        if (!listening) early.push(raw);
        else if (generation === this.#generation) this.#heard(raw);
      },
      (why) => {
        if (generation === this.#generation) this.#ended(why);
        else this.#endedAtLast(generation);
      },
    );
    // It may have ended before the launcher has returned.
    if (generation !== this.#generation) return;
    this.#process = process;
    this.#scheduleTick();
    listening = true;
    for (const raw of early) this.#heard(raw);
  }

  /** Sends a command; false when no process takes it. One that was killed for hanging takes none, though it has not ended yet. */
  send(command: DeviceCommand): boolean {
    if (!this.#up || this.#process === undefined || this.#killedMs !== undefined) return false;
    this.#process.send(command);
    return true;
  }

  /** Ends the process for good; resolves when it is gone, or given up. */
  stop(): Promise<void> {
    this.#stopping = true;
    this.#clear();
    if (this.#process === undefined) return Promise.resolve();
    this.#tick = this.#parts.timers.setTimeout(() => this.#ended('does not end'), LAST_END_PATIENCE_MS);
    const gone = new Promise<void>((resolve) => (this.#stopped = resolve));
    this.#process.kill();
    return gone;
  }

  #heard(raw: unknown): void {
    this.#heardMs = this.#parts.clock.monotonicMs();
    const parsed = parseDeviceEvent(raw);
    if (!parsed.ok) {
      const { name, field, problem } = parsed;
      this.#parts.log.warn(
        { event: name, field, problem },
        'the device process sent a message that does not fit',
      );
      return;
    }
    const event = parsed.message;
    if (event.event === 'pong') return;
    if (event.event !== 'ready') return this.#parts.onEvent(event);
    if (this.#up || this.#stopping) return;
    this.#up = true;
    this.#startsGivenUp = 0;
    this.#usualStartMs = Math.min(LONGEST_USUAL_START_MS, this.#heardMs - this.#startedMs);
    this.#parts.onUp();
  }

  #ended(why: string): void {
    this.#process = undefined;
    // What still comes from this one is nobody's word: taken for the next one's, that one would never be told its devices.
    this.#generation += 1;
    this.#clear();
    this.#up = false;
    this.#killedMs = undefined;
    if (this.#stopping) {
      this.#stopped?.();
      this.#parts.onDown(false);
      return;
    }
    const nowMs = this.#parts.clock.monotonicMs();
    this.#crashesMs = [...this.#crashesMs.filter((atMs) => nowMs - atMs < CRASH_MEMORY_MS), nowMs];
    const crashMs = RESTART_DELAYS_MS[Math.min(this.#crashesMs.length, RESTART_DELAYS_MS.length - 1)] ?? 0;
    const undyingMs = UNDYING_DELAYS_MS[this.#undying.size];
    const restartInMs = undyingMs === undefined ? null : Math.max(crashMs, undyingMs);
    this.#parts.log.warn({ why, restartInMs }, 'the device process ended');
    if (restartInMs !== null) this.#restart = this.#parts.timers.setTimeout(() => this.start(), restartInMs);
    this.#parts.onDown(this.#isStuck());
  }

  /** One that was given up has gone, and with it what kept its port: whatever waits, waits no longer. */
  #endedAtLast(generation: number): void {
    const wasStuck = this.#isStuck();
    if (!this.#undying.delete(generation) || this.#process !== undefined || this.#stopping) return;
    this.#clear();
    if (wasStuck) this.#parts.onDown(false);
    this.start();
  }

  #isStuck(): boolean {
    return this.#undying.size > 1;
  }

  #scheduleTick(): void {
    this.#tick = this.#parts.timers.setTimeout(() => this.#beat(), PING_EVERY_MS);
  }

  #beat(): void {
    const generation = this.#generation;
    const nowMs = this.#parts.clock.monotonicMs();
    // When the office itself stood still, answers wait unread and prove nothing.
    if (nowMs - this.#tickedMs > PING_EVERY_MS * 3) {
      this.#heardMs = nowMs;
      this.#startedMs += nowMs - this.#tickedMs;
      if (this.#killedMs !== undefined) this.#killedMs = nowMs;
    }
    const lateMs = Math.max(0, nowMs - this.#tickedMs - PING_EVERY_MS);
    this.#lateMs = Math.max(lateMs, this.#lateMs * LATENESS_MEMORY);
    this.#tickedMs = nowMs;
    const patienceMs = PATIENCE_A_LATE_MS * this.#lateMs;
    const limitMs = (this.#up ? HUNG_AFTER_MS : this.#startLimitMs()) + patienceMs;
    if (this.#killedMs !== undefined) {
      if (nowMs - this.#killedMs > END_PATIENCE_MS + patienceMs) {
        this.#undying.add(generation);
        this.#ended('does not end though it was killed');
      }
    } else if (nowMs - this.#heardMs > limitMs) {
      this.#parts.log.warn(
        { silentMs: Math.round(nowMs - this.#heardMs) },
        'the device process hangs and is ended',
      );
      if (!this.#up) this.#startsGivenUp += 1;
      this.#killedMs = nowMs;
      this.#process?.kill();
    } else if (this.#up) {
      this.#process?.send({ command: 'ping', n: (this.#pings += 1) } satisfies DeviceCommand);
    }
    if (generation === this.#generation) this.#scheduleTick();
  }

  #startLimitMs(): number {
    return Math.min(LONGEST_START_MS, (this.#usualStartMs + START_PATIENCE_MS) * 2 ** this.#startsGivenUp);
  }

  #clear(): void {
    if (this.#tick !== undefined) this.#parts.timers.clearTimeout(this.#tick);
    if (this.#restart !== undefined) this.#parts.timers.clearTimeout(this.#restart);
    this.#tick = this.#restart = undefined;
  }
}
