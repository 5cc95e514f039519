import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { findChromium, isRootUser } from './window-program.ts';

/** A list of several hundred names is laid out within seconds; a browser that hangs is given up. */
const PATIENCE_MS = 30_000;

/** A4 in inches; the document's own `@page` decides the margins. */
const PAPER = { paperWidth: 8.27, paperHeight: 11.69, preferCSSPageSize: true, printBackground: true };

/**
 * Makes PDFs with a Chromium of this PC, headless. The document goes in and the PDF comes out over two pipes: not a byte of it
 * is in a file, an address or a command line. Undefined where there is no Chromium.
 */
export function chromiumPdf(
  chromium: string | undefined = findChromium(),
): ((html: string) => Promise<Uint8Array>) | undefined {
  return chromium === undefined ? undefined : (html) => print(chromium, html);
}

async function print(chromium: string, html: string): Promise<Uint8Array> {
  // Chromium wants a profile; nothing of the document is ever written into it.
  const profile = mkdtempSync(join(tmpdir(), 'station-office-pdf-'));
  const child = spawn(
    chromium,
    [
      '--headless=new',
      '--remote-debugging-pipe',
      `--user-data-dir=${profile}`,
      '--incognito',
      '--disk-cache-size=1',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-extensions',
      '--disable-sync',
      ...(isRootUser() ? ['--no-sandbox'] : []),
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const ended = new Promise<never>((_resolve, reject) => {
    child.once('error', (error) => {
      reject(error);
    });
    child.once('exit', (code) => {
      reject(new Error(`the browser ended (${code ?? 'killed'})`));
    });
  });
  ended.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${PATIENCE_MS / 1000} s`));
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([
      converse(child.stdio[3] as Writable, child.stdio[4] as Readable, html),
      ended,
      late,
    ]);
  } finally {
    clearTimeout(timer);
    child.removeAllListeners('exit');
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await gone;
    }
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  }
}

interface Message {
  id?: number;
  result?: Record<string, unknown>;
  error?: { message: string };
}

/** DevTools over the pipe: JSON messages, each ended by a zero byte. */
async function converse(to: Writable, from: Readable, html: string): Promise<Uint8Array> {
  const waiting = new Map<
    number,
    { resolve: (result: Record<string, unknown>) => void; reject: (error: Error) => void }
  >();
  let pending: Buffer[] = [];
  to.on('error', () => undefined);
  from.on('data', (bytes: Buffer) => {
    let at = 0;
    for (let end = bytes.indexOf(0, at); end >= 0; end = bytes.indexOf(0, at)) {
      const message = JSON.parse(
        Buffer.concat([...pending, bytes.subarray(at, end)]).toString('utf8'),
      ) as Message;
      pending = [];
      at = end + 1;
      const call = message.id === undefined ? undefined : waiting.get(message.id);
      if (!call || message.id === undefined) continue;
      waiting.delete(message.id);
      if (message.error) call.reject(new Error(message.error.message));
      else call.resolve(message.result ?? {});
    }
    pending.push(bytes.subarray(at));
  });
  let lastId = 0;
  const ask = (
    method: string,
    params: Record<string, unknown>,
    sessionId?: string,
  ): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      to.write(`${JSON.stringify({ id: lastId, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
    });
  const text = (result: Record<string, unknown>, name: string): string => {
    const value = result[name];
    if (typeof value !== 'string') throw new Error(`the browser gave no ${name}`);
    return value;
  };
  const targetId = text(await ask('Target.createTarget', { url: 'about:blank' }), 'targetId');
  const session = text(await ask('Target.attachToTarget', { targetId, flatten: true }), 'sessionId');
  const { frameTree } = (await ask('Page.getFrameTree', {}, session)) as {
    frameTree?: { frame: { id: string } };
  };
  if (!frameTree) throw new Error('the browser gave no frame');
  await ask('Page.setDocumentContent', { frameId: frameTree.frame.id, html }, session);
  return new Uint8Array(Buffer.from(text(await ask('Page.printToPDF', PAPER, session), 'data'), 'base64'));
}
