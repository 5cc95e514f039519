/** Devices on the network (`tcp://host:port`), for instance a receipt printer's port 9100. */
import { connect, type Socket } from 'node:net';
import type { NativeClock } from '../clock.ts';
import type { OpenProblem, OpenResult, Transport, WriteResult } from './transport.ts';

const CONNECT_TIMEOUT_MS = 2000;

/** Splits `tcp://host:port`; `undefined` when it is not one. IPv6 hosts stand in brackets. */
export function parseTcpPath(path: string): { host: string; port: number } | undefined {
  const match = /^tcp:\/\/(\[[0-9a-fA-F:.]+\]|[^:/\s]+):(\d{1,5})$/.exec(path);
  const host = match?.[1];
  const port = Number(match?.[2]);
  if (host === undefined || port < 1 || port > 65_535) return undefined;
  return { host: host.startsWith('[') ? host.slice(1, -1) : host, port };
}

/** Connects. Never rejects. */
export function openTcp(path: string, clock: NativeClock): Promise<OpenResult> {
  const target = parseTcpPath(path);
  if (target === undefined) return Promise.resolve({ ok: false, problem: 'portMissing' });
  return new Promise((resolve) => {
    const socket = connect({ host: target.host, port: target.port, noDelay: true });
    const cancel = clock.after(CONNECT_TIMEOUT_MS, () => {
      socket.destroy();
      resolve({ ok: false, problem: 'noAnswer' });
    });
    const failed = (error: NodeJS.ErrnoException): void => {
      cancel();
      resolve({ ok: false, problem: connectProblem(error.code) });
    };
    socket.once('error', failed);
    socket.once('connect', () => {
      cancel();
      socket.off('error', failed);
      resolve({ ok: true, transport: wrap(socket, clock) });
    });
  });
}

function connectProblem(code: string | undefined): OpenProblem {
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EHOSTUNREACH') return 'portMissing';
  return code === 'EACCES' ? 'portDenied' : 'portError';
}

function wrap(socket: Socket, clock: NativeClock): Transport {
  let listen: (bytes: Uint8Array) => void = () => undefined;
  let closed = false;
  let tellClosed: () => void = () => undefined;
  socket.on('data', (bytes) => listen(bytes));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    if (closed) return;
    closed = true;
    tellClosed();
  });
  // A peer that half-closes will never answer again.
  socket.on('end', () => socket.destroy());
  return {
    write: (bytes, timeoutMs) =>
      new Promise<WriteResult>((resolve) => {
        if (closed || !socket.writable) return resolve('closed');
        const cancel = clock.after(timeoutMs, () => resolve('timeout'));
        socket.write(bytes, (error) => {
          cancel();
          resolve(error ? 'closed' : 'written');
        });
      }),
    onBytes: (next) => {
      listen = next;
    },
    onClosed: (next) => {
      tellClosed = next;
      if (closed) next();
    },
    close: () => {
      closed = true;
      socket.destroy();
      return Promise.resolve();
    },
  };
}
