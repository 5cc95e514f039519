import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { accepted, refuse, refused, type Outcome, type Refusal } from '../../contract/refusals.ts';
import type { Office } from '../office-types.ts';
import type { Log } from '../runtime.ts';
import { BOARD_PATH, DISPLAY_PATH } from './bridge.ts';
import {
  cookieName,
  cookieOf,
  foreignRequest,
  plainAnswer,
  readBody,
  refusalAnswer,
  sendJson,
} from './http-guard.ts';
import { createOfficeSockets, type OfficeSockets } from './office-sockets.ts';
import { readPageFile, securityHeaders } from './page-files.ts';
import { createPageSessions, type PageSessions } from './page-sessions.ts';

const MAX_SESSION_BODY_BYTES = 4096;
const MAX_CONNECTIONS = 256;
const REQUEST_TIMEOUT_MS = 10_000;
const LISTEN_ON = '127.0.0.1';

const tokenBody = z.strictObject({ token: z.string().min(1).max(200) });

/** The office shown in a browser of this PC: the page, the session exchange and the WebSocket, on 127.0.0.1 only. */
export interface BrowserShell {
  readonly port: number;
  /** `http://127.0.0.1:PORT/`, without a token. */
  readonly url: string;
  newToken(): string;
  /** From now on the office answers. Before that every request for it is 503. */
  attach(office: Office): void;
  close(): Promise<void>;
}

interface Shell {
  port: number;
  pageFolder: string;
  controlSecret: string;
  sessions: PageSessions;
  log: Log;
  office: { sockets: OfficeSockets } | undefined;
}

/**
 * Listens on the first of `ports` that is free (0 = any). Refuses `host.portTaken` with the last one tried.
 * `controlSecret` lets a program of the same user ask for another login link.
 */
