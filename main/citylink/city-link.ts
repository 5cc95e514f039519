import type { BatchAnswer, CityKeys } from '../../contract/city.ts';
import type { LinkStatus } from '../../contract/office.ts';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import { LedgerWriteError } from '../ledger/types.ts';
import { cityAddress } from './address.ts';
import { believedAck } from './believed.ts';
import { createBackOff } from './back-off.ts';
import { batchLimits, draftBatch, sealBatch, type Draft } from './batch-builder.ts';
import { createBatchSize } from './batch-size.ts';
import { cityCa, type CityCa } from './city-ca.ts';
import { createCityClient, type CallResult, type CityClient } from './city-client.ts';
import { areWholeKeys, readCityFile, writeCityFile, type CityFile } from './city-file.ts';
import { Down, Stopped } from './down.ts';
import { sendLeftBehind } from './left-behind.ts';
import { createOtherCopy } from './other-copy.ts';
import { checkFeed, readLastGood, writeLastGood, type GoodFeed } from './feed-store.ts';
import { createPaperFetch } from './paper-fetch.ts';
import { createRelayPatience } from './relay-patience.ts';
import { linkTrouble } from '../station/link-trouble.ts';
import { createTotalsComparison } from './totals-comparison.ts';
import type { CityLink, CityLinkOptions } from './types.ts';

const FEED_EVERY_MS = 60_000;
/** While nothing is to be sent, the city is asked where it stands: a dead link is seen before the next sale. */
const LOOK_EVERY_MS = 10_000;
/** With much to send over a quick line the next batch leaves before the answer to the one before it is here. */
const OVERLAP = { entries: 2_000, quickMs: 3_000 } as const;

/** A batch that was sent and is not answered yet. */
interface Sent {
  draft: Draft;
  answer: Promise<CallResult<BatchAnswer>>;
  sentMs: number;
  /** It left before the one before it was answered. */
  isOverlapping: boolean;
}

