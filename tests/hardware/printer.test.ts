import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pause, startRig, TICKET, type Rig } from './rig.ts';

let rig: Rig;
afterEach(() => rig.stop());

describe('a printer that reports', () => {
  beforeEach(async () => {
    rig = await startRig({ devices: ['printer'] });
    await rig.until('printer', 'ready');
  });

  test('a ticket is confirmed when it is on paper, with its QR and a cut', async () => {
    expect(await rig.print()).toEqual({ outcome: 'confirmed', reason: undefined });
    expect(rig.paper()).toHaveLength(1);
    expect(rig.paper()[0]).toMatchObject({ qr: [TICKET.qr], cut: true });
    expect(rig.paper()[0]?.lines).toContain('旅客 测试甲');
  });

  test('twenty tickets ordered at once come out one by one, in order, each confirmed', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_unused, n) => rig.print({ qr: `SO1.${n}` })),
    );
    expect(outcomes).toEqual(Array.from({ length: 20 }, () => ({ outcome: 'confirmed', reason: undefined })));
    expect(rig.paper().map(({ qr }) => qr[0])).toEqual(
      Array.from({ length: 20 }, (_unused, n) => `SO1.${n}`),
    );
  });

  test.each([
    ['no paper', { paper: 'out' }, 'paperOut', 'attention', '缺纸'],
    ['an open cover', { coverOpen: true }, 'coverOpen', 'attention', '上盖'],
    ['the printer offline', { offline: true }, 'offline', 'attention', '脱机'],
    ['a jammed cutter', { cutterJammed: true }, 'cutter', 'fault', '切刀'],
    ['a head that is too hot', { error: 'overheated' }, 'overheated', 'attention', '请稍等,冷却后自动恢复'],
    [
      'a trouble that a person can clear',
      { error: 'recoverable' },
      'recoverable',
      'attention',
      '请打开上盖,取出卡住的纸再合上',
    ],
    [
      'a trouble that nobody at the window can clear',
      { error: 'unrecoverable' },
      'printerError',
      'fault',
      '请断电后重新通电;仍不行请更换',
    ],
  ] as const)(
    '%s before the sheet: failed, not a byte on paper, and said on screen',
    async (_what, faults, reason, state, word) => {
      await rig.simulators.printerFaults({ ...faults });
      expect(await rig.print()).toEqual({ outcome: 'failed', reason });
      expect(rig.desk.statuses()[0]).toMatchObject({ state, text: expect.stringContaining(word) as string });
      expect(rig.paper()).toEqual([]);
      await rig.simulators.printerFaults({});
      await rig.until('printer', 'ready');
      expect(await rig.print()).toMatchObject({ outcome: 'confirmed' });
      expect(rig.paper()).toHaveLength(1);
    },
  );

  test('paper that runs out in mid-sheet: never confirmed; after new paper the next ticket hangs on nothing', async () => {
    await rig.simulators.printerFaults({ paperOutAfterLines: 4 });
    expect(await rig.print({ qr: 'SO1.first' })).toEqual({ outcome: 'unknown', reason: 'paperOut' });
    await rig.simulators.tell({ command: 'paper', state: 'ok' });
    await rig.until('printer', 'ready');
    expect(await rig.print({ qr: 'SO1.second' })).toMatchObject({ outcome: 'confirmed' });
    expect(rig.paper().map(({ qr }) => qr)).toEqual([['SO1.first'], ['SO1.second']]);
  });

  test('a head that gets too hot in mid-sheet: unknown, said on screen; cooled down, the next ticket is confirmed', async () => {
    await rig.simulators.printerFaults({ lineMs: 100 });
    const first = rig.print({ qr: 'SO1.first' });
    await rig.events.next('the first byte', (e) => e.event === 'print.started', { since: 0 });
    await rig.simulators.printerFaults({ lineMs: 100, error: 'overheated' });
    expect(await first).toEqual({ outcome: 'unknown', reason: 'overheated' });
    expect((await rig.until('printer', 'attention')).text).toContain('过热');
    await rig.simulators.printerFaults({});
    await rig.until('printer', 'ready');
    expect(await rig.print({ qr: 'SO1.second' })).toMatchObject({ outcome: 'confirmed' });
    expect(rig.paper().at(-1)).toMatchObject({ qr: ['SO1.second'], cut: true });
  });

  test('power lost in mid-sheet: unknown; the half sheet is cut off before the next one', async () => {
    await rig.simulators.printerFaults({ lineMs: 60 });
    const first = rig.print({ qr: 'SO1.first' });
    await rig.events.next('the first byte', (e) => e.event === 'print.started', { since: 0 });
    await pause(400);
    await rig.simulators.tell({ command: 'power', device: 'printer', state: 'off' });
    expect(await first).toMatchObject({ outcome: 'unknown' });
    await rig.simulators.tell({ command: 'power', device: 'printer', state: 'on' });
    await rig.until('printer', 'ready');
    expect(await rig.print({ qr: 'SO1.second' })).toMatchObject({ outcome: 'confirmed' });
    const [half, whole, ...others] = rig.paper();
    expect(half).toMatchObject({ qr: [], cut: true });
    expect(whole).toMatchObject({ qr: ['SO1.second'], cut: true });
    expect(others).toEqual([]);
  });

  test('bytes lost in a full buffer: not confirmed', async () => {
    await rig.print();
    await rig.simulators.printerFaults({ bufferFull: true });
    expect(await rig.print()).toEqual({ outcome: 'unknown', reason: 'confirmTimeout' });
  });

  test('the plug pulled in mid-sheet: unknown at once; plugged in again, the next ticket prints within two seconds', async () => {
    await rig.simulators.printerFaults({ lineMs: 100 });
    const first = rig.print();
    await rig.events.next('the first byte', (e) => e.event === 'print.started', { since: 0 });
    await pause(300);
    await rig.simulators.tell({ command: 'cable', device: 'printer', state: 'out' });
    expect(await first).toMatchObject({ outcome: 'unknown' });
    expect(await rig.print()).toMatchObject({ outcome: 'failed' });
    await rig.simulators.printerFaults({});
    await rig.simulators.tell({ command: 'cable', device: 'printer', state: 'in' });
    await rig.until('printer', 'ready', 2000);
    expect(await rig.print({ qr: 'SO1.third' })).toMatchObject({ outcome: 'confirmed' });
    expect(rig.paper().at(-1)).toMatchObject({ qr: ['SO1.third'] });
  });

  test('a printer that falls silent is absent, and a sheet for it fails without a byte', async () => {
    await rig.simulators.printerFaults({ mute: true });
    expect(await rig.print()).toEqual({ outcome: 'failed', reason: 'noAnswer' });
    expect((await rig.until('printer', 'absent')).text).toContain('没有应答');
    expect(rig.paper()).toEqual([]);
  });

  test('paper near its end is shown and does not stop the ticket', async () => {
    await rig.simulators.tell({ command: 'paper', state: 'nearEnd' });
    expect(await rig.print()).toMatchObject({ outcome: 'confirmed' });
    expect(rig.desk.statuses()[0]).toMatchObject({
      state: 'ready',
      paper: 'nearEnd',
      text: expect.stringContaining('快用完') as string,
    });
  });

  test('a number without a mask is not even sent', async () => {
    expect(await rig.print({ maskedNumber: '11010519491231002X' })).toEqual({
      outcome: 'failed',
      reason: 'badDocument',
    });
    expect(rig.paper()).toEqual([]);
  });
});

test('a printer that never reports: the sheet is sent, and that is said and nothing more', async () => {
  rig = await startRig({ devices: ['printer'], profile: 'silent80' });
  await rig.simulators.printerFaults({ mute: true });
  expect((await rig.until('printer', 'ready')).text).toContain('不能报告');
  expect(await rig.print()).toEqual({ outcome: 'sent', reason: undefined });
  expect(await rig.print({ qr: 'SO1.second' })).toEqual({ outcome: 'sent', reason: undefined });
  const sheets = (): string[][] => rig.paper().map(({ qr }) => qr);
  await expect.poll(sheets).toEqual([[TICKET.qr], ['SO1.second']]);
  await pause(200);
  expect(sheets()).toEqual([[TICKET.qr], ['SO1.second']]);
});
