/** What the program uses of Electron's main process, and nothing more. Typed by Electron's own declarations. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type * as E from 'electron';
import { phase, settings } from './state.ts';
import { DoubleError, Events, strict } from './strict.ts';
import { forkUtility } from './utility.ts';
import { makeWindow, openWindows, windows, world, type Sender } from './windows.ts';

export const appEvents = new Events('app', [
  'web-contents-created',
  'browser-window-created',
  'second-instance',
  'window-all-closed',
  'before-quit',
]);
world.appEvents = appEvents;

const onlyReady = (what: string): void => {
  if (!phase.isReady) throw new DoubleError(`${what} before the app is ready`);
};
const onlyBefore = (what: string): void => {
  if (phase.isReady) throw new DoubleError(`${what} after the app is ready`);
};

export const app = strict<E.App>('app', {
  isPackaged: settings.isPackaged,
  commandLine: strict<E.CommandLine>('app.commandLine', {
    getSwitchValue: (name: string) => settings.switches[name] ?? (name === 'data' ? settings.data : ''),
  }),
  setPath: () => onlyBefore('app.setPath'),
  enableSandbox: () => onlyBefore('app.enableSandbox'),
  requestSingleInstanceLock: () => settings.isFirstInstance,
  async whenReady() {
    await new Promise((resolve) => setImmediate(resolve));
    phase.isReady = true;
  },
  on: appEvents.listen<E.App['on']>('on'),
  exit: (code?: number) => process.exit(code ?? 0),
  quit() {
    if (appEvents.ask('before-quit')) return;
    for (const window of openWindows()) window.close();
    process.exit(0);
  },
});

let privileged: string[] = [];
const handlers = new Map<string, (request: Request) => Response | Promise<Response>>();
export const protocol = strict<E.Protocol>('protocol', {
  registerSchemesAsPrivileged(schemes) {
    onlyBefore('protocol.registerSchemesAsPrivileged');
    privileged = schemes.map(({ scheme }) => scheme);
  },
  handle(scheme, handler) {
    onlyReady('protocol.handle');
    if (!privileged.includes(scheme)) throw new DoubleError(`the scheme ${scheme} was not registered`);
    handlers.set(scheme, handler);
  },
});
world.fetch = async (url, method = 'GET') => {
  const blocked = await new Promise<boolean>((resolve) => {
    if (!beforeRequest) return resolve(false);
    beforeRequest({ url }, ({ cancel }) => resolve(cancel === true));
  });
  if (blocked) throw new DoubleError(`net::ERR_BLOCKED_BY_CLIENT ${url}`);
  const handler = handlers.get(new URL(url).protocol.slice(0, -1));
  if (!handler) throw new DoubleError(`net::ERR_UNKNOWN_URL_SCHEME ${url}`);
  return handler(new Request(url, { method }));
};

type BeforeRequest = (details: { url: string }, answer: (response: { cancel?: boolean }) => void) => void;
let beforeRequest: BeforeRequest | undefined;
export const sessionEvents = new Events('session', ['will-download']);
/** The handlers that the program gave to its session. */
export const guards: {
  request?: (contents: unknown, permission: string, answer: (granted: boolean) => void) => void;
  check?: (contents: unknown, permission: string) => boolean;
  device?: (details: unknown) => boolean;
} = {};
const defaultSession = strict<E.Session>('session.defaultSession', {
  setPermissionRequestHandler(handler) {
    guards.request = handler as NonNullable<typeof guards.request>;
  },
  setPermissionCheckHandler(handler) {
    guards.check = handler as NonNullable<typeof guards.check>;
  },
  setDevicePermissionHandler(handler) {
    guards.device = handler as NonNullable<typeof guards.device>;
  },
  on: sessionEvents.listen<E.Session['on']>('on'),
  webRequest: strict<E.WebRequest>('session.defaultSession.webRequest', {
    onBeforeRequest: ((handler: BeforeRequest) => {
      beforeRequest = handler;
    }) as E.WebRequest['onBeforeRequest'],
  }),
});
export const session = strict<typeof E.session>('session', {
  get defaultSession() {
    onlyReady('session.defaultSession');
    return defaultSession;
  },
});

