/**
 * The office's side of the devices: starts and watches the device process, keeps every device's state for the status bar,
 * hands sheets over and sees that each gets exactly one outcome.
 */
import {
  deviceCommand,
  type DeviceEvent,
  type DeviceEventOf,
  type DeviceSettings,
  type PrintDocument,
  type PrintOutcome,
} from '../../contract/device.ts';
import type { DeviceStatus } from '../../contract/office.ts';
import type { Clock, DeviceProcessLauncher, Log, TimerHandle, Timers } from '../runtime.ts';
import { deviceText, restartingText, stuckText } from './device-texts.ts';
import { ProcessWatch } from './process-watch.ts';

/** A sheet waits this long for a process that is being started; then it has failed, and nothing of it was printed. */
const WAIT_FOR_PROCESS_MS = 5000;

/** What the desk tells the office. */
export type DeskEvent =
  | DeviceEventOf<
      'card.read' | 'card.removed' | 'card.unreadable' | 'scan' | 'print.started' | 'print.finished'
    >
  /** State of one device; also sent for every device when the process goes down or comes back. */
  | { event: 'device.changed'; status: DeviceStatus };

export interface PrintOrder {
  /** Used once; it names the sheet in every event. */
  jobId: string;
  deviceId: string;
  document: PrintDocument;
  /** Opens the cash drawer, where the printer has one. */
  drawer?: boolean;
}

export interface DeviceDesk {
  start(): void;
  /** Ends the device process; sheets under way are told as unknown first. */
  stop(): Promise<void>;
  /** State of every configured device, in the order of the configuration. */
  statuses(): DeviceStatus[];
  /** Id of the first printer that can take a sheet now. */
  readyPrinter(): string | undefined;
  /**
   * Hands a sheet over once. Exactly one `print.finished` follows, never before this call has returned: `failed` when no
   * byte went out, `sent` when the printer cannot report, `unknown` when the process was lost with it. Nothing is ever sent again.
   */
  print(order: PrintOrder): void;
  /** At a start after which something of an earlier sheet may hang out of the printers: the next one is cut free of it. */
  expectRemains(): void;
  pauseReader(deviceId: string): void;
  resumeReader(deviceId: string): void;
  /** Replaces the devices; those whose settings are the same go on undisturbed. */
  configure(devices: DeviceSettings[]): void;
}

export interface DeviceDeskParts {
  launcher: DeviceProcessLauncher;
  clock: Clock;
  timers: Timers;
  log: Log;
  devices: DeviceSettings[];
  onEvent(event: DeskEvent): void;
}

export function createDeviceDesk(parts: DeviceDeskParts): DeviceDesk {
  return new Desk(parts);
}

interface OpenOrder extends PrintOrder {
  handedOver: boolean;
  patience: TimerHandle | undefined;
}

class Desk implements DeviceDesk {
  readonly #parts: DeviceDeskParts;
  readonly #watch: ProcessWatch;
  readonly #orders = new Map<string, OpenOrder>();
  readonly #states = new Map<string, DeviceStatus>();
  readonly #paused = new Set<string>();
  /** Printers whose last sheet ended unknown: something of it may hang out of them. */
  readonly #untidy = new Set<string>();
  #devices: DeviceSettings[];

