import { describe, expect, test } from 'vitest';
import { DeviceOutside, order, started } from '../../tests/support/device-outside.ts';
import { HUNG_AFTER_MS, MAX_UNDYING, PING_EVERY_MS } from './process-watch.ts';

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
    const outside = new DeviceOutside();
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

describe('a device process that hangs before it is ready', () => {
  /** When each start was, from the first. */
  const startsOf = (outside: DeviceOutside): number[] =>
    outside.starts.map((atMs) => atMs - (outside.starts[0] ?? 0));

  test('at the first start of the office: found in four seconds, and then with double patience each time', () => {
    const outside = new DeviceOutside();
    outside.startsWell = false;
    outside.desk.start();
    outside.pass(60_000);
    const [, second = 0, third = 0, fourth = 0] = startsOf(outside);
    expect(second).toBeGreaterThan(3500);
    expect(second).toBeLessThan(4000);
    expect((third - second) / second).toBeCloseTo(2, 0);
    expect((fourth - third) / second).toBeCloseTo(4, 0);
  });

  test('after one that was ready: found within two seconds beyond what that one took', () => {
    for (const tookMs of [200, 1500, 6000]) {
      const outside = new DeviceOutside();
      outside.startsInMs = tookMs;
      outside.desk.start();
      outside.pass(40_000);
      outside.startsWell = false;
      const lostMs = outside.nowMs;
      const before = outside.starts.length;
      outside.die('signal SIGKILL');
      outside.pass(tookMs + 2000);
      expect(outside.starts.length).toBe(before + 2);
      expect((outside.starts.at(-1) ?? 0) - lostMs).toBeGreaterThan(tookMs + 1000);
    }
  });

  test('is a slow start of a slow PC, and not ended over and over, however slow it is', () => {
    for (const tookMs of [1000, 3000, 5000, 15_000, 45_000]) {
      const outside = new DeviceOutside();
      outside.startsInMs = tookMs;
      outside.desk.start();
      outside.pass(200_000);
      expect(outside.commands('configure')).toHaveLength(1);
      expect(outside.starts.length).toBeLessThanOrEqual(5);
    }
  });

  test('on a PC that became ten times slower: ended twice at most', () => {
    const outside = new DeviceOutside();
    outside.startsInMs = 500;
    outside.desk.start();
    outside.pass(10_000);
    outside.startsInMs = 5000;
    outside.die('signal SIGKILL');
    outside.pass(60_000);
    expect(outside.commands('configure')).toHaveLength(2);
    expect(outside.starts.length).toBeLessThanOrEqual(4);
  });

  test('patience has an end: no start is waited for longer than a minute', () => {
    const outside = new DeviceOutside();
    outside.startsWell = false;
    outside.desk.start();
    outside.pass(1_800_000);
    const starts = startsOf(outside);
    const longest = Math.max(...starts.map((atMs, at) => atMs - (starts[at - 1] ?? 0)));
    expect(longest).toBeGreaterThan(30_000);
    expect(longest).toBeLessThan(62_000);
  });
});

describe('a device process that hangs inside the system and outlives its kill', () => {
  /** The printer was ready; the process hangs since ten seconds, and no signal reaches it. */
  function undying(): DeviceOutside {
    const outside = started();
    outside.printerReady();
    outside.pass(10_000);
    outside.healthy = outside.mortal = false;
    return outside;
  }

  test('is given up within two seconds: its sheet is unknown, no printer is ready, another one is started', () => {
    const outside = undying();
    outside.desk.print(order('a'));
    outside.pass(2000);
    expect(outside.outcomes()).toEqual([['a', 'unknown', 'processLost']]);
    expect(outside.desk.readyPrinter()).toBeUndefined();
    expect(outside.starts).toHaveLength(2);
    outside.healthy = true;
    outside.pass(1000);
    expect(outside.commands('configure')).toHaveLength(2);
    outside.pass(60_000);
    expect(outside.starts).toHaveLength(2);
  });

  test('is killed once and told in two lines of the log, not seven times a second', () => {
    const outside = undying();
    const before = outside.warnings.length;
    outside.pass(2000);
    outside.healthy = true;
    outside.pass(60_000);
    expect(outside.warnings.slice(before)).toEqual([
      'the device process hangs and is ended',
      'the device process ended',
    ]);
    expect(outside.kills).toBe(1);
  });

  test('is not given up by an office that stood still itself after the kill', () => {
    const outside = undying();
    while (outside.kills === 0) outside.pass(PING_EVERY_MS);
    const { die } = outside;
    outside.freeze(10_000);
    outside.pass(0);
    expect(outside.starts).toHaveLength(1);
    die('signal SIGKILL');
    outside.pass(0);
    expect(outside.starts).toHaveLength(2);
  });

  test('is handed no more sheets once it was killed: they wait for the next one', () => {
    const outside = undying();
    while (outside.kills === 0) outside.pass(PING_EVERY_MS);
    outside.desk.print(order('a'));
    outside.healthy = true;
    outside.pass(2000);
    expect(outside.commands('print')).toHaveLength(1);
    outside.say({ event: 'print.finished', jobId: 'a', deviceId: 'printer', outcome: 'confirmed' });
    expect(outside.outcomes()).toEqual([['a', 'confirmed', undefined]]);
  });

  test('changes nothing when it ends at last, nor when it speaks again', () => {
    const outside = undying();
    const { die, onMessage } = outside;
    outside.pass(2000);
    outside.healthy = true;
    outside.pass(1000);
    const events = outside.events.length;
    onMessage({ event: 'card.removed', deviceId: 'reader' });
    die('signal SIGKILL');
    outside.pass(10_000);
    expect(outside.events).toHaveLength(events);
    expect(outside.starts).toHaveLength(2);
  });

  test('where each one hangs: started ever more rarely, six at most, and the clerk is told what to do', () => {
    const outside = undying();
    outside.pass(10_000);
    const texts = outside.desk.statuses().map(({ text }) => text);
    expect(texts[0]).toMatch(/读卡器.*拔下.*重新启动电脑/);
    expect(texts[1]).toMatch(/打印机.*拔下.*重新启动电脑/);
    outside.pass(3_600_000);
    expect(outside.starts).toHaveLength(MAX_UNDYING);
    expect(outside.starts[2] ?? 0).toBeLessThan(16_000);
    expect(outside.warnings.length).toBeLessThanOrEqual(MAX_UNDYING * 2 + 1);
  });

  test('where each one hangs: as soon as one of them ends, the port is free and the next one is started', () => {
    const outside = undying();
    const { die } = outside;
    outside.pass(3_600_000);
    outside.healthy = outside.mortal = true;
    die('signal SIGKILL');
    outside.pass(0);
    expect(outside.starts).toHaveLength(MAX_UNDYING + 1);
    expect(outside.desk.statuses().map(({ text }) => text)).toEqual([
      '读卡器正在重新连接…',
      '打印机正在重新连接…',
    ]);
    outside.pass(60_000);
    expect(outside.starts).toHaveLength(MAX_UNDYING + 1);
  });

  test('does not keep the office from ending', async () => {
    const outside = undying();
    let isStopped = false;
    const stopped = outside.desk.stop().then(() => (isStopped = true));
    outside.pass(100);
    await Promise.resolve();
    expect(isStopped).toBe(false);
    outside.pass(5000);
    await stopped;
    expect(outside.starts).toHaveLength(1);
  });
});
