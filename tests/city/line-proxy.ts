import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** What happens to one connection. Bytes are counted on the wire, heads of HTTP included. */
export interface LineRule {
  /** Upward, after so many bytes, both ends are cut. */
  cutUpAfter?: number;
  /** Downward, after so many bytes, both ends are cut. */
  cutDownAfter?: number;
  /** In each direction. */
  bytesPerSecond?: number;
  /** Said in place of the other side, which hears nothing. */
  rawAnswer?: string;
}

/** A line between a window and the city, byte for byte: a real TCP proxy. */
export interface LineProxy {
  port: number;
  /** Asked when the first bytes of a connection are there; `path` is that of its request (TLS: empty). */
  rule: (path: string) => LineRule;
  /** Connections that a rule cut. */
  cuts: number;
  /** Bytes of the last whole request and answer of each path. */
  lengths: Map<string, { up: number; down: number }>;
  /** A whole request went up. */
  onRequest: ((path: string) => void) | undefined;
  close(): Promise<void>;
}

export async function startLineProxy(targetPort: number): Promise<LineProxy> {
  const open = new Set<Socket>();
  const proxy: Omit<LineProxy, 'port' | 'close'> = {
    rule: () => ({}),
    cuts: 0,
    lengths: new Map(),
    onRequest: undefined,
  };
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => open.delete(socket));
    }
    let path: string | undefined;
    let rule: LineRule = {};
    const length = { up: 0, down: 0 };
    const cut = (): void => {
      proxy.cuts += 1;
      near.destroy();
      far.destroy();
    };
    /** Bytes wait here for their turn on a slow line. */
    const carry = (from: Socket, to: Socket, way: 'up' | 'down'): void => {
      let chain = Promise.resolve();
      from.on('data', (chunk: Buffer) => {
        if (path === undefined) {
          path = /^[A-Z]+ (\/\S*)/.exec(chunk.toString('latin1', 0, 200))?.[1] ?? '';
          rule = proxy.rule(path);
        }
        if (rule.rawAnswer !== undefined) {
          near.end(rule.rawAnswer);
          return;
        }
        chain = chain.then(() => pass(chunk, to, way));
      });
      // What was said before an end still travels.
      from.on('end', () => void chain.then(() => to.end()));
      from.on('close', () => void chain.then(() => setImmediate(() => to.destroy())));
    };
    const pass = async (chunk: Buffer, to: Socket, way: 'up' | 'down'): Promise<void> => {
      const limit = way === 'up' ? rule.cutUpAfter : rule.cutDownAfter;
      const pieceBytes =
        rule.bytesPerSecond === undefined ? chunk.length : Math.max(1, Math.ceil(rule.bytesPerSecond / 50));
      for (let at = 0; at < chunk.length; at += pieceBytes) {
        const piece = chunk.subarray(at, at + pieceBytes);
        const room = limit === undefined ? piece.length : limit - length[way];
        to.write(piece.subarray(0, Math.max(0, room)));
        length[way] += Math.min(room, piece.length);
        if (room < piece.length || room === 0) return cut();
        if (rule.bytesPerSecond !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
      }
      if (way === 'up') proxy.onRequest?.(path ?? '');
    };
    carry(near, far, 'up');
    carry(far, near, 'down');
    near.on('close', () => {
      if (path !== undefined && length.down > 0) proxy.lengths.set(path, { ...length });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(proxy, {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  });
}
