import { join } from 'node:path';
import {
  BrowserWindow,
  app,
  session,
  type BrowserWindowConstructorOptions,
  type WebContents,
} from 'electron';
import type { Program } from './program.ts';
import { isOurFile, isOurPage } from './trusted-sender.ts';

/**
 * A window whose page may do next to nothing; the only place that makes one. Given the program, its page reaches the
 * office through the preload.
 */
export function lockedWindow(
  options: Omit<BrowserWindowConstructorOptions, 'webPreferences'>,
  program?: Program,
): BrowserWindow {
  return new BrowserWindow({
    ...options,
    webPreferences: {
      ...(program === undefined ? {} : { preload: join(program.root, 'out', 'preload', 'preload.cjs') }),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      // A middle click on a link must not open it beside the page.
      disableBlinkFeatures: 'Auxclick',
      devTools: !app.isPackaged,
    },
  });
}

/** No page of ours goes elsewhere, opens windows or embeds anything, whatever a script in it wants. */
export function lockContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  const stay = (event: { preventDefault(): void; url: string }): void => {
    if (!isOurPage(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', stay);
}

/**
 * The page needs no camera, no place, no device, and no network but its own scheme. The only download is a file that it made
 * itself, such as a day report: Electron asks the person where to.
 */
export function lockSession(): void {
  const ours = session.defaultSession;
  ours.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  ours.setPermissionCheckHandler(() => false);
  ours.setDevicePermissionHandler(() => false);
  ours.on('will-download', (event, item) => {
    if (!isOurFile(item.getURL())) event.preventDefault();
  });
  ours.webRequest.onBeforeRequest((request, answer) => {
    const isOwn =
      isOurPage(request.url) ||
      isOurFile(request.url) ||
      request.url.startsWith('devtools:') ||
      request.url.startsWith('data:');
    answer({ cancel: !isOwn });
  });
}
