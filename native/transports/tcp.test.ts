import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { openPtyEnd, type PtyEnd } from './pty.ts';
import { transportOpener } from './open.ts';
import { openProblem } from './serial.ts';
import { parseTcpPath } from './tcp.ts';
import type { PortAddress, Transport } from './transport.ts';

const open = transportOpener(systemClock);

describe('devices on the network', () => {
  test.each([
    ['tcp://127.0.0.1:9100', { host: '127.0.0.1', port: 9100 }],
    ['tcp://printer.lan:9100', { host: 'printer.lan', port: 9100 }],
    ['tcp://[::1]:9100', { host: '::1', port: 9100 }],
    ['tcp://127.0.0.1', undefined],
    ['tcp://127.0.0.1:0', undefined],
    ['tcp://127.0.0.1:70000', undefined],
    ['tcp://a b:1', undefined],
  ])('%s', (path, target) => {
    expect(parseTcpPath(path)).toEqual(target);
  });

  test('bytes go both ways, and a far end that hangs up is noticed', async () => {
    const server = createServer();
    const connected = new Promise<Socket>((resolve) => server.once('connection', resolve));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const opened = await open({
      path: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
      baudRate: 9600,
    });
    if (!opened.ok) throw new Error(opened.problem);
    const { transport } = opened;
    const peer = await connected;
    const atPeer = new Promise<Buffer>((resolve) => peer.once('data', resolve));
    expect(await transport.write(Uint8Array.of(1, 2), 1000)).toBe('written');
    expect([...(await atPeer)]).toEqual([1, 2]);
    const atDriver = new Promise<Uint8Array>((resolve) => transport.onBytes(resolve));
    peer.write(Uint8Array.of(3));
    expect([...(await atDriver)]).toEqual([3]);
    const closed = new Promise<void>((resolve) => transport.onClosed(resolve));
    peer.end();
    await closed;
    expect(await transport.write(Uint8Array.of(1), 1000)).toBe('closed');
    await transport.close();
    server.close();
  });

  test('nobody there is a missing port, as a pulled plug is', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await open({ path: `tcp://127.0.0.1:${port}`, baudRate: 9600 })).toEqual({
      ok: false,
      problem: 'portMissing',
    });
    expect(await open({ path: 'tcp://nonsense', baudRate: 9600 })).toEqual({
      ok: false,
      problem: 'portMissing',
    });
  });
});

describe('serial ports with flow control', () => {
  const XON = Uint8Array.of(0x11);
  const XOFF = Uint8Array.of(0x13);

  /** socat shows its pty before it has set it up, and would take the flow control away from whoever was quicker. */
  async function isSetUp(path: string): Promise<void> {
    const settings = (): string => execFileSync('stty', ['-F', path, '-a'], { encoding: 'utf8' });
    await expect.poll(settings, { timeout: 10_000 }).toMatch(/ -icanon .*-echo /);
  }

  async function withPort(
    flow: PortAddress['flow'],
    use: (transport: Transport, end: PtyEnd, heard: number[]) => Promise<void>,
  ): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'station-port-'));
    const path = join(folder, 'port');
    const end = await openPtyEnd(path, systemClock);
    try {
      await isSetUp(path);
      const opened = await open({ path, baudRate: 9600, ...(flow === undefined ? {} : { flow }) });
      if (!opened.ok) throw new Error(opened.problem);
      const heard: number[] = [];
      opened.transport.onBytes((bytes) => heard.push(...bytes));
      await use(opened.transport, end, heard);
      await opened.transport.close();
    } finally {
      await end.close();
      rmSync(folder, { recursive: true });
    }
  }

  test('xonxoff: XOFF of the device holds what is written until XON, and neither is taken for data', () =>
    withPort('xonxoff', async (transport, end, heard) => {
      const arrived: number[] = [];
      end.onBytes((bytes) => arrived.push(...bytes));
      end.send(XOFF);
      end.send(Uint8Array.of(0x12));
      await expect.poll(() => heard).toEqual([0x12]);
      let isWritten = false;
      const writing = transport.write(Uint8Array.of(1, 2, 3), 10_000).then((result) => {
        isWritten = true;
        return result;
      });
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect([isWritten, arrived]).toEqual([false, []]);
      end.send(XON);
      expect(await writing).toBe('written');
      await expect.poll(() => arrived).toEqual([1, 2, 3]);
      expect(heard).toEqual([0x12]);
    }));

  test('a write that the device holds for too long times out, and what it holds is gone with the port', () =>
    withPort('xonxoff', async (transport, end, heard) => {
      end.send(XOFF);
      end.send(Uint8Array.of(0x12));
      await expect.poll(() => heard).toEqual([0x12]);
      expect(await transport.write(Uint8Array.of(1, 2, 3), 200)).toBe('timeout');
      const arrived: number[] = [];
      end.onBytes((bytes) => arrived.push(...bytes));
      await transport.close();
      end.send(XON);
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(arrived).toEqual([]);
    }));

  test('none: XOFF is heard as a byte and holds nothing', () =>
    withPort(undefined, async (transport, end, heard) => {
      end.send(XOFF);
      await expect.poll(() => heard).toEqual([0x13]);
      expect(await transport.write(Uint8Array.of(1, 2, 3), 10_000)).toBe('written');
    }));

  test('rtscts: a port without these lines is opened and written to all the same', () =>
    withPort('rtscts', async (transport, end) => {
      const arrived: number[] = [];
      end.onBytes((bytes) => arrived.push(...bytes));
      expect(await transport.write(Uint8Array.of(1, 2, 3), 10_000)).toBe('written');
      await expect.poll(() => arrived).toEqual([1, 2, 3]);
    }));
});

