/** The device process: takes commands from the office, keeps one driver per device, sends events. */
import {
  deviceEvent,
  parseDeviceCommand,
  type DeviceCommand,
  type DeviceEvent,
  type DeviceSettings,
} from '../contract/device.ts';
import type { Channel } from './channel.ts';
import type { NativeClock } from './clock.ts';
import type { Driver, DriverHost } from './drivers/driver.ts';
import { startEscPosPrinter, type Printer } from './drivers/escpos/printer.ts';
import { startScanner } from './drivers/scanner.ts';
import { startSdtReader, type IdReader } from './drivers/sdt/reader.ts';
import type { OpenTransport } from './transports/transport.ts';

/** Job ids that are remembered, so that a repeated `print` never becomes a second sheet. */
const MAX_REMEMBERED_JOBS = 10_000;

type Running =
  | { kind: 'id-reader'; settings: DeviceSettings; driver: IdReader }
  | { kind: 'printer'; settings: DeviceSettings; driver: Printer }
  | { kind: 'scanner'; settings: DeviceSettings; driver: Driver };

export interface DeviceProcessParts {
  channel: Channel;
  clock: NativeClock;
  open: OpenTransport;
  pid: number;
}

/** Joins the parts and says `ready`. Runs until the process ends. */
export function startDeviceProcess(parts: DeviceProcessParts): void {
  const emit = (event: DeviceEvent): void => {
    const checked = deviceEvent.safeParse(event);
    // A defect of a driver; the office would refuse it anyway. Its contents stay here.
    if (!checked.success) {
      process.stderr.write(
        `event ${event.event} does not fit the contract: ${checked.error.issues[0]?.path.join('.') ?? ''}\n`,
      );
      return;
    }
    parts.channel.send(checked.data);
  };
  const devices = new Devices({ clock: parts.clock, open: parts.open, emit });
  parts.channel.onMessage((raw) => {
    const parsed = parseDeviceCommand(raw);
    if (parsed.ok) return devices.obey(parsed.message);
    emit({
      event: 'refused',
      command: parsed.name,
      problem: parsed.problem,
      ...(parsed.field === undefined ? {} : { field: parsed.field }),
      ...(parsed.jobId === undefined ? {} : { jobId: parsed.jobId }),
    });
  });
  emit({ event: 'ready', pid: parts.pid });
}

class Devices {
  readonly #host: DriverHost;
  readonly #running = new Map<string, Running>();
  readonly #jobIds = new Set<string>();
  /** Drivers are stopped and started one configuration after the other, so that a port is free before it is opened again. */
  #configuring: Promise<void> = Promise.resolve();

  constructor(host: DriverHost) {
    this.#host = host;
  }

  obey(command: DeviceCommand): void {
    switch (command.command) {
      case 'ping':
        return this.#host.emit({ event: 'pong', n: command.n });
      case 'configure':
        this.#configuring = this.#configuring.then(() => this.#configure(command.devices));
        return;
      default:
        // A command sent behind a configuration is meant for the devices of that configuration.
        void this.#configuring.then(() => this.#obeyDevice(command));
    }
  }

  /** Leaves devices alone whose settings are the same. */
  async #configure(list: DeviceSettings[]): Promise<void> {
    const wanted = new Map(list.map((settings) => [settings.id, settings]));
    const leaving = [...this.#running.values()].filter(
      ({ settings }) => JSON.stringify(wanted.get(settings.id)) !== JSON.stringify(settings),
    );
    await Promise.all(leaving.map(({ driver }) => driver.stop()));
    for (const { settings } of leaving) this.#running.delete(settings.id);
    for (const settings of list) {
      if (!this.#running.has(settings.id)) this.#running.set(settings.id, this.#start(settings));
    }
  }

  #start(settings: DeviceSettings): Running {
    switch (settings.kind) {
      case 'id-reader':
        return { kind: 'id-reader', settings, driver: startSdtReader(settings, this.#host) };
      case 'printer':
        return { kind: 'printer', settings, driver: startEscPosPrinter(settings, this.#host) };
      case 'scanner':
        return { kind: 'scanner', settings, driver: startScanner(settings, this.#host) };
    }
  }

  #obeyDevice(command: Extract<DeviceCommand, { deviceId: string }>): void {
    const device = this.#running.get(command.deviceId);
    if (command.command === 'print') return this.#print(command, device);
    if (device?.kind !== 'id-reader') {
      const problem = device === undefined ? 'unknownDevice' : 'wrongKind';
      return this.#host.emit({ event: 'refused', command: command.command, problem, field: 'deviceId' });
    }
    if (command.command === 'reader.pause') device.driver.pause();
    else device.driver.resume();
  }

  #print(command: Extract<DeviceCommand, { command: 'print' }>, device: Running | undefined): void {
    const { jobId, deviceId, document, separateFirst = false, drawer = false } = command;
    if (this.#jobIds.has(jobId)) {
      return this.#host.emit({
        event: 'refused',
        command: 'print',
        problem: 'duplicateJob',
        field: 'jobId',
        jobId,
      });
    }
    this.#jobIds.add(jobId);
    const oldest = this.#jobIds.values().next().value;
    if (this.#jobIds.size > MAX_REMEMBERED_JOBS && oldest !== undefined) this.#jobIds.delete(oldest);
    if (device?.kind === 'printer') return device.driver.print({ jobId, document, separateFirst, drawer });
    const reason = device === undefined ? 'unknownDevice' : 'notAPrinter';
    this.#host.emit({ event: 'print.finished', jobId, deviceId, outcome: 'failed', reason });
  }
}
