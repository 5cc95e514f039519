import { afterAll, describe, expect, test } from 'vitest';
import type { DeviceEvent, PrintDocument, PrinterProfile } from '../../../contract/device.ts';
import { PROFILES } from '../../../contract/printer-profiles.ts';
import { printerFaults } from '../../../contract/simulators.ts';
import { systemClock } from '../../clock.ts';
import { PrinterSimulator } from '../../simulators/printer.ts';
import type { Transport } from '../../transports/transport.ts';
import { ASK_IN_ORDER, PROLOGUE } from './bytes.ts';
import { startEscPosPrinter, type Printer } from './printer.ts';

const REALTIME = Buffer.from([0x10, 0x04]);
const NO_FAULTS = printerFaults.parse({});
const LIST: PrintDocument = { kind: 'list', title: '样单', fields: [], rows: ['一', '二'], foot: [] };

interface Scene {
  printer: Printer;
  simulator: PrinterSimulator;
  /** Says bytes of its own to the driver. */
  say(...bytes: number[]): void;
  /** What the driver wrote, in its order: `status` for real-time questions, `sheet` for pieces of a sheet. */
  written: string[];
  states: Extract<DeviceEvent, { event: 'device.state' }>[];
  print(jobId: string): Promise<Extract<DeviceEvent, { event: 'print.finished' }>>;
  until(fits: () => boolean): Promise<void>;
}

const printers: Printer[] = [];
afterAll(() => Promise.all(printers.map((printer) => printer.stop())));

function kindOf(bytes: Uint8Array): string {
  const piece = Buffer.from(bytes);
  if (piece.subarray(0, 2).equals(REALTIME)) return 'status';
  if (piece.includes(Buffer.from(PROLOGUE))) return 'sheet';
  return piece.equals(ASK_IN_ORDER) ? 'in order' : 'other';
}

