import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Answer } from '../../contract/envelope.ts';
import { answerSchema, requestSchema } from '../../contract/envelope.ts';
import { refuse } from '../../contract/refusals.ts';
import type { Office } from '../office-types.ts';
import type { Log } from '../runtime.ts';
import { startBrowserShell, type BrowserShell } from './browser.ts';
import { MAX_MESSAGE_BYTES } from './page-calls.ts';

const SECRET = 'control-secret';
let folder: string;
let shell: BrowserShell;
let logged: string[];
let tell: ((event: { event: string; data: unknown }) => void)[];
const sockets: WebSocket[] = [];

const log: Log = {
  info: (fields, message) => void logged.push(JSON.stringify({ fields, message })),
  warn: (fields, message) => void logged.push(JSON.stringify({ fields, message })),
  error: (fields, message) => void logged.push(JSON.stringify({ fields, message })),
};

/** Just enough office to see what the shell hands on: it echoes the request and the session. */
const echoOffice: Office = {
  async call(request, session): Promise<Answer> {
    const parsed = requestSchema.safeParse(request);
    if (!parsed.success) return { id: null, ok: false, refusal: refuse('request.shape', { detail: '信封' }) };
    if (parsed.data.method === 'breaks') throw new Error('defect of the office');
    return { id: parsed.data.id, ok: true, result: { session, method: parsed.data.method } };
  },
  access: {} as never,
  subscribe(_session, listener) {
    tell.push(listener);
    return () => {
      tell = tell.filter((known) => known !== listener);
    };
  },
  nameAddress: () => undefined,
  settle: () => undefined,
  stop: async () => undefined,
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'so-browser-'));
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html><title>站务窗口</title>');
  writeFileSync(join(folder, 'page', 'assets', 'main.js'), 'export {};');
  writeFileSync(join(folder, 'page', '.digest'), 'x');
  writeFileSync(join(folder, 'station.json'), '{}');
  symlinkSync(join(folder, 'station.json'), join(folder, 'page', 'leak.json'));
  logged = [];
  tell = [];
  const started = await startBrowserShell({
    ports: [0],
    pageFolder: join(folder, 'page'),
    controlSecret: SECRET,
    log,
  });
  if (!started.ok) throw new Error(started.refusal.message);
  shell = started.value;
  shell.attach(echoOffice);
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await shell.close();
  rmSync(folder, { recursive: true, force: true });
});

/** fetch sets Host and Origin itself, so these requests are made by hand. */
function send(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; headers: Record<string, string | string[] | undefined>; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port: shell.port,
        path,
        method: options.method ?? 'GET',
        headers: options.headers,
        agent: false,
      },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    );
    request.on('error', reject);
    request.end(options.body);
  });
}

const openSession = (token: string, headers: Record<string, string> = {}) =>
  send('/session', { method: 'POST', headers, body: JSON.stringify({ token }) });

async function signedCookie(): Promise<string> {
  const answer = await openSession(shell.newToken());
  const [cookie] = answer.headers['set-cookie'] as string[];
  return (cookie ?? '').split(';')[0] ?? '';
}

