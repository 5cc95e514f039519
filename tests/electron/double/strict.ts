import { EventEmitter } from 'node:events';

/** Something that was used wrongly, or not as Electron declares it: the program under test has a defect. */
export class DoubleError extends Error {}

/** One use of Electron: `app.quit`, `BrowserWindow#1.show`, with what was given, as JSON would hold it. */
export interface Call {
  member: string;
  args: unknown[];
}

export const calls: Call[] = [];

export function record(member: string, args: readonly unknown[]): void {
  calls.push({ member, args: args.map((arg) => plain(arg)) });
}

/** Deep enough for every option there is; what a page sends may have no end. */
const DEPTH = 6;

function plain(value: unknown, depth = 0): unknown {
  if (typeof value === 'function') return '[function]';
  if (typeof value === 'bigint') return `${value}n`;
  if (depth > DEPTH) return '[deeper]';
  if (Array.isArray(value)) return value.map((inner) => plain(inner, depth + 1));
  if (value instanceof Uint8Array) return '[bytes]';
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return `[${value.constructor.name}]`;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner, depth + 1)]));
}

/**
 * An object of Electron with the members that the program uses, typed by Electron's own declarations. Functions are
 * recorded; any other member, read or written, throws.
 */
export function strict<T extends object>(name: string, members: Partial<T>): T {
  return new Proxy(members, {
    get(target, key) {
      if (typeof key === 'symbol' || key === 'then' || key === 'toJSON') return undefined;
      if (!Object.hasOwn(target, key))
        throw new DoubleError(`the double of Electron knows no ${name}.${key}`);
      const value = (target as Record<string, unknown>)[key];
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        record(`${name}.${key}`, args);
        return (value as (...given: unknown[]) => unknown)(...args);
      };
    },
    set(_target, key) {
      throw new DoubleError(`${name}.${String(key)} is not for writing`);
    },
  }) as T;
}

/** Throws when an object of options has a key that the double was not told of. */
export function onlyKnown(what: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options))
    if (!known.includes(key)) throw new DoubleError(`the double of Electron knows no ${what}.${key}`);
}

/** Events of one object: only those named may be listened to or told. */
export class Events {
  readonly #emitter = new EventEmitter();
  readonly #name: string;
  readonly #known: readonly string[];

  constructor(name: string, known: readonly string[]) {
    this.#name = name;
    this.#known = known;
  }

  /** For `on` and `once` of the object, whose type is taken from Electron's declarations. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the declared type
  listen<F>(how: 'on' | 'once'): F {
    return ((event: string, listener: (...args: unknown[]) => void): void => {
      this.#check(event);
      this.#emitter[how](event, listener);
    }) as F;
  }

  emit(event: string, ...args: unknown[]): void {
    this.#check(event);
    this.#emitter.emit(event, ...args);
  }

  /** Tells with an event whose default can be prevented; whether somebody did. */
  ask(event: string, more: object = {}, ...args: unknown[]): boolean {
    let prevented = false;
    this.emit(event, { ...more, preventDefault: () => (prevented = true) }, ...args);
    return prevented;
  }

  count(event: string): number {
    return this.#emitter.listenerCount(event);
  }

  #check(event: string): void {
    if (!this.#known.includes(event))
      throw new DoubleError(`the double of Electron knows no event '${event}' of ${this.#name}`);
  }
}
