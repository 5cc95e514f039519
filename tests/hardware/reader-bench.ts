import type { DeviceEvent } from '../../contract/device.ts';
import {
  readerFaults,
  simulatedPerson,
  type ReaderCommand,
  type ReaderFaults,
} from '../../contract/simulators.ts';
import { startSdtReader, type IdReader } from '../../native/drivers/sdt/reader.ts';
import { IdReaderSimulator } from '../../native/simulators/id-reader.ts';
import { MemoryLine } from './memory-line.ts';
import { VirtualClock } from './virtual-clock.ts';

export const PERSON = simulatedPerson.parse({
  kind: 'residentId',
  name: '测试甲',
  sex: '2',
  birthDate: '1949-12-31',
  number: '11010519491231002X',
});

/** The real driver and the real simulator, joined in memory; the test owns time, so what was asked can be counted. */
export class ReaderBench {
  readonly clock = new VirtualClock();
  readonly events: DeviceEvent[] = [];
  /** Commands that went out, and how many had when the port was opened: the first time, the second … */
  sent = 0;
  readonly opened: number[] = [];
  readonly #line = new MemoryLine((bytes) => {
    this.sent += 1;
    this.simulator.receive(bytes);
    return 'written';
  });
  readonly simulator: IdReaderSimulator = new IdReaderSimulator(
    this.clock,
    (bytes) => void this.#line.fromDevice(bytes),
  );
  readonly #driver: IdReader;

  constructor(faults: Partial<ReaderFaults> = {}) {
    this.faults(faults);
    this.#driver = startSdtReader(
      { id: 'reader', kind: 'id-reader', driver: 'sdt', path: 'memory', newestAddress: true },
      {
        clock: this.clock,
        open: () => {
          this.opened.push(this.sent);
          return Promise.resolve({ ok: true, transport: this.#line });
        },
        emit: (event) => this.events.push(event),
      },
    );
  }

  faults(faults: Partial<ReaderFaults>): void {
    this.simulator.setFaults(readerFaults.parse({ afterRead: 'insistent', ...faults }));
  }

  /** What the office was told of cards. */
  cards(): DeviceEvent[] {
    return this.events.filter(({ event }) => event.startsWith('card.'));
  }

  /** What the office was told of the reader: the state, and the detail where there is one. */
  states(): string[] {
    return this.events.flatMap((e) =>
      e.event === 'device.state' ? [e.detail === 'none' ? e.state : `${e.state} ${e.detail}`] : [],
    );
  }

  heard(command: ReaderCommand): number {
    return this.simulator.heard.get(command) ?? 0;
  }

  run(done: () => boolean, limitMs = 10_000): Promise<boolean> {
    return this.clock.runUntil(done, limitMs);
  }

  /** A card, and what is told of it first: read or not, or a fault of the reader. */
  async toldOf(lay: () => void): Promise<DeviceEvent | undefined> {
    const since = this.events.length;
    lay();
    const first = (): DeviceEvent | undefined =>
      this.events
        .slice(since)
        .find((e) => e.event.startsWith('card.') || (e.event === 'device.state' && e.state === 'fault'));
    await this.run(() => first() !== undefined);
    return first();
  }

  pause(): void {
    this.#driver.pause();
  }

  stop(): void {
    void this.#driver.stop();
  }
}
