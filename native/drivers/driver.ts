/** What every driver gets and gives, whatever its protocol. */
import type {
  DeviceCondition,
  DeviceDetail,
  DeviceEvent,
  DeviceKind,
  PaperState,
} from '../../contract/device.ts';
import type { NativeClock } from '../clock.ts';
import type { OpenTransport } from '../transports/transport.ts';

export interface DriverHost {
  clock: NativeClock;
  open: OpenTransport;
  emit(event: DeviceEvent): void;
}

export interface Driver {
  /** Ends the driver and frees its port. Emits nothing afterwards, except outcomes of sheets still under way. */
  stop(): Promise<void>;
}

/** Time between two attempts to open a port that is not there. */
export const REOPEN_EVERY_MS = 300;

/** Tells the office a device's condition, once per change. */
export class StateReporter {
  readonly #emit: (event: DeviceEvent) => void;
  readonly #deviceId: string;
  readonly #kind: DeviceKind;
  #last = '';
  #model: string | undefined;
  #muted = false;
  #condition: DeviceCondition = 'starting';

  constructor(host: DriverHost, deviceId: string, kind: DeviceKind) {
    this.#emit = (event) => host.emit(event);
    this.#deviceId = deviceId;
    this.#kind = kind;
  }

  /** Kept with every later state, for instance the module number of a reader. */
  setModel(model: string): void {
    this.#model = model;
  }

  get condition(): DeviceCondition {
    return this.#condition;
  }

  /** The port went without a word why; it is tried again at once, and only that tells whether the device is absent. */
  reportLost(): void {
    if (this.#condition !== 'absent') this.report('starting');
  }

  report(state: DeviceCondition, detail: DeviceDetail = 'none', paper: PaperState = 'unknown'): void {
    const key = [state, detail, paper, this.#model].join('|');
    if (this.#muted || key === this.#last) return;
    this.#last = key;
    this.#condition = state;
    this.#emit({
      event: 'device.state',
      deviceId: this.#deviceId,
      kind: this.#kind,
      state,
      detail,
      paper,
      ...(this.#model === undefined ? {} : { model: this.#model }),
    });
  }

  /** The driver has ended; a task that is still unwinding must not speak for a device that may have a new driver. */
  mute(): void {
    this.#muted = true;
  }
}
