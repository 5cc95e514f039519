import { app, protocol } from 'electron';
import type { Refusal } from '../../contract/refusals.ts';
import { PAGE_ORIGIN, PAGE_SCHEME, REFUSED_PATH } from './bridge.ts';
import { lockedWindow } from './electron-lockdown.ts';
import { createPrintPages, type PrintPages } from './electron-pdf.ts';
import { readPageFile, securityHeaders } from './page-files.ts';
import type { Program } from './program.ts';
import { refusalPage, refusalStyle } from './refusal-page.ts';
import { isOurPage } from './trusted-sender.ts';

const REFUSED = 2;

/** The pages of our own scheme: the built files and, when there is no office, why. */
export interface Pages {
  /** Shows, instead of an office, why there is none; the program ends with code 2 when its window is closed. */
  refuse(refusals: readonly Refusal[]): void;
  /** A whole HTML document as PDF. */
  pdf: PrintPages['pdf'];
}

/** Before Electron is ready: our scheme is a proper origin, with the rights of https. */
export function announceScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the pages. Anything but reading a file that a page has is answered with 404. */
export function servePages(program: Program): Pages {
  let refusals: readonly Refusal[] = [];
  const prints = createPrintPages();
  protocol.handle(PAGE_SCHEME, async (request) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const path = isRead && isOurPage(request.url) ? new URL(request.url).pathname : undefined;
    if (path === undefined) return nothingThere();
    if (refusals.length > 0)
      return path === REFUSED_PATH ? refusalPage(refusals) : (refusalStyle(path) ?? nothingThere());
    const document = prints.serve(path);
    if (document) return document;
    const file = await readPageFile(program.pageFolder, path);
    return file ? new Response(file.body, { headers: file.headers }) : nothingThere();
  });
  return {
    pdf: prints.pdf,
    refuse(found) {
      refusals = found;
      const window = lockedWindow({
        title: '站务窗口不能启动',
        width: 900,
        height: 560,
        show: false,
        autoHideMenuBar: true,
      });
      window.once('ready-to-show', () => window.show());
      window.on('closed', () => app.exit(REFUSED));
      void window.loadURL(`${PAGE_ORIGIN}${REFUSED_PATH}`);
    },
  };
}

function nothingThere(): Response {
  return new Response(null, { status: 404, headers: { ...securityHeaders } });
}