export async function startBrowserShell(options: {
  ports: readonly number[];
  pageFolder: string;
  controlSecret: string;
  log: Log;
}): Promise<Outcome<BrowserShell>> {
  const shell: Shell = {
    port: 0,
    pageFolder: options.pageFolder,
    controlSecret: options.controlSecret,
    sessions: createPageSessions(() => performance.now()),
    log: options.log,
    office: undefined,
  };
  const server = createServer((request, response) => {
    handle(shell, request, response).catch((error: unknown) => {
      shell.log.error(
        { error: error instanceof Error ? error.stack : String(error) },
        'a page request failed',
      );
      if (!response.headersSent) response.writeHead(500, { ...securityHeaders });
      response.end();
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    upgrade(shell, request, socket, head);
  });

  const port = await listenOnFirst(server, options.ports);
  if (port === undefined) return refused('host.portTaken', { port: options.ports.at(-1) ?? 0 });
  shell.port = port;
  return accepted({
    port,
    url: `http://${LISTEN_ON}:${port}/`,
    newToken: () => shell.sessions.newToken(),
    attach(office) {
      shell.office = { sockets: createOfficeSockets(office, shell.log) };
    },
    async close() {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      await shell.office?.sockets.close();
      server.closeAllConnections();
      await closed;
    },
  });
}

async function listenOnFirst(server: Server, ports: readonly number[]): Promise<number | undefined> {
  for (const port of ports) {
    const listening = await new Promise<boolean>((resolve, reject) => {
      const onError = (error: NodeJS.ErrnoException): void => {
        server.off('listening', onListening);
        if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
        else reject(error);
      };
      const onListening = (): void => {
        server.off('error', onError);
        resolve(true);
      };
      server.once('error', onError).once('listening', onListening);
      server.listen({ port, host: LISTEN_ON, exclusive: true });
    });
    const address = server.address();
    if (listening && address !== null && typeof address === 'object') return address.port;
  }
  return undefined;
}

async function handle(shell: Shell, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const foreign = foreignRequest(request, shell.port);
  if (foreign) {
    shell.log.warn({ field: foreign.field }, 'a foreign request was refused');
    return sendJson(response, 403, refusalAnswer(foreign));
  }
  const pathname = pathOf(request);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (pathname === '/session' && request.method === 'POST') return openSession(shell, request, response);
  if (pathname === '/session' && isRead) return tellSession(shell, request, response);
  if (pathname === '/control/token' && request.method === 'POST') return giveToken(shell, request, response);
  if (!isRead) {
    response.writeHead(405, { ...securityHeaders, allow: 'GET, HEAD' });
    response.end();
    return;
  }
  const file = await readPageFile(
    shell.pageFolder,
    pathname === '/' ? (publicPage(request) ?? pathname) : pathname,
  );
  if (!file) {
    if (pathname === '/') return sendJson(response, 503, refusalAnswer(refuse('host.noPage')));
    response.writeHead(404, { ...securityHeaders });
    response.end();
    return;
  }
  response.writeHead(200, { ...file.headers, 'content-length': file.body.byteLength });
  response.end(request.method === 'HEAD' ? undefined : file.body);
}

/** `POST /session {token}`: the token works once; the cookie is for this page's scripts to send, never to read. */
async function openSession(shell: Shell, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = await readBody(request, MAX_SESSION_BODY_BYTES);
  if (text === undefined) return sendJson(response, 413, refusalAnswer(refuse('request.tooLarge')));
  const body = tokenBody.safeParse(parseOrUndefined(text));
  if (!body.success)
    return sendJson(response, 400, refusalAnswer(refuse('request.shape', { detail: '应为 {"token": …}' })));
  const cookie = shell.sessions.exchange(body.data.token);
  if (cookie === undefined) {
    shell.log.warn({}, 'a login link was refused');
    return sendJson(response, 401, refusalAnswer(refuse('access.token')));
  }
  sendJson(response, 200, plainAnswer({}), {
    'set-cookie': `${cookieName(shell.port)}=${cookie}; Path=/; HttpOnly; SameSite=Strict`,
  });
}

/** `GET /session`: a page that cannot connect learns whether its cookie or the office is the reason. */
function tellSession(shell: Shell, request: IncomingMessage, response: ServerResponse): void {
  if (sessionOf(shell, request) === undefined)
    return sendJson(response, 401, refusalAnswer(refuse('access.session')));
  sendJson(response, 200, plainAnswer({}));
}

/** `POST /control/token`: another login link, for a program that can read this user's data folder. No page may ask. */
function giveToken(shell: Shell, request: IncomingMessage, response: ServerResponse): void {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${shell.controlSecret}`);
  const isRight = given.length === wanted.length && timingSafeEqual(given, wanted);
  if (!isRight || request.headers.origin !== undefined)
    return sendJson(response, 403, refusalAnswer(refuse('access.origin')));
  sendJson(response, 200, plainAnswer({ token: shell.sessions.newToken() }));
}

function upgrade(shell: Shell, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const pathname = pathOf(request);
  if (pathname !== '/office') return turnAway(socket, 404);
  const foreign = foreignRequest(request, shell.port);
  if (foreign) {
    shell.log.warn({ field: foreign.field }, 'a foreign page was refused');
    return turnAway(socket, 403, foreign);
  }
  const session = sessionOf(shell, request);
  if (session === undefined) return turnAway(socket, 401, refuse('access.session'));
  if (!shell.office) return turnAway(socket, 503);
  shell.office.sockets.accept(
    request,
    socket,
    head,
    { session, kind: publicPage(request) ? 'display' : 'clerk' },
    () => sessionOf(shell, request) === session,
  );
}

function turnAway(socket: Duplex, status: number, refusal?: Refusal): void {
  const body = refusal ? JSON.stringify(refusalAnswer(refusal)) : '';
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Connection: close',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}

function sessionOf(shell: Shell, request: IncomingMessage): string | undefined {
  const cookie = cookieOf(request, shell.port);
  return cookie === undefined ? undefined : shell.sessions.sessionOf(cookie);
}

/** The address without its query: a token in it is the page's business, and never goes into a log. */
function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/';
}

/** Which public page asks, `/?display` or `/?board`, or its socket; undefined for the clerk's. */
function publicPage(request: IncomingMessage): string | undefined {
  const [, query = ''] = (request.url ?? '').split('?', 2);
  const asked = new URLSearchParams(query);
  if (asked.has('display')) return DISPLAY_PATH;
  return asked.has('board') ? BOARD_PATH : undefined;
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
