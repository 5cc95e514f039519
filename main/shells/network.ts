import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { NetworkError, type HttpAnswer, type HttpRequest, type Network } from '../runtime.ts';

/** Longest line of a header block that an answer may have, in bytes. */
const MAX_HEADER_BYTES = 16_384;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * HTTP over the machine's network. One time-out covers the whole exchange; redirects are not followed; an answer
 * above `maxBytes` is cut off. Plain http leaves this PC never.
 */
export const machineNetwork: Network = { request: exchange };

export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK.has(hostname);
}

function exchange(wanted: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const url = new URL(wanted.url);
    const isPlain = url.protocol === 'http:';
    if (isPlain && !isLoopbackHost(url.hostname)) {
      reject(new NetworkError('broken', 'plain http to another machine'));
      return;
    }
    const fail = (reason: NetworkError['reason'], detail: string): void => {
      clearTimeout(timer);
      outgoing.destroy();
      reject(new NetworkError(reason, detail));
    };
    const outgoing = (isPlain ? httpRequest : httpsRequest)(url, {
      method: wanted.method,
      headers: { ...wanted.headers, ...(wanted.body ? { 'content-length': wanted.body.byteLength } : {}) },
      agent: false,
      maxHeaderSize: MAX_HEADER_BYTES,
      ...(isPlain ? {} : { minVersion: 'TLSv1.3' as const, ...(wanted.ca ? { ca: wanted.ca } : {}) }),
    });
    const timer = setTimeout(() => fail('timeout', `no answer in ${wanted.timeoutMs} ms`), wanted.timeoutMs);
    outgoing.once('error', (error) => fail(reasonOf(error), codeOf(error) || error.message));
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      let sizeBytes = 0;
      incoming.on('data', (chunk: Buffer) => {
        sizeBytes += chunk.byteLength;
        if (sizeBytes > wanted.maxBytes) fail('tooLarge', `more than ${wanted.maxBytes} bytes`);
        else chunks.push(chunk);
      });
      incoming.once('error', (error) => fail(reasonOf(error), error.message));
      incoming.once('end', () => {
        if (!incoming.complete) return fail('broken', 'the answer ends too early');
        clearTimeout(timer);
        resolve({
          status: incoming.statusCode ?? 0,
          headers: plainHeaders(incoming),
          body: Buffer.concat(chunks),
        });
      });
    });
    outgoing.end(wanted.body);
  });
}

function plainHeaders(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}

/** What the check of the other side's certificate says (X509_verify_cert_error_string, and Node's own check of the name). */
const CERTIFICATE =
  /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|ERR_TLS_CERT_|INVALID_(?:CA|PURPOSE)|PATH_LENGTH_|HOSTNAME_MISMATCH)/;

/** A reason for words on screen, from what the machine says. */
export function reasonOf(error: Error): NetworkError['reason'] {
  const code = codeOf(error);
  if (CERTIFICATE.test(code)) return 'certificate';
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ETIMEDOUT') return 'timeout';
  if (/^(?:ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/.test(code))
    return 'unreachable';
  return 'broken';
}
