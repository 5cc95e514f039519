import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceSettings } from '../../contract/device.ts';
import type { EventMessage } from '../../contract/envelope.ts';
import type { DeviceStatus, OfficeEventData, PrintState } from '../../contract/office.ts';
import type { DeviceProcessLauncher } from '../../main/runtime.ts';
import { machineClock, machineTimers } from '../../main/shells/clock.ts';
import { childDeviceLauncher } from '../../main/shells/device-process.ts';
import { decodeSheets, type Sheet } from '../../native/simulators/sheet-decoder.ts';
import { DEVICE_ENTRY, Happenings, Simulators } from '../hardware/rig.ts';
import { makeMachine, MORNING_MS, type Machine } from '../support/machine.ts';
import { ferry, newId, numberOf, openOffice, openWindow, type OpenOptions, type TestOffice } from './kit.ts';

/** Real timers, and a wall clock that was set to the morning when the test began: for offices with real processes. */
export function liveMachine(folder?: string): Machine {
  const clock = machineClock(MORNING_MS - Date.now());
  const wrap = (machine: Machine): Machine => ({
    ...machine,
    runtime: { ...machine.runtime, clock, timers: machineTimers },
    restart: () => wrap(machine.restart()),
  });
  return wrap(makeMachine(folder === undefined ? {} : { folder }));
}

/** Simulated devices in their own process, behind real ptys, for all tests of a file. */
export interface Bench {
  simulators: Simulators;
  devices: DeviceSettings[];
  /** Sheets on the paper by now. */
  paper(): Sheet[];
  stop(): Promise<void>;
}

export async function startBench(folder: string): Promise<Bench> {
  const links = { reader: join(folder, 'reader'), printer: join(folder, 'printer') };
  const tape = join(folder, 'sheets.bin');
  const simulators = new Simulators();
  const started = await simulators.tell({
    command: 'start',
    readerLink: links.reader,
    printerLink: links.printer,
    sheetsFile: tape,
  });
  if (started.event !== 'ready') throw new Error(`simulators did not start: ${JSON.stringify(started)}`);
  return {
    simulators,
    devices: [
      { id: 'reader', kind: 'id-reader', driver: 'sdt', path: links.reader },
      { id: 'printer', kind: 'printer', driver: 'escpos', path: links.printer },
    ],
    paper: () => (existsSync(tape) ? decodeSheets(readFileSync(tape)) : []),
    async stop() {
      const gone = new Promise((resolve) => simulators.child.once('exit', resolve));
      simulators.child.stdin?.end();
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A window with real devices. */
export interface LiveOffice extends TestOffice {
  /** What the page was told since the window opened, and a way to wait for more. */
  heard: Happenings<EventMessage>;
  /** Device processes started so far. */
  pids: number[];
  /** Waits until the newest sheet of this ticket is in this state; right away when it is. */
  print(ticketNumber: string, state: string, timeoutMs?: number): Promise<PrintState>;
  device(deviceId: string, state: string, timeoutMs?: number): Promise<DeviceStatus>;
}

export async function openLive(
  bench: Pick<Bench, 'devices'>,
  options: OpenOptions & { signedIn?: boolean } = {},
): Promise<LiveOffice> {
  const pids: number[] = [];
  const devices: DeviceProcessLauncher = childDeviceLauncher({
    entryPath: DEVICE_ENTRY,
    onPid: (pid) => pids.push(pid),
  });
  const { machine = liveMachine(), signedIn = true, ...rest } = options;
  const parts: OpenOptions = {
    ...rest,
    machine,
    config: { devices: bench.devices, ...options.config },
    runtime: { devices },
  };
  const window = await (signedIn ? openWindow(parts) : openOffice(parts));
  const heard = new Happenings<EventMessage>();
  window.office.subscribe('page', (event) => heard.add(event));
  return {
    ...window,
    heard,
    pids,
    async print(ticketNumber, state, timeoutMs = 10_000) {
      const since = heard.all.length;
      const { tickets } = await window.ok('sales.list', { limit: 1, ticketNumber });
      if (tickets[0]?.print.state === state) return tickets[0].print;
      const fits = ({ event, data }: EventMessage): boolean => {
        const changed = data as OfficeEventData<'print.changed'>;
        return (
          event === 'print.changed' && changed.ticketNumber === ticketNumber && changed.print.state === state
        );
      };
      const { data } = await heard.next(`${ticketNumber} ${state}`, fits, { since, timeoutMs });
      return (data as OfficeEventData<'print.changed'>).print;
    },
    async device(deviceId, state, timeoutMs = 10_000) {
      const since = heard.all.length;
      const { devices: now } = await window.ok('status.get');
      const known = now.find((status) => status.deviceId === deviceId);
      if (known?.state === state) return known;
      const fits = ({ event, data }: EventMessage): boolean => {
        const status = data as DeviceStatus;
        return event === 'device.changed' && status.deviceId === deviceId && status.state === state;
      };
      return (await heard.next(`${deviceId} ${state}`, fits, { since, timeoutMs })).data as DeviceStatus;
    },
  };
}

/** Sells the ferry's full fare to somebody whose document is typed; resolves when the ticket is confirmed on paper. */
export async function sellPrinted(
  window: LiveOffice,
  person: { name: string; number: string },
): Promise<{ ticketNumber: string; tookMs: number }> {
  const { holderRef } = await window.ok('holders.type', { documentKind: '111', ...person });
  const order = {
    departureId: ferry(),
    passengers: [{ holderRef, ticketClass: 'full' }],
    payment: 'cash',
    totalFen: 3_000,
    tenderedFen: 3_000,
  };
  const fromMs = performance.now();
  const ticketNumber = numberOf(await window.ok('sales.sell', order, newId()));
  await window.print(ticketNumber, 'confirmed');
  return { ticketNumber, tookMs: performance.now() - fromMs };
}
