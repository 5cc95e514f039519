/**
 * A resident ID reader at the other end of the line, byte for byte: takes frames, answers frames, knows what lies on it, and
 * misbehaves as told.
 */
import {
  readerFaults,
  type Fingers,
  type ReaderCommand,
  type ReaderFaults,
  type SimulatedPerson,
} from '../../contract/simulators.ts';
import type { NativeClock } from '../clock.ts';
import { BAUD_RATES, COMMANDS, encodeAnswer, FrameFinder } from '../drivers/sdt/frame.ts';
import { SW3 } from '../drivers/sdt/status-codes.ts';
import { asHeardAt } from './line-speed.ts';
import { encodeTextBlock } from './text-block.ts';

const OFFICE_SPEED = 115_200;
const BURST_GAP_MS = 2;
const BABBLE_EVERY_MS = 20;
/** Header of a photo, `WLf`, 102 × 126; the rest is zeros. */
const PHOTO_HEADER = [0x57, 0x4c, 0x66, 0x00, 0x7e, 0x00, 0x32, 0x00];
const PHOTO_BYTES = 1024;
/** Of one finger. */
const FINGERPRINT_BYTES = 512;
/** 05.01-20150826-000123456-000654321 */
const MODULE_ID = Uint8Array.from([
  5, 0, 1, 0, 0x2a, 0x7a, 0x33, 0x01, 0x40, 0xe2, 0x01, 0x00, 0xf1, 0xfb, 0x09, 0x00,
]);

type Card =
  | {
      kind: 'person';
      block: Uint8Array;
      newestAddress: string | undefined;
      fingers: Fingers;
      fill: Uint8Array;
    }
  | { kind: 'unreadable'; sw3: number };

/** The data of a good answer to 30 01 or, with the fingerprints of so many fingers, to 30 10; photo and fingerprints are made of `fill`, over and over, or of zeros. */
export function readAnswerData(
  block: Uint8Array,
  withFingerprint: boolean,
  fill: Uint8Array = Uint8Array.of(0),
  fingers: Fingers = 2,
): Uint8Array {
  const fingerprintBytes = fingers * FINGERPRINT_BYTES;
  const header = withFingerprint ? [1, 0, 4, 0, fingerprintBytes >> 8, 0] : [1, 0, 4, 0];
  const data = new Uint8Array(
    header.length + block.length + PHOTO_BYTES + (withFingerprint ? fingerprintBytes : 0),
  );
  for (let at = 0; at < data.length; at += 1) data[at] = fill[at % fill.length] ?? 0;
  data.set(header);
  data.set(block, header.length);
  data.set(PHOTO_HEADER, header.length + block.length);
  return data;
}

export class IdReaderSimulator {
  readonly #clock: NativeClock;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #finder = new FrameFinder(2);
  #faults: ReaderFaults = readerFaults.parse({});
  #card: Card | undefined;
  /** Cards that lie under the one laid last. */
  #others: Card[] = [];
  #powered = true;
  #step: 'idle' | 'found' | 'selected' = 'idle';
  #readOnce = false;
  #alternate = false;
  #busy: Promise<void> = Promise.resolve();
  #babbling: () => void = () => undefined;
  /** How many times a text block was asked for and given. */
  reads = 0;
  /** How many times each command was heard whole. */
  readonly heard = new Map<ReaderCommand | 'unknown', number>();

  /** `send` puts bytes on the line to the office's side. */
  constructor(clock: NativeClock, send: (bytes: Uint8Array) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  layCard(
    person: SimulatedPerson,
    how: {
      beside?: boolean;
      newestAddress?: string | undefined;
      fingers?: Fingers;
      photoFill?: string | undefined;
    } = {},
  ): void {
    const { beside = false, newestAddress, fingers = 2, photoFill = '00' } = how;
    const fill = Uint8Array.from(Buffer.from(photoFill, 'hex'));
    this.#lay({ kind: 'person', block: encodeTextBlock(person), newestAddress, fingers, fill }, beside);
  }

  /** A card that is found and then fails with `sw3`: `81` when it is selected, anything else when it is read. */
  layUnreadableCard(sw3: number): void {
    this.#lay({ kind: 'unreadable', sw3 });
  }

  removeCard(which: 'all' | 'last' = 'all'): void {
    if (which === 'all') this.#others = [];
    this.#card = this.#others.pop();
    this.#step = 'idle';
    this.#readOnce = false;
  }

  #lay(card: Card, beside = false): void {
    const below = beside ? [...this.#others, ...(this.#card === undefined ? [] : [this.#card])] : [];
    this.removeCard();
    this.#others = below;
    this.#card = card;
  }

  /** Replaces all faults. */
  setFaults(faults: ReaderFaults): void {
    this.#faults = { ...faults };
    this.#babbling();
    this.#babbling = () => undefined;
    if (this.#faults.babble) this.#babble();
  }

  setPower(on: boolean): void {
    this.#powered = on;
    this.#finder.clear();
    this.#step = 'idle';
  }

  /** Stops what runs by itself. */
  stop(): void {
    this.setFaults(readerFaults.parse({}));
    this.#powered = false;
  }

  /** Bytes that came over the line. */
  receive(bytes: Uint8Array): void {
    if (!this.#powered) return;
    for (const found of this.#finder.push(asHeardAt(bytes, OFFICE_SPEED, this.#faults.lineSpeed))) {
      this.#busy = this.#busy.then(() => this.#answer(found.kind === 'frame' ? found.body : found.kind));
    }
  }

  async #answer(heard: Uint8Array | 'badChecksum' | 'badLength'): Promise<void> {
    if (heard === 'badChecksum') return this.#transmit(encodeAnswer(SW3.checksum));
    if (heard === 'badLength') return this.#transmit(encodeAnswer(SW3.length));
    const name = commandNamed(heard);
    this.heard.set(name ?? 'unknown', (this.heard.get(name ?? 'unknown') ?? 0) + 1);
    const slow = name === 'readTextAndPhoto' || name === 'readWithFingerprint';
    await this.#pause(slow ? this.#faults.readLatencyMs : this.#faults.latencyMs);
    await this.#transmit(this.#frameFor(name));
  }

  #frameFor(name: ReaderCommand | undefined): Uint8Array {
    const { failTimes, failSw3, failCommand } = this.#faults;
    if (failTimes > 0 && name === failCommand) {
      this.#faults.failTimes -= 1;
      // What was heard garbled was not done: the step before it still holds.
      if (failSw3 !== SW3.checksum && failSw3 !== SW3.length) this.#step = 'idle';
      return encodeAnswer(failSw3);
    }
    switch (name) {
      case 'status':
      case 'resetModule':
      // 60 nn and 61 FF nn: taken, and without effect; the speed of its line is a fault's.
      case 'setBaudRate':
      case 'setRadioFrame':
        return encodeAnswer(SW3.ok);
      case 'moduleId':
        return encodeAnswer(SW3.ok, MODULE_ID);
      case 'find':
        return this.#find();
      case 'select':
        return this.#select();
      case 'readTextAndPhoto':
        return this.#read(false);
      case 'readWithFingerprint':
        return this.#read(true);
      case 'readNewestAddress':
        return this.#newestAddress();
      case undefined:
        return encodeAnswer(SW3.badCommand);
    }
  }

  #find(): Uint8Array {
    this.#alternate = !this.#alternate;
    const { afterRead } = this.#faults;
    const hidden =
      this.#readOnce && (afterRead === 'silent' || (afterRead === 'alternating' && this.#alternate));
    if (this.#card === undefined || hidden) {
      this.#step = 'idle';
      return encodeAnswer(SW3.noCard);
    }
    this.#step = 'found';
    return encodeAnswer(SW3.found, new Uint8Array(4));
  }

