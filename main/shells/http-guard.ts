import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import { securityHeaders } from './page-files.ts';

/**
 * Whether a request was meant for this PC and comes from our own page or from no page at all; the refusal when not.
 * The Host header is checked because another site's name may be made to point at 127.0.0.1 (DNS rebinding).
 */
export function foreignRequest(request: IncomingMessage, port: number): Refusal | undefined {
  const ours = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin } = request.headers;
  if (host === undefined || !ours.includes(host)) return refuse('access.origin', {}, 'host');
  if (origin !== undefined && origin !== `http://${host}`) return refuse('access.origin', {}, 'origin');
  // A browser says so even where it sends no Origin; a typed address is `none`.
  const site = request.headers['sec-fetch-site'];
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead && (site === 'cross-site' || site === 'same-site'))
    return refuse('access.origin', {}, 'origin');
  return undefined;
}

/**
 * Cookies are shared by all ports of an address: the port in the name keeps two windows of one PC apart.
 */
export function cookieName(port: number): string {
  return `station-office-${port}`;
}

export function cookieOf(request: IncomingMessage, port: number): string | undefined {
  const prefix = `${cookieName(port)}=`;
  const found = request.headers.cookie?.split(';').find((pair) => pair.trim().startsWith(prefix));
  return found?.trim().slice(prefix.length);
}

/** The whole body as text, or undefined when it is longer than `maxBytes` or does not come to its end. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) {
        // The rest is read and thrown away, so that the answer can still be delivered.
        chunks.length = 0;
        resolve(undefined);
      } else chunks.push(chunk);
    });
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.once('close', () => resolve(undefined));
    request.once('error', () => resolve(undefined));
  });
}

/** Sends one envelope as the body of an HTTP answer. */
export function sendJson(
  response: ServerResponse,
  status: number,
  answer: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    ...securityHeaders,
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(JSON.stringify(answer));
}

export const refusalAnswer = (refusal: Refusal): { id: null; ok: false; refusal: Refusal } => ({
  id: null,
  ok: false,
  refusal,
});
export const plainAnswer = (result: unknown): { id: null; ok: true; result: unknown } => ({
  id: null,
  ok: true,
  result,
});
