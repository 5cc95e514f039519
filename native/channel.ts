/**
 * The line to whoever started this process: `child_process` IPC under Node, `parentPort` in an Electron utility process.
 * Both carry plain objects.
 */

export interface Channel {
  send(message: unknown): void;
  onMessage(listen: (message: unknown) => void): void;
  /** The other end is gone. Electron ends a utility process by itself, so there it never comes. */
  onClosed(listen: () => void): void;
}

/** The part of Electron's `process.parentPort` that is used. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listen: (event: { data: unknown }) => void): unknown;
}

/** The channel of this process, or `undefined` when it was started by hand. */
export function parentChannel(): Channel | undefined {
  const parentPort = (process as { parentPort?: ParentPort }).parentPort;
  if (parentPort !== undefined && parentPort !== null) {
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listen) => void parentPort.on('message', (event) => listen(event.data)),
      onClosed: () => undefined,
    };
  }
  if (process.send === undefined) return undefined;
  return {
    // The callback swallows a channel that closes while a message is under way; `disconnect` tells the rest.
    send: (message) =>
      void (process.connected && process.send?.(message, undefined, undefined, () => undefined)),
    onMessage: (listen) => void process.on('message', listen),
    onClosed: (listen) => void process.on('disconnect', listen),
  };
}
