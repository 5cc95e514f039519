import type { Duplex } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import type { Office } from '../office-types.ts';
import type { Log } from '../runtime.ts';
import { refusalAnswer } from './http-guard.ts';
import { callForDisplay, callOffice, DISPLAY_EVENTS, MAX_MESSAGE_BYTES } from './page-calls.ts';
import type { PageKind } from './trusted-sender.ts';

/** A larger message than MAX_MESSAGE_BYTES is refused; one above this ends its socket before it is read. */
const HARD_MESSAGE_BYTES = 4 * MAX_MESSAGE_BYTES;
const MAX_SOCKETS = 64;
/** So many requests of a page may wait for their answers; then the page is not read until some are given. */
const MAX_PENDING = 32;
/** A page that takes its messages no more is cut off; it asks for everything again when it comes back. */
const MAX_BACKLOG_BYTES = 8 * 1024 * 1024;
const HEARTBEAT_MS = 30_000;
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

/** The pages that are connected. */
export interface OfficeSockets {
  /** Takes over a checked upgrade request of a page. `stillValid` is asked at each heartbeat. */
  accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    page: { session: string; kind: PageKind },
    stillValid: () => boolean,
  ): void;
  count(): number;
  close(): Promise<void>;
}

export function createOfficeSockets(office: Office, log: Log): OfficeSockets {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    maxPayload: HARD_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  const alive = new WeakSet<WebSocket>();
  const validity = new WeakMap<WebSocket, () => boolean>();
  const heartbeat = setInterval(() => {
    for (const socket of server.clients) {
      if (!alive.has(socket) || validity.get(socket)?.() === false) socket.terminate();
      alive.delete(socket);
      socket.ping();
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();

  const serve = (socket: WebSocket, page: { session: string; kind: PageKind }): void => {
    const isDisplay = page.kind === 'display';
    // The passengers' page lives beside the clerk's in one browser; nobody is ever signed in on its session.
    const session = isDisplay ? `display-${page.session}` : page.session;
    const call = isDisplay ? callForDisplay : callOffice;
    let pending = 0;
    const send = (message: object): void => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > MAX_BACKLOG_BYTES) {
        log.warn({ backlogBytes: socket.bufferedAmount }, 'a page takes its messages no more');
        socket.terminate();
        return;
      }
      socket.send(JSON.stringify(message));
    };
    const unsubscribe = office.subscribe(session, (message) => {
      if (!isDisplay || DISPLAY_EVENTS.includes(message.event)) send(message);
    });
    alive.add(socket);
    socket.on('pong', () => alive.add(socket));
    socket.on('close', unsubscribe);
    socket.on('message', (data, isBinary) => {
      const read = readMessage(data, isBinary);
      if ('refusal' in read) return send(refusalAnswer(read.refusal));
      pending += 1;
      if (pending >= MAX_PENDING) socket.pause();
      void call(office, read.request, session, log).then((answer) => {
        pending -= 1;
        if (socket.isPaused && pending < MAX_PENDING) socket.resume();
        send(answer);
      });
    });
  };

  return {
    accept(request, socket, head, page, stillValid) {
      server.handleUpgrade(request, socket, head, (connected) => {
        connected.on('error', (error) => log.warn({ detail: error.message }, 'a page connection broke'));
        if (server.clients.size > MAX_SOCKETS) return connected.close(TRY_AGAIN_LATER);
        validity.set(connected, stillValid);
        serve(connected, page);
      });
    },
    count: () => server.clients.size,
    async close() {
      clearInterval(heartbeat);
      const ended = [...server.clients].map(
        (socket) => new Promise<void>((resolve) => void socket.once('close', () => resolve())),
      );
      for (const socket of server.clients) socket.close(GOING_AWAY);
      const patience = setTimeout(() => {
        for (const socket of server.clients) socket.terminate();
      }, 1000);
      await Promise.all(ended);
      clearTimeout(patience);
      server.close();
    },
  };
}

function readMessage(data: RawData, isBinary: boolean): { request: unknown } | { refusal: Refusal } {
  if (isBinary) return { refusal: refuse('request.shape', { detail: '应为文字消息' }) };
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer);
  if (bytes.byteLength > MAX_MESSAGE_BYTES) return { refusal: refuse('request.tooLarge') };
  try {
    return { request: JSON.parse(bytes.toString('utf8')) };
  } catch {
    return { refusal: refuse('request.shape', { detail: '不是 JSON' }) };
  }
}