/** A driver with a simulated printer at the other end of a line without delay; `onWrite` hears each piece before the printer. */
function scene(
  faults: Partial<typeof NO_FAULTS> = {},
  profile: Partial<PrinterProfile> = {},
  onWrite: (kind: string, of: Scene) => void = () => undefined,
): Scene {
  let listen: (bytes: Uint8Array) => void = () => undefined;
  const events: DeviceEvent[] = [];
  const written: string[] = [];
  const nothing = (): void => undefined;
  const later = (bytes: Uint8Array): void => void setTimeout(() => listen(bytes), 1);
  const simulator = new PrinterSimulator(systemClock, { send: later, tape: nothing, sheet: nothing });
  simulator.setFaults({ ...NO_FAULTS, ...faults });
  const transport: Transport = {
    write: (bytes) => {
      const kind = kindOf(bytes);
      written.push(kind);
      onWrite(kind, made);
      simulator.receive(bytes);
      return Promise.resolve('written');
    },
    onBytes: (next) => {
      listen = next;
    },
    onClosed: nothing,
    close: () => Promise.resolve(),
  };
  const until = async (fits: () => boolean): Promise<void> => {
    const deadlineMs = performance.now() + 25_000;
    while (!fits()) {
      if (performance.now() > deadlineMs) throw new Error(`not within 25 s: ${fits.toString()}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const finished = (jobId: string) =>
    events.find((event) => event.event === 'print.finished' && event.jobId === jobId);
  const printer = startEscPosPrinter(
    {
      id: 'printer',
      kind: 'printer',
      driver: 'escpos',
      path: '/dev/none',
      profile: { ...PROFILES.generic80, confirmTimeoutMs: 500, ...profile },
    },
    {
      clock: systemClock,
      open: () => Promise.resolve({ ok: true, transport }),
      emit: (event) => void events.push(event),
    },
  );
  printers.push(printer);
  const made: Scene = {
    printer,
    simulator,
    say: (...bytes) => listen(Uint8Array.from(bytes)),
    written,
    get states() {
      return events.filter((event) => event.event === 'device.state');
    },
    print: async (jobId) => {
      printer.print({ jobId, document: LIST, separateFirst: false });
      await until(() => finished(jobId) !== undefined);
      const end = finished(jobId);
      if (end?.event !== 'print.finished') throw new Error('unreachable');
      return end;
    },
    until,
  };
  return made;
}

const ready = (of: Scene) => of.until(() => of.states.at(-1)?.state === 'ready');

// Side by side, because they wait for time-outs.
describe.concurrent('how the printer is, before and after a sheet', () => {
  test('the printer is asked how it is before each sheet and after it, also between two that wait', async () => {
    const at = scene();
    await ready(at);
    at.written.length = 0;
    await Promise.all([at.print('a'), at.print('b')]);
    await at.until(() => at.written.at(-1) === 'status');
    const told = at.written.filter((kind, n) => kind !== at.written[n - 1]);
    expect(told.join(', ')).toBe('status, sheet, in order, status, sheet, in order, status');
  });

  test('what the printer tells right after a confirmed sheet is reported, and takes nothing back', async () => {
    const at = scene({}, {}, (kind, { simulator, written }) => {
      // The last of the paper went with this sheet: asked in order it has some, asked after it none.
      if (kind === 'in order' && written.includes('sheet')) setTimeout(() => simulator.setPaper('out'), 0);
    });
    await ready(at);
    expect(await at.print('a')).toMatchObject({ outcome: 'confirmed' });
    await at.until(() => at.states.at(-1)?.detail === 'paperOut');
  });

  test('paper near its end is told between two sheets that wait, also where no answer in order tells it', async () => {
    const at = scene({ muteInOrder: true });
    await at.until(() => at.states.at(-1)?.detail === 'cannotReport');
    const first = at.print('a');
    at.simulator.setFaults({ ...NO_FAULTS, muteInOrder: true, paper: 'nearEnd' });
    const second = at.print('b');
    await first;
    expect(at.states.at(-1)).toMatchObject({ state: 'ready', detail: 'cannotReport', paper: 'nearEnd' });
    await second;
  });

  test.each([
    ['paperOut', { paper: 'out' }],
    ['coverOpen', { coverOpen: true }],
    ['cutter', { cutterJammed: true }],
  ] as const)(
    'a sheet that nothing confirms and after which the printer tells %s is unknown for that',
    async (reason, faults) => {
      const at = scene({ muteInOrder: true }, {}, (kind, { simulator }) => {
        if (kind === 'sheet') simulator.setFaults({ ...NO_FAULTS, muteInOrder: true, ...faults });
      });
      await at.until(() => at.states.at(-1)?.detail === 'cannotReport');
      expect(await at.print('a')).toMatchObject({ outcome: 'unknown', reason });
      expect(at.states.at(-1)).toMatchObject({ detail: reason });
    },
  );

  test('a sheet that nothing confirms and after which the printer says nothing any more is unknown', async () => {
    const at = scene({ muteInOrder: true }, {}, (kind, { simulator }) => {
      if (kind === 'sheet') simulator.setPower(false);
    });
    await at.until(() => at.states.at(-1)?.detail === 'cannotReport');
    expect(await at.print('a')).toMatchObject({ outcome: 'unknown', reason: 'noAnswer' });
  });

  test('a printer without status is asked nothing, before or after', async () => {
    const at = scene({ mute: true }, { status: 'none' });
    await ready(at);
    at.written.length = 0;
    expect(await at.print('a')).toMatchObject({ outcome: 'sent' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(at.written).toEqual(['sheet']);
  });
});

describe.concurrent('a printer that says XOFF and is not heard', () => {
  const XOFF = 0x13;
  const atSheet =
    (...bytes: number[]) =>
    (kind: string, { say }: Scene): void => {
      if (kind === 'sheet') say(...bytes);
    };

  test('has lost bytes or not: its confirmation counts for nothing', async () => {
    const at = scene({}, {}, atSheet(XOFF, 0x11));
    await ready(at);
    expect(await at.print('a')).toMatchObject({ outcome: 'unknown', reason: 'bufferFull' });
  });

  test('nor is such a sheet sent where nothing confirms', async () => {
    const at = scene({ muteInOrder: true }, {}, atSheet(XOFF, 0x11));
    await at.until(() => at.states.at(-1)?.detail === 'cannotReport');
    expect(await at.print('a')).toMatchObject({ outcome: 'unknown', reason: 'bufferFull' });
  });

  test('nor where the printer has no status and says it in mid-sheet', async () => {
    const at = scene({ mute: true }, { status: 'none' }, atSheet(XOFF));
    await ready(at);
    expect(await at.print('a')).toMatchObject({ outcome: 'unknown', reason: 'bufferFull' });
  });

  test('between sheets it has said nothing about the next', async () => {
    const at = scene();
    await ready(at);
    at.say(XOFF, 0x11);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await at.print('a')).toMatchObject({ outcome: 'confirmed' });
  });

  test('trouble that it tells is the reason, not the full buffer', async () => {
    const at = scene({ muteInOrder: true }, {}, (kind, { simulator, say }) => {
      if (kind !== 'sheet') return;
      say(XOFF);
      simulator.setFaults({ ...NO_FAULTS, muteInOrder: true, paper: 'out' });
    });
    await at.until(() => at.states.at(-1)?.detail === 'cannotReport');
    expect(await at.print('a')).toMatchObject({ outcome: 'unknown', reason: 'paperOut' });
  });
});
