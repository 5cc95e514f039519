import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to a server that can fall silent: what was open stays open and carries nothing more, as behind a firewall that forgot it. */
export interface SilentProxy {
  port: number;
  /** Connections open now pass no byte from now on, neither way, nor that one end is gone. New ones do. */
  silence(): void;
  close(): Promise<void>;
}

/** @param socketPath unix socket of the server behind it */
export async function startSilentProxy(socketPath: string): Promise<SilentProxy> {
  const open = new Set<Socket>();
  let generation = 0;
  const server = createServer((near) => {
    const far = connect(socketPath);
    const own = generation;
    const isHeard = (): boolean => own === generation;
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on('error', () => undefined);
      from.on('data', (chunk: Buffer) => isHeard() && to.write(chunk));
      from.on('close', () => {
        open.delete(from);
        if (isHeard()) to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    silence: () => {
      generation += 1;
    },
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
