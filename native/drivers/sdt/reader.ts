/**
 * Driver of a resident ID reader on a serial line.
 *
 * It polls for a card, reads the text block, keeps the few fields that a ticket needs and overwrites the rest. A port is
 * alive only while it answers; three silent commands close and reopen it.
 */
import type { CardDocument, CardProblem, DeviceDetail, IdReaderSettings } from '../../../contract/device.ts';
import { sleep } from '../../clock.ts';
import { REOPEN_EVERY_MS, StateReporter, type Driver, type DriverHost } from '../driver.ts';
import { hasNewestAddress, moduleIdText, textBlockOf, wipe } from './frame.ts';
import { SdtLink, type AskResult } from './link.ts';
import { Placement } from './placement.ts';
import { SW3, verdictOf } from './status-codes.ts';
import { decodeTextBlock } from './text-block.ts';

const DEFAULT_BAUD_RATE = 115_200;
const POLL_EVERY_MS = 200;
const HEARTBEAT_EVERY_MS = 3000;
const PAUSE_LOOK_EVERY_MS = 100;
const SILENT_COMMANDS_ALLOWED = 3;
const WHOLE_CYCLE_RETRIES = 3;
const BETWEEN_RETRIES_MS = 100;
/** A card that refuses the reader is put there once more; when it is refused again, it is the reader's fault until a card is read. */
const REFUSALS_ALLOWED = 1;

export interface IdReader extends Driver {
  /** Stops looking for cards; the reader is still watched. */
  pause(): void;
  /** Looks again; a card that lies there is read as a new one. */
  resume(): void;
}

/** The port is to be closed and opened again. */
type Broken = 'reopen';
type ReadResult =
  | { kind: 'document'; document: CardDocument }
  | { kind: 'unreadable'; problem: CardProblem; sw3?: number }
  | { kind: 'fault'; detail: DeviceDetail }
  | { kind: Broken };

export function startSdtReader(settings: IdReaderSettings, host: DriverHost): IdReader {
  const reader = new SdtReader(settings, host);
  const ended = reader.run();
  return {
    pause: () => reader.setPaused(true),
    resume: () => reader.setPaused(false),
    stop: () => {
      reader.abort();
      return ended;
    },
  };
}

class SdtReader {
  readonly #settings: IdReaderSettings;
  readonly #host: DriverHost;
  readonly #state: StateReporter;
  readonly #stop = new AbortController();
  readonly #placement = new Placement();
  #link: SdtLink | undefined;
  #paused = false;
  #silentCommands = 0;
  /** Placements in a row in which the card refused the reader, with none read in between. */
  #refusals = 0;

  constructor(settings: IdReaderSettings, host: DriverHost) {
    this.#settings = settings;
    this.#host = host;
    this.#state = new StateReporter(host, settings.id, 'id-reader');
  }

