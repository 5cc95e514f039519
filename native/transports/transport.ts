/**
 * A stream of bytes to one device. A driver sees nothing else of the machine.
 *
 * A port that is open proves nothing: a pulled plug raises no event on some systems. Drivers decide by answers and by
 * write time-outs; `onClosed` is only a hint that comes early where the system gives it.
 */
import type { FlowControl } from '../../contract/printer-profiles.ts';

export interface Transport {
  /** Hands bytes to the port. `timeout` means that some of them may have gone out. */
  write(bytes: Uint8Array, timeoutMs: number): Promise<WriteResult>;
  /** The one listener for bytes that arrive; a second call replaces the first. */
  onBytes(listen: (bytes: Uint8Array) => void): void;
  /** Called at most once, when the system says that the port is gone. */
  onClosed(listen: () => void): void;
  /** Frees the port; never rejects and never waits longer than a second. */
  close(): Promise<void>;
}

export type WriteResult = 'written' | 'timeout' | 'closed';

/** Why a port could not be opened: codes of `contract/device.ts`. */
export type OpenProblem = 'portMissing' | 'portDenied' | 'portBusy' | 'portError' | 'noAnswer';

export type OpenResult = { ok: true; transport: Transport } | { ok: false; problem: OpenProblem };

export interface PortAddress {
  /** `/dev/ttyUSB0`, `COM3` or `tcp://host:port`. */
  path: string;
  /** Ignored by TCP. */
  baudRate: number;
  /** Who holds whom back on a serial port; ignored by TCP, which does it by itself. Default `none`. */
  flow?: FlowControl;
}

export type OpenTransport = (address: PortAddress) => Promise<OpenResult>;
