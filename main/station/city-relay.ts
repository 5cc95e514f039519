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
  /** Ledgers whose place at the city was asked for in this run. */
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

  /** Sends what one ledger has for the city. False when the city is silent. */
  async function send(city: CityClient, { window, ledgerId, citySeq }: RelayLedger): Promise<boolean> {
    const name = `${window} ${ledgerId}`;
    const putOff = (refusal: Refusal): true => {
      log.warn({ window, ledgerId, code: refusal.code }, 'the city does not take a relayed journal now');
      looked.delete(name);
      refusedUntil.set(name, runtime.clock.monotonicMs() + REFUSED_PAUSE_MS);
      parts.onRefused(window, ledgerId, refusal);
      return true;
    };
    if (!looked.has(name)) {
      const position = await city.call('ledger.position', { window, ledgerId });
      if (isStopped) return true;
      if (position.kind === 'silent') return false;
      if (position.kind === 'refused') return putOff(position.refusal);
      // A higher place is not taken over: what the city said up to it was lost, and is asked for by sending the same again.
      if (position.value.ackSeq < citySeq) ledger.station.setCitySeq(window, ledgerId, position.value.ackSeq);
      looked.add(name);
    }
    for (;;) {
      const sentTo = ledger.station.relayLedger(window, ledgerId)?.citySeq ?? 0;
      const batches = ledger.station.batchesAfter(window, ledgerId, sentTo, BATCHES_AT_ONCE);
      if (batches.length === 0) return true;
      for (const { from, to, batch } of batches) {
        const answer = await city.sendBatch(batch, `${from}-${to}`);
        if (isStopped) return true;
        if (answer.kind === 'silent') return false;
        if (answer.kind === 'refused') return putOff(answer.refusal);
        // An answer that goes nowhere would be asked for without end.
        if (answer.value.ackSeq < to) return putOff(refuse('city.rubbish', { detail: 'ackSeq' }));
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
      if (nowMs >= pruneDueMs) prune();
      for (const row of ledger.station.relayLedgers()) {
        const name = `${row.window} ${row.ledgerId}`;
        if (row.citySeq >= row.seq || (refusedUntil.get(name) ?? 0) > nowMs) continue;
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
      refusedUntil.delete(`${window} ${ledgerId}`);
      isNudged = true;
      wake?.();
    },
    stop() {
      isStopped = true;
      wake?.();
    },
  };
}
