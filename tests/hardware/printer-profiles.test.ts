/** Printers of every sort behind a real port, each as `station.json` describes it. */
import { describe, expect, test as plainTest } from 'vitest';
import { stationConfigSchema } from '../../contract/station.ts';
import type { PrinterProfile } from '../../contract/device.ts';
import { eventually, pause, startRig, TICKET, type Rig, type RigOptions } from './rig.ts';

/** Opens windows that are closed when the test has ended, so that tests can wait side by side. */
/** Tests wait side by side, so a busy machine lets each of them wait longer. */
const PATIENT = { timeout: 60_000 };
const test = plainTest.extend<{ open: (options: RigOptions) => Promise<Rig> }>({
  // oxlint-disable-next-line no-empty-pattern
  open: async ({}, use) => {
    const rigs: Rig[] = [];
    await use(async (options) => {
      const rig = await startRig({ devices: ['printer'], ...options });
      rigs.push(rig);
      await rig.until('printer', 'ready');
      return rig;
    });
    await Promise.all(rigs.map((rig) => rig.stop()));
  },
});

const profile = (change: Partial<PrinterProfile>): PrinterProfile => ({
  paperWidthMm: 80,
  cutter: 'partial',
  status: 'realtime',
  font: 'gbk',
  confirmTimeoutMs: 1000,
  ...change,
});
const has = (rig: Rig, ...bytes: number[]): boolean => Buffer.from(rig.tape()).includes(Buffer.from(bytes));
const columnsUsed = (rig: Rig): number =>
  Math.max(
    ...(rig.paper()[0]?.lines ?? []).map((line) =>
      Array.from(line).reduce((sum, c) => sum + (c < '\x80' ? 1 : 2), 0),
    ),
  );

describe.concurrent('a profile of station.json reaches the paper', PATIENT, () => {
  test('as the file has it, by name or in full', () => {
    const devices = [
      { id: 'printer', kind: 'printer', driver: 'escpos', path: 'tcp://192.0.2.7:9100', profile: 'silent58' },
      {
        id: 'second',
        kind: 'printer',
        driver: 'escpos',
        path: '/dev/ttyUSB0',
        baudRate: 9600,
        profile: profile({ drawer: 'pin5' }),
      },
    ];
    const station = { station: { id: 'x', code: '0001', name: '甲站' }, window: 1 };
    expect(stationConfigSchema.parse({ ...station, devices }).devices).toEqual(devices);
    const wrong = [{ ...devices[1], profile: { ...profile({}), cutter: 'scissors' } }];
    expect(stationConfigSchema.safeParse({ ...station, devices: wrong }).success).toBe(false);
  });

  test.for([
    [58, 32],
    [80, 48],
  ] as const)('%i mm paper takes %i columns', async ([paperWidthMm, columns], { open }) => {
    const rig = await open({ profile: profile({ paperWidthMm }) });
    expect(await rig.print()).toMatchObject({ outcome: 'confirmed' });
    expect(columnsUsed(rig)).toBe(columns);
  });

  test.for([
    ['partial', [0x1d, 0x56, 0x42, 0x03]],
    ['full', [0x1d, 0x56, 0x41, 0x03]],
  ] as const)('a %s cutter is told to cut so', async ([cutter, bytes], { open }) => {
    const rig = await open({ profile: profile({ cutter }) });
    expect(await rig.print()).toMatchObject({ outcome: 'confirmed' });
    expect(has(rig, ...bytes)).toBe(true);
    expect(rig.paper()).toMatchObject([{ cut: true }]);
  });

  test('without a cutter the paper is fed to where it is torn, and the ticket is confirmed all the same', async ({
    open,
  }) => {
    const rig = await open({ profile: profile({ cutter: 'none' }) });
    expect(await rig.print()).toMatchObject({ outcome: 'confirmed' });
    expect(has(rig, 0x1d, 0x56)).toBe(false);
    expect(has(rig, 0x1b, 0x64, 0x05)).toBe(true);
  });

  test.for([
    ['pin2', 0],
    ['pin5', 1],
  ] as const)(
    'a drawer on %s opens before the first sheet of a cash sale and for no other',
    async ([drawer, m], { open }) => {
      const rig = await open({ profile: profile({ drawer }) });
      expect(await rig.print({}, true)).toMatchObject({ outcome: 'confirmed' });
      expect(await rig.print({ copyMark: '补打 2' }, false)).toMatchObject({ outcome: 'confirmed' });
      // Whatever the simulators had to say is said before the answer to this.
      await rig.simulators.tell({ command: 'paper', state: 'ok' });
      expect(
        rig.simulators.events.all
          .filter(({ event }) => event === 'drawer' || event === 'sheet')
          .map(({ event }) => event),
      ).toEqual(['drawer', 'sheet', 'sheet']);
      expect(has(rig, 0x1b, 0x70, m, 0x19, 0xfa)).toBe(true);
    },
  );

  test('a printer without a drawer is never told to open one', async ({ open }) => {
    const rig = await open({ profile: profile({}) });
    expect(await rig.print({}, true)).toMatchObject({ outcome: 'confirmed' });
    expect(has(rig, 0x1b, 0x70)).toBe(false);
  });

  test('a 58 mm model that answers nothing: sent, and said so on screen', async ({ open }) => {
    const rig = await open({ profile: 'silent58' });
    await rig.simulators.printerFaults({ mute: true });
    expect(await rig.print()).toEqual({ outcome: 'sent', reason: undefined });
    expect(rig.desk.statuses()[0]?.text).toContain('不能报告');
    // Sent is not printed yet: on a busy machine the paper comes out when the printer has its turn.
    for (let n = 0; n < 200 && rig.paper()[0]?.cut !== true; n += 1) await pause(50);
    await pause(200);
    expect(rig.paper()).toMatchObject([{ qr: [TICKET.qr], cut: true }]);
  });
});

