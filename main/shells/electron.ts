import { join, resolve } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  protocol,
  session,
  utilityProcess,
  type IpcMainInvokeEvent,
  type WebContents,
} from 'electron';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import type { DeviceProcessLauncher, Log } from '../runtime.ts';
import { trialWindow } from '../trial-station.ts';
import { CALL_CHANNEL, EVENT_CHANNEL, PAGE_ORIGIN, PAGE_SCHEME } from './bridge.ts';
import { defaultDataFolder } from './data-folder.ts';
import { refusalAnswer } from './http-guard.ts';
import { callOffice, MAX_MESSAGE_BYTES } from './office-sockets.ts';
import { openOffice, openStation, type CreateOffice, type OpenOffice } from './open-office.ts';
import { readPageFile, securityHeaders } from './page-files.ts';
import { findProgram, type Program } from './program.ts';
import { isOurPage, isTrustedSender } from './trusted-sender.ts';
import { childSupervisorLauncher } from './trial.ts';

const STOP_PATIENCE_MS = 20_000;
const REFUSED = 2;

/**
 * Electron's shell: one window, one page of our own scheme, one call channel and one event channel. Keys are kept as in
 * the host, in a file of mode 0600; the key store of the operating system (asynchronous `safeStorage`) fits the same port.
 */
export async function runElectron(createOffice: CreateOffice): Promise<void> {
  process.umask(0o077);
  const program = findProgram();
  const named = app.commandLine.getSwitchValue('data');
  const folder = named === '' ? defaultDataFolder(trialWindow) : resolve(named);
  if (folder === undefined)
    return giveUp([refuse('host.option', { detail: '本机有几个窗口的数据目录,请用 --data 指明' })]);
  // What the browser engine stores belongs to the window, as everything else does; and the instance lock goes by it.
  app.setPath('userData', join(folder, 'electron'));
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return;
  }
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  app.on('web-contents-created', (_event, contents) => lockDown(contents));
  await app.whenReady();
  lockSession();

  const station = await openStation(folder, { makeTrial: true, clockOffsetMs: 0 });
  if (!station.ok) return giveUp(station.refusals);
  const { log } = station.value;
  process.on('uncaughtExceptionMonitor', (error) =>
    log.error({ error: error.stack }, 'a defect ends the office'),
  );
  const opened = await openOffice(station.value, {
    program,
    createOffice,
    devices: utilityDeviceLauncher(program, log),
    supervisor: childSupervisorLauncher(program),
    clockOffsetMs: 0,
    address: `Electron, ${folder}`,
  });
  if (!opened.ok) return giveUp(opened.refusals);
  stopInOrder(opened.value, log);
  servePage(program);
  openWindow(program, opened.value, log);
}

/** Says what is wrong in a box, because there is no page yet, and ends. */
function giveUp(refusals: readonly [Refusal, ...Refusal[]]): void {
  dialog.showErrorBox(
    '站务窗口不能启动',
    refusals.map(({ message, next }) => `${message}。${next}`).join('\n'),
  );
  app.exit(REFUSED);
}

/** No page of ours goes elsewhere, opens windows or embeds anything, whatever a script in it wants. */
function lockDown(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  const stay = (event: { preventDefault(): void; url: string }): void => {
    if (!isOurPage(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', stay);
}

/** The page needs no camera, no place, no device, no download, and no network but its own scheme. */
function lockSession(): void {
  const ours = session.defaultSession;
  ours.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  ours.setPermissionCheckHandler(() => false);
  ours.setDevicePermissionHandler(() => false);
  ours.on('will-download', (event) => event.preventDefault());
  ours.webRequest.onBeforeRequest((request, answer) => {
    const isOwn =
      isOurPage(request.url) || request.url.startsWith('devtools:') || request.url.startsWith('data:');
    answer({ cancel: !isOwn });
  });
}

function servePage(program: Program): void {
  protocol.handle(PAGE_SCHEME, async (request) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const file =
      isRead && isOurPage(request.url)
        ? await readPageFile(program.pageFolder, new URL(request.url).pathname)
        : undefined;
    if (!file) return new Response(null, { status: 404, headers: { ...securityHeaders } });
    return new Response(file.body, { headers: file.headers });
  });
}

function openWindow(program: Program, { office }: OpenOffice, log: Log): void {
  const window = new BrowserWindow({
    title: '站务窗口',
    width: 1366,
    height: 768,
    minWidth: 1024,
    minHeight: 700,
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(program.root, 'out', 'preload', 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  const { webContents } = window;
  const pageSession = `window-${webContents.id}`;
  ipcMain.handle(CALL_CHANNEL, (event: IpcMainInvokeEvent, request: unknown) => {
    if (!isTrustedSender(event, window.isDestroyed() ? undefined : webContents.id)) {
      log.warn({}, 'a call from a foreign page was refused');
      return refusalAnswer(refuse('access.origin'));
    }
    const read = plainRequest(request);
    return 'refusal' in read
      ? refusalAnswer(read.refusal)
      : callOffice(office, read.request, pageSession, log);
  });
  const unsubscribe = office.subscribe(pageSession, (event) => {
    if (!webContents.isDestroyed()) webContents.send(EVENT_CHANNEL, event);
  });
  window.on('closed', unsubscribe);
  window.once('ready-to-show', () => window.show());
  app.on('second-instance', () => {
    if (window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  webContents.on('render-process-gone', (_event, { reason }) => {
    log.error({ reason }, 'the page ended');
    if (reason !== 'clean-exit' && !window.isDestroyed()) webContents.reload();
  });
  void window.loadURL(`${PAGE_ORIGIN}/`);
}

/** IPC carries maps, dates and cycles; the office hears JSON only, of the same size as over a socket. */
function plainRequest(request: unknown): { request: unknown } | { refusal: Refusal } {
  try {
    const text = JSON.stringify(request) as string | undefined;
    if (text === undefined) return { refusal: refuse('request.shape', { detail: '不是 JSON' }) };
    if (Buffer.byteLength(text) > MAX_MESSAGE_BYTES) return { refusal: refuse('request.tooLarge') };
    return { request: JSON.parse(text) };
  } catch {
    return { refusal: refuse('request.shape', { detail: '不是 JSON' }) };
  }
}

/** Closing the window ends the program, and the program ends the office first. */
function stopInOrder(running: OpenOffice, log: Log): void {
  let isStopped = false;
  let isStopping = false;
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    if (isStopped) return;
    event.preventDefault();
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => app.exit(1), STOP_PATIENCE_MS).unref();
    running
      .stop()
      .catch((error: unknown) => log.error({ error: String(error) }, 'the office did not close in order'))
      .finally(() => {
        isStopped = true;
        app.quit();
      });
  });
}

/** The device process as Electron starts it: a utility process, which ends with the program by itself. */
function utilityDeviceLauncher(program: Program, log: Log): DeviceProcessLauncher {
  return {
    start(onMessage, onExit) {
      const child = utilityProcess.fork(program.file('native/index.mjs'), [], {
        serviceName: 'station-office-devices',
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child.stderr?.on('data', (text: Buffer) =>
        log.warn({ line: text.toString('utf8').trim() }, 'the device process says'),
      );
      child.on('message', onMessage);
      child.once('exit', (code) => onExit(`exit code ${code}`));
      return {
        send: (message) => child.postMessage(message),
        kill: () => void child.kill(),
      };
    },
  };
}
