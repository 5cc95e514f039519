/** One command, one answer: the half-duplex conversation with an SDT reader. */
import type { NativeClock } from '../../clock.ts';
import type { Transport } from '../../transports/transport.ts';
import {
  encodeCommand,
  forgetPictures,
  FrameFinder,
  splitAnswer,
  wipe,
  type Answer,
  type CommandName,
  type Found,
} from './frame.ts';
import { SW3 } from './status-codes.ts';

const WRITE_TIMEOUT_MS = 1000;
/** An answer that has begun and then pauses this long will not be finished. */
const GAP_MS = 500;

export type AskResult =
  | { kind: 'answer'; answer: Answer }
  /** Not one byte came. */
  | { kind: 'silent' }
  /** Bytes came, and no answer to this command among them. */
  | { kind: 'garbled' }
  | { kind: 'closed' };

/** How long each command may take (device-protocols §1.6). */
const TIMEOUT_MS: Record<CommandName, number> = {
  resetModule: 1000,
  status: 1000,
  moduleId: 1000,
  find: 1000,
  select: 1000,
  readTextAndPhoto: 4000,
  readNewestAddress: 4000,
  readWithFingerprint: 4000,
};

export class SdtLink {
  readonly #transport: Transport;
  readonly #clock: NativeClock;
  readonly #finder = new FrameFinder(3);
  #closed = false;
  #heard: ((bytes: Uint8Array) => void) | undefined;
  #lost: (() => void) | undefined;

  constructor(transport: Transport, clock: NativeClock) {
    this.#transport = transport;
    this.#clock = clock;
    transport.onBytes((bytes) => {
      this.#heard?.(bytes);
      // Whatever came may hold a person's data; frames have been copied out by now.
      wipe(bytes);
    });
    transport.onClosed(() => {
      this.#closed = true;
      this.#lost?.();
    });
  }

  /** Ends a wait at once and frees the port. */
  close(): Promise<void> {
    this.#closed = true;
    this.#lost?.();
    return this.#transport.close();
  }

  /** Sends a command and waits for its answer. What is garbled, and what the reader says it heard garbled, is asked once more. */
  async ask(name: CommandName): Promise<AskResult> {
    const first = await this.#askOnce(name);
    const again =
      first.kind === 'garbled' ||
      (first.kind === 'answer' && (first.answer.sw3 === SW3.checksum || first.answer.sw3 === SW3.length));
    return again && !this.#closed ? this.#askOnce(name) : first;
  }

  async #askOnce(name: CommandName): Promise<AskResult> {
    if (this.#closed) return { kind: 'closed' };
    this.#finder.clear();
    const waiting = this.#await(name);
    const written = await this.#transport.write(encodeCommand(name), WRITE_TIMEOUT_MS);
    if (written === 'written') return waiting.result;
    waiting.cancel();
    return { kind: written === 'closed' ? 'closed' : 'silent' };
  }

  #await(name: CommandName): { result: Promise<AskResult>; cancel: () => void } {
    let cancel: () => void = () => undefined;
    const result = new Promise<AskResult>((resolve) => {
      let heardAny = false;
      let cancelGap: () => void = () => undefined;
      const finish = (outcome: AskResult): void => {
        this.#heard = undefined;
        this.#lost = undefined;
        // What has come in of another frame may be half a photo; nobody waits for the rest of it.
        this.#finder.clear();
        cancelGap();
        cancelTotal();
        resolve(outcome);
      };
      const giveUp = (): void => finish({ kind: heardAny ? 'garbled' : 'silent' });
      // An answer that is coming in, however slowly, is worth waiting for once more; the gap between its bytes is watched.
      let cancelTotal = this.#clock.after(TIMEOUT_MS[name], () => {
        if (!this.#finder.inFrame) return giveUp();
        cancelTotal = this.#clock.after(TIMEOUT_MS[name], giveUp);
      });
      cancel = giveUp;
      this.#lost = () => finish({ kind: 'closed' });
      this.#heard = (bytes) => {
        heardAny = true;
        cancelGap();
        const outcome = answerAmong(name, this.#finder.push(bytes));
        if (outcome !== undefined) return finish(outcome);
        cancelGap = this.#clock.after(GAP_MS, giveUp);
      };
    });
    return { result, cancel: () => cancel() };
  }
}

/** Commands whose answer brings data that somebody looks at. Of every other answer only the status is handed on. */
const BRINGS_DATA: ReadonlySet<CommandName> = new Set<CommandName>([
  'moduleId',
  'readTextAndPhoto',
  'readNewestAddress',
  'readWithFingerprint',
]);

/**
 * What the frames say to a command: its answer, or that something was garbled; `undefined` while neither has come. A frame that
 * is not handed on, such as a reading that came too late, may hold a person's data and is overwritten here, as are photo and
 * fingerprints of one that is.
 */
function answerAmong(name: CommandName, frames: readonly Found[]): AskResult | undefined {
  let outcome: AskResult | undefined;
  for (const found of frames) {
    if (found.kind === 'badChecksum') outcome ??= { kind: 'garbled' };
    if (found.kind !== 'frame') continue;
    const answer = splitAnswer(found.body);
    if (outcome === undefined && answers(name, answer)) {
      outcome = { kind: 'answer', answer };
      if (answer.sw3 === SW3.ok && BRINGS_DATA.has(name)) {
        if (name === 'readTextAndPhoto') forgetPictures(answer.data);
        if (name === 'readWithFingerprint') forgetPictures(answer.data, true);
        continue;
      }
      outcome.answer = { ...answer, data: new Uint8Array(0) };
    }
    wipe(found.body);
  }
  return outcome;
}

/** An answer that came late belongs to an earlier command; a success of the wrong shape is one of those. */
function answers(name: CommandName, answer: Answer): boolean {
  const { sw3, data } = answer;
  if (sw3 !== SW3.ok && sw3 !== SW3.found && sw3 !== SW3.noSuchItem) return true;
  switch (name) {
    case 'find':
      return sw3 === SW3.found;
    case 'select':
      return sw3 === SW3.ok && data.length <= 16;
    case 'status':
    case 'resetModule':
      return sw3 === SW3.ok && data.length === 0;
    case 'moduleId':
      return sw3 === SW3.ok && data.length === 16;
    case 'readTextAndPhoto':
    case 'readWithFingerprint':
      return sw3 === SW3.ok && data.length >= 260;
    case 'readNewestAddress':
      return sw3 === SW3.noSuchItem || (sw3 === SW3.ok && data.length === 70);
  }
}
