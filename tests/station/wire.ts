import { createFrameReader } from '../../main/station/frames.ts';
import type { StationConnection, StationNet } from '../../main/runtime.ts';
import { machineStationNet } from '../../main/shells/station-net.ts';

/** Where a link between two offices is to be cut: in which message, after how many of its bytes. All of them: its answer is lost. */
export interface Cut {
  way: 'up' | 'down';
  /** `lease.request` upward; downward `answer lease.request` or `event lease.recall`. Of a question by subject: `office.ask gate.pull`. */
  kind: string;
  afterBytes: number;
}

/**
 * Real TLS sockets of a window to its host, cut in the middle of a message. This side sees messages before they are encrypted, so it
 * can say which one and which byte; what goes over is what always goes over.
 */
export interface Wire {
  net: StationNet;
  /** The next message that fits is cut, once. */
  arm(cut: Cut): void;
  isArmed(): boolean;
  /** Ends the connection between two messages. */
  drop(): void;
  /** Longest message of each kind so far, by `way kind`. */
  lengths: Map<string, number>;
  cuts: number;
}

const HEAD_BYTES = 8;

export function createWire(): Wire {
  let armed: Cut | undefined;
  let live: StationConnection | undefined;
  const wire: Wire = {
    net: {
      listen: machineStationNet.listen,
      async connect(wanted, events) {
        const asked = new Map<unknown, string>();
        let isCut = false;
        let pieces: Buffer = Buffer.alloc(0);
        const takes = (way: Cut['way'], kind: string, frame: Uint8Array): Uint8Array | undefined => {
          const name = `${way} ${kind}`;
          wire.lengths.set(name, Math.max(wire.lengths.get(name) ?? 0, frame.length));
          if (armed?.way !== way || armed.kind !== kind) return undefined;
          const { afterBytes } = armed;
          armed = undefined;
          isCut = true;
          wire.cuts += 1;
          return frame.subarray(0, Math.min(afterBytes, frame.length));
        };
        const connection = await machineStationNet.connect(wanted, {
          onEnd: events.onEnd,
          onData(bytes) {
            if (isCut) return;
            pieces = Buffer.concat([pieces, bytes]);
            for (let length = frameLength(pieces); length !== undefined; length = frameLength(pieces)) {
              const frame = pieces.subarray(0, length);
              pieces = pieces.subarray(length);
              const beginning = takes('down', kindDown(frame, asked), frame);
              events.onData(beginning ?? frame);
              if (beginning) return connection.close();
            }
          },
        });
        live = connection;
        return {
          ...connection,
          send(bytes) {
            if (isCut) return;
            const { id, method: asks, params } = jsonOf(bytes);
            const method = asks === 'office.ask' ? `${asks} ${params?.subject ?? '?'}` : asks;
            if (method !== undefined) asked.set(id, method);
            const beginning = method === undefined ? undefined : takes('up', method, bytes);
            connection.send(beginning ?? bytes);
            // What was said before a cut still travels.
            if (beginning) setTimeout(() => connection.close(), 5);
          },
        };
      },
    },
    arm(cut) {
      armed = cut;
    },
    isArmed: () => armed !== undefined,
    drop: () => live?.close(),
    lengths: new Map(),
    cuts: 0,
  };
  return wire;
}

interface Said {
  id?: unknown;
  method?: string;
  event?: string;
  params?: { subject?: string };
}

function jsonOf(frame: Uint8Array): Said {
  const [whole] = createFrameReader().take(frame) ?? [];
  const said: Said = whole?.json ?? {};
  return said;
}

function kindDown(frame: Uint8Array, asked: Map<unknown, string>): string {
  const { id, event } = jsonOf(frame);
  return event === undefined ? `answer ${asked.get(id) ?? '?'}` : `event ${event}`;
}

function frameLength(bytes: Buffer): number | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const length = HEAD_BYTES + bytes.readUInt32BE(0) + bytes.readUInt32BE(4);
  return bytes.length < length ? undefined : length;
}
