import { describe, expect, test } from 'vitest';
import { DeviceOutside, order, started } from '../../tests/support/device-outside.ts';
import { CARD_PROBLEM_TEXTS, deviceText, PRINT_REASON_TEXTS, stuckText } from './device-texts.ts';

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
    const outside = new DeviceOutside();
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
    outside.printerReady();
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
      stuckText('printer'),
    ]) {
      expect(text).toMatch(/^[\p{sc=Han},。;、]+$/u);
    }
  });
});
