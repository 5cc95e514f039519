import { describe, expect, test } from 'vitest';
import type { DeviceEvent } from '../../contract/device.ts';
import type { TimerHandle } from '../runtime.ts';
import { createDeviceDesk, type DeskEvent } from './device-desk.ts';
import { CARD_PROBLEM_TEXTS, deviceText, PRINT_REASON_TEXTS } from './device-texts.ts';
import { HUNG_AFTER_MS, PING_EVERY_MS } from './process-watch.ts';

/** An outside that owns time and plays the device process: it answers pings while `healthy`. */
class Outside {
  nowMs = 0;
  healthy = true;
  /** Says `ready` as soon as it is started. */
  startsWell = true;
  /** So many of the next processes are gone before the launcher returns. */
  endsInStarting = 0;
  starts: number[] = [];
  sent: Record<string, unknown>[] = [];
  events: DeskEvent[] = [];
  warnings: string[] = [];
  onMessage: (message: unknown) => void = () => undefined;
  die: (why: string) => void = () => undefined;
  #timers: { atMs: number; fn: () => void; handle: TimerHandle }[] = [];
  #ids = 0;

  readonly desk = createDeviceDesk({
    clock: { nowMs: () => this.nowMs, monotonicMs: () => this.nowMs },
    timers: {
      setTimeout: (fn, delayMs) => {
        const handle = { id: (this.#ids += 1) };
        this.#timers.push({ atMs: this.nowMs + delayMs, fn, handle });
        return handle;
      },
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
        if (this.startsWell) this.say({ event: 'ready', pid: this.starts.length });
        return {
          send: (message) => {
            const command = message as Record<string, unknown>;
            this.sent.push(command);
            if (command['command'] === 'ping' && this.healthy) onMessage({ event: 'pong', n: command['n'] });
          },
          kill: () => onExit('signal SIGKILL'),
        };
      },
    },
    onEvent: (event) => this.events.push(event),
  });

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

const order = (jobId: string) => ({ jobId, deviceId: 'printer', document: { kind: 'selfTest' } as const });

function started(): Outside {
  const outside = new Outside();
  outside.desk.start();
  outside.pass(0);
  return outside;
}

describe('keeping the device process alive', () => {
  test('it is told its devices as soon as it is ready', () => {
    expect(started().commands('configure')).toHaveLength(1);
  });

  test('a process that answers is left alone for an hour', () => {
    const outside = started();
    outside.pass(3_600_000);
    expect(outside.starts).toHaveLength(1);
  });

  test('one that hangs is ended and started again within two seconds', () => {
    const outside = started();
    outside.pass(10_000);
    outside.healthy = false;
    outside.pass(HUNG_AFTER_MS + PING_EVERY_MS * 2);
    expect(outside.starts).toHaveLength(2);
    expect((outside.starts[1] ?? 0) - 10_000).toBeLessThan(2000);
  });

  test('an office that stood still itself does not blame the process', () => {
    const outside = started();
    outside.pass(1000);
    outside.freeze(10_000);
    outside.pass(1000);
    expect(outside.starts).toHaveLength(1);
  });

  test('on an overloaded PC, where the office itself comes late, the process is granted more time, but not for ever', () => {
    const outside = started();
    outside.pass(1000);
    outside.healthy = false;
    const beatLate = (times: number): void => {
      for (let n = 0; n < times; n += 1) {
        outside.freeze(PING_EVERY_MS + 200);
        outside.pass(0);
      }
    };
    beatLate(4);
    expect(4 * (PING_EVERY_MS + 200)).toBeGreaterThan(HUNG_AFTER_MS + 2 * PING_EVERY_MS);
    expect(outside.starts).toHaveLength(1);
    beatLate(4);
    expect(outside.starts).toHaveLength(2);
  });

  test('one that never gets ready is tried again', () => {
    const outside = new Outside();
    outside.startsWell = false;
    outside.desk.start();
    outside.pass(11_000);
    expect(outside.starts.length).toBeGreaterThanOrEqual(2);
  });

  test('a word that a former process said in dying is not the present one’s: the next one is told its devices', () => {
    const outside = started();
    const former = outside.onMessage;
    outside.startsWell = false;
    outside.die('signal SIGKILL');
    former({ event: 'ready', pid: 1 });
    outside.pass(10);
    outside.say({ event: 'ready', pid: 2 });
    expect(outside.commands('configure')).toHaveLength(2);
  });

  test('one that ends before its launcher has returned is started again once, not twice', () => {
    const outside = started();
    outside.endsInStarting = 1;
    outside.die('signal SIGKILL');
    outside.pass(1000);
    expect(outside.starts).toHaveLength(3);
    expect(outside.commands('configure')).toHaveLength(2);
    const pings = outside.commands('ping').length;
    outside.pass(PING_EVERY_MS * 10);
    expect(outside.commands('ping')).toHaveLength(pings + 10);
  });

  test('one that dies at once is started once a second, not in a frenzy', () => {
    const outside = new Outside();
    outside.startsWell = false;
    outside.desk.start();
    for (let n = 0; n < 6; n += 1) {
      outside.die('exit code 1');
      outside.pass(n < 3 ? 0 : 1000);
    }
    const before = outside.starts.length;
    outside.die('exit code 1');
    outside.pass(999);
    expect(outside.starts).toHaveLength(before);
    outside.pass(1);
    expect(outside.starts).toHaveLength(before + 1);
  });

  test('after stop nothing starts again', async () => {
    const outside = started();
    await outside.desk.stop();
    outside.pass(60_000);
    expect(outside.starts).toHaveLength(1);
  });

  test('a message that does not fit is logged and changes nothing', () => {
    const outside = started();
    outside.onMessage({ event: 'card.read', deviceId: 'reader', document: { number: 'x' } });
    outside.onMessage(42);
    expect(outside.events).toEqual([]);
    expect(outside.warnings).toHaveLength(2);
  });
});

describe('every sheet gets exactly one outcome', () => {
  test('handed over to a process that dies: unknown, and never sent again', () => {
    const outside = started();
    outside.desk.print(order('a'));
    outside.die('signal SIGKILL');
    outside.pass(10_000);
    expect(outside.outcomes()).toEqual([['a', 'unknown', 'processLost']]);
    expect(outside.commands('print')).toHaveLength(1);
  });

  test('the outcome of a former process that comes late is not a second one', () => {
    const outside = started();
    const former = outside.onMessage;
    outside.desk.print(order('a'));
    outside.die('signal SIGKILL');
    outside.pass(10);
    former({ event: 'print.finished', jobId: 'a', deviceId: 'printer', outcome: 'confirmed' });
    outside.say({ event: 'print.finished', jobId: 'a', deviceId: 'printer', outcome: 'confirmed' });
    expect(outside.outcomes()).toEqual([['a', 'unknown', 'processLost']]);
  });

  test('after an unknown one the next is told to separate itself, and the one after that is not', () => {
    const outside = started();
    outside.desk.print(order('a'));
    outside.die('signal SIGKILL');
    outside.pass(10);
    for (const jobId of ['b', 'c']) {
      outside.desk.print(order(jobId));
      outside.say({ event: 'print.finished', jobId, deviceId: 'printer', outcome: 'confirmed' });
    }
    expect(outside.commands('print').map((print) => print['separateFirst'])).toEqual([
      undefined,
      true,
      undefined,
    ]);
  });

  test('ordered while the process is down: it waits, and fails without a byte when the process does not come', () => {
    const outside = new Outside();
    outside.startsWell = false;
    outside.desk.start();
    outside.desk.print(order('a'));
    outside.pass(10);
    expect(outside.outcomes()).toEqual([]);
    outside.pass(5000);
    expect(outside.outcomes()).toEqual([['a', 'failed', 'processDown']]);
    outside.say({ event: 'ready', pid: 1 });
    expect(outside.commands('print')).toEqual([]);
  });

  test('refused by the process: failed, for not a byte went out', () => {
    const outside = started();
    outside.desk.print(order('a'));
    outside.say({ event: 'refused', command: 'print', problem: 'wrongShape', field: 'document', jobId: 'a' });
    expect(outside.outcomes()).toEqual([['a', 'failed', 'badDocument']]);
  });

  test('the outcome never comes before the order has returned', () => {
    const outside = started();
    const wrong = { ...order('a'), document: { kind: 'selfTest', title: '\u001b' } as const };
    outside.desk.print(wrong);
    expect(outside.outcomes()).toEqual([]);
    outside.pass(1);
    expect(outside.outcomes()).toEqual([['a', 'failed', 'badDocument']]);
  });
});

describe('the status bar', () => {
  test('knows nothing of a device until it has spoken, nor after its process died', () => {
    const outside = started();
    expect(outside.desk.readyPrinter()).toBeUndefined();
    outside.say({
      event: 'device.state',
      deviceId: 'printer',
      kind: 'printer',
      state: 'ready',
      detail: 'none',
      paper: 'ok',
    });
    expect(outside.desk.readyPrinter()).toBe('printer');
    outside.die('signal SIGKILL');
    expect(outside.desk.readyPrinter()).toBeUndefined();
    expect(outside.desk.statuses().map(({ text }) => text)).toEqual([
      '读卡器正在重新连接…',
      '打印机正在重新连接…',
    ]);
  });

  test('says nothing when all is well and what to do when it is not', () => {
    const printer = { kind: 'printer', paper: 'ok' } as const;
    expect(deviceText({ ...printer, state: 'ready', detail: 'none' })).toBe('');
    expect(deviceText({ ...printer, state: 'attention', detail: 'coverOpen' })).toBe(
      '打印机上盖没有合上。请合上盖子。',
    );
    expect(deviceText({ ...printer, state: 'ready', detail: 'none', paper: 'nearEnd' })).toContain('新纸卷');
    for (const text of [
      ...Object.values(PRINT_REASON_TEXTS),
      ...Object.values(CARD_PROBLEM_TEXTS).map(({ next }) => next),
    ]) {
      expect(text).toMatch(/^[\p{sc=Han},。;、]+$/u);
    }
  });
});
