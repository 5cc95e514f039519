import { readFileSync } from 'node:fs';
import { compileFunction } from 'node:vm';
import type { ContextBridge, IpcRenderer } from 'electron';
import { DoubleError, strict } from './strict.ts';

/** What a page of the double is given by the world around it. */
export interface PageWorld {
  fetch(url: string): Promise<Response>;
  invoke(channel: string, args: unknown[]): Promise<unknown>;
}

/** One loaded page: what was served, and what its preload gave it. */
export class Page {
  readonly url: string;
  status = 0;
  headers: Record<string, string> = {};
  html = '';
  /** What the preload put on `window`, by name. */
  readonly exposed: Record<string, unknown> = {};
  readonly events: unknown[] = [];
  readonly #listeners = new Map<string, Set<(event: object, ...args: unknown[]) => void>>();
  readonly #world: PageWorld;

  constructor(url: string, world: PageWorld) {
    this.url = url;
    this.#world = world;
  }

  async load(preload: string | undefined): Promise<void> {
    const response = await this.#world.fetch(this.url);
    this.status = response.status;
    this.headers = Object.fromEntries(response.headers);
    this.html = await response.text();
    if (preload !== undefined) this.#runPreload(preload);
    const bridge = this.exposed['stationOffice'] as
      | { onEvent(listener: (message: unknown) => void): () => void }
      | undefined;
    bridge?.onEvent((message) => this.events.push(message));
  }

  /** A message from the main process: copied as between processes. */
  receive(channel: string, message: unknown): void {
    for (const listener of this.#listeners.get(channel) ?? []) listener({}, structuredClone(message));
  }

  /** As a sandboxed preload runs: CommonJS, and of modules only those that Electron gives there. */
  #runPreload(path: string): void {
    const contextBridge = strict<ContextBridge>('contextBridge', {
      exposeInMainWorld: (name: string, api: unknown) => {
        if (Object.hasOwn(this.exposed, name)) throw new DoubleError(`${name} is exposed twice`);
        this.exposed[name] = api;
      },
    });
    const ipcRenderer = strict<IpcRenderer>('ipcRenderer', {
      invoke: (channel: string, ...args: unknown[]) => this.#world.invoke(channel, structuredClone(args)),
      on: ((channel: string, listener: (event: object, ...args: unknown[]) => void) => {
        const known = this.#listeners.get(channel) ?? new Set();
        this.#listeners.set(channel, known.add(listener));
      }) as unknown as IpcRenderer['on'],
      off: ((channel: string, listener: (event: object, ...args: unknown[]) => void) => {
        this.#listeners.get(channel)?.delete(listener);
      }) as unknown as IpcRenderer['off'],
    });
    const give = (name: string): unknown => {
      if (name !== 'electron') throw new DoubleError(`a sandboxed preload asked for the module ${name}`);
      return { contextBridge, ipcRenderer };
    };
    // As Electron wraps a preload: nothing is within its reach but these.
    const run = compileFunction(readFileSync(path, 'utf8'), [
      'require',
      'module',
      'exports',
      'process',
      'global',
    ]);
    const module = { exports: {} };
    run(give, module, module.exports, undefined, undefined);
  }
}
