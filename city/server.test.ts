import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { answerSchema, type Answer } from '../contract/envelope.ts';
import { refuse, type Refusal } from '../contract/refusals.ts';
import { createServer } from './server.ts';

const calls: unknown[] = [];
let server: FastifyInstance;

beforeAll(() => {
  server = createServer({
    rpc: (request): Promise<Answer> => {
      calls.push(request);
      return Promise.resolve({ id: 1, ok: true, result: {} });
    },
    batch: (gzip): Promise<Answer> => {
      calls.push(gzip.length);
      return Promise.resolve({ id: '1-1', ok: true, result: {} });
    },
  });
});
afterAll(() => server.close());

const post = async (url: string, type: string, payload: string | Buffer): Promise<[number, string]> => {
  calls.length = 0;
  const response = await server.inject({ method: 'POST', url, headers: { 'content-type': type }, payload });
  const answer = answerSchema.parse(response.json());
  return [response.statusCode, answer.ok ? 'ok' : answer.refusal.code];
};

test('JSON goes to the methods and gzip to the batches', async () => {
  expect(await post('/v1/rpc', 'application/json', '{"id":1,"method":"city.hello"}')).toEqual([200, 'ok']);
  expect(calls).toEqual([{ id: 1, method: 'city.hello' }]);
  expect(await post('/v1/batches', 'application/gzip', Buffer.from([1, 2]))).toEqual([200, 'ok']);
  expect(calls).toEqual([2]);
});

test.each<[string, string, string, string | Buffer, [number, string]]>([
  ['broken JSON', '/v1/rpc', 'application/json', '{"id":', [400, 'request.shape']],
  [
    'JSON that would change prototypes',
    '/v1/rpc',
    'application/json',
    '{"__proto__":{"x":1}}',
    [400, 'request.shape'],
  ],
  [
    'text that a page of another site may send without asking',
    '/v1/rpc',
    'text/plain',
    '{}',
    [415, 'request.shape'],
  ],
  ['a form', '/v1/rpc', 'application/x-www-form-urlencoded', 'a=b', [415, 'request.shape']],
  ['a batch as JSON', '/v1/batches', 'application/json', '{}', [415, 'request.shape']],
  [
    'a request that is too large',
    '/v1/rpc',
    'application/json',
    `"${'x'.repeat(1_100_000)}"`,
    [413, 'request.tooLarge'],
  ],
  [
    'a batch that is too large',
    '/v1/batches',
    'application/gzip',
    Buffer.alloc(16 * 1024 * 1024 + 1),
    [413, 'request.tooLarge'],
  ],
  ['a path that is not there', '/v2/rpc', 'application/json', '{}', [404, 'request.unknownMethod']],
])('%s is refused in an envelope and reaches nothing', async (_what, url, type, payload, expected) => {
  expect(await post(url, type, payload)).toEqual(expected);
  expect(calls).toEqual([]);
});

test('a batch that is to come again is answered with 503, a defect with 500', async () => {
  const said = async (refusal: Refusal): Promise<number> => {
    const answer: Answer = { id: null, ok: false, refusal };
    const busy = createServer({ rpc: () => Promise.resolve(answer), batch: () => Promise.resolve(answer) });
    const headers = { 'content-type': 'application/gzip' };
    const request = { method: 'POST', url: '/v1/batches', headers, payload: Buffer.from([1]) } as const;
    const { statusCode } = await busy.inject(request);
    await busy.close();
    return statusCode;
  };
  expect(await said(refuse('city.busy'))).toBe(503);
  expect(await said(refuse('defect', { incident: '0' }))).toBe(500);
});
