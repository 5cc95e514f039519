/** Everything the city may know of the outside. Built in `city/shell/` from the real machine, in tests by the test. */
export interface CityRuntime {
  /** UTC milliseconds. */
  nowMs(): number;
  /** Cryptographically strong bytes. */
  randomBytes(count: number): Uint8Array<ArrayBuffer>;
  /** Resolves once what came in meanwhile was looked at: long work lets others through, and what it sent really goes out. */
  breathe(): Promise<void>;
  log: CityLog;
}

/** Structured log without personal data: never an entry's text, a sealed row or a name. */
export interface CityLog {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}