  constructor(parts: DeviceDeskParts) {
    this.#parts = parts;
    this.#devices = parts.devices;
    this.#resetStates();
    const { launcher, clock, timers, log } = parts;
    this.#watch = new ProcessWatch({
      launcher,
      clock,
      timers,
      log,
      onUp: () => this.#processUp(),
      onDown: (isStuck) => this.#processDown(isStuck),
      onEvent: (event) => this.#heard(event),
    });
  }

  start(): void {
    this.#watch.start();
  }

  stop(): Promise<void> {
    return this.#watch.stop();
  }

  statuses(): DeviceStatus[] {
    return this.#devices.flatMap(({ id }) => this.#states.get(id) ?? []);
  }

  readyPrinter(): string | undefined {
    return this.statuses().find(({ kind, state }) => kind === 'printer' && state === 'ready')?.deviceId;
  }

  print({ jobId, deviceId, document, drawer = false }: PrintOrder): void {
    if (this.#orders.has(jobId)) throw new Error(`print job ${jobId} was ordered twice`);
    const order: OpenOrder = { jobId, deviceId, document, drawer, handedOver: false, patience: undefined };
    this.#orders.set(jobId, order);
    if (!deviceCommand.safeParse({ command: 'print', jobId, deviceId, document }).success) {
      order.patience = this.#parts.timers.setTimeout(() => this.#finish(order, 'failed', 'badDocument'), 0);
      return;
    }
    this.#handOver(order);
    if (order.handedOver) return;
    order.patience = this.#parts.timers.setTimeout(
      () => this.#finish(order, 'failed', 'processDown'),
      WAIT_FOR_PROCESS_MS,
    );
  }

  expectRemains(): void {
    for (const { id, kind } of this.#devices) if (kind === 'printer') this.#untidy.add(id);
  }

  pauseReader(deviceId: string): void {
    this.#paused.add(deviceId);
    this.#watch.send({ command: 'reader.pause', deviceId });
  }

  resumeReader(deviceId: string): void {
    this.#paused.delete(deviceId);
    this.#watch.send({ command: 'reader.resume', deviceId });
  }

  configure(devices: DeviceSettings[]): void {
    this.#devices = devices;
    for (const id of this.#states.keys()) {
      if (!devices.some((device) => device.id === id)) this.#states.delete(id);
    }
    for (const device of devices) {
      if (this.#states.get(device.id)?.kind !== device.kind)
        this.#states.set(device.id, startingState(device));
    }
    this.#watch.send({ command: 'configure', devices });
  }

  #handOver(order: OpenOrder): void {
    const { jobId, deviceId, document, drawer } = order;
    const separateFirst = this.#untidy.has(deviceId);
    const command = {
      command: 'print',
      jobId,
      deviceId,
      document,
      ...(separateFirst ? { separateFirst } : {}),
      ...(drawer === true ? { drawer } : {}),
    } as const;
    if (!this.#watch.send(command)) return;
    order.handedOver = true;
    this.#forgetPatience(order);
  }

  #processUp(): void {
    this.#watch.send({ command: 'configure', devices: this.#devices });
    for (const deviceId of this.#paused) this.#watch.send({ command: 'reader.pause', deviceId });
    for (const order of this.#orders.values()) {
      // A wrong document waits for its own refusal, not for the process.
      if (!order.handedOver && deviceCommand.safeParse({ command: 'print', ...orderOf(order) }).success)
        this.#handOver(order);
    }
  }

  /** Nothing is known of any device any more, and sheets that were handed over may or may not be on paper. */
  #processDown(isStuck: boolean): void {
    this.#resetStates(isStuck);
    for (const status of this.statuses()) this.#parts.onEvent({ event: 'device.changed', status });
    for (const order of this.#orders.values()) {
      if (order.handedOver) this.#finish(order, 'unknown', 'processLost');
    }
  }

  #heard(event: DeviceEvent): void {
    switch (event.event) {
      case 'device.state': {
        if (!this.#devices.some(({ id }) => id === event.deviceId)) return;
        const { deviceId, kind, state, paper, model } = event;
        const status: DeviceStatus = {
          deviceId,
          kind,
          state,
          paper,
          text: deviceText(event),
          ...(model === undefined ? {} : { model }),
        };
        this.#states.set(deviceId, status);
        return this.#parts.onEvent({ event: 'device.changed', status });
      }
      case 'print.finished': {
        const order = this.#orders.get(event.jobId);
        if (order === undefined) return;
        return this.#finish(order, event.outcome, event.reason);
      }
      case 'refused':
        return this.#refused(event);
      case 'ready':
      case 'pong':
        return;
      default:
        return this.#parts.onEvent(event);
    }
  }

  #refused(event: DeviceEventOf<'refused'>): void {
    const { command, problem, field, jobId } = event;
    this.#parts.log.warn({ command, problem, field }, 'the device process refused a command');
    const order = jobId === undefined ? undefined : this.#orders.get(jobId);
    if (order !== undefined && problem !== 'duplicateJob') this.#finish(order, 'failed', 'badDocument');
  }

  #finish(order: OpenOrder, outcome: PrintOutcome, reason: DeviceEventOf<'print.finished'>['reason']): void {
    const { jobId, deviceId } = order;
    this.#orders.delete(jobId);
    this.#forgetPatience(order);
    if (outcome === 'unknown') this.#untidy.add(deviceId);
    if (outcome === 'confirmed' || outcome === 'sent') this.#untidy.delete(deviceId);
    this.#parts.onEvent({
      event: 'print.finished',
      jobId,
      deviceId,
      outcome,
      ...(reason === undefined ? {} : { reason }),
    });
  }

  #forgetPatience(order: OpenOrder): void {
    if (order.patience !== undefined) this.#parts.timers.clearTimeout(order.patience);
    order.patience = undefined;
  }

  #resetStates(isStuck = false): void {
    for (const device of this.#devices) {
      const known = this.#states.has(device.id);
      const fresh = startingState(device);
      const lost: DeviceStatus = isStuck
        ? { ...fresh, state: 'fault', text: stuckText(device.kind) }
        : { ...fresh, text: restartingText(device.kind) };
      this.#states.set(device.id, known ? lost : fresh);
    }
  }
}

function orderOf({ jobId, deviceId, document }: OpenOrder): PrintOrder {
  return { jobId, deviceId, document };
}

function startingState({ id, kind }: DeviceSettings): DeviceStatus {
  const text = deviceText({ kind, state: 'starting', detail: 'none', paper: 'unknown' });
  return { deviceId: id, kind, state: 'starting', paper: 'unknown', text };
}