describe.concurrent('a printer that answers how it is but not in print order', PATIENT, () => {
  /** As a printer that never answers in print order is met: from its first words on. */
  async function meet(open: (options: RigOptions) => Promise<Rig>): Promise<Rig> {
    const rig = await open({ profile: profile({}) });
    await rig.simulators.tell({ command: 'cable', device: 'printer', state: 'out' });
    await rig.until('printer', 'absent');
    await rig.simulators.printerFaults({ muteInOrder: true });
    await rig.simulators.tell({ command: 'cable', device: 'printer', state: 'in' });
    return rig;
  }

  test('is found out before the first sheet: every sheet is sent, and said so on screen', async ({
    open,
  }) => {
    const rig = await meet(open);
    expect((await rig.until('printer', 'ready')).text).toMatch(/不能报告打印结果.*看一眼/);
    expect(await rig.print()).toEqual({ outcome: 'sent', reason: undefined });
    expect(await rig.print({ qr: 'SO1.second' })).toEqual({ outcome: 'sent', reason: undefined });
    await eventually('both are on paper', () => rig.paper().filter(({ cut }) => cut).length === 2, 10_000);
    expect(rig.paper().map(({ qr }) => qr)).toEqual([[TICKET.qr], ['SO1.second']]);
  });

  test('is still asked how it is: without paper nothing is sent', async ({ open }) => {
    const rig = await meet(open);
    await rig.until('printer', 'ready');
    await rig.simulators.printerFaults({ muteInOrder: true, paper: 'out' });
    expect(await rig.print()).toEqual({ outcome: 'failed', reason: 'paperOut' });
    expect(rig.paper()).toEqual([]);
  });

  test('is asked how it is after the sheet too: paper that ran out in it makes it unknown, not sent', async ({
    open,
  }) => {
    const rig = await meet(open);
    await rig.until('printer', 'ready');
    await rig.simulators.printerFaults({ muteInOrder: true, paperOutAfterLines: 4 });
    expect(await rig.print({ qr: 'SO1.half' })).toEqual({ outcome: 'unknown', reason: 'paperOut' });
    expect(rig.desk.statuses()[0]).toMatchObject({
      state: 'attention',
      text: expect.stringContaining('缺纸') as string,
    });
    expect(rig.paper().filter(({ cut }) => cut)).toEqual([]);
  });

  test('tells with the sheet that its paper is near the end', async ({ open }) => {
    const rig = await meet(open);
    await rig.until('printer', 'ready');
    await rig.simulators.printerFaults({ muteInOrder: true, paper: 'nearEnd' });
    expect(await rig.print()).toEqual({ outcome: 'sent', reason: undefined });
    expect(rig.desk.statuses()[0]).toMatchObject({ state: 'ready', paper: 'nearEnd' });
  });

  test('is believed again when it answers', async ({ open }) => {
    const rig = await meet(open);
    expect((await rig.until('printer', 'ready')).text).toContain('不能报告');
    await rig.simulators.printerFaults({});
    await eventually('it reports', () => rig.desk.statuses()[0]?.text === '', 20_000);
    expect(await rig.print()).toEqual({ outcome: 'confirmed', reason: undefined });
  });

  test('from the middle of a day on: that sheet is unknown, and the ones after it are sent', async ({
    open,
  }) => {
    const rig = await open({ profile: profile({}) });
    expect(await rig.print()).toMatchObject({ outcome: 'confirmed' });
    await rig.simulators.printerFaults({ muteInOrder: true });
    expect(await rig.print({ qr: 'SO1.second' })).toEqual({ outcome: 'unknown', reason: 'confirmTimeout' });
    expect(await rig.print({ qr: 'SO1.third' })).toEqual({ outcome: 'sent', reason: undefined });
  });
});

