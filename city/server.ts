import fastify, { type FastifyInstance } from 'fastify';
import { refuse, type Refusal } from '../contract/refusals.ts';
import type { Answer } from '../contract/envelope.ts';
import { batchLimits } from './batch-limits.ts';
import type { Gateway } from './gateway.ts';

const RPC_BYTES = 1024 * 1024;

/** PEM texts of the server's private key and its certificate, those between it and the CA behind it. */
export interface ServerTls {
  key: string;
  cert: string;
}

/**
 * The gateway on HTTP, or with `tls` on HTTPS with TLS 1.3 and nothing below. Whatever happens, the answer is an envelope in JSON: 200 when the request was understood
 * (refused or not), 4xx when it was not, 500 for a defect, 503 when it is to come again.
 */
export function createServer(gateway: Gateway, tls?: ServerTls): FastifyInstance {
  const server = fastify({
    ...(tls ? { https: { ...tls, minVersion: 'TLSv1.3' as const } } : {}),
    logger: false,
    bodyLimit: RPC_BYTES,
    requestTimeout: 120_000,
    connectionTimeout: 120_000,
    forceCloseConnections: true,
  }) as unknown as FastifyInstance;
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    server.getDefaultJsonParser('error', 'error'),
  );
  server.addContentTypeParser(
    ['application/gzip', 'application/octet-stream'],
    { parseAs: 'buffer' },
    (_request, body, done) => {
      done(null, body);
    },
  );
  server.post('/v1/rpc', async (request, reply) =>
    reply.send(await withStatus(reply, gateway.rpc(request.body))),
  );
  server.post('/v1/batches', { bodyLimit: batchLimits.gzipBytes }, async (request, reply) => {
    const body = request.body;
    if (!(body instanceof Uint8Array))
      return reply.code(415).send(broken(refuse('request.shape', { detail: 'application/gzip' })));
    return reply.send(await withStatus(reply, gateway.batch(body)));
  });
  server.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send(
        broken(refuse('request.unknownMethod', { method: `${request.method} ${request.url.slice(0, 60)}` })),
      ),
  );
  server.setErrorHandler((error, _request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 400;
    const why =
      status === 413 ? refuse('request.tooLarge') : refuse('request.shape', { detail: `HTTP ${status}` });
    return reply.code(status).send(broken(why));
  });
  return server;
}

async function withStatus(
  reply: { code: (status: number) => unknown },
  answer: Promise<Answer>,
): Promise<Answer> {
  const given = await answer;
  if (!given.ok && given.refusal.code === 'defect') reply.code(500);
  else if (!given.ok && given.refusal.code === 'city.busy') reply.code(503);
  else if (given.id === null) reply.code(400);
  return given;
}

function broken(refusal: Refusal): Answer {
  return { id: null, ok: false, refusal };
}
