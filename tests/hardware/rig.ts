/**
 * A window's devices for tests: the real simulators' process, the real device process and the office's desk, all joined by
 * real ptys.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type {
  DeviceSettings,
  PrintDocument,
  PrinterProfile,
  PrinterProfileName,
  PrinterSettings,
  PrintOutcome,
  PrintReason,
  TicketSheet,
} from '../../contract/device.ts';
import type { DeviceStatus } from '../../contract/office.ts';
import {
  simulatorEvent,
  printerFaults,
  readerFaults,
  type PrinterFaults,
  type ReaderFaults,
  type SimulatorCommandInput,
  type SimulatorEvent,
} from '../../contract/simulators.ts';
import { createDeviceDesk, type DeskEvent, type DeviceDesk } from '../../main/devices/device-desk.ts';
import type { Log } from '../../main/runtime.ts';
import { machineClock, machineTimers } from '../../main/shells/clock.ts';
import { childDeviceLauncher } from '../../main/shells/device-process.ts';
import { decodeSheets, type Sheet } from '../../native/simulators/sheet-decoder.ts';

const entry = (path: string): string => fileURLToPath(new URL(`../../native/${path}`, import.meta.url));
export const SIMULATORS_ENTRY = entry('simulators/index.mjs');
export const DEVICE_ENTRY = entry('index.mjs');

/** Things that happened, and a way to wait for those that have not happened yet. */
export class Happenings<Item> {
  readonly all: Item[] = [];
  #waiting: { fits: (item: Item) => boolean; resolve: (item: Item) => void }[] = [];

  add(item: Item): void {
    this.all.push(item);
    for (const waiter of this.#waiting.filter(({ fits }) => fits(item))) {
      this.#waiting = this.#waiting.filter((other) => other !== waiter);
      waiter.resolve(item);
    }
  }

  /** The first that fits, from now on; with `since`, from that index of {@link all} on. */
  next(
    what: string,
    fits: (item: Item) => boolean,
    options: { since?: number; timeoutMs?: number } = {},
  ): Promise<Item> {
    const { since = this.all.length, timeoutMs = 20_000 } = options;
    const already = this.all.slice(since).find(fits);
    if (already !== undefined) return Promise.resolve(already);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(
          new Error(
            `${what} did not happen within ${timeoutMs} ms; last: ${JSON.stringify(this.all.slice(-5))}`,
          ),
        );
      }, timeoutMs);
      const done = (item: Item): void => {
        clearTimeout(timer);
        resolve(item);
      };
      this.#waiting.push({ fits, resolve: done });
    });
  }
}

export class Simulators {
  readonly events = new Happenings<SimulatorEvent>();
  readonly child: ChildProcess;

  constructor() {
    this.child = spawn(process.execPath, [SIMULATORS_ENTRY], { stdio: ['pipe', 'pipe', 'inherit'] });
    if (this.child.stdout === null) throw new Error('no stdout');
    createInterface({ input: this.child.stdout }).on('line', (line) =>
      this.events.add(simulatorEvent.parse(JSON.parse(line))),
    );
  }

  /** Sends a command and waits for the answer to it. */
  async tell(command: SimulatorCommandInput): Promise<SimulatorEvent> {
    const since = this.events.all.length;
    this.child.stdin?.write(`${JSON.stringify(command)}\n`);
    return this.events.next(
      `answer to ${command.command}`,
      ({ event }) => event === 'done' || event === 'ready' || event === 'refused',
      { since },
    );
  }

  readerFaults(faults: Partial<ReaderFaults>): Promise<SimulatorEvent> {
    return this.tell({ command: 'reader.faults', faults: readerFaults.parse(faults) });
  }

  printerFaults(faults: Partial<PrinterFaults>): Promise<SimulatorEvent> {
    return this.tell({ command: 'printer.faults', faults: printerFaults.parse(faults) });
  }
}

export interface RigOptions {
  /** Which simulated devices there are; both unless said otherwise. */
  devices?: ('reader' | 'printer' | 'scanner')[];
  /** Profile of the printer. */
  profile?: PrinterProfileName | PrinterProfile;
  /** Further settings of the printer. */
  printer?: Pick<PrinterSettings, 'baudRate' | 'flow'>;
  /** The printer on the network instead of on a serial port. */
  isNetworkPrinter?: boolean;
  /** Called with the process id of each device process as soon as there is one, the first with n = 1. */
  onProcess?: (pid: number, n: number) => void;
}

interface Printed {
  outcome: PrintOutcome;
  reason: PrintReason | undefined;
}

export interface Rig {
  folder: string;
  links: { reader: string; printer: string; scanner: string };
  /** The devices as configured. */
  settings: DeviceSettings[];
  simulators: Simulators;
  desk: DeviceDesk;
  events: Happenings<DeskEvent>;
  /** Lines that the device process wrote to stderr and warnings of the desk. */
  log: string[];
  /** Process ids of the device processes started so far. */
  pids: number[];
  /** Prints a ticket and waits for its outcome. */
  print(change?: Partial<TicketSheet>, drawer?: boolean): Promise<Printed>;
  /** The same for any sheet. */
  printSheet(document: PrintDocument, drawer?: boolean): Promise<Printed>;
  /** Waits until the device is in this state; right away when it is. */
  until(deviceId: string, state: DeviceStatus['state'], timeoutMs?: number): Promise<DeviceStatus>;
  /** Sheets on the paper by now, decoded from the printer's tape. */
  paper(): Sheet[];
  /** Every byte that the printer worked through. */
  tape(): Uint8Array;
  stop(): Promise<void>;
}