const callHandlers = new Map<string, (event: Sender, ...args: unknown[]) => unknown>();
export const ipcMain = strict<E.IpcMain>('ipcMain', {
  handle(channel, handler) {
    if (callHandlers.has(channel)) throw new DoubleError(`${channel} is handled twice`);
    callHandlers.set(channel, handler as unknown as (event: Sender, ...args: unknown[]) => unknown);
  },
});
world.invoke = async (channel, sender, args) => {
  const handler = callHandlers.get(channel);
  if (!handler) throw new DoubleError(`nobody handles ${channel}`);
  return structuredClone(await handler(sender, ...args));
};

export const screenEvents = new Events('screen', ['display-added', 'display-removed']);
const displays = (): E.Display[] =>
  settings.displays.map(({ id, ...bounds }) =>
    strict<E.Display>(`display#${id}`, { id, bounds, workArea: { ...bounds, height: bounds.height - 40 } }),
  );
const firstDisplay = (): E.Display => displays()[0] as E.Display;
export const screen = strict<E.Screen>('screen', {
  getAllDisplays() {
    onlyReady('screen');
    return displays();
  },
  getPrimaryDisplay() {
    onlyReady('screen');
    return firstDisplay();
  },
  getDisplayMatching: ({ x, y }) =>
    displays().find(
      ({ bounds }) =>
        x >= bounds.x && x < bounds.x + bounds.width && y >= bounds.y && y < bounds.y + bounds.height,
    ) ?? firstDisplay(),
  on: screenEvents.listen<E.Screen['on']>('on'),
});

export const powerEvents = new Events('powerMonitor', [
  'suspend',
  'resume',
  'lock-screen',
  'unlock-screen',
  'shutdown',
]);
export const powerMonitor = strict<E.PowerMonitor>('powerMonitor', {
  on: powerEvents.listen<E.PowerMonitor['on']>('on'),
});

/** A key store that really seals, so that a key that is lost or mixed up is seen. */
const storeKey = (): Buffer => createHash('sha256').update(settings.keyStore.secret).digest();
const unavailable = (): void => {
  onlyReady('safeStorage');
  if (!settings.keyStore.isAvailable) throw new Error('Encryption is not available.');
};
export const safeStorage = strict<E.SafeStorage>('safeStorage', {
  async isAsyncEncryptionAvailable() {
    onlyReady('safeStorage');
    return settings.keyStore.isAvailable;
  },
  async encryptStringAsync(text: string) {
    unavailable();
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', storeKey(), nonce);
    return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  },
  async decryptStringAsync(sealed: Buffer) {
    unavailable();
    const decipher = createDecipheriv('aes-256-gcm', storeKey(), sealed.subarray(0, 12));
    decipher.setAuthTag(sealed.subarray(-16));
    const result = decipher.update(sealed.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8');
    return { result, shouldReEncrypt: settings.keyStore.shouldReEncrypt };
  },
  getSelectedStorageBackend: () => settings.keyStore.backend,
});

export const utilityProcess = strict<typeof E.utilityProcess>('utilityProcess', {
  fork: forkUtility,
});

/** A class whose instances know no member but those used. */
export const BrowserWindow = new Proxy(function BrowserWindow() {}, {
  construct: (_target, [options]: [E.BrowserWindowConstructorOptions?]) => makeWindow(options ?? {}),
  get(target, key) {
    if (typeof key === 'symbol' || key === 'prototype') return Reflect.get(target, key) as unknown;
    throw new DoubleError(`the double of Electron knows no BrowserWindow.${key}`);
  },
}) as unknown as typeof E.BrowserWindow;

export { windows };
