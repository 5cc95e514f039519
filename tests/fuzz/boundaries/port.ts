import { deviceEvent, type DeviceEvent, type TicketSheet } from '../../../contract/device.ts';
import type { DriverHost } from '../../../native/drivers/driver.ts';
import type { OpenResult, Transport, WriteResult } from '../../../native/transports/transport.ts';
import { VirtualClock } from '../../hardware/virtual-clock.ts';
import { must } from '../fuzzer.ts';

/** The far end of a port: hears what the driver writes and says what it likes. */
export interface FarEnd {
  heard(bytes: Uint8Array, port: Port): WriteResult | 'never';
  /** Asked at each attempt to open. */
  opens?(): boolean;
}

/** One opened port under a driver. */
export class Port implements Transport {
  readonly #farEnd: FarEnd;
  readonly #clock: VirtualClock;
  #listen: (bytes: Uint8Array) => void = () => undefined;
  #tellClosed: () => void = () => undefined;
  #closed = false;

  constructor(farEnd: FarEnd, clock: VirtualClock) {
    this.#farEnd = farEnd;
    this.#clock = clock;
  }

  write(bytes: Uint8Array, timeoutMs: number): Promise<WriteResult> {
    if (this.#closed) return Promise.resolve('closed');
    const result = this.#farEnd.heard(bytes, this);
    if (result !== 'never') return Promise.resolve(result);
    return new Promise((resolve) => void this.#clock.after(timeoutMs, () => resolve('timeout')));
  }

  onBytes(listen: (bytes: Uint8Array) => void): void {
    this.#listen = listen;
  }

  onClosed(listen: () => void): void {
    this.#tellClosed = listen;
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  /** Bytes arrive after a while; the driver gets a copy that it may wipe. */
  say(bytes: Uint8Array, afterMs: number): void {
    this.#clock.after(afterMs, () => {
      if (!this.#closed) this.#listen(bytes.slice());
    });
  }

  /** The plug is pulled: nothing passes any more, and the system says so after a while. */
  cut(toldAfterMs = 0): void {
    if (this.#closed) return;
    this.#closed = true;
    if (toldAfterMs === 0) this.#tellClosed();
    else this.#clock.after(toldAfterMs, () => this.#tellClosed());
  }
}

/** A driver's surroundings: time that a test owns, ports to a far end, and every event held against the contract. */
export function surroundings(farEnd: FarEnd): {
  host: DriverHost;
  clock: VirtualClock;
  events: DeviceEvent[];
} {
  const clock = new VirtualClock();
  const events: DeviceEvent[] = [];
  const host: DriverHost = {
    clock,
    open: (): Promise<OpenResult> =>
      Promise.resolve(
        farEnd.opens?.() === false
          ? { ok: false, problem: 'portMissing' }
          : { ok: true, transport: new Port(farEnd, clock) },
      ),
    emit(event) {
      const checked = deviceEvent.safeParse(event);
      must(checked.success, 'an event that does not fit the contract', {
        event,
        why: checked.error?.issues[0],
      });
      events.push(event);
    },
  };
  return { host, clock, events };
}

export function ticketSheet(qr: string): TicketSheet {
  return {
    kind: 'ticket',
    stationName: '朱家尖蜈蚣峙码头',
    lineName: '朱家尖—普陀山',
    fromName: '蜈蚣峙',
    toName: '普陀山',
    vesselName: '样例号',
    departureDate: '2026-11-21',
    departureTime: '09:30',
    seatLabel: '自由席',
    ticketClassLabel: '全票',
    fareFen: 2500,
    holderName: '测试甲',
    maskedNumber: '330999********1234',
    documentKindLabel: '居民身份证',
    ticketNumber: '33092611210301000017',
    qr,
    windowLabel: '3号窗口',
    clerkNumber: '0001',
    soldAt: '2026-11-21 09:12',
  };
}