/** Opens the office's WebSocket; resolves with the socket or with the status that turned it away. */
function connect(headers: Record<string, string>): Promise<WebSocket | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${shell.port}/office`, { headers });
    sockets.push(socket);
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', () => undefined);
  });
}

async function connected(): Promise<WebSocket> {
  const socket = await connect({ cookie: await signedCookie() });
  if (typeof socket === 'number') throw new Error(`turned away with ${socket}`);
  return socket;
}

function nextMessage(socket: WebSocket): Promise<unknown> {
  return new Promise((resolve) => {
    socket.once('message', (data) => resolve(JSON.parse((data as Buffer).toString('utf8'))));
  });
}

async function ask(socket: WebSocket, message: string | Buffer): Promise<Answer> {
  const answer = nextMessage(socket);
  socket.send(message);
  return answerSchema.parse(await answer);
}

test('a login token is exchanged once for a cookie that scripts cannot read', async () => {
  const token = shell.newToken();
  const first = await openSession(token);
  expect(first.status).toBe(200);
  const [cookie] = first.headers['set-cookie'] as string[];
  expect(cookie).toMatch(/^station-office-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  const second = await openSession(token);
  expect(second.status).toBe(401);
  expect(JSON.parse(second.body)).toMatchObject({ ok: false, refusal: { code: 'access.token' } });
  expect(second.headers['set-cookie']).toBeUndefined();
});

test('an invented token, a body of another shape and a large body are refused', async () => {
  expect((await openSession('x'.repeat(43))).status).toBe(401);
  expect((await send('/session', { method: 'POST', body: '{"token":1}' })).status).toBe(400);
  expect((await send('/session', { method: 'POST', body: 'rubbish' })).status).toBe(400);
  const large = await send('/session', { method: 'POST', body: JSON.stringify({ token: 'x'.repeat(9000) }) });
  expect(large.status).toBe(413);
  expect(JSON.parse(large.body).refusal.code).toBe('request.tooLarge');
});

test('no token is ever written to the log', async () => {
  const token = shell.newToken();
  await send(`/?token=${token}`);
  await openSession(token);
  await openSession(token);
  await openSession(token, { origin: 'https://elsewhere.example' });
  expect(logged.length).toBeGreaterThan(0);
  expect(logged.join('\n')).not.toContain(token);
});

test('the WebSocket needs the cookie', async () => {
  expect(await connect({})).toBe(401);
  expect(await connect({ cookie: `station-office-${shell.port}=${'A'.repeat(43)}` })).toBe(401);
  expect(await connect({ cookie: await signedCookie() })).toBeInstanceOf(WebSocket);
});

test('the cookie outlives a reload: several connections share one session', async () => {
  const cookie = await signedCookie();
  expect((await send('/session', { headers: { cookie } })).status).toBe(200);
  expect((await send('/session')).status).toBe(401);
  const sessions: unknown[] = [];
  for (let reload = 0; reload < 2; reload += 1) {
    const socket = await connect({ cookie });
    if (typeof socket === 'number') throw new Error(`turned away with ${socket}`);
    const answer = await ask(socket, '{"id":1,"method":"session.info"}');
    sessions.push(answer.ok && (answer.result as { session: string }).session);
    socket.close();
  }
  expect(sessions[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(sessions[1]).toBe(sessions[0]);
});

test('two links give two sessions', async () => {
  const names = await Promise.all(
    [await connected(), await connected()].map(async (socket) => {
      const answer = await ask(socket, '{"id":1,"method":"session.info"}');
      return answer.ok ? (answer.result as { session: string }).session : '';
    }),
  );
  expect(new Set(names).size).toBe(2);
});

test('a page of another origin is refused even with the cookie, our own origin and none are let in', async () => {
  const cookie = await signedCookie();
  for (const origin of [
    'https://elsewhere.example',
    'null',
    `http://127.0.0.1:${shell.port + 1}`,
    `https://127.0.0.1:${shell.port}`,
    `http://localhost:${shell.port}`,
  ])
    expect(await connect({ cookie, origin }), origin).toBe(403);
  expect(await connect({ cookie, origin: `http://127.0.0.1:${shell.port}` })).toBeInstanceOf(WebSocket);
  expect(await connect({ cookie })).toBeInstanceOf(WebSocket);
  const token = shell.newToken();
  expect((await openSession(token, { origin: 'https://elsewhere.example' })).status).toBe(403);
  expect((await openSession(token, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await openSession(token)).status).toBe(200);
});

test('a foreign Host is refused: another name pointed at 127.0.0.1 opens nothing', async () => {
  const cookie = await signedCookie();
  const foreign = await send('/', { headers: { host: 'rebound.example' } });
  expect(foreign.status).toBe(403);
  expect(foreign.body).not.toContain('站务窗口');
  expect((await openSession(shell.newToken(), { host: `rebound.example:${shell.port}` })).status).toBe(403);
  expect(await connect({ cookie, host: `rebound.example:${shell.port}` })).toBe(403);
});

test('every answer is an envelope, also to rubbish, and the connection lives on', async () => {
  const socket = await connected();
  for (const rubbish of [
    '',
    'rubbish',
    '{',
    'null',
    '[]',
    '{"id":{}}',
    '{"method":"x"}',
    Buffer.from([0xff, 0, 1]),
  ]) {
    const answer = await ask(socket, rubbish);
    expect(answer).toMatchObject({ id: null, ok: false, refusal: { code: 'request.shape' } });
  }
  expect(await ask(socket, '{"id":"after","method":"status.get"}')).toMatchObject({ id: 'after', ok: true });
});

