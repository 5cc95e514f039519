import { app, ipcMain, screen, type BrowserWindow, type Display, type IpcMainInvokeEvent } from 'electron';
import { refuse } from '../../contract/refusals.ts';
import type { Office } from '../office-types.ts';
import type { FileStore, Log } from '../runtime.ts';
import { BOARD_PATH, CALL_CHANNEL, CLERK_PATH, DISPLAY_PATH, EVENT_CHANNEL, PAGE_ORIGIN } from './bridge.ts';
import { lockedWindow } from './electron-lockdown.ts';
import { refusalAnswer } from './http-guard.ts';
import { callForDisplay, callOffice, DISPLAY_EVENTS, plainRequest } from './page-calls.ts';
import type { Program } from './program.ts';
import { trustedSender, type PageKind } from './trusted-sender.ts';
import { placeWindow, readWindowState, SMALLEST, writeWindowState } from './window-state.ts';

/** Moving a window tells of every pixel; it is written down when it has come to rest. */
const REST_MS = 500;
/** A page that ends so often in so short a time would only end again. */
const MOST_ENDS = 5;
const ENDS_WITHIN_MS = 60_000;

interface Parts {
  program: Program;
  office: Office;
  files: FileStore;
  log: Log;
}

/** Which pages for the public are wanted on further screens. */
interface PublicPages {
  withDisplay: boolean;
  withBoard: boolean;
}

/** Opens the clerk's window and, where there are further screens, the passengers' one and the hall's board. `giveUp`: the page ends again and again. */
export function openWindows(parts: Parts, pages: PublicPages, giveUp: () => void): void {
  const ours = new Map<number, PageKind>();
  serveCalls(parts, ours);
  const clerk = openClerkWindow(parts, ours, giveUp);
  if (pages.withDisplay || pages.withBoard) followScreens(parts, ours, clerk, pages);
}

/** Every call of every page goes through here, and through `trustedSender` first. */
function serveCalls({ office, log }: Parts, ours: ReadonlyMap<number, PageKind>): void {
  ipcMain.handle(CALL_CHANNEL, (event: IpcMainInvokeEvent, request: unknown) => {
    const kind = trustedSender(event, ours);
    if (kind === undefined) {
      log.warn({}, 'a call from a foreign page was refused');
      return refusalAnswer(refuse('access.origin'));
    }
    const read = plainRequest(request);
    if ('refusal' in read) return refusalAnswer(read.refusal);
    const pageSession = sessionOf(event.sender.id);
    return kind === 'clerk'
      ? callOffice(office, read.request, pageSession, log)
      : callForDisplay(office, read.request, pageSession, log);
  });
}

function sessionOf(contentsId: number): string {
  return `window-${contentsId}`;
}

/** Gives the window's page its place in `ours` and the events that are for it, until the window is closed. */
function join(window: BrowserWindow, kind: PageKind, { office }: Parts, ours: Map<number, PageKind>): void {
  const { webContents } = window;
  const { id } = webContents;
  ours.set(id, kind);
  const unsubscribe = office.subscribe(sessionOf(id), (message) => {
    if (webContents.isDestroyed()) return;
    if (kind === 'clerk' || DISPLAY_EVENTS.includes(message.event)) webContents.send(EVENT_CHANNEL, message);
  });
  window.on('closed', () => {
    ours.delete(id);
    unsubscribe();
  });
}

