import type { RelayedAnswer } from '../../contract/station-link.ts';
import type { StationConfig } from '../../contract/station.ts';
import type { LedgerId, WindowId } from '../../contract/ids.ts';
import { refuse, type Refusal } from '../../contract/refusals.ts';
import { cityAddress } from '../citylink/address.ts';
import { createBackOff } from '../citylink/back-off.ts';
import { cityCa } from '../citylink/city-ca.ts';
import { createCityClient, type CityClient } from '../citylink/city-client.ts';
import type { Ledger, RelayLedger } from '../ledger/types.ts';
import type { Runtime } from '../runtime.ts';

export interface CityRelayParts {
  runtime: Pick<Runtime, 'timers' | 'random' | 'files' | 'network' | 'log' | 'clock'>;
  ledger: Pick<Ledger, 'station'>;
  city: NonNullable<StationConfig['city']>;
  onAnswer: (window: WindowId, answer: RelayedAnswer) => void;
  /** The city takes nothing of this ledger now. */
  onRefused: (window: WindowId, ledgerId: LedgerId, refusal: Refusal) => void;
  /** Batches that the city has answered are kept so long. */
  keepMs: number;
}

/** Passes other windows' batches on to the city, byte for byte, in the order of each journal. */
export interface CityRelay {
  /** There is a city to pass anything on to: its address and its CA can be used. */
  readonly isOn: boolean;
  /** A batch of this ledger came, or something that a refusal before may have hung on. */
  nudge(window: WindowId, ledgerId: LedgerId): void;
  stop(): void;
}

/** A ledger that the city refuses is looked at again after so long; its own window sees and says why. */
const REFUSED_PAUSE_MS = 30_000;
const BATCHES_AT_ONCE = 20;
const PRUNE_EVERY_MS = 3_600_000;