export const TICKET: TicketSheet = {
  kind: 'ticket',
  stationName: '朱家尖蜈蚣峙码头',
  lineName: '朱家尖—普陀山',
  fromName: '蜈蚣峙',
  toName: '普陀山',
  departureDate: '2026-11-21',
  departureTime: '09:30',
  seatLabel: '12号',
  ticketClassLabel: '全票',
  fareFen: 2500,
  holderName: '测试甲',
  maskedNumber: '110105********002X',
  documentKindLabel: '居民身份证',
  ticketNumber: '33092611210301000017',
  qr: 'SO1.eyJuIjoiMSJ9.c2ln',
  windowLabel: '3号窗口',
  clerkNumber: '0001',
  soldAt: '2026-11-21 09:12',
};

export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const { devices = ['reader', 'printer'], profile = 'generic80', isNetworkPrinter = false } = options;
  const { onProcess = () => undefined } = options;
  const folder = mkdtempSync(join(tmpdir(), 'station-devices-'));
  const links = {
    reader: join(folder, 'reader'),
    printer: join(folder, 'printer'),
    scanner: join(folder, 'scanner'),
  };
  const tape = join(folder, 'sheets.bin');
  const simulators = new Simulators();
  const started = await simulators.tell({
    command: 'start',
    sheetsFile: tape,
    ...(devices.includes('reader') ? { readerLink: links.reader } : {}),
    ...(devices.includes('printer')
      ? isNetworkPrinter
        ? { printerPort: 0 }
        : { printerLink: links.printer }
      : {}),
    ...(devices.includes('scanner') ? { scannerLink: links.scanner } : {}),
  });
  if (started.event !== 'ready') throw new Error(`simulators did not start: ${JSON.stringify(started)}`);
  if (started.printerPort !== undefined) links.printer = `tcp://127.0.0.1:${started.printerPort}`;
  const settings: DeviceSettings[] = [
    { id: 'reader', kind: 'id-reader', driver: 'sdt', path: links.reader },
    { id: 'printer', kind: 'printer', driver: 'escpos', path: links.printer, profile, ...options.printer },
    { id: 'scanner', kind: 'scanner', driver: 'serial-scanner', path: links.scanner },
  ];
  const used = settings.filter(({ id }) => devices.some((device) => device === id));
  const events = new Happenings<DeskEvent>();
  const log: string[] = [];
  const pids: number[] = [];
  const write: Log['warn'] = (fields, message) => void log.push(`${message} ${JSON.stringify(fields)}`);
  const desk = createDeviceDesk({
    launcher: childDeviceLauncher({
      entryPath: DEVICE_ENTRY,
      onLog: (line) => log.push(line),
      onPid: (pid) => onProcess(pid, pids.push(pid)),
    }),
    clock: machineClock(),
    timers: machineTimers,
    log: { info: write, warn: write, error: write },
    devices: used,
    onEvent: (event) => events.add(event),
  });
  desk.start();
  let jobs = 0;
  const printSheet = async (document: PrintDocument, drawer = false): Promise<Printed> => {
    const jobId = `job-${(jobs += 1)}`;
    const since = events.all.length;
    desk.print({ jobId, deviceId: 'printer', document, drawer });
    const finished = await events.next(
      `outcome of ${jobId}`,
      (e) => e.event === 'print.finished' && e.jobId === jobId,
      { since, timeoutMs: 30_000 },
    );
    if (finished.event !== 'print.finished') throw new Error('unreachable');
    return { outcome: finished.outcome, reason: finished.reason };
  };
  return {
    folder,
    links,
    settings: used,
    simulators,
    desk,
    events,
    log,
    pids,
    print: (change = {}, drawer = false) => printSheet({ ...TICKET, ...change }, drawer),
    printSheet,
    until: async (deviceId, state, timeoutMs = 20_000) => {
      const now = desk.statuses().find((status) => status.deviceId === deviceId);
      if (now?.state === state) return now;
      const fits = (e: DeskEvent): boolean =>
        e.event === 'device.changed' && e.status.deviceId === deviceId && e.status.state === state;
      const changed = await events.next(`${deviceId} being ${state}`, fits, { timeoutMs });
      if (changed.event !== 'device.changed') throw new Error('unreachable');
      return changed.status;
    },
    paper: () => decodeSheets(readFileSync(tape)),
    tape: () => readFileSync(tape),
    stop: async () => {
      await desk.stop();
      await ended(simulators.child, () => simulators.child.stdin?.end());
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ended(child: ChildProcess, end: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  end();
  await gone;
}

/** True while a process with this id runs (a zombie does not count). */
export function runs(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    return false;
  }
}

/** From the desk's start to ready devices on an idle PC, with room. */
export const QUICK_START_MS = 700;
/** Slower than this no machine may be: what a start takes beyond it is nobody's excuse. */
const SLOWEST_EXCUSED_MS = 3000;

/** What a start takes on this machine now, beyond what it takes on one that has nothing else to do. */
export function slownessMs(startMs: number): number {
  return Math.min(SLOWEST_EXCUSED_MS, Math.max(0, startMs - QUICK_START_MS));
}

/** Resolves when `fits` holds; rejects after the time-out. */
export async function eventually(what: string, fits: () => boolean, timeoutMs = 5000): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!fits()) {
    if (performance.now() > deadlineMs) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const pause = (delayMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, delayMs));
