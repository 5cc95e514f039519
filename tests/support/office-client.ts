import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';

/** What came over the wire: a script that knows only the page has no types for it. */
export type Json = any;

/**
 * A script's way into an office, written from docs/office-api.md alone: token → cookie → WebSocket → envelopes. It
 * imports nothing of the program, so it fails where the page and the program differ.
 */
export interface OfficeClient {
  /** Sends and resolves with the result; rejects with {@link RefusedError} or when the socket ends first. */
  call(method: string, params?: unknown, commandId?: string): Promise<Json>;
  /** Next event of this name that comes after the call, and for which `test` holds. */
  event(name: string, test?: (data: Json) => boolean, timeoutMs?: number): Promise<Json>;
  onEvent(listener: (name: string, data: Json) => void): void;
  close(): void;
}

export class RefusedError extends Error {
  readonly refusal: { code: string; field?: string; message: string; next: string };
  constructor(refusal: RefusedError['refusal']) {
    super(`${refusal.code}: ${refusal.message}`);
    this.name = 'RefusedError';
    this.refusal = refusal;
  }
}

export const newCommandId = (): string => randomUUID();

export async function connectOffice(url: string, token: string): Promise<OfficeClient> {
  const session = await fetch(new URL('/session', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  if (session.status !== 200)
    throw new Error(`POST /session answered ${session.status}: ${await session.text()}`);
  const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return connectWithCookie(url, cookie);
}

export async function connectWithCookie(url: string, cookie: string): Promise<OfficeClient> {
  const socket = new WebSocket(new URL('/office', url.replace(/^http/, 'ws')), { headers: { cookie } });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  let nextId = 1;
  const waiting = new Map<number, { resolve: (value: Json) => void; reject: (error: Error) => void }>();
  const listeners = new Set<(name: string, data: Json) => void>();
  socket.on('message', (raw: Buffer) => {
    const message = JSON.parse(raw.toString('utf8'));
    if (typeof message.event === 'string') {
      for (const listener of listeners) listener(message.event, message.data);
      return;
    }
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.ok) call?.resolve(message.result);
    else call?.reject(new RefusedError(message.refusal));
  });
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the office closed the connection'));
    waiting.clear();
  });
  socket.on('error', () => socket.terminate());
  return {
    call(method, params = {}, commandId) {
      const id = nextId;
      nextId += 1;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        socket.send(
          JSON.stringify({ id, method, params, ...(commandId === undefined ? {} : { commandId }) }),
        );
      });
    },
    event(name, test = () => true, timeoutMs = 10_000) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          listeners.delete(listener);
          reject(new Error(`no event ${name} within ${timeoutMs} ms`));
        }, timeoutMs);
        const listener = (got: string, data: Json): void => {
          if (got !== name || !test(data)) return;
          clearTimeout(timer);
          listeners.delete(listener);
          resolve(data);
        };
        listeners.add(listener);
      });
    },
    onEvent: (listener) => void listeners.add(listener),
    close: () => socket.terminate(),
  };
}