export function createCityLink(options: CityLinkOptions): CityLink {
  const { runtime, ledger, vault, config, window, station } = options;
  const { log, clock } = runtime;
  const address = cityAddress(config.url);
  const ca = cityCa(runtime.files, config.url, config.ca);
  const client: CityClient | undefined =
    address.ok && ca.ok ? createCityClient(runtime.network, address.value, ca.value?.pem) : undefined;
  const backOff = createBackOff(runtime.random);
  const batchSize = createBatchSize();
  const relay = createRelayPatience({
    isRelayed: () => options.isRelayed?.() ?? false,
    monotonicMs: () => clock.monotonicMs(),
    headSeq: () => ledger.head().seq,
  });

  let state: LinkStatus['state'] = 'starting';
  let refusal: Refusal | undefined;
  let enrolment: CityFile | undefined;
  let mustEnrol = false;
  let feed: GoodFeed | undefined;
  let feedDueMs = 0;
  let isFeedSlow = false;
  let lookDueMs = 0;
  /** The city's own word on where it stands, in this contact. */
  let cityAckSeq = 0;
  /** Next seq to send again although it is acknowledged: the histories are compared from the start. */
  let rewindTo: number | undefined;
  let hasRewound = false;
  let keysOffered = false;
  /** What goes next, packed while the batch before it travels. */
  let ahead: Draft | undefined;
  /** Goes on its way while the batch before it is looked at over there; never more than this one. */
  let following: Sent | undefined;
  let isLineQuick = false;
  let isOlderSent = false;
  let isStopped = false;
  let isNudged = false;
  let wake: (() => void) | undefined;

  const say = (newState: LinkStatus['state'], why?: Refusal): void => {
    const hasChanged = state !== newState || refusal?.code !== why?.code || refusal?.message !== why?.message;
    state = newState;
    refusal = why;
    if (!hasChanged) return;
    log.info({ state, ...(why ? { code: why.code } : {}) }, 'city link');
    options.onStatus(status());
  };

  function status(): LinkStatus {
    const { backlogEntries, oldestAtMs } = ledger.uploadState();
    return {
      state,
      backlog: backlogEntries,
      oldestUnsentAt: oldestAtMs,
      ...(refusal === undefined ? {} : { refusal }),
      ...(totals.last() === undefined ? {} : { totals: totals.last() }),
      ...(otherCopy.last() === undefined ? {} : { forks: otherCopy.last() }),
    };
  }

  const hasEnded = (): boolean => isStopped;
  const enrolmentCode = (): string | undefined => options.freshEnrolmentCode?.() ?? config.enrolmentCode;

  /** Lets sales through between two slices of long work. False after a stop. */
  const breathe = (): Promise<boolean> =>
    new Promise((resolve) => void runtime.timers.setTimeout(() => resolve(!isStopped), 0));

  /** Waits; a nudge ends it early where `isNudgeable`. */
  const pause = (delayMs: number, isNudgeable: boolean): Promise<void> =>
    new Promise((resolve) => {
      if (isStopped || (isNudgeable && isNudged)) return resolve();
      const end = (): void => {
        wake = undefined;
        resolve();
      };
      const timer = runtime.timers.setTimeout(end, Math.max(0, delayMs));
      wake = () => {
        if (!isStopped && !isNudgeable) return;
        runtime.timers.clearTimeout(timer);
        end();
      };
    });

  /** Every answer passes here: after a stop nothing more is done with any. */
  const heard = async <T>(answer: Promise<T>): Promise<T> => {
    const value = await answer;
    if (isStopped) throw new Stopped();
    return value;
  };

  const totals = createTotalsComparison({ runtime, ledger, write: options.write, heard, breathe });
  const papers = createPaperFetch({ station, taker: options.papers, log, heard, clock });
  const otherCopy = createOtherCopy({ ledger, vault, log, heard, breathe });

  async function enrol(city: CityClient): Promise<CityFile> {
    const code = enrolmentCode();
    if (code === undefined) throw new Down(refuse('city.notEnrolled'));
    const result = await heard(city.call('window.enrol', { code, window, key: vault.publicKey }));
    mustEnrol = false;
    if (result.kind !== 'answer') throw new Down(result.refusal);
    if (!areWholeKeys(result.value.keys)) throw new Down(refuse('city.rubbish', { detail: 'keys' }));
    const pinned = ca.ok && ca.value ? { ca: ca.value.fingerprints } : {};
    const file: CityFile = { v: 1, url: config.url, window, keys: result.value.keys, ...pinned };
    writeCityFile(runtime.files, file);
    return file;
  }

  function noteEnrolment(keys: CityKeys): void {
    const noted = ledger.latest('window.enrolled')?.body['cityKeyId'];
    if (noted === keys.signing.keyId) return;
    options.write([{ kind: 'window.enrolled', body: { cityKeyId: keys.signing.keyId } }]);
  }

  /** Asks where the city stands. Lower than here: it was restored from a copy, and is sent what it lost. */
  async function look(city: CityClient): Promise<void> {
    const result = await heard(city.call('ledger.position', { window, ledgerId: ledger.ledgerId }));
    if (result.kind === 'refused') throw refusedByCity(result.refusal);
    if (result.kind === 'silent') throw new Down(result.refusal);
    const { ackSeq, weekKeys } = result.value;
    const headSeq = ledger.head().seq;
    if (ackSeq > headSeq) throw new Down(refuse('ledger.older', { ledgerSeq: headSeq, anchorSeq: ackSeq }));
    const known = ledger.uploadState();
    if (ackSeq < known.ackSeq) {
      log.warn({ ackSeq, knownAckSeq: known.ackSeq }, 'the city lost entries; they are sent again');
      relay.lost(known.ackSeq);
    }
    // A higher place is not taken over: the verdicts up to it were in an answer that was lost and are asked for by
    // sending the same entries again.
    const provenSeq = Math.min(ackSeq, known.ackSeq);
    if (provenSeq !== known.ackSeq || weekKeys.toSorted().join() !== known.ackedWeeks.join()) {
      ledger.recordAnswer({ ackSeq: provenSeq, verdicts: [], weekKeys });
      options.onStatus(status());
    }
    cityAckSeq = ackSeq;
    keysOffered = false;
    lookDueMs = clock.monotonicMs() + LOOK_EVERY_MS;
  }

  /** A window that the city does not know enrols again; everything else is words for people. */
  function refusedByCity(why: Refusal): Down {
    if (why.code === 'city.unknownWindow') mustEnrol = enrolmentCode() !== undefined;
    return new Down(why);
  }

  /** Entries to send now; undefined when there are none. */
  async function nextDraft(ackSeq: number, hasPendingWeeks: boolean): Promise<Draft | undefined> {
    const after = (rewindTo ?? ackSeq + 1) - 1;
    const ready = ahead?.from === after + 1 ? ahead : undefined;
    ahead = undefined;
    const draft = ready ?? (await draftAfter(after, batchSize.entries()));
    if (hasEnded()) throw new Stopped();
    if (draft || !hasPendingWeeks || ackSeq === 0 || keysOffered) return draft;
    // Only a key is wanting: it travels with the last entry, which the city knows already.
    return draftAfter(ackSeq - 1, 1);
  }

  function draftAfter(after: number, entries: number): Promise<Draft | undefined> {
    return draftBatch(ledger, after, { entries, bytes: batchLimits.bytes }, breathe);
  }

  function send(city: CityClient, keys: CityKeys, draft: Draft, isOverlapping: boolean): Sent {
    const { ackedWeeks } = ledger.uploadState();
    const pendingWeeks = vault.weeks().filter((week) => !ackedWeeks.includes(week));
    const batch = sealBatch(vault, ledger, draft, pendingWeeks, keys.sealing);
    keysOffered = true;
    const answer = city.sendBatch(batch.gzip, batch.id);
    // Awaited in its turn; where its turn never comes, nobody asks.
    answer.catch(() => undefined);
    return { draft, answer, sentMs: clock.monotonicMs(), isOverlapping };
  }

  async function sendNext(city: CityClient, keys: CityKeys): Promise<Sent | undefined> {
    const { ackSeq, ackedWeeks } = ledger.uploadState();
    const hasPendingWeeks = vault.weeks().some((week) => !ackedWeeks.includes(week));
    const isOnlyKeyWanting = ackSeq === ledger.head().seq && hasPendingWeeks;
    if (relay.leavesToHost(ackSeq) && !isOnlyKeyWanting) return undefined;
    const draft = await nextDraft(ackSeq, hasPendingWeeks);
    return draft && send(city, keys, draft, false);
  }

  /** Sends one batch and packs the next one while it travels; a large one on a quick line leaves at once. False when there was none to send. */
  async function ship(city: CityClient, keys: CityKeys): Promise<boolean> {
    const current = following ?? (await sendNext(city, keys));
    following = undefined;
    if (!current) return false;
    const { draft } = current;
    const count = draft.to - draft.from + 1;
    let isAnswered = false;
    const pack = async (): Promise<Draft | undefined> => {
      const next = await draftAfter(draft.to, batchSize.next());
      const isLarge = next !== undefined && next.to - next.from + 1 >= OVERLAP.entries;
      if (isAnswered || !isLarge || !isLineQuick || rewindTo !== undefined) return next;
      following = send(city, keys, next, true);
      return undefined;
    };
    // What goes wrong here goes wrong again, and is told, when the same entries are packed in their turn.
    const packing = draft.to < ledger.head().seq ? pack().catch(() => undefined) : undefined;
    const result = await heard(current.answer);
    isAnswered = true;
    if (result.kind !== 'answer') following = undefined;
    if (result.kind === 'silent') {
      batchSize.failed(count);
      throw new Down(result.refusal);
    }
    if (result.kind === 'refused') {
      // It overtook the one before it. That one is answered by now: the same again is in order.
      if (result.refusal.code === 'city.gap' && current.isOverlapping) return true;
      if (result.refusal.code === 'city.chain' && !hasRewound) {
        // The histories parted before this batch, or the batch is wrong: comparing from the start tells which.
        hasRewound = true;
        rewindTo = 1;
        return true;
      }
      if (result.refusal.code === 'request.tooLarge') batchSize.failed(count);
      rewindTo = undefined;
      throw refusedByCity(result.refusal);
    }
    isLineQuick = clock.monotonicMs() - current.sentMs < OVERLAP.quickMs;
    take(draft, result.value);
    batchSize.worked(count);
    ahead = await packing;
    return true;
  }

  function take(batch: Draft, answer: BatchAnswer): void {
    const { ackSeq, verdicts, weekKeys } = answer;
    const known = ledger.uploadState();
    const reached = believedAck(batch, answer, cityAckSeq);
    ledger.recordAnswer({ ackSeq: Math.max(known.ackSeq, reached), verdicts, weekKeys });
    cityAckSeq = ackSeq;
    if (rewindTo !== undefined) rewindTo = reached < known.ackSeq ? reached + 1 : undefined;
    const refusedCount = verdicts.filter(({ verdict }) => verdict === 'refused').length;
    if (refusedCount > 0)
      log.warn({ from: batch.from, to: batch.to, refused: refusedCount }, 'the city refused entries');
    options.onStatus(status());
  }

  /** Asks for a newer feed. A wrong one changes nothing; its refusal is shown while the link stays up. */
  async function fetchFeed(city: CityClient, keys: CityKeys): Promise<Refusal | undefined> {
    const have = feed?.feed.version ?? 0;
    const result = await heard(city.call('feed.get', { station, have }));
    feedDueMs = clock.monotonicMs() + FEED_EVERY_MS;
    if (result.kind === 'silent') {
      // A feed is long and a batch may be short: what is too slow or cut for the one may do for the other.
      if (result.why !== 'timeout' && result.why !== 'broken') throw new Down(result.refusal);
      isFeedSlow = true;
      await look(city);
      return refuse('city.feedSlow');
    }
    isFeedSlow = false;
    if (result.kind === 'refused') return result.refusal;
    const signed = result.value.feed;
    if (signed === null) return undefined;
    const checked = checkFeed(signed, keys.signing, station);
    const wrong = !checked.ok
      ? checked.refusal
      : checked.value.feed.version <= have
        ? refuse('city.feedBad', { detail: `${checked.value.feed.version} ≤ ${have}` })
        : undefined;
    if (wrong || !checked.ok) {
      log.warn({ refusal: wrong }, 'the feed is refused; the last good one stays');
      return wrong;
    }
    writeLastGood(runtime.files, checked.value);
    useFeed(checked.value);
    return undefined;
  }

  function useFeed(good: GoodFeed): void {
    const { version } = good.feed;
    const noted = ledger.latest('feed.applied')?.body;
    if (noted?.['version'] !== version || noted['hash'] !== good.hash) {
      options.write([{ kind: 'feed.applied', body: { version, hash: good.hash } }]);
    }
    feed = good;
    options.onFeed(good.feed);
  }

  /** A disk that takes no entry must not keep the office from starting: the feed was in force before. */
  function useFeedAtStart(good: GoodFeed): void {
    try {
      useFeed(good);
    } catch (error) {
      if (!(error instanceof LedgerWriteError)) throw error;
      feed = good;
      options.onFeed(good.feed);
    }
  }

  /** Who vouches for the city was settled when the window enrolled; others need a new enrolment. */
  function checkPinned(known: CityFile): void {
    const now: CityCa | undefined = ca.ok ? ca.value : undefined;
    if (now && known.ca && !now.fingerprints.some((one) => known.ca?.includes(one))) {
      if (enrolmentCode() === undefined) throw new Down(refuse('city.caChanged', {}, 'city.ca'));
      mustEnrol = true;
    }
  }

  /** One contact: as long as the city answers, everything is sent and the feed kept fresh. */
  async function contact(city: CityClient): Promise<void> {
    if (enrolment) checkPinned(enrolment);
    if (!enrolment || mustEnrol) {
      enrolment = await enrol(city);
      feed = readLastGood(runtime.files, log, enrolment.keys.signing, station);
    }
    const { keys } = enrolment;
    noteEnrolment(keys);
    relay.beginContact();
    await look(city);
    if (feed) await papers.bring(city);
    await sendOlder(city, keys);
    feedDueMs = 0;
    totals.begin();
    let feedRefusal = isFeedSlow ? refuse('city.feedSlow') : undefined;
    for (;;) {
      isNudged = false;
      if (clock.monotonicMs() >= feedDueMs) feedRefusal = await fetchFeed(city, keys);
      if (clock.monotonicMs() >= papers.dueMs()) await papers.bring(city);
      const isMore = await ship(city, keys);
      backOff.reset();
      say('up', feedRefusal);
      if (isMore) continue;
      if (totals.isDue()) {
        const before = totals.last();
        await totals.step(city);
        if (totals.last() !== before) options.onStatus(status());
        if (totals.isDue()) continue;
      }
      await pause(Math.min(lookDueMs, feedDueMs, papers.dueMs()) - clock.monotonicMs(), true);
      if (isStopped) throw new Stopped();
      if (clock.monotonicMs() >= lookDueMs) {
        await look(city);
        await sendOlder(city, keys);
      }
    }
  }

  async function sendOlder(city: CityClient, keys: CityKeys): Promise<void> {
    const open = options.leftBehind;
    if (!open || isOlderSent) return;
    isOlderSent = await sendLeftBehind({ open, vault, log, heard, breathe }, city, keys);
  }

  /** A fenced window still says what it wrote, shows what the city lists, and keeps its timetable fresh. */
  async function tellOfFork(city: CityClient, keys: CityKeys): Promise<void> {
    const before = otherCopy.last();
    await otherCopy.tell(city, keys);
    if (otherCopy.last() !== before) options.onStatus(status());
    await fetchFeed(city, keys);
  }

  /** Contact after contact until the link is stopped. */
  async function run(city: CityClient): Promise<void> {
    for (;;) {
      let delayMs: number | undefined;
      try {
        await contact(city);
      } catch (error) {
        if (error instanceof Stopped || hasEnded()) return;
        const why = linkTrouble(error, runtime);
        if (why.code === 'city.fork') {
          // Looked at again now and then: people may have cleared it at the city.
          delayMs = FEED_EVERY_MS;
          say('fenced', why);
          if (enrolment) await tellOfFork(city, enrolment.keys).catch(() => undefined);
        } else say('down', why);
      }
      if (hasEnded()) return;
      rewindTo = undefined;
      ahead = undefined;
      following = undefined;
      isLineQuick = false;
      await pause(delayMs ?? backOff.nextDelayMs(), false);
    }
  }

  return {
    start() {
      enrolment = readCityFile(runtime.files, log, config.url, window);
      const good = enrolment && readLastGood(runtime.files, log, enrolment.keys.signing, station);
      if (good) useFeedAtStart(good);
      if (!client) return say('down', !address.ok ? address.refusal : !ca.ok ? ca.refusal : undefined);
      void run(client);
    },
    nudge() {
      isNudged = true;
      wake?.();
    },
    look() {
      lookDueMs = 0;
      this.nudge();
    },
    status,
    stop() {
      isStopped = true;
      wake?.();
      return Promise.resolve();
    },
  };
}
