import type {
  BrowserWindow,
  BrowserWindowConstructorOptions,
  PrintToPDFOptions,
  WebContents,
  WebPreferences,
} from 'electron';
import { Page } from './page.ts';
import { DoubleError, Events, onlyKnown, record, strict } from './strict.ts';
import { phase } from './state.ts';

/** What the double's parts need of each other; filled by `electron.ts`. */
export const world = {
  fetch: (_url: string, _method?: string): Promise<Response> =>
    Promise.reject(new DoubleError('no scheme is handled')),
  invoke: (_channel: string, _sender: Sender, _args: unknown[]): Promise<unknown> =>
    Promise.reject(new DoubleError('nobody handles calls')),
  appEvents: undefined as Events | undefined,
};

/** An IPC event's sender as the main process sees it. */
export interface Sender {
  sender: { id: number };
  senderFrame: { url: string; parent: object | null } | null;
}

const windowOptions = [
  'title',
  'x',
  'y',
  'width',
  'height',
  'minWidth',
  'minHeight',
  'show',
  'autoHideMenuBar',
  'frame',
  'fullscreen',
  'focusable',
  'skipTaskbar',
  'webPreferences',
] satisfies (keyof BrowserWindowConstructorOptions)[];
const preferences = [
  'preload',
  'contextIsolation',
  'sandbox',
  'nodeIntegration',
  'nodeIntegrationInWorker',
  'nodeIntegrationInSubFrames',
  'webSecurity',
  'allowRunningInsecureContent',
  'experimentalFeatures',
  'webviewTag',
  'navigateOnDragDrop',
  'spellcheck',
  'disableBlinkFeatures',
  'devTools',
] satisfies (keyof WebPreferences)[];

export interface DoubleWindow {
  id: number;
  options: BrowserWindowConstructorOptions;
  events: Events;
  contentsEvents: Events;
  page: Page | undefined;
  bounds: { x: number; y: number; width: number; height: number };
  isDestroyed: boolean;
  isMaximized: boolean;
  isMinimized: boolean;
  isShown: boolean;
  isFocused: boolean;
  windowOpenHandler: ((details: { url: string }) => { action: string }) | undefined;
  loads: number;
  /** What a user does: tells `close`, then goes. */
  close(): void;
  destroy(): void;
}

export const windows: DoubleWindow[] = [];
export const openWindows = (): DoubleWindow[] => windows.filter((one) => !one.isDestroyed);

/** `BrowserWindow` of the double; the module gives it out under its own name. */
export function makeWindow(options: BrowserWindowConstructorOptions): object {
  if (!phase.isReady) throw new DoubleError('a window before the app is ready');
  onlyKnown('BrowserWindow options', options, windowOptions);
  onlyKnown('webPreferences', options.webPreferences ?? {}, preferences);
  const id = windows.length + 1;
  const name = `BrowserWindow#${id}`;
  record('new BrowserWindow', [options]);
  const one: DoubleWindow = {
    id,
    options,
    events: new Events(name, [
      'ready-to-show',
      'close',
      'closed',
      'resize',
      'move',
      'maximize',
      'unmaximize',
      'unresponsive',
      'query-session-end',
      'session-end',
    ]),
    contentsEvents: new Events(`${name}.webContents`, [
      'will-attach-webview',
      'will-navigate',
      'will-redirect',
      'will-frame-navigate',
      'render-process-gone',
    ]),
    page: undefined,
    bounds: {
      x: options.x ?? 0,
      y: options.y ?? 0,
      width: options.width ?? 800,
      height: options.height ?? 600,
    },
    isDestroyed: false,
    isMaximized: false,
    isMinimized: false,
    isShown: options.show !== false,
    isFocused: false,
    windowOpenHandler: undefined,
    loads: 0,
    close() {
      if (one.isDestroyed || one.events.ask('close')) return;
      one.destroy();
    },
    destroy() {
      if (one.isDestroyed) return;
      one.isDestroyed = true;
      one.page = undefined;
      one.events.emit('closed');
      if (openWindows().length === 0) world.appEvents?.emit('window-all-closed');
    },
  };
  const alive = (): void => {
    if (one.isDestroyed) throw new DoubleError(`${name} has been destroyed`);
  };
  let address: string | undefined;
  const load = async (url: string): Promise<void> => {
    alive();
    address = url;
    one.loads += 1;
    const page = new Page(url, {
      fetch: (wanted) => world.fetch(wanted),
      invoke: (channel, args) =>
        world.invoke(channel, { sender: { id }, senderFrame: { url, parent: null } }, args),
    });
    await page.load(options.webPreferences?.preload);
    if (one.isDestroyed) return;
    one.page = page;
    one.events.emit('ready-to-show');
  };
  const webContents = strict<WebContents>(`${name}.webContents`, {
    id,
    isDestroyed: () => one.isDestroyed,
    on: one.contentsEvents.listen<WebContents['on']>('on'),
    setWindowOpenHandler(handler) {
      one.windowOpenHandler = handler as NonNullable<DoubleWindow['windowOpenHandler']>;
    },
    send(channel, ...args: unknown[]) {
      alive();
      one.page?.receive(channel, args[0]);
    },
    reload: () => void load(address ?? ''),
    /** The double's PDF has the page's text in it, so that a test can tell what was printed; Electron takes no unknown option. */
    printToPDF(wanted: PrintToPDFOptions) {
      alive();
      onlyKnown('printToPDF', wanted, ['pageSize', 'preferCSSPageSize', 'printBackground']);
      if (one.page?.status !== 200) throw new DoubleError(`${name} prints a page that is not there`);
      return Promise.resolve(Buffer.from(`%PDF-double\n${JSON.stringify(wanted)}\n${one.page.html}`));
    },
    isDevToolsOpened: () => false,
    forcefullyCrashRenderer() {
      one.page = undefined;
      setImmediate(() =>
        one.contentsEvents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 }),
      );
    },
  });
  const window = strict<BrowserWindow>(name, {
    webContents,
    on: one.events.listen<BrowserWindow['on']>('on'),
    once: one.events.listen<BrowserWindow['once']>('once'),
    loadURL: (url: string) => load(url),
    isDestroyed: () => one.isDestroyed,
    isMinimized: () => one.isMinimized,
    isMaximized: () => one.isMaximized,
    getBounds: () => ({ ...one.bounds }),
    getNormalBounds: () => ({ ...one.bounds }),
    show() {
      alive();
      one.isShown = true;
    },
    showInactive() {
      alive();
      one.isShown = true;
    },
    focus() {
      alive();
      one.isFocused = true;
    },
    restore() {
      alive();
      one.isMinimized = false;
    },
    maximize() {
      alive();
      one.isMaximized = true;
    },
    destroy: () => one.destroy(),
  });
  windows.push(one);
  world.appEvents?.emit('web-contents-created', {}, webContents);
  world.appEvents?.emit('browser-window-created', {}, window);
  return window;
}
