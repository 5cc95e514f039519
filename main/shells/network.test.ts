import { createServer, type Server } from 'node:http';
import { createServer as createTcp } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { NetworkError, type HttpAnswer } from '../runtime.ts';
import { machineNetwork } from './network.ts';

const servers: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

function listen(server: Server | ReturnType<typeof createTcp>): Promise<string> {
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as { port: number }).port}/`),
    );
  });
}

const ask = (
  url: string,
  more: { timeoutMs?: number; maxBytes?: number; body?: Uint8Array } = {},
): Promise<HttpAnswer> =>
  machineNetwork.request({ url, method: 'POST', timeoutMs: 2000, maxBytes: 1000, ...more });

/** The reason of the failure; fails when there was an answer. */
async function reasonOf(asking: Promise<unknown>): Promise<string> {
  const error = await asking.then(
    () => new Error('there was an answer'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NetworkError);
  return (error as NetworkError).reason;
}

test('any status is an answer, with headers and bytes as they came', async () => {
  const url = await listen(
    createServer((request, response) => {
      let body = '';
      request.on('data', (text: Buffer) => (body += text.toString('utf8')));
      request.on('end', () => response.writeHead(418, { 'x-kind': 'teapot' }).end(`got ${body}`));
    }),
  );
  const answer = await ask(url, { body: new TextEncoder().encode('票') });
  expect(answer.status).toBe(418);
  expect(answer.headers['x-kind']).toBe('teapot');
  expect(new TextDecoder().decode(answer.body)).toBe('got 票');
});

test('a redirect is not followed', async () => {
  const url = await listen(
    createServer((_request, response) => response.writeHead(302, { location: '/else' }).end()),
  );
  expect((await ask(url)).status).toBe(302);
});

test('nobody there is "refused", silence is "timeout", also in the middle of an answer', async () => {
  const gone = createTcp();
  const url = await listen(gone);
  await new Promise((resolve) => gone.close(resolve));
  expect(await reasonOf(ask(url))).toBe('refused');
  const silent = await listen(createTcp(() => undefined));
  expect(await reasonOf(ask(silent, { timeoutMs: 80 }))).toBe('timeout');
  const halting = await listen(
    createServer((_request, response) => void response.writeHead(200).write('half')),
  );
  expect(await reasonOf(ask(halting, { timeoutMs: 80 }))).toBe('timeout');
});

test('an answer that is too large, cut short or no HTTP is no answer', async () => {
  const large = await listen(createServer((_request, response) => response.end('x'.repeat(1001))));
  expect(await reasonOf(ask(large))).toBe('tooLarge');
  const cut = await listen(
    createServer((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('short', () => request.socket.destroy());
    }),
  );
  expect(await reasonOf(ask(cut))).toBe('broken');
  const rubbish = await listen(createTcp((socket) => socket.end('rubbish\r\n\r\n')));
  expect(await reasonOf(ask(rubbish))).toBe('broken');
});

test('plain http never leaves this PC', async () => {
  expect(await reasonOf(ask('http://192.0.2.1/', { timeoutMs: 200 }))).toBe('broken');
  expect(await reasonOf(ask('http://127.0.0.1.example/', { timeoutMs: 200 }))).toBe('broken');
});
