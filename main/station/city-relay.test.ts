import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { LedgerId, WindowId } from '../../contract/ids.ts';
import { refuse } from '../../contract/refusals.ts';
import { makeMachine } from '../../tests/support/machine.ts';
import type { RelayLedger } from '../ledger/types.ts';
import { NetworkError, type Network } from '../runtime.ts';
import { createCityRelay, type CityRelayParts } from './city-relay.ts';

const HOUR_MS = 3_600_000;
const windowOf = (number: number) => `pier/0${number}` as WindowId;
const ledgerOf = (number: number) => String(number).repeat(32) as LedgerId;

/** A relay for windows 2 and 3 whose batches have one entry each, at a city that a test takes entries from. */
function relayed(seqs: Record<number, number>, isSilent = false) {
  const machine = makeMachine();
  const numbers = Object.keys(seqs).map(Number);
  const rows = new Map(
    numbers.map((number): [string, RelayLedger] => [
      windowOf(number),
      {
        window: windowOf(number),
        ledgerId: ledgerOf(number),
        seq: seqs[number] ?? 0,
        hash: new Uint8Array(32),
        citySeq: seqs[number] ?? 0,
        heardAtMs: 0,
      },
    ]),
  );
  const city = {
    has: new Map(numbers.map((number) => [windowOf(number), seqs[number] ?? 0])),
    isSilent,
  };
  /** What the city was asked or sent, and when the host dropped what it need not keep. */
  const heard: string[] = [];
  const network: Network = {
    async request({ url, body }) {
      const text = new TextDecoder().decode(body);
      if (city.isSilent) throw new NetworkError('refused', 'no city');
      const answer = (json: object) => ({
        status: 200,
        headers: {},
        body: new TextEncoder().encode(JSON.stringify(json)),
      });
      if (url.endsWith('v1/rpc')) {
        const { id, params } = JSON.parse(text) as { id: number; params: { window: WindowId } };
        heard.push(`position ${params.window}`);
        const ackSeq = city.has.get(params.window);
        if (ackSeq === undefined)
          return answer({ id, ok: false, refusal: refuse('city.unknownWindow', { window: params.window }) });
        return answer({ id, ok: true, result: { ackSeq, weekKeys: [] } });
      }
      const { window, from } = JSON.parse(text) as { window: WindowId; from: number };
      const id = `${from}-${from}`;
      if ((city.has.get(window) ?? 0) + 1 < from)
        return answer({ id, ok: false, refusal: refuse('city.gap', { expected: 1, got: from }) });
      heard.push(`batch ${window} ${from}`);
      city.has.set(window, from);
      return answer({ id, ok: true, result: { ackSeq: from, verdicts: [], weekKeys: [] } });
    },
  };
  const station = {
    relayLedgers: () => [...rows.values()],
    relayLedger: (window: WindowId) => rows.get(window),
    batchesAfter: (window: WindowId, ledgerId: LedgerId, after: number) =>
      Array.from({ length: (rows.get(window)?.seq ?? 0) - after }, (_, n) => {
        const from = after + n + 1;
        const batch = new TextEncoder().encode(JSON.stringify({ window, from }));
        return { window, ledgerId, from, to: from, batch };
      }),
    setCitySeq(window: WindowId, _ledgerId: LedgerId, citySeq: number) {
      const row = rows.get(window);
      if (row) rows.set(window, { ...row, citySeq });
    },
    keepCityAnswer(window: WindowId, ledgerId: LedgerId, told: { ackSeq: number }) {
      station.setCitySeq(window, ledgerId, told.ackSeq);
      return { id: 1, ledgerId, answer: told };
    },
    dropDelivered() {
      heard.push('dropped');
      return 0;
    },
  };
  const refused: string[] = [];
  const relay = createCityRelay({
    runtime: { ...machine.runtime, network },
    ledger: { station } as unknown as CityRelayParts['ledger'],
    city: { url: 'http://127.0.0.1:9/' },
    keepMs: 0,
    onAnswer: () => undefined,
    onRefused: (window) => void refused.push(window),
  });
  return {
    city,
    refused,
    /** Time goes by, some seconds at a time; gives what the city was asked meanwhile. */
    async pass(ms: number): Promise<string[]> {
      for (let passed = 0; passed < ms; passed += 10_000) {
        machine.pass(Math.min(10_000, ms - passed));
        for (let turns = 0; turns < 30; turns += 1) await turn();
      }
      return heard.splice(0);
    },
    sell(number: number) {
      const row = rows.get(windowOf(number));
      if (row) rows.set(row.window, { ...row, seq: row.seq + 1 });
      relay.nudge(windowOf(number), ledgerOf(number));
    },
    stop() {
      relay.stop();
      machine.remove();
    },
  };
}

const positions = ['position pier/02', 'position pier/03'];

test('where each ledger ends at the city is asked at the start and once an hour, before anything is dropped', async () => {
  const one = relayed({ 2: 6, 3: 5 });
  expect(await one.pass(10_000)).toEqual([...positions, 'dropped']);
  expect(await one.pass(HOUR_MS - 60_000), 'not at every look').toEqual([]);
  one.city.has.set(windowOf(2), 4);
  expect(await one.pass(120_000)).toEqual([...positions, 'dropped', 'batch pier/02 5', 'batch pier/02 6']);
  one.stop();
});

test('a city that lost entries of one ledger is asked for all of them, whoever is off', async () => {
  const one = relayed({ 2: 6, 3: 5 });
  await one.pass(10_000);
  one.city.has.set(windowOf(2), 4);
  one.city.has.set(windowOf(3), 4);
  one.sell(3);
  const heard = await one.pass(90_000);
  expect(heard.toSorted()).toEqual(
    [...positions, 'batch pier/02 5', 'batch pier/02 6', 'batch pier/03 5', 'batch pier/03 6'].toSorted(),
  );
  one.stop();
});

test('nothing is dropped while the city is silent; then all are asked for', async () => {
  const one = relayed({ 2: 6, 3: 5 }, true);
  expect(await one.pass(10_000)).toEqual([]);
  one.city.has.set(windowOf(2), 5);
  one.city.isSilent = false;
  expect(await one.pass(180_000)).toEqual([...positions, 'dropped', 'batch pier/02 6']);
  one.stop();
});

test('a ledger of which nothing waits and that the city does not know is asked for no more often than others', async () => {
  const one = relayed({ 2: 6, 3: 5 });
  one.city.has.delete(windowOf(2));
  expect(await one.pass(10_000)).toEqual([...positions, 'dropped']);
  expect(await one.pass(HOUR_MS - 60_000)).toEqual([]);
  expect(one.refused).toEqual([]);
  one.stop();
});
