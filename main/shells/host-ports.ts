import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';
import { z } from 'zod';
import type { FileStore } from '../runtime.ts';

/** Above what services use and below what systems hand out by themselves. */
const FIRST_PORT = 17_300;
const PORT_COUNT = 1000;
const TRIES = 20;

const portNote = z.strictObject({ port: z.int().min(1).max(65_535) });

/**
 * Ports to try, best first: the one kept in `note` by the run before, so that the page's storage survives a restart;
 * then some of our range; at last any.
 */
export function portsToTry(files: FileStore, note: string): number[] {
  const kept = readPort(files, note);
  const others = Array.from({ length: TRIES }, () => FIRST_PORT + randomInt(PORT_COUNT));
  return [...(kept === undefined ? [] : [kept]), ...others, 0];
}

/** Keeps the port for the next run. */
export function keepPort(files: FileStore, note: string, port: number): void {
  if (readPort(files, note) !== port) files.writeAtomic(note, `${JSON.stringify({ port })}\n`);
}

/** A port of 127.0.0.1 that nobody listens on at this moment: the kept one if it can be, and kept from now on. */
export async function choosePort(files: FileStore, note: string): Promise<number> {
  for (const port of portsToTry(files, note)) {
    const free = await tryPort(port);
    if (free === undefined) continue;
    keepPort(files, note, free);
    return free;
  }
  throw new Error('no port of 127.0.0.1 is free');
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      const found = typeof address === 'object' && address !== null ? address.port : undefined;
      server.close(() => resolve(found));
    });
  });
}

function readPort(files: FileStore, note: string): number | undefined {
  const text = files.readText(note);
  if (text === undefined) return undefined;
  try {
    return portNote.parse(JSON.parse(text)).port;
  } catch {
    return undefined;
  }
}
