/**
 * Keeps one device process alive: starts it, listens to its heart, ends it when it hangs, starts it again.
 *
 * Back within two seconds after a crash or a hang; a process that keeps dying is started more slowly, once a second at most.
 */
import { parseDeviceEvent, type DeviceCommand, type DeviceEvent } from '../../contract/device.ts';
import type { Clock, DeviceProcess, DeviceProcessLauncher, Log, TimerHandle, Timers } from '../runtime.ts';

export const PING_EVERY_MS = 150;
/** Nothing heard for this long, on a PC that is not overloaded: the process hangs. */
export const HUNG_AFTER_MS = 800;
/** A process that has not said `ready` by then is ended. */
const START_TIMEOUT_MS = 10_000;
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

export interface ProcessWatchParts {
  launcher: DeviceProcessLauncher;
  clock: Clock;
  timers: Timers;
  log: Log;
  /** The process is there and takes commands. */
  onUp(): void;
  /** The process is gone, after it had been up or not. */
  onDown(): void;
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
  #crashesMs: number[] = [];
  #pings = 0;
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
    this.#heardMs = this.#tickedMs = clock.monotonicMs();
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
      },
    );
    // It may have ended before the launcher has returned.
    if (generation !== this.#generation) return;
    this.#process = process;
    this.#scheduleTick();
    listening = true;
    for (const raw of early) this.#heard(raw);
  }

  /** Sends a command; false when no process takes it. */
  send(command: DeviceCommand): boolean {
    if (!this.#up || this.#process === undefined) return false;
    this.#process.send(command);
    return true;
  }

  /** Ends the process for good; resolves when it is gone. */
  stop(): Promise<void> {
    this.#stopping = true;
    this.#clear();
    if (this.#process === undefined) return Promise.resolve();
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
    this.#parts.onUp();
  }

  #ended(why: string): void {
    this.#process = undefined;
    // What still comes from this one is nobody's word: taken for the next one's, that one would never be told its devices.
    this.#generation += 1;
    this.#clear();
    this.#up = false;
    if (this.#stopping) {
      this.#stopped?.();
      this.#parts.onDown();
      return;
    }
    const nowMs = this.#parts.clock.monotonicMs();
    this.#crashesMs = [...this.#crashesMs.filter((atMs) => nowMs - atMs < CRASH_MEMORY_MS), nowMs];
    const delayMs = RESTART_DELAYS_MS[Math.min(this.#crashesMs.length, RESTART_DELAYS_MS.length - 1)] ?? 0;
    this.#parts.log.warn({ why, restartInMs: delayMs }, 'the device process ended');
    this.#restart = this.#parts.timers.setTimeout(() => this.start(), delayMs);
    this.#parts.onDown();
  }

  #scheduleTick(): void {
    this.#tick = this.#parts.timers.setTimeout(() => this.#beat(), PING_EVERY_MS);
  }

  #beat(): void {
    const generation = this.#generation;
    const nowMs = this.#parts.clock.monotonicMs();
    // When the office itself stood still, answers wait unread and prove nothing.
    if (nowMs - this.#tickedMs > PING_EVERY_MS * 3) this.#heardMs = nowMs;
    const lateMs = Math.max(0, nowMs - this.#tickedMs - PING_EVERY_MS);
    this.#lateMs = Math.max(lateMs, this.#lateMs * LATENESS_MEMORY);
    this.#tickedMs = nowMs;
    const limitMs = (this.#up ? HUNG_AFTER_MS : START_TIMEOUT_MS) + PATIENCE_A_LATE_MS * this.#lateMs;
    if (nowMs - this.#heardMs > limitMs) {
      this.#parts.log.warn(
        { silentMs: Math.round(nowMs - this.#heardMs) },
        'the device process hangs and is ended',
      );
      this.#process?.kill();
    } else if (this.#up) {
      this.#process?.send({ command: 'ping', n: (this.#pings += 1) } satisfies DeviceCommand);
    }
    if (generation === this.#generation) this.#scheduleTick();
  }

  #clear(): void {
    if (this.#tick !== undefined) this.#parts.timers.clearTimeout(this.#tick);
    if (this.#restart !== undefined) this.#parts.timers.clearTimeout(this.#restart);
    this.#tick = this.#restart = undefined;
  }
}
