import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { feedSignedBytes, type Feed } from '../../../contract/feed.ts';
import { decodeBatch } from '../../../contract/encoding/batch.ts';
import { toBase64url } from '../../../contract/encoding/bytes.ts';
import { jcs } from '../../../contract/encoding/jcs.ts';
import { refusalCatalogue, refuse } from '../../../contract/refusals.ts';
import { sampleFeed } from '../../../domain/sample-feed.ts';
import { createCityLink } from '../../../main/citylink/city-link.ts';
import { NetworkError, type HttpAnswer, type HttpRequest } from '../../../main/runtime.ts';
import { makeMachine } from '../../support/machine.ts';
import { departureOn, openWindow, WINDOW } from '../../support/window.ts';
import type { Dice } from '../dice.ts';
import { Finding, must, mustEqual, type Fuzzer } from '../fuzzer.ts';
import { anyJson, mutateBytes, mutateJson } from '../mutate.ts';
import { scratchFolder } from '../scratch.ts';

const STATION = 'zhujiajian-wugongzhi';
const raw = (type: 'ed25519' | 'x25519') => {
  const { privateKey } = type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519');
  return { privateKey, key: createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '' };
};

const idOf = (key: string): string =>
  createHash('sha256').update(Buffer.from(key, 'base64url')).digest('hex').slice(0, 8);

/** An honest city in a few lines: it keeps what it is sent, in order, and says how far it has come. */
class HonestCity {
  readonly signing = raw('ed25519');
  readonly sealing = raw('x25519');
  readonly stored: string[] = [];
  readonly weeks = new Set<string>();
  version = 1;

  get keys() {
    const named = ({ key }: { key: string }) => ({ keyId: idOf(key), key });
    return { signing: named(this.signing), sealing: named(this.sealing) };
  }

  answer(request: HttpRequest): { id: string | number; ok: true; result: unknown } {
    const body = Buffer.from(request.body ?? []);
    if (request.url.endsWith('v1/batches')) return this.#take(body);
    const { id, method, params } = JSON.parse(body.toString('utf8')) as {
      id: number;
      method: string;
      params: { have: number };
    };
    switch (method) {
      case 'window.enrol':
        return { id, ok: true, result: { keys: this.keys, ledgerOrdinal: 1 } };
      case 'ledger.position':
        return { id, ok: true, result: { ackSeq: this.stored.length, weekKeys: [...this.weeks].sort() } };
      case 'window.forks':
        return { id, ok: true, result: { forks: [], tickets: [] } };
      case 'feed.get':
        return { id, ok: true, result: { feed: params.have < this.version ? this.#feed() : null } };
      default:
        throw new Finding('the window asks for something that no city has', method);
    }
  }

  #take(body: Buffer): { id: string; ok: true; result: unknown } {
    const decoded = decodeBatch(gunzipSync(body).toString('utf8'));
    must(decoded.ok, 'the window sends a batch that is none', decoded);
    const { head, entries, weekKeys } = decoded.batch;
    must(head.from <= this.stored.length + 1, 'the window leaves a gap', head);
    for (const [at, { entry }] of entries.entries()) {
      const seq = head.from + at;
      const known = this.stored[seq - 1];
      must(
        known === undefined || known === entry,
        'the window sends another entry under the same number',
        seq,
      );
      this.stored[seq - 1] = entry;
    }
    for (const { week } of weekKeys) this.weeks.add(week);
    return {
      id: `${head.from}-${head.to}`,
      ok: true,
      result: { ackSeq: this.stored.length, verdicts: [], weekKeys: [...this.weeks].sort() },
    };
  }

  #feed(): object {
    const feed: Feed = { ...sampleFeed(), station: STATION, version: this.version };
    const text = jcs(feed);
    return {
      alg: 'Ed25519',
      keyId: this.keys.signing.keyId,
      text,
      signature: toBase64url(sign(null, feedSignedBytes(text), this.signing.privateKey)),
    };
  }
}

const codes = Object.keys(refusalCatalogue) as (keyof typeof refusalCatalogue)[];

