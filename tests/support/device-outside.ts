import type { DeviceEvent } from '../../contract/device.ts';
import { createDeviceDesk, type DeskEvent } from '../../main/devices/device-desk.ts';
import type { TimerHandle } from '../../main/runtime.ts';

/** An outside of the device desk that owns time and plays the device process: it answers pings while `healthy`. */
export class DeviceOutside {
  nowMs = 0;
  healthy = true;
  /** Says `ready` as soon as it is started. */
  startsWell = true;
  /** A start takes so long. */
  startsInMs = 0;
  /** What `kill` does: nothing, for one that hangs inside the system, which no signal reaches. */
  mortal = true;
  /** So many of the next processes are gone before the launcher returns. */
  endsInStarting = 0;
  starts: number[] = [];
  sent: Record<string, unknown>[] = [];
  events: DeskEvent[] = [];
  warnings: string[] = [];
  kills = 0;
  onMessage: (message: unknown) => void = () => undefined;
  die: (why: string) => void = () => undefined;
  #timers: { atMs: number; fn: () => void; handle: TimerHandle }[] = [];
  #ids = 0;

  /** The device process says that the printer is ready. */
  printerReady(): void {
    this.say({
      event: 'device.state',
      deviceId: 'printer',
      kind: 'printer',
      state: 'ready',
      detail: 'none',
      paper: 'ok',
    });
  }

  readonly desk = createDeviceDesk({
    clock: { nowMs: () => this.nowMs, monotonicMs: () => this.nowMs },
    timers: {
      setTimeout: (fn, delayMs) => this.#after(delayMs, fn),
      clearTimeout: (handle) => {
        this.#timers = this.#timers.filter((timer) => timer.handle !== handle);
      },
    },
    log: {
      info: () => undefined,
      warn: (_fields, message) => void this.warnings.push(message),
      error: () => undefined,
    },
    devices: [
      { id: 'reader', kind: 'id-reader', driver: 'sdt', path: 'COM1' },
      { id: 'printer', kind: 'printer', driver: 'escpos', path: 'COM2' },
    ],
    launcher: {
      start: (onMessage, onExit) => {
        this.starts.push(this.nowMs);
        this.onMessage = onMessage;
        this.die = onExit;
        if (this.endsInStarting > 0) {
          this.endsInStarting -= 1;
          onExit('cannot be started');
          return { send: () => undefined, kill: () => undefined };
        }
        const ready = { event: 'ready', pid: this.starts.length } as const;
        let isGone = false;
        if (this.startsWell && this.startsInMs === 0) onMessage(ready);
        else if (this.startsWell)
          this.#after(this.startsInMs, () => {
            if (!isGone) onMessage(ready);
          });
        return {
          send: (message) => {
            const command = message as Record<string, unknown>;
            this.sent.push(command);
            if (command['command'] === 'ping' && this.healthy) onMessage({ event: 'pong', n: command['n'] });
          },
          kill: () => {
            this.kills += 1;
            if (!this.mortal) return;
            isGone = true;
            onExit('signal SIGKILL');
          },
        };
      },
    },
    onEvent: (event) => this.events.push(event),
  });

  #after(delayMs: number, fn: () => void): TimerHandle {
    const handle = { id: (this.#ids += 1) };
    this.#timers.push({ atMs: this.nowMs + delayMs, fn, handle });
    return handle;
  }

  say(event: DeviceEvent): void {
    this.onMessage(event);
  }

  /** Lets time pass, running what is due in order. */
  pass(durationMs: number): void {
    const untilMs = this.nowMs + durationMs;
    for (;;) {
      const [due] = this.#timers.filter(({ atMs }) => atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs);
      if (due === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.nowMs = Math.max(this.nowMs, due.atMs);
      due.fn();
    }
    this.nowMs = untilMs;
  }

  /** The office itself stands still: time passes and nothing runs. */
  freeze(durationMs: number): void {
    this.nowMs += durationMs;
  }

  outcomes(): unknown[] {
    return this.events.flatMap((e) => (e.event === 'print.finished' ? [[e.jobId, e.outcome, e.reason]] : []));
  }

  commands(name: string): Record<string, unknown>[] {
    return this.sent.filter(({ command }) => command === name);
  }
}

/** A sheet for the printer. */
export const order = (jobId: string) => ({
  jobId,
  deviceId: 'printer',
  document: { kind: 'selfTest' } as const,
});

/** A desk whose process is ready and has been told its devices. */
export function started(): DeviceOutside {
  const outside = new DeviceOutside();
  outside.desk.start();
  outside.pass(0);
  return outside;
}
