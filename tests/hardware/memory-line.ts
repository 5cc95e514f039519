import type { Transport, WriteResult } from '../../native/transports/transport.ts';

/** A line in memory, for tests that own time; `toDevice` may refuse. */
export class MemoryLine implements Transport {
  #listen: (bytes: Uint8Array) => void = () => undefined;
  readonly #toDevice: (bytes: Uint8Array) => WriteResult;

  constructor(toDevice: (bytes: Uint8Array) => WriteResult) {
    this.#toDevice = toDevice;
  }

  write(bytes: Uint8Array): Promise<WriteResult> {
    return Promise.resolve(this.#toDevice(bytes));
  }

  onBytes(listen: (bytes: Uint8Array) => void): void {
    this.#listen = listen;
  }

  onClosed(): void {
    // A pulled plug raises no event here, as on some systems.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** The driver gets a copy, which it may overwrite; it is handed back, so that a test can look what became of it. */
  fromDevice(bytes: Uint8Array): Uint8Array {
    const given = bytes.slice();
    this.#listen(given);
    return given;
  }
}