function openClerkWindow(parts: Parts, ours: Map<number, PageKind>, giveUp: () => void): BrowserWindow {
  const { files, log } = parts;
  const workAreas = [
    screen.getPrimaryDisplay(),
    ...screen.getAllDisplays().filter(({ id }) => id !== screen.getPrimaryDisplay().id),
  ].map(({ workArea }) => workArea);
  const { bounds, isMaximized } = placeWindow(readWindowState(files), workAreas);
  const window = lockedWindow(
    {
      title: '站务窗口',
      ...bounds,
      minWidth: SMALLEST.width,
      minHeight: SMALLEST.height,
      show: false,
      autoHideMenuBar: true,
    },
    parts.program,
  );
  join(window, 'clerk', parts, ours);
  rememberPlace(window, files, log);
  window.once('ready-to-show', () => {
    if (isMaximized) window.maximize();
    window.show();
  });
  app.on('second-instance', () => {
    if (window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  });
  keepPageAlive(window, log, giveUp);
  void window.loadURL(`${PAGE_ORIGIN}${CLERK_PATH}`);
  return window;
}

function rememberPlace(window: BrowserWindow, files: FileStore, log: Log): void {
  let rest: NodeJS.Timeout | undefined;
  const write = (): void => {
    clearTimeout(rest);
    rest = undefined;
    if (window.isDestroyed() || window.isMinimized()) return;
    try {
      writeWindowState(files, { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() });
    } catch (error) {
      log.warn({ error: String(error) }, 'the place of the window could not be written down');
    }
  };
  const soon = (): void => {
    clearTimeout(rest);
    rest = setTimeout(write, REST_MS);
  };
  window.on('resize', soon);
  window.on('move', soon);
  window.on('maximize', soon);
  window.on('unmaximize', soon);
  window.on('close', write);
}

/**
 * A page that crashed or hangs is started again. All that was decided lies in the office: the new page asks for the
 * status and for `commands.open`, and is still signed in, because the window is the same.
 */
function keepPageAlive(window: BrowserWindow, log: Log, giveUp: () => void): void {
  const { webContents } = window;
  let ends: number[] = [];
  webContents.on('render-process-gone', (_event, { reason }) => {
    log.error({ reason }, 'the page ended');
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const nowMs = performance.now();
    ends = [...ends.filter((endMs) => nowMs - endMs < ENDS_WITHIN_MS), nowMs];
    if (ends.length > MOST_ENDS) giveUp();
    else webContents.reload();
  });
  // Electron says this after the page has not answered for half a minute.
  window.on('unresponsive', () => {
    if (webContents.isDevToolsOpened()) return;
    log.error({}, 'the page hangs and is ended');
    webContents.forcefullyCrashRenderer();
  });
}

/** The passengers' window and the hall's board are there while there are screens for them, and end with the clerk's. */
function followScreens(
  parts: Parts,
  ours: Map<number, PageKind>,
  clerk: BrowserWindow,
  { withDisplay, withBoard }: PublicPages,
): void {
  let shown: { windows: BrowserWindow[]; screens: string } | undefined;
  const look = (): void => {
    if (clerk.isDestroyed()) return;
    const clerkScreen = screen.getDisplayMatching(clerk.getBounds());
    // With the hall's board the last screen is the hall's, the one before it the passengers'.
    const others = screen.getAllDisplays().filter(({ id }) => id !== clerkScreen.id);
    const board = withBoard ? others.pop() : undefined;
    const pages = [
      ...(others[0] && withDisplay ? [{ display: others[0], path: DISPLAY_PATH }] : []),
      ...(board ? [{ display: board, path: BOARD_PATH }] : []),
    ];
    const screens = pages.map(({ display, path }) => `${display.id} ${path}`).join();
    if ((shown?.screens ?? '') === screens) return;
    for (const window of shown?.windows ?? []) window.destroy();
    shown = {
      screens,
      windows: pages.map(({ display, path }) => openPublicWindow(parts, ours, display, path)),
    };
  };
  look();
  screen.on('display-added', look);
  screen.on('display-removed', look);
  clerk.on('closed', () => {
    for (const window of shown?.windows ?? []) window.destroy();
    shown = undefined;
  });
}

function openPublicWindow(
  parts: Parts,
  ours: Map<number, PageKind>,
  { bounds }: Display,
  path: string,
): BrowserWindow {
  const window = lockedWindow(
    {
      title: '旅客显示',
      ...bounds,
      frame: false,
      fullscreen: true,
      focusable: false,
      skipTaskbar: true,
      show: false,
    },
    parts.program,
  );
  join(window, 'display', parts, ours);
  window.once('ready-to-show', () => window.showInactive());
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload();
  });
  void window.loadURL(`${PAGE_ORIGIN}${path}`);
  return window;
}
