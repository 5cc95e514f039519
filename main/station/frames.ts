import { stationFrameLimits } from '../../contract/station-link.ts';

/** One message of the station link: an envelope and the bytes that belong to it. */
export interface Frame {
  json: unknown;
  body: Uint8Array;
}

const HEAD_BYTES = 8;
const NO_BYTES = new Uint8Array(0);

/** Two 32-bit lengths, the envelope as UTF-8 JSON, the body. */
export function encodeFrame(json: unknown, body: Uint8Array = NO_BYTES): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(json));
  const frame = new Uint8Array(HEAD_BYTES + text.length + body.length);
  const head = new DataView(frame.buffer);
  head.setUint32(0, text.length);
  head.setUint32(4, body.length);
  frame.set(text, HEAD_BYTES);
  frame.set(body, HEAD_BYTES + text.length);
  return frame;
}

/**
 * Puts frames together from pieces of any size. `take` gives the frames that are whole now; undefined when the other side does
 * not speak this protocol: then nothing more of it may be believed.
 */
export function createFrameReader(): { take(bytes: Uint8Array): Frame[] | undefined } {
  let pieces: Uint8Array[] = [];
  let have = 0;
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  /** The first `count` bytes as one piece, left in place. */
  const peek = (count: number): Uint8Array => {
    const [first] = pieces;
    if (first && first.length >= count) return first;
    const whole = Buffer.concat(pieces);
    pieces = [whole];
    return whole;
  };
  return {
    take(bytes) {
      pieces.push(bytes);
      have += bytes.length;
      const frames: Frame[] = [];
      while (have >= HEAD_BYTES) {
        const start = peek(HEAD_BYTES);
        const head = new DataView(start.buffer, start.byteOffset, HEAD_BYTES);
        const jsonBytes = head.getUint32(0);
        const bodyBytes = head.getUint32(4);
        if (jsonBytes > stationFrameLimits.jsonBytes || bodyBytes > stationFrameLimits.bodyBytes)
          return undefined;
        const whole = HEAD_BYTES + jsonBytes + bodyBytes;
        if (have < whole) break;
        const frame = peek(whole);
        try {
          const json: unknown = JSON.parse(utf8.decode(frame.subarray(HEAD_BYTES, HEAD_BYTES + jsonBytes)));
          frames.push({ json, body: frame.slice(HEAD_BYTES + jsonBytes, whole) });
        } catch {
          return undefined;
        }
        pieces[0] = frame.subarray(whole);
        have -= whole;
      }
      return frames;
    },
  };
}