describe('serial ports that cannot be opened', () => {
  test('one that is not there', async () => {
    expect(await open({ path: '/dev/station-office-none', baudRate: 9600 })).toEqual({
      ok: false,
      problem: 'portMissing',
    });
  });

  test('a path that is no port at all', async () => {
    expect(await open({ path: '/', baudRate: 9600 })).toEqual({ ok: false, problem: 'portError' });
  });

  test('one that another program holds is busy, and free when that program lets go', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'station-port-'));
    const path = join(folder, 'port');
    const end = await openPtyEnd(path, systemClock);
    try {
      const first = await open({ path, baudRate: 9600 });
      if (!first.ok) throw new Error(first.problem);
      expect(await open({ path, baudRate: 9600 })).toEqual({ ok: false, problem: 'portBusy' });
      await first.transport.close();
      const second = await open({ path, baudRate: 9600 });
      expect(second.ok).toBe(true);
      if (second.ok) await second.transport.close();
    } finally {
      await end.close();
      rmSync(folder, { recursive: true });
    }
  });

  // The binding overlooks about every other one of these: it reads a line that has hung up for ever and says nothing.
  test('one whose plug is pulled while nobody speaks is noticed, each of ten times', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'station-port-'));
    try {
      await Promise.all(
        Array.from({ length: 10 }, async (_unused, n) => {
          const path = join(folder, `port-${n}`);
          const end = await openPtyEnd(path, systemClock);
          const opened = await open({ path, baudRate: 9600 });
          if (!opened.ok) throw new Error(opened.problem);
          opened.transport.onBytes(() => undefined);
          const closed = new Promise<void>((resolve) => opened.transport.onClosed(resolve));
          await end.close();
          await closed;
          expect(await opened.transport.write(Uint8Array.of(1), 1000)).toBe('closed');
          await opened.transport.close();
        }),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  /** What the binding says on Linux and on Windows. */
  test.each([
    ['Error: No such file or directory, cannot open /dev/ttyUSB9', 'portMissing'],
    ['Opening COM9: File not found', 'portMissing'],
    ['Error: Permission denied, cannot open /dev/ttyUSB0', 'portDenied'],
    ['Error: Resource temporarily unavailable Cannot lock port', 'portBusy'],
    ['Error: Device or resource busy, cannot open /dev/ttyUSB0', 'portBusy'],
    ['Opening COM3: Access denied', 'portBusy'],
    ['Error: Inappropriate ioctl for device, cannot get termios', 'portError'],
  ] as const)('%s', (message, problem) => {
    expect(openProblem(new Error(message))).toBe(problem);
  });
});