test('a message that is too large is refused; a huge one ends the connection unread', async () => {
  const socket = await connected();
  const answer = await ask(socket, JSON.stringify({ id: 1, method: 'x'.repeat(MAX_MESSAGE_BYTES) }));
  expect(answer).toMatchObject({ ok: false, refusal: { code: 'request.tooLarge' } });
  const closed = new Promise<number>((resolve) => void socket.once('close', (code) => resolve(code)));
  socket.send('x'.repeat(MAX_MESSAGE_BYTES * 5));
  expect(await closed).toBe(1009);
});

test('a defect of the office becomes an incident number, its insides stay in the log', async () => {
  const answer = await ask(await connected(), '{"id":7,"method":"breaks"}');
  expect(answer).toMatchObject({ ok: false, refusal: { code: 'defect' } });
  expect(JSON.stringify(answer)).not.toContain('defect of the office');
  expect(logged.join('\n')).toContain('defect of the office');
});

test('a hundred requests at once all get their own answer', async () => {
  const socket = await connected();
  const answers = new Set<unknown>();
  const done = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      answers.add((JSON.parse((data as Buffer).toString('utf8')) as Answer).id);
      if (answers.size === 100) resolve();
    });
  });
  for (let id = 0; id < 100; id += 1) socket.send(JSON.stringify({ id, method: 'status.get' }));
  await done;
  expect(answers.size).toBe(100);
});

test('events reach every page that is let in, and a page that left is forgotten', async () => {
  const pages = [await connected(), await connected()];
  const heard = Promise.all(pages.map(nextMessage));
  for (const listener of tell) listener({ event: 'timetable.changed', data: { feedVersion: 2 } });
  expect(await heard).toEqual(pages.map(() => ({ event: 'timetable.changed', data: { feedVersion: 2 } })));
  pages[0]?.close();
  await expect.poll(() => tell.length).toBe(1);
});

test('the page comes with a strict policy, and nothing outside its folder is given out', async () => {
  const page = await send('/');
  expect(page.status).toBe(200);
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  expect(page.headers['x-content-type-options']).toBe('nosniff');
  expect(page.headers['referrer-policy']).toBe('no-referrer');
  expect((await send('/assets/main.js')).headers['content-type']).toContain('javascript');
  for (const path of [
    '/.digest',
    '/leak.json',
    '/../station.json',
    '/%2e%2e/station.json',
    '/..%2fstation.json',
    '/assets/..%5c..%5cstation.json',
    '/%',
    '//',
    '/nothing.html',
    `/${'a'.repeat(5000)}.html`,
  ])
    expect((await send(path)).status, path).toBe(404);
  expect((await send('/', { method: 'DELETE' })).status).toBe(405);
});

test('another link is given only to whoever knows the secret of the data folder, and to no page', async () => {
  const authorization = `Bearer ${SECRET}`;
  const given = await send('/control/token', { method: 'POST', headers: { authorization } });
  const { token } = (JSON.parse(given.body) as { result: { token: string } }).result;
  expect((await openSession(token)).status).toBe(200);
  expect((await send('/control/token', { method: 'POST' })).status).toBe(403);
  const wrong = await send('/control/token', { method: 'POST', headers: { authorization: 'Bearer guess' } });
  expect(wrong.status).toBe(403);
  const origin = `http://127.0.0.1:${shell.port}`;
  expect((await send('/control/token', { method: 'POST', headers: { authorization, origin } })).status).toBe(
    403,
  );
});

test('a port that another program holds is passed over, and refused when it was the only one asked for', async () => {
  const other = createServer();
  const taken = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
  });
  const options = { pageFolder: folder, controlSecret: SECRET, log };
  const refused = await startBrowserShell({ ...options, ports: [taken] });
  expect(refused).toMatchObject({ ok: false, refusal: { code: 'host.portTaken' } });
  const second = await startBrowserShell({ ...options, ports: [taken, 0] });
  expect(second.ok && second.value.port).not.toBe(taken);
  if (second.ok) await second.value.close();
  other.close();
});

test('before the office is open the page is there and the office is not', async () => {
  const early = await startBrowserShell({
    ports: [0],
    pageFolder: join(folder, 'page'),
    controlSecret: SECRET,
    log,
  });
  if (!early.ok) throw new Error(early.refusal.message);
  const later = shell;
  shell = early.value;
  expect((await send('/')).status).toBe(200);
  expect(await connect({ cookie: await signedCookie() })).toBe(503);
  await early.value.close();
  shell = later;
});
