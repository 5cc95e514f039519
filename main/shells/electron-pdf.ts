import { randomBytes } from 'node:crypto';
import { PAGE_ORIGIN } from './bridge.ts';
import { lockedWindow } from './electron-lockdown.ts';
import { securityHeaders } from './page-files.ts';

/** A list of several hundred names is laid out within seconds; a page that hangs is given up. */
const PATIENCE_MS = 30_000;
/** A document shows what it says and does nothing: its own styles, pictures within it, no script, nothing from anywhere. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

export interface PrintPages {
  /** The document at an address of our scheme, while it is being printed; undefined for any other. */
  serve(path: string): Response | undefined;
  /** A whole HTML document as PDF, A4; its own `@page` decides the margins. Rejects with what went wrong. */
  pdf(html: string): Promise<Uint8Array>;
}

/**
 * Makes PDFs in a window that nobody sees. The document goes to it by an address that nobody can guess and is gone with it:
 * not a byte is in a file, an address or a cache.
 */
export function createPrintPages(): PrintPages {
  const documents = new Map<string, string>();
  return {
    serve(path) {
      const html = documents.get(path);
      if (html === undefined) return undefined;
      return new Response(html, {
        headers: {
          ...securityHeaders,
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': POLICY,
          'cache-control': 'no-store',
        },
      });
    },
    async pdf(html) {
      const path = `/print/${randomBytes(16).toString('hex')}`;
      documents.set(path, html);
      const window = lockedWindow({
        width: 794,
        height: 1_123,
        show: false,
        focusable: false,
        skipTaskbar: true,
      });
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`no page within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
      });
      try {
        const print = async (): Promise<Uint8Array> => {
          await window.loadURL(`${PAGE_ORIGIN}${path}`);
          const options = { pageSize: 'A4', preferCSSPageSize: true, printBackground: true } as const;
          return new Uint8Array(await window.webContents.printToPDF(options));
        };
        return await Promise.race([print(), late]);
      } finally {
        clearTimeout(timer);
        documents.delete(path);
        if (!window.isDestroyed()) window.destroy();
      }
    },
  };
}