export function createCityRelay(parts: CityRelayParts): CityRelay {
  const { runtime, ledger } = parts;
  const { timers, log } = runtime;
  const address = cityAddress(parts.city.url);
  const ca = cityCa(runtime.files, parts.city.url, parts.city.ca);
  const client: CityClient | undefined =
    address.ok && ca.ok ? createCityClient(runtime.network, address.value, ca.value?.pem) : undefined;
  const backOff = createBackOff(runtime.random);
  /** Ledgers that the city does not take now, and until when. */
  const refusedUntil = new Map<string, number>();
  /**
   * Ledgers whose place at the city is known: asked for at the start, after it was silent, when it lost entries of any of them, and once an
   * hour, before what it has is dropped here. A city restored from an older copy says nothing of it, and a window may be off for good.
   */
  const looked = new Set<string>();
  let pruneDueMs = 0;
  let isStopped = false;
  let isNudged = false;
  let wake: (() => void) | undefined;

  const hasStopped = (): boolean => isStopped;
  const pause = (delayMs: number, isNudgeable: boolean): Promise<void> =>
    new Promise((resolve) => {
      if (isStopped || (isNudgeable && isNudged)) return resolve();
      const timer = timers.setTimeout(end, delayMs);
      function end(): void {
        wake = undefined;
        timers.clearTimeout(timer);
        resolve();
      }
      wake = () => {
        if (isStopped || isNudgeable) end();
      };
    });

  const nameOf = ({ window, ledgerId }: Pick<RelayLedger, 'window' | 'ledgerId'>): string =>
    `${window} ${ledgerId}`;
  const isPutOff = (row: RelayLedger, nowMs: number): boolean => (refusedUntil.get(nameOf(row)) ?? 0) > nowMs;

  function putOff({ window, ledgerId }: RelayLedger, refusal: Refusal): void {
    log.warn({ window, ledgerId, code: refusal.code }, 'the city does not take a relayed journal now');
    looked.delete(nameOf({ window, ledgerId }));
    refusedUntil.set(nameOf({ window, ledgerId }), runtime.clock.monotonicMs() + REFUSED_PAUSE_MS);
    parts.onRefused(window, ledgerId, refusal);
  }

  /** Asks where each ledger ends at the city that is not known to: each once at most. False when the city is silent. */
  async function look(city: CityClient, nowMs: number): Promise<boolean> {
    const asked = new Set<string>();
    const isOpen = (row: RelayLedger): boolean =>
      !looked.has(nameOf(row)) && !asked.has(nameOf(row)) && !isPutOff(row, nowMs);
    for (;;) {
      const row = ledger.station.relayLedgers().find(isOpen);
      if (!row) return true;
      const { window, ledgerId, seq, citySeq } = row;
      const position = await city.call('ledger.position', { window, ledgerId });
      if (isStopped) return true;
      if (position.kind === 'silent') return false;
      asked.add(nameOf(row));
      if (position.kind === 'refused' && citySeq < seq) {
        putOff(row, position.refusal);
        continue;
      }
      // Refused where nothing waits, there is nobody to tell.
      looked.add(nameOf(row));
      // A higher place is not taken over: what the city said up to it was lost, and is asked for by sending the same again.
      if (position.kind === 'refused' || position.value.ackSeq >= citySeq) continue;
      ledger.station.setCitySeq(window, ledgerId, position.value.ackSeq);
      // What it lost of one it may have lost of all.
      for (const name of looked) if (!asked.has(name)) looked.delete(name);
    }
  }

  /** Sends what one ledger has for the city. False when the city is silent. */
  async function send(city: CityClient, row: RelayLedger): Promise<boolean> {
    const { window, ledgerId } = row;
    for (;;) {
      const sentTo = ledger.station.relayLedger(window, ledgerId)?.citySeq ?? 0;
      const batches = ledger.station.batchesAfter(window, ledgerId, sentTo, BATCHES_AT_ONCE);
      if (batches.length === 0) return true;
      for (const { from, to, batch } of batches) {
        const answer = await city.sendBatch(batch, `${from}-${to}`);
        if (isStopped) return true;
        if (answer.kind === 'silent') return false;
        // An answer that goes nowhere would be asked for without end.
        if (answer.kind === 'refused' || answer.value.ackSeq < to) {
          putOff(
            row,
            answer.kind === 'refused' ? answer.refusal : refuse('city.rubbish', { detail: 'ackSeq' }),
          );
          return true;
        }
        // The city may have more, sent by the window itself; of that its word is still to come.
        const told = { ...answer.value, ackSeq: to };
        parts.onAnswer(window, ledger.station.keepCityAnswer(window, ledgerId, told));
      }
    }
  }

  /** What every one of them has, and what is old, is not kept. */
  function prune(): void {
    const dropped = ledger.station.dropDelivered(runtime.clock.nowMs() - parts.keepMs);
    if (dropped > 0) log.info({ dropped }, 'relayed batches that the city has are dropped');
    pruneDueMs = runtime.clock.monotonicMs() + PRUNE_EVERY_MS;
  }

  /** One round over all ledgers. False when the city is silent or the disk takes nothing. */
  async function round(city: CityClient): Promise<boolean> {
    try {
      const nowMs = runtime.clock.monotonicMs();
      const isPruneDue = nowMs >= pruneDueMs;
      if (isPruneDue) looked.clear();
      if (!(await look(city, nowMs))) return false;
      if (isStopped) return true;
      if (isPruneDue) prune();
      for (const row of ledger.station.relayLedgers()) {
        if (row.citySeq >= row.seq || isPutOff(row, nowMs) || !looked.has(nameOf(row))) continue;
        if (!(await send(city, row))) return false;
        if (isStopped) return true;
      }
      return true;
    } catch (error) {
      // A disk that takes nothing, or a defect: either way windows' journals are to reach the city when it is over.
      const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log.error({ problem }, 'what the city said could not be written down');
      return false;
    }
  }

  async function run(city: CityClient): Promise<void> {
    for (;;) {
      isNudged = false;
      const isHeard = await round(city);
      if (hasStopped()) return;
      if (isHeard) {
        backOff.reset();
        await pause(REFUSED_PAUSE_MS, true);
      } else {
        // The city may have been restored from a copy while it was away.
        looked.clear();
        await pause(backOff.nextDelayMs(), false);
      }
      if (hasStopped()) return;
    }
  }

  if (client) void run(client);
  return {
    isOn: client !== undefined,
    nudge(window, ledgerId) {
      refusedUntil.delete(nameOf({ window, ledgerId }));
      isNudged = true;
      wake?.();
    },
    stop() {
      isStopped = true;
      wake?.();
    },
  };
}
