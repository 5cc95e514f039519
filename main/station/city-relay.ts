import type { RelayedAnswer } from '../../contract/station-link.ts';
import type { StationConfig } from '../../contract/station.ts';
import type { WindowId } from '../../contract/ids.ts';
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
}

/** Passes other windows' batches on to the city, byte for byte, in the order of each journal. */
export interface CityRelay {
  nudge(): void;
  stop(): void;
}

/** A ledger that the city refuses is looked at again after so long; its own window sees and says why. */
const REFUSED_PAUSE_MS = 30_000;
const BATCHES_AT_ONCE = 20;

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
  async function send(city: CityClient, { window, ledgerId, seq }: RelayLedger): Promise<boolean> {
    const name = `${window} ${ledgerId}`;
    if (!looked.has(name)) {
      const position = await city.call('ledger.position', { window, ledgerId });
      if (isStopped) return true;
      if (position.kind === 'silent') return false;
      if (position.kind === 'refused') return putOff(name, position.refusal.code);
      ledger.station.noteCitySeq(window, ledgerId, Math.min(seq, position.value.ackSeq));
      looked.add(name);
    }
    for (;;) {
      const citySeq = ledger.station.relayLedger(window, ledgerId)?.citySeq ?? 0;
      const batches = ledger.station.batchesAfter(window, ledgerId, citySeq, BATCHES_AT_ONCE);
      if (batches.length === 0) return true;
      for (const { from, to, batch } of batches) {
        const answer = await city.sendBatch(batch, `${from}-${to}`);
        if (isStopped) return true;
        if (answer.kind === 'silent') return false;
        if (answer.kind === 'refused') return putOff(name, answer.refusal.code);
        // An answer that goes nowhere would be asked for without end.
        if (answer.value.ackSeq < to) return putOff(name, 'ackSeq');
        parts.onAnswer(window, ledger.station.keepCityAnswer(window, ledgerId, answer.value));
      }
    }
  }

  function putOff(name: string, code: string): true {
    log.warn({ ledger: name, code }, 'the city does not take a relayed journal now');
    looked.delete(name);
    refusedUntil.set(name, runtime.clock.monotonicMs() + REFUSED_PAUSE_MS);
    return true;
  }

  async function run(city: CityClient): Promise<void> {
    for (;;) {
      isNudged = false;
      let isHeard = true;
      const nowMs = runtime.clock.monotonicMs();
      for (const row of ledger.station.relayLedgers()) {
        if (row.citySeq >= row.seq || (refusedUntil.get(`${row.window} ${row.ledgerId}`) ?? 0) > nowMs)
          continue;
        isHeard = await send(city, row);
        if (isStopped) return;
        if (!isHeard) break;
      }
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

  if (client)
    run(client).catch((error: unknown) => {
      log.error(
        { problem: error instanceof Error ? error.stack : String(error) },
        'the relay to the city ended',
      );
    });
  return {
    nudge() {
      isNudged = true;
      wake?.();
    },
    stop() {
      isStopped = true;
      wake?.();
    },
  };
}