  setPaused(paused: boolean): void {
    if (this.#paused !== paused) this.#placement.forget();
    this.#paused = paused;
  }

  abort(): void {
    this.#state.mute();
    this.#stop.abort();
    void this.#link?.close();
  }

  async run(): Promise<void> {
    this.#state.report('starting');
    const address = { path: this.#settings.path, baudRate: this.#settings.baudRate ?? DEFAULT_BAUD_RATE };
    while (!this.#stopped()) {
      const opened = await this.#host.open(address);
      if (!opened.ok) {
        this.#state.report('absent', opened.problem);
      } else if (this.#stopped()) {
        await opened.transport.close();
      } else {
        this.#link = new SdtLink(opened.transport, this.#host.clock);
        await this.#converse(this.#link);
        await this.#link.close();
        this.#link = undefined;
        this.#state.reportLost();
      }
      await this.#wait(REOPEN_EVERY_MS);
    }
  }

  /** Talks to the reader until its port has to be opened anew. */
  async #converse(link: SdtLink): Promise<void> {
    this.#silentCommands = 0;
    this.#refusals = 0;
    const greeted = await this.#greet(link);
    if (greeted === 'reopen') return;
    let lastHeartbeatMs = this.#host.clock.monotonicMs();
    let next: 'poll' | 'heal' = greeted === 'fault' ? 'heal' : 'poll';
    while (!this.#stopped()) {
      if (this.#paused && next === 'poll') {
        this.#state.report('paused');
        const nowMs = this.#host.clock.monotonicMs();
        if (nowMs - lastHeartbeatMs >= HEARTBEAT_EVERY_MS) {
          lastHeartbeatMs = nowMs;
          if ((await this.#heartbeat(link)) === 'reopen') return;
        }
        await this.#wait(PAUSE_LOOK_EVERY_MS);
        continue;
      }
      const outcome: Broken | 'fault' | 'fine' =
        next === 'heal' ? await this.#heartbeat(link) : await this.#poll(link);
      if (outcome === 'reopen') return;
      // A heartbeat says that it answers again; that it is well only a look for cards can say.
      if (outcome === 'fine' && next === 'poll' && !this.#paused) this.#reportWell();
      next = outcome === 'fault' ? 'heal' : 'poll';
      await this.#wait(outcome === 'fault' ? HEARTBEAT_EVERY_MS : POLL_EVERY_MS);
    }
  }

  /** First words: does it answer, is it well, what is it called? */
  async #greet(link: SdtLink): Promise<Broken | 'fault' | 'fine'> {
    const status = await link.ask('status');
    if (status.kind === 'silent') this.#state.report('absent', 'noAnswer');
    if (status.kind === 'garbled') this.#state.report('absent', 'garbled');
    if (status.kind !== 'answer') return 'reopen';
    if (this.#faultIn(status) !== undefined) return 'fault';
    const id = await link.ask('moduleId');
    const model = id.kind === 'answer' && id.answer.sw3 === SW3.ok ? moduleIdText(id.answer.data) : undefined;
    if (model !== undefined) this.#state.setModel(model);
    return 'fine';
  }

  #reportWell(): void {
    if (this.#refusals > REFUSALS_ALLOWED) this.#state.report('fault', 'cardsRefuseReader');
    else this.#state.report('ready');
  }

  async #heartbeat(link: SdtLink): Promise<Broken | 'fault' | 'fine'> {
    const status = await link.ask('status');
    if (this.#isBroken(status)) return 'reopen';
    return this.#faultIn(status) === undefined ? 'fine' : 'fault';
  }

  /** One look for a card and, when there is a new one, its reading. */
  async #poll(link: SdtLink): Promise<Broken | 'fault' | 'fine'> {
    const found = await link.ask('find');
    if (this.#isBroken(found)) return 'reopen';
    if (found.kind !== 'answer') return 'fine';
    if (this.#faultIn(found) !== undefined) return 'fault';
    if (refusesToLook(found.answer.sw3)) {
      this.#state.report('fault', 'readerRefuses');
      return 'fault';
    }
    const nowMs = this.#host.clock.monotonicMs();
    if (found.answer.sw3 === SW3.noCard) {
      if (this.#placement.notFound(nowMs) === 'removed') this.#emitRemoved();
      return 'fine';
    }
    if (this.#placement.found(nowMs) !== 'read') return 'fine';
    const result = await this.#readWithRetries(link, found);
    if (result.kind === 'reopen') return 'reopen';
    if (result.kind === 'fault') {
      this.#state.report('fault', result.detail);
      return 'fault';
    }
    // A pause that came in the middle of a reading: the office no longer wants it.
    if (!this.#paused && !this.#stopped()) this.#tell(result);
    return 'fine';
  }

  #tell(result: Extract<ReadResult, { kind: 'document' | 'unreadable' }>): void {
    const { id: deviceId } = this.#settings;
    const nowMs = this.#host.clock.monotonicMs();
    if (result.kind === 'document') {
      this.#refusals = 0;
      const placed = this.#placement.wasRead(result.document.number, nowMs);
      if (placed === 'same') return;
      if (placed === 'swapped') this.#emitRemoved();
      this.#host.emit({ event: 'card.read', deviceId, document: result.document });
      return;
    }
    const { problem, sw3 } = result;
    if (problem === 'withdrawn') {
      // It had been read and was being looked at again: that is a card taken away, not one taken away too soon.
      if (this.#placement.known) return void this.#placement.notFound(nowMs);
      // A withdrawn card lies there no more: the next one found is a new placement.
    } else {
      const placed = this.#placement.wasUnreadable(nowMs);
      if (placed === 'known') return;
      if (placed === 'replaced') this.#emitRemoved();
      if (problem === 'cardRefusesReader') this.#refusals += 1;
    }
    this.#host.emit({ event: 'card.unreadable', deviceId, problem, ...(sw3 === undefined ? {} : { sw3 }) });
  }

  /** Select and read, up to three more times from find on. `found` is the answer that started it. */
  async #readWithRetries(link: SdtLink, found: AskResult): Promise<ReadResult> {
    let last: ReadResult = { kind: 'unreadable', problem: 'readFailed' };
    let find = found;
    for (let attempt = 0; attempt <= WHOLE_CYCLE_RETRIES; attempt += 1) {
      if (attempt > 0) {
        await this.#wait(BETWEEN_RETRIES_MS);
        find = await link.ask('find');
        if (this.#isBroken(find)) return { kind: 'reopen' };
        if (find.kind === 'answer' && find.answer.sw3 === SW3.noCard) {
          if (attempt < WHOLE_CYCLE_RETRIES) continue;
          return { kind: 'unreadable', problem: 'withdrawn' };
        }
      }
      const step = await this.#readOnce(link, find);
      if (step.kind !== 'again') return step;
      last = step.because;
      if (this.#stopped()) return last;
    }
    return last;
  }

  async #readOnce(
    link: SdtLink,
    find: AskResult,
  ): Promise<ReadResult | { kind: 'again'; because: ReadResult }> {
    if (find.kind === 'answer' && refusesToLook(find.answer.sw3))
      return { kind: 'fault', detail: 'readerRefuses' };
    const notFound = this.#failure(find, SW3.found);
    if (notFound !== undefined) return notFound;
    const notSelected = this.#failure(await link.ask('select'), SW3.ok);
    if (notSelected !== undefined) return notSelected;
    const read = await link.ask('readTextAndPhoto');
    const notRead = this.#failure(read, SW3.ok);
    if (notRead !== undefined) return notRead;
    if (read.kind !== 'answer') return { kind: 'reopen' };
    const block = textBlockOf(read.answer.data);
    wipe(read.answer.data);
    const document = block === undefined ? undefined : decodeTextBlock(block);
    if (block !== undefined) wipe(block);
    if (document !== undefined) {
      const newerAddress =
        this.#settings.newestAddress === true ? await this.#askNewestAddress(link) : undefined;
      return {
        kind: 'document',
        document: { ...document, ...(newerAddress === undefined ? {} : { newerAddress }) },
      };
    }
    return { kind: 'again', because: { kind: 'unreadable', problem: 'badContent' } };
  }

  /** Whether the card has a newer address. The address is overwritten unread; a card that does not say is no worse for it. */
  async #askNewestAddress(link: SdtLink): Promise<boolean | undefined> {
    const result = await link.ask('readNewestAddress');
    if (result.kind !== 'answer') return undefined;
    const has = hasNewestAddress(result.answer);
    wipe(result.answer.data);
    return has;
  }

  /** `undefined` when the answer carries `expected`; else what follows from it. */
  #failure(
    result: AskResult,
    expected: number,
  ): ReadResult | { kind: 'again'; because: ReadResult } | undefined {
    if (this.#isBroken(result)) return { kind: 'reopen' };
    if (result.kind !== 'answer') {
      const problem = result.kind === 'garbled' ? 'garbled' : 'noAnswer';
      return { kind: 'again', because: { kind: 'unreadable', problem } };
    }
    const { sw3 } = result.answer;
    if (sw3 === expected) return undefined;
    const verdict = verdictOf(sw3);
    if (verdict.action === 'fault') return { kind: 'fault', detail: verdict.detail };
    const because: ReadResult = { kind: 'unreadable', problem: verdict.problem, sw3 };
    return verdict.action === 'giveUp' ? because : { kind: 'again', because };
  }

  /** Counts silence; true when the port has to be opened anew. */
  #isBroken(result: AskResult): boolean {
    if (result.kind === 'closed') return true;
    if (result.kind === 'answer') {
      this.#silentCommands = 0;
      return false;
    }
    this.#silentCommands += 1;
    if (this.#silentCommands < SILENT_COMMANDS_ALLOWED) return false;
    this.#state.report('absent', result.kind === 'garbled' ? 'garbled' : 'noAnswer');
    return true;
  }

  /** The reader's own word that it is broken. */
  #faultIn(result: AskResult): DeviceDetail | undefined {
    if (result.kind !== 'answer') return undefined;
    const verdict = verdictOf(result.answer.sw3);
    if (verdict.action !== 'fault') return undefined;
    this.#state.report('fault', verdict.detail);
    return verdict.detail;
  }

  #emitRemoved(): void {
    if (!this.#stopped()) this.#host.emit({ event: 'card.removed', deviceId: this.#settings.id });
  }

  #stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  #wait(delayMs: number): Promise<void> {
    return sleep(this.#host.clock, delayMs, this.#stop.signal);
  }
}

/** Asked only whether a card lies there, it says that it may not, or does not know the question: no card has anything to do with it. */
function refusesToLook(sw3: number): boolean {
  return sw3 === SW3.badCommand || sw3 === SW3.notPermitted;
}
