/**
 * SDT frames of the resident ID reader (GA 450 family), both directions.
 *
 * `AA AA AA 96 69 | Len (2, big-endian) | body | CHK`. Len counts body and CHK; CHK is the XOR of Len and body, so the
 * XOR from Len to CHK is 0. A command's body is CMD, Para and data; an answer's is SW1, SW2, SW3 and data.
 */

export const PREAMBLE = Uint8Array.of(0xaa, 0xaa, 0xaa, 0x96, 0x69);
/** A fingerprint answer is 0x090A long; anything above 0x0A00 is noise. */
export const MAX_LENGTH = 0x0a00;

/** Commands of the reader: CMD and Para. */
export const COMMANDS = {
  resetModule: [0x10, 0xff],
  status: [0x11, 0xff],
  moduleId: [0x12, 0xff],
  find: [0x20, 0x01],
  select: [0x20, 0x02],
  readTextAndPhoto: [0x30, 0x01],
  readNewestAddress: [0x30, 0x03],
  readWithFingerprint: [0x30, 0x10],
} as const satisfies Record<string, readonly [number, number]>;
export type CommandName = keyof typeof COMMANDS;

/** Wraps a body into a frame. */
export function encodeFrame(body: Uint8Array): Uint8Array {
  const length = body.length + 1;
  const frame = new Uint8Array(7 + length);
  frame.set(PREAMBLE);
  frame[5] = length >> 8;
  frame[6] = length & 0xff;
  frame.set(body, 7);
  frame[frame.length - 1] = xor(frame.subarray(5, frame.length - 1));
  return frame;
}

export function encodeCommand(name: CommandName): Uint8Array {
  return encodeFrame(Uint8Array.from(COMMANDS[name]));
}

/** Line speeds by the parameter of command 60. */
export const BAUD_RATES = [115_200, 57_600, 38_400, 19_200, 9_600] as const;

/** `60 nn`: sets the line speed; `undefined` for a speed that no reader has. The driver never sends it: the reader keeps what it was set to. */
export function encodeSetBaudRate(baudRate: number): Uint8Array | undefined {
  const parameter = BAUD_RATES.findIndex((known) => known === baudRate);
  return parameter < 0 ? undefined : encodeFrame(Uint8Array.of(0x60, parameter));
}

/** `61 FF nn`: at most this many bytes a radio frame, 1 to 255. Some readers are told once, when they are opened. */
export function encodeRadioFrameLimit(bytes: number): Uint8Array {
  return encodeFrame(Uint8Array.of(0x61, 0xff, bytes));
}

/** An answer as a reader sends it. */
export function encodeAnswer(sw3: number, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const body = new Uint8Array(3 + data.length);
  body[2] = sw3;
  body.set(data, 3);
  return encodeFrame(body);
}

function xor(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum ^= byte;
  return sum;
}

export type Found =
  | { kind: 'frame'; body: Uint8Array }
  /** A whole frame whose checksum is wrong. */
  | { kind: 'badChecksum' }
  /** A preamble followed by a length that no frame has. */
  | { kind: 'badLength' };

/**
 * Finds frames in a stream of bytes. Noise before a preamble is skipped. After a bad length or checksum the search goes on
 * right behind that preamble, so a true frame inside the wreck is still found. Keeps at most one frame's worth of bytes.
 */
export class FrameFinder {
  #pending = new Uint8Array(0);
  readonly #minLength: number;

  /** `minBody`: the shortest body that makes sense, 3 for answers and 2 for commands. */
  constructor(minBody: number) {
    this.#minLength = minBody + 1;
  }

  /** The head of a frame has come and its end has not. */
  get inFrame(): boolean {
    return this.#pending.length >= 7;
  }

