/** The far end of a network device for simulators: listens on 127.0.0.1 and speaks with one connection at a time, as printers do. */
import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface TcpEnd {
  readonly port: number;
  onBytes(listen: (bytes: Uint8Array) => void): void;
  send(bytes: Uint8Array): void;
  /** The port is closed and its connection gone when this resolves. */
  close(): Promise<void>;
}

/** Listens on a port, 0 = any free one. Rejects when it is taken. */
export async function openTcpEnd(wanted: number): Promise<TcpEnd> {
  let listen: (bytes: Uint8Array) => void = () => undefined;
  let current: Socket | undefined;
  const server = createServer((socket) => {
    // The newest connection is the living one: a former may have been cut without a word.
    current?.destroy();
    current = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      if (socket === current) listen(bytes);
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    onBytes: (next) => {
      listen = next;
    },
    send: (bytes) => {
      if (current?.writable) current.write(bytes);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        current?.destroy();
        current = undefined;
      }),
  };
}