describe.concurrent.for([false, true])(
  'a printer that reports, on the network: %s',
  PATIENT,
  (isNetworkPrinter) => {
    test('paper, cover, line and cutter are asked for before the sheet', async ({ open }) => {
      const rig = await open({ isNetworkPrinter, profile: profile({}) });
      for (const [faults, reason] of [
        [{ paper: 'out' }, 'paperOut'],
        [{ coverOpen: true }, 'coverOpen'],
        [{ offline: true }, 'offline'],
        [{ cutterJammed: true }, 'cutter'],
        [{ error: 'overheated' }, 'overheated'],
        [{ error: 'recoverable' }, 'recoverable'],
        [{ error: 'unrecoverable' }, 'printerError'],
      ] as const) {
        await rig.simulators.printerFaults({ ...faults });
        expect(await rig.print()).toEqual({ outcome: 'failed', reason });
      }
      expect(rig.paper()).toEqual([]);
      await rig.simulators.printerFaults({});
      await rig.until('printer', 'ready');
      expect(await rig.print()).toEqual({ outcome: 'confirmed', reason: undefined });
    });

    test('paper near its end is told with the ticket; paper out and an open cover behind it within two seconds', async ({
      open,
    }) => {
      const rig = await open({ isNetworkPrinter, profile: profile({}) });
      await rig.simulators.tell({ command: 'paper', state: 'nearEnd' });
      expect(await rig.print()).toMatchObject({ outcome: 'confirmed' });
      expect(rig.desk.statuses()[0]).toMatchObject({ state: 'ready', paper: 'nearEnd' });
      for (const [faults, word] of [
        [{ paper: 'out' }, '缺纸'],
        [{ coverOpen: true }, '上盖'],
      ] as const) {
        await rig.simulators.printerFaults({});
        await rig.until('printer', 'ready');
        expect(await rig.print()).toMatchObject({ outcome: 'confirmed' });
        await rig.simulators.printerFaults({ ...faults });
        expect((await rig.until('printer', 'attention', 2000)).text).toContain(word);
      }
    });

    test('a full buffer that loses the ticket: unknown, and nothing of it on the next one', async ({
      open,
    }) => {
      const rig = await open({ isNetworkPrinter, profile: profile({}) });
      await rig.simulators.printerFaults({ bufferFull: true });
      expect(await rig.print({ qr: 'SO1.lost' })).toEqual({ outcome: 'unknown', reason: 'confirmTimeout' });
      await rig.simulators.printerFaults({});
      expect(await rig.print({ qr: 'SO1.next' })).toMatchObject({ outcome: 'confirmed' });
      expect(rig.paper()).toMatchObject([{ qr: ['SO1.next'], cut: true }]);
    });

    test('its plug pulled in mid-sheet: unknown; usable within two seconds of its return', async ({
      open,
    }) => {
      const rig = await open({ isNetworkPrinter, profile: profile({}) });
      await rig.simulators.printerFaults({ lineMs: 100 });
      const first = rig.print();
      await rig.events.next('the first byte', (e) => e.event === 'print.started', { since: 0 });
      await pause(300);
      await rig.simulators.tell({ command: 'cable', device: 'printer', state: 'out' });
      expect(await first).toMatchObject({ outcome: 'unknown' });
      await rig.until('printer', 'absent');
      await rig.simulators.printerFaults({});
      await rig.simulators.tell({ command: 'cable', device: 'printer', state: 'in' });
      await rig.until('printer', 'ready', 2000);
      expect(await rig.print({ qr: 'SO1.third' })).toMatchObject({ outcome: 'confirmed' });
    });
  },
);
