/**
 * Everything the office may know of the outside: time, chance, timers, files, network, the device process.
 * `main/shells` builds one from the real machine; tests and the simulator build one that owns time and cuts links.
 */

/** Wall and monotonic clocks. Instants are UTC milliseconds. */
export interface Clock {
  nowMs(): number;
  /** Never runs backwards; unit milliseconds, any origin, fractions allowed. */
  monotonicMs(): number;
}

export interface TimerHandle {
  readonly id: unknown;
}

export interface Timers {
  setTimeout(fn: () => void, delayMs: number): TimerHandle;
  clearTimeout(handle: TimerHandle): void;
}

/** Chance. Cryptographically strong in every shell; seeded under the simulator. */
export interface Random {
  bytes(count: number): Uint8Array<ArrayBuffer>;
  /** A fresh 128-bit id as 32 lower-case hex digits. */
  id(): string;
}

/** Bytes of one slot of a file that is written in place: a page, so that no write of one slot touches the other. */
export const SLOT_BYTES = 4_096;

/**
 * Files of one data folder, named by a path relative to it with `/` between parts.
 * `writeAtomic` is durable when it returns: temporary file, fsync, rename, fsync of the folder.
 */
export interface FileStore {
  /** Absolute path of the data folder, for parts that open files themselves (SQLite) and for messages. */
  readonly folder: string;
  readText(name: string): string | undefined;
  /** `mode` is the permission of the new file, for instance 0o600. */
  writeAtomic(name: string, text: string, mode?: number): void;
  /**
   * Writes one of the two slots of a small file in place, `text` of at most {@link SLOT_BYTES} bytes. Durable when it returns, for one
   * sync of data alone; a power cut may leave that slot torn and never touches the other. The reader tells which is whole.
   */
  writeSlot(name: string, slot: 0 | 1, text: string): void;
  copy(from: string, to: string): void;
  /** Durable when it returns. What stood at `to` is gone. */
  move(from: string, to: string): void;
  remove(name: string): void;
  exists(name: string): boolean;
  /** Bytes of a file; undefined when it is not there. */
  sizeBytes(name: string): number | undefined;
  /** Names in a folder, sorted; `''` is the data folder itself. */
  list(folder: string): string[];
}

export interface HttpRequest {
  url: string;
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: Uint8Array;
  /** PEM of the only certificates that may vouch for the other side of https; the machine's own list otherwise. */
  ca?: string;
  timeoutMs: number;
  /** Answers larger than this are cut off as an error. */
  maxBytes: number;
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** Why the network gave no answer: a value for words on screen, never a stack. */
export class NetworkError extends Error {
  /** `certificate`: the other side of https is not who it should be; nothing was sent to it. */
  readonly reason: 'refused' | 'timeout' | 'unreachable' | 'tooLarge' | 'broken' | 'certificate';
  /** What happened, in the machine's own words: a code or a limit. */
  readonly detail: string;
  constructor(reason: NetworkError['reason'], detail: string) {
    super(`${reason}: ${detail}`);
    this.name = 'NetworkError';
    this.reason = reason;
    this.detail = detail;
  }
}

export interface Network {
  /** Resolves with any HTTP answer, whatever its status. Rejects with {@link NetworkError} when there is none. */
  request(request: HttpRequest): Promise<HttpAnswer>;
}

/** One side of the link between two offices of a station: TLS 1.3, both keys proven by the handshake. */
export interface StationConnection {
  /** base64url of the other side's raw Ed25519 key. */
  readonly peerKey: string;
  /** Address of the other side, for the log. */
  readonly from: string;
  /** Never throws; after the end it does nothing. A side that does not take what it is sent is cut off. */
  send(bytes: Uint8Array): void;
  close(): void;
}

export interface StationConnectionEvents {
  onData(bytes: Uint8Array): void;
  /** Once, also after `close`. */
  onEnd(): void;
}

/** Sockets between the offices of a station. `seed` is the raw private Ed25519 key of this side. */
export interface StationNet {
  /** Rejects with {@link NetworkError}. Nothing was sent but the handshake: look at `peerKey` first. */
  connect(
    wanted: { host: string; port: number; seed: Uint8Array; timeoutMs: number },
    events: StationConnectionEvents,
  ): Promise<StationConnection>;
  /** Rejects with {@link NetworkError} when the address cannot be had. `port` 0: any free one. */
  listen(
    wanted: { host: string; port: number; seed: Uint8Array },
    onConnection: (connection: StationConnection) => StationConnectionEvents,
  ): Promise<{ port: number; close(): Promise<void> }>;
}

/** A folder outside the data folder that a person named, such as a USB stick. Errors are Node's, with their code. */
export interface CarriedFolder {
  readonly path: string;
  list(): string[];
  read(name: string): Uint8Array;
  /** Durable when it returns; a power cut leaves the old file, the new one or none. */
  write(name: string, bytes: Uint8Array): void;
  remove(name: string): void;
  /** Both in this folder; durable when it returns. */
  move(from: string, to: string): void;
  sizeBytes(name: string): number;
  /** Room left on its disk. */
  freeBytes(): number;
}

/** Starts the device process. `send` after the end is ignored; `onExit` comes once, also after `kill`. */
export interface DeviceProcessLauncher {
  start(onMessage: (message: unknown) => void, onExit: (why: string) => void): DeviceProcess;
}

export interface DeviceProcess {
  send(message: unknown): void;
  kill(): void;
}

/** Structured log without personal data; `main/shells` gives pino with redaction. */
export interface Log {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

export interface Runtime {
  clock: Clock;
  random: Random;
  timers: Timers;
  files: FileStore;
  network: Network;
  /** Absent where an office never speaks to another one of its station. */
  stationNet?: StationNet;
  /** Opens a folder for files that are carried by hand; absent where there is none but the data folder. `make`: makes it when it is not there. */
  openFolder?: (path: string, options: { make: boolean }) => CarriedFolder;
  /** Makes a PDF of a whole HTML document, A4, without a file in between; absent where there is nothing to make it with. Rejects with what went wrong. */
  pdf?: (html: string) => Promise<Uint8Array>;
  devices: DeviceProcessLauncher;
  log: Log;
}