  /** Forgets a half-received frame. */
  clear(): void {
    wipe(this.#pending);
    this.#pending = new Uint8Array(0);
  }

  push(bytes: Uint8Array): Found[] {
    const all = new Uint8Array(this.#pending.length + bytes.length);
    all.set(this.#pending);
    all.set(bytes, this.#pending.length);
    wipe(this.#pending);
    const found: Found[] = [];
    let at = 0;
    for (;;) {
      const start = preambleAt(all, at);
      if (all.length - start < 7) {
        return this.#keep(all, start, found);
      }
      const length = ((all[start + 5] ?? 0) << 8) | (all[start + 6] ?? 0);
      if (length < this.#minLength || length > MAX_LENGTH) {
        found.push({ kind: 'badLength' });
        at = start + 1;
        continue;
      }
      const end = start + 7 + length;
      if (all.length < end) {
        return this.#keep(all, start, found);
      }
      if (xor(all.subarray(start + 5, end)) === 0) {
        found.push({ kind: 'frame', body: all.slice(start + 7, end - 1) });
        at = end;
      } else {
        found.push({ kind: 'badChecksum' });
        at = start + 1;
      }
    }
  }

  /** Keeps the unfinished rest; what was looked through may hold a photo and is overwritten. */
  #keep(all: Uint8Array, start: number, found: Found[]): Found[] {
    this.#pending = all.slice(start);
    wipe(all);
    return found;
  }
}

/** Where the next preamble starts, or where one that is not yet complete may start. */
function preambleAt(bytes: Uint8Array, from: number): number {
  for (let start = from; start < bytes.length; start += 1) {
    let matched = 0;
    while (
      matched < PREAMBLE.length &&
      start + matched < bytes.length &&
      bytes[start + matched] === PREAMBLE[matched]
    )
      matched += 1;
    if (matched === PREAMBLE.length || start + matched === bytes.length) return start;
  }
  return bytes.length;
}

/** An answer's parts. */
export interface Answer {
  sw1: number;
  sw2: number;
  /** Status of the reader's module: the byte to decide on. */
  sw3: number;
  data: Uint8Array;
}

export function splitAnswer(body: Uint8Array): Answer {
  return { sw1: body[0] ?? 0, sw2: body[1] ?? 0, sw3: body[2] ?? 0, data: body.subarray(3) };
}

const TEXT_BYTES = 256;

/**
 * The text block of a read answer (commands 30 01 and 30 10), a copy of its own; `undefined` when the lengths do not add
 * up. The answer itself the caller drops with {@link wipe}.
 */
export function textBlockOf(data: Uint8Array, withFingerprint = false): Uint8Array | undefined {
  const headerBytes = withFingerprint ? 6 : 4;
  if (data.length < headerBytes) return undefined;
  const word = (at: number): number => ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);
  const textBytes = word(0);
  const total = headerBytes + textBytes + word(2) + (withFingerprint ? word(4) : 0);
  if (textBytes !== TEXT_BYTES || total !== data.length) return undefined;
  return data.slice(headerBytes, headerBytes + textBytes);
}

/** Overwrites what stands behind the text block of a read answer, photo and fingerprints: nobody at a ticket window may see them. */
export function forgetPictures(data: Uint8Array, withFingerprint = false): void {
  wipe(data.subarray((withFingerprint ? 6 : 4) + TEXT_BYTES));
}

/** Where the newest address ends in the answer to 30 03. */
const NEWEST_ADDRESS_BYTES = 70;

/**
 * Whether an answer to 30 03 carries an address: 70 bytes of UTF-16LE. The address itself is no business of a ticket office;
 * the caller overwrites it. `undefined` when the bytes are no such answer.
 */
export function hasNewestAddress(answer: Answer): boolean | undefined {
  if (answer.sw3 === 0x91) return false;
  if (answer.sw3 !== 0x90 || answer.data.length !== NEWEST_ADDRESS_BYTES) return undefined;
  // Looked at byte by byte: a text made of it could not be overwritten.
  return answer.data.some((byte, at) => byte !== 0 && !(byte === 0x20 && at % 2 === 0));
}

/** Overwrites bytes that must not stay in memory: photo, fingerprint, text block. */
export function wipe(bytes: Uint8Array): void {
  bytes.fill(0);
}

/** `05.01-20150826-000123456-000654321` from the 16 bytes of a module-id answer; `undefined` when they are not 16. */
export function moduleIdText(data: Uint8Array): string | undefined {
  if (data.length !== 16) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const pad = (value: number, width: number): string => String(value).padStart(width, '0');
  return [
    `${pad(view.getUint16(0, true), 2)}.${pad(view.getUint16(2, true), 2)}`,
    String(view.getUint32(4, true)),
    pad(view.getUint32(8, true), 9),
    pad(view.getUint32(12, true), 9),
  ].join('-');
}