  #select(): Uint8Array {
    const unselectable =
      this.#others.length > 0 || (this.#card?.kind === 'unreadable' && this.#card.sw3 === SW3.selectFailed);
    if (this.#card === undefined || this.#step !== 'found' || unselectable) {
      this.#step = 'idle';
      return encodeAnswer(SW3.selectFailed);
    }
    this.#step = 'selected';
    return encodeAnswer(SW3.ok, new Uint8Array(8));
  }

  #read(withFingerprint: boolean): Uint8Array {
    const selected = this.#step === 'selected';
    this.#step = 'idle';
    if (this.#card === undefined || !selected) return encodeAnswer(SW3.readFailed);
    if (this.#card.kind === 'unreadable') return encodeAnswer(this.#card.sw3);
    this.#readOnce = true;
    this.reads += 1;
    const { block, fill, fingers } = this.#card;
    return encodeAnswer(SW3.ok, readAnswerData(block, withFingerprint, fill, fingers));
  }

  /** 70 bytes of UTF-16LE, padded with spaces. */
  #newestAddress(): Uint8Array {
    if (this.#card?.kind !== 'person') return encodeAnswer(SW3.readFailed);
    const { newestAddress } = this.#card;
    if (newestAddress === undefined) return encodeAnswer(SW3.noSuchItem);
    return encodeAnswer(SW3.ok, Buffer.from(newestAddress.padEnd(35, ' '), 'utf16le'));
  }

  /** Puts an answer on the line, spoilt as the faults say. */
  async #transmit(answer: Uint8Array): Promise<void> {
    if (!this.#powered) return;
    const faults = this.#faults;
    let bytes = answer.slice();
    if (faults.badChecksums > 0) {
      faults.badChecksums -= 1;
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0xff;
    }
    if (faults.badLengths > 0) {
      faults.badLengths -= 1;
      bytes[5] = 0x7f;
    }
    if (faults.noiseBytes > 0) bytes = Uint8Array.from([...noise(faults.noiseBytes), ...bytes]);
    if (faults.silentAfterBytes !== null) bytes = bytes.subarray(0, faults.silentAfterBytes);
    const heard = asHeardAt(bytes, faults.lineSpeed, OFFICE_SPEED);
    const burst = faults.burstBytes === 0 ? heard.length : faults.burstBytes;
    for (let from = 0; from < heard.length; from += burst) {
      if (from > 0) await this.#pause(BURST_GAP_MS);
      if (this.#powered) this.#send(heard.subarray(from, from + burst));
    }
  }

  #babble(): void {
    if (this.#powered) this.#send(noise(16));
    this.#babbling = this.#clock.after(BABBLE_EVERY_MS, () => this.#babble());
  }

  #pause(delayMs: number): Promise<void> {
    return delayMs === 0
      ? Promise.resolve()
      : new Promise((resolve) => void this.#clock.after(delayMs, resolve));
  }
}

/** Always the same bytes, with half a preamble among them. */
function noise(count: number): Uint8Array {
  const pattern = [0x00, 0xff, 0xaa, 0xaa, 0x96, 0x13, 0x69, 0x7e];
  return Uint8Array.from({ length: count }, (_unused, at) => pattern[at % pattern.length] ?? 0);
}

function commandNamed(body: Uint8Array): ReaderCommand | undefined {
  const [first, second = 0] = body;
  if (first === 0x60 && body.length === 2 && second < BAUD_RATES.length) return 'setBaudRate';
  if (first === 0x61 && body.length === 3 && second === 0xff) return 'setRadioFrame';
  for (const [name, [command, parameter]] of Object.entries(COMMANDS)) {
    if (first === command && second === parameter && body.length === 2) return name as keyof typeof COMMANDS;
  }
  return undefined;
}