/** The road between window and city, and whoever stands on it. */
function twisted(dice: Dice, truth: { id: string | number; ok: true; result: unknown }): HttpAnswer {
  const send = (value: unknown, status = 200): HttpAnswer => ({
    status,
    headers: {},
    body: Buffer.from(JSON.stringify(value) ?? ''),
  });
  switch (dice.below(9)) {
    case 0:
      return { ...send(truth), body: mutateBytes(dice, send(truth).body) };
    case 1:
      return send(anyJson(dice), dice.pick([200, 302, 404, 500]));
    case 2: {
      // Each code of the list may be heard; its own values do not matter here.
      const code = dice.pick(codes);
      const values = Object.fromEntries(
        [...refusalCatalogue[code].join().matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, 1]),
      );
      return send({ id: dice.pick([truth.id, null]), ok: false, refusal: refuse(code, values) });
    }
    case 3: {
      const result = truth.result as { ackSeq?: number };
      if (result.ackSeq === undefined) return send(mutateJson(dice, truth));
      const ackSeq = dice.pick([
        0,
        1,
        result.ackSeq - 1,
        result.ackSeq + 1,
        result.ackSeq + 1000,
        dice.below(60),
        2 ** 53 - 1,
      ]);
      return send({ ...truth, result: { ...result, ackSeq } });
    }
    case 4: {
      const verdicts = Array.from({ length: dice.between(1, 4) }, () => ({
        seq: dice.between(0, 80),
        verdict: dice.pick(['accepted', 'refused', 'held']),
      }));
      return send({ ...truth, result: { ...(truth.result as object), verdicts } });
    }
    case 5: {
      // One letter of a key is another one: the shape is right, the key is not.
      const { keys } = truth.result as { keys?: { signing: { key: string }; sealing: { key: string } } };
      if (keys) {
        const odd = structuredClone(keys);
        const half = dice.pick([odd.signing, odd.sealing]);
        half.key = dice.once(3)
          ? half.key.slice(1)
          : `${half.key.startsWith('A') ? 'B' : 'A'}${half.key.slice(1)}`;
        return send({ ...truth, result: { ...(truth.result as object), keys: odd } });
      }
      if (dice.once(2)) return send({ ...truth, result: mutateJson(dice, truth.result) });
      return send({ ...truth, id: dice.pick([0, 1, 2, 3, '1-1', null]) });
    }
    default:
      return send(mutateJson(dice, truth), dice.pick([200, 200, 500]));
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const uploadFuzzer: Fuzzer = {
  name: 'upload',
  boundary: 'answers of the city to the link: batches, positions, feeds, enrolment',
  quickCases: 60,
  share: 15,
  casesPerRound: 15,
  reaches: ['answer twisted', 'went back, and said so', 'refused', 'lost on the way', 'all in the city'],
  async open({ dice: chance, planted, count }) {
    const folder = scratchFolder();
    const city = new HonestCity();
    const live = join(folder, 'live');
    mkdirSync(live);
    const machine = makeMachine({ folder: live, seed: chance.below(1000) });
    const window = await openWindow(machine);
    window.openShift();
    const departure = departureOn('2026-11-21', '1100');
    window.takeLease(departure, { count: 5_000 });
    let people = 0;
    let dice = chance;
    /** Requests of this case that someone may meddle with. */
    let faults = 0;
    const isTroubled = (): boolean => faults > 0;
    let sentTo = 0;
    const { ledger } = window;
    const record = ledger.recordAnswer.bind(ledger);
    const problems: string[] = [];
    const looked = {
      ...ledger,
      recordAnswer(answer: Parameters<typeof record>[0]) {
        const before = ledger.uploadState().ackSeq;
        const taken = planted && before > 5 ? { ...answer, ackSeq: before - 1 } : answer;
        if (taken.ackSeq > Math.max(sentTo, before))
          problems.push(`acknowledged ${taken.ackSeq}, and only ${sentTo} were ever sent`);
        if (taken.ackSeq < before) {
          const isSaid = machine.logged.some(
            ({ level, message }) => level === 'warn' && message.includes('sent again'),
          );
          if (!isSaid) problems.push(`went back from ${before} to ${taken.ackSeq} in silence`);
          count('went back, and said so');
        }
        record(taken);
      },
    };
    const request = async (given: HttpRequest): Promise<HttpAnswer> => {
      await Promise.resolve();
      if (given.url.endsWith('v1/batches')) {
        const decoded = decodeBatch(gunzipSync(given.body ?? new Uint8Array()).toString('utf8'));
        if (decoded.ok) sentTo = Math.max(sentTo, decoded.batch.head.to);
      }
      if (isTroubled() && dice.once(2)) {
        faults -= 1;
        if (dice.once(5)) {
          count('lost on the way');
          // Lost before the city had it, or the answer was lost.
          if (dice.once(2)) city.answer(given);
          throw new NetworkError(
            dice.pick(['refused', 'timeout', 'unreachable', 'tooLarge', 'broken']),
            'fuzz',
          );
        }
        count('answer twisted');
        return twisted(dice, city.answer(given));
      }
      return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(city.answer(given))) };
    };
    const feeds: Feed[] = [];
    const link = createCityLink({
      runtime: {
        ...machine.runtime,
        network: {
          request: (given) =>
            request(given).catch((error: unknown) => {
              if (error instanceof Finding) problems.push(error.message);
              throw error;
            }),
        },
      },
      ledger: looked,
      vault: window.vault,
      config: { url: 'http://127.0.0.1:9', enrolmentCode: 'ABCD-EFGH-JKLM-NPQR' },
      station: STATION,
      window: WINDOW,
      onStatus: () => undefined,
      onFeed: (feed) => void feeds.push(feed),
      write: (entries) => void window.write(entries, { bodyMac: null, actor: 'office', method: 'office' }),
    });
    // Enrolment is the first thing on the road, and comes once a round.
    faults = chance.below(6);
    link.start();
    return {
      async one(given) {
        dice = given;
        machine.logged.length = 0;
        faults = Math.max(faults, dice.between(1, 8));
        if (dice.once(3)) city.version += 1;
        for (let n = dice.between(1, 4); n > 0; n -= 1) window.sell(departure, [(people += 1)]);
        link.nudge();
        const look = (): void => {
          const { state, refusal, backlog } = link.status();
          must(problems.length === 0, problems[0] ?? '');
          must(backlog >= 0, 'a backlog of less than nothing', backlog);
          if (refusal !== undefined) {
            count('refused');
            must(Object.hasOwn(refusalCatalogue, refusal.code), 'a refusal that is not of the list', refusal);
            must(
              refusal.code !== 'defect' ||
                !machine.logged.some(({ message }) => message.startsWith('defect')),
              'a defect',
              machine.logged.findLast(({ level }) => level === 'error'),
            );
          }
          must(state !== 'none', 'the link has forgotten its city');
        };
        for (let steps = 0; steps < 60 && isTroubled(); steps += 1) {
          machine.pass(dice.pick([100, 1_000, 15_000]));
          for (let turns = 0; turns < 4; turns += 1) await turn();
          look();
        }
        faults = 0;
        // The road is free again: everything comes to the city as it was written.
        let isDone = false;
        for (let steps = 0; steps < 400 && !isDone; steps += 1) {
          machine.pass(5_000);
          for (let turns = 0; turns < 3; turns += 1) await turn();
          look();
          isDone =
            link.status().state === 'up' &&
            ledger.uploadState().ackSeq === ledger.head().seq &&
            city.stored.length === ledger.head().seq;
        }
        must(isDone, 'the road is free and the link is not well again', {
          status: link.status(),
          acked: ledger.uploadState().ackSeq,
          head: ledger.head().seq,
          city: city.stored.length,
        });
        // Keys that a stranger made up whole are the transport's to keep away; a key that lost a letter is found here.
        const { keys } = JSON.parse(machine.runtime.files.readText('city.json') ?? '{}') as {
          keys: HonestCity['keys'];
        };
        for (const { keyId, key } of [keys.signing, keys.sealing])
          must(idOf(key) === keyId, 'a key that is not the one its id names is believed', keys);
        count('all in the city');
      },
      async end() {
        await link.stop();
        machine.pass(60_000);
        const verified = ledger.verify();
        const mine = ledger.entriesAfter(0, 100_000, 100_000_000).map(({ canonical }) => canonical);
        window.close();
        rmSync(folder, { recursive: true, force: true });
        if (planted) return;
        must(verified.ok, 'the chain does not hold', verified);
        mustEqual(city.stored.slice(0, mine.length), mine, 'the city has something else than the window');
        must(
          feeds.every((feed) => feed.station === STATION) &&
            feeds.every((feed, at) => at === 0 || feed.version > (feeds[at - 1]?.version ?? 0)),
          'an older or foreign timetable was put in force',
          feeds.map(({ version }) => version),
        );
      },
    };
  },
};
