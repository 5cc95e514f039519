import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { makeEnrolmentCode } from '../../../city/enrolment.ts';
import { publishFeed } from '../../../city/feeds.ts';
import { createGateway, type Gateway } from '../../../city/gateway.ts';
import { makeCityKeyFile, openKeyRing, type CityKeyRing } from '../../../city/keys.ts';
import type { CityRuntime } from '../../../city/runtime.ts';
import { readMigrations, trialFeed } from '../../../city/shell/files.ts';
import { migrate } from '../../../city/store/migrate.ts';
import { openPglite } from '../../../city/store/pglite.ts';
import type { Store } from '../../../city/store/store.ts';
import { batchAnswerSchema, cityMethods } from '../../../contract/city.ts';
import { answerSchema, type Answer } from '../../../contract/envelope.ts';
import { jcs } from '../../../contract/encoding/jcs.ts';
import { KitWindow, saleInstantMs, saleWeek } from '../../city/window-kit.ts';
import type { Dice } from '../dice.ts';
import { Finding, must, mustBeRefusal, mustEqual, type Fuzzer } from '../fuzzer.ts';
import { anyJson, CANARY, jsonText, mutateBytes, mutateJson, mutateText } from '../mutate.ts';

interface City {
  gateway: Gateway;
  store: Store;
  ring: CityKeyRing;
  runtime: CityRuntime;
  logged: string[];
}

let opened: Promise<City> | undefined;

/** One city for all rounds of a process: making its database costs more than a thousand cases. Each round has a station of its own. */
export function theCity(): Promise<City> {
  opened ??= (async () => {
    const logged: string[] = [];
    const log = (fields: Record<string, unknown>, message: string): void => {
      const { err } = fields;
      logged.push(`${message} ${err instanceof Error ? err.stack : JSON.stringify(fields)}`);
    };
    const runtime: CityRuntime = {
      nowMs: () => saleInstantMs,
      randomBytes: (count) => new Uint8Array(randomBytes(count)),
      breathe: () => new Promise((resolve) => void setImmediate(resolve)),
      log: { info: () => undefined, warn: log, error: log },
    };
    const store = await openPglite('memory://');
    await migrate(store, readMigrations(), saleInstantMs);
    const ring = openKeyRing(makeCityKeyFile(runtime));
    await publishFeed(store, ring, trialFeed(saleInstantMs));
    return {
      gateway: createGateway({ store, ring, runtime, name: '测试城市' }),
      store,
      ring,
      runtime,
      logged,
    };
  })();
  return opened;
}

const odd = (dice: Dice, line: string): string => {
  if (dice.once(5))
    return mutateText(dice, line)
      .toWellFormed()
      .replaceAll(/[\0\n]/g, '');
  return JSON.stringify(mutateJson(dice, JSON.parse(line)))
    .toWellFormed()
    .replaceAll('\\u0000', '?');
};

/** Only what has a canonical text can be signed. */
function signable(head: unknown): object {
  try {
    jcs(head);
    return typeof head === 'object' && head !== null ? head : {};
  } catch {
    return {};
  }
}

export const gatewayFuzzer: Fuzzer = {
  name: 'gateway',
  boundary: 'batches and requests at the city gateway',
  quickCases: 60,
  share: 10,
  casesPerRound: 30,
  reaches: [
    'stored',
    'stored, with odd entries',
    'city.batchShape',
    'city.signature',
    'city.chain',
    'request.shape',
    'rpc answered',
    'good batch after it',
  ],
  async open({ dice: chance, planted, count }) {
    const city = await theCity();
    const { gateway, store, ring, logged } = city;
    logged.length = 0;
    const window = new KitWindow(`fuzz-${chance.hex(12)}/03`, { ledgerId: chance.hex(32) });
    const read = (answer: unknown): Answer => {
      const parsed = answerSchema.safeParse(answer);
      must(parsed.success, 'not an answer envelope', answer);
      if (!parsed.data.ok) {
        if (parsed.data.refusal.code === 'defect') throw new Finding(`a defect: ${logged.at(-1) ?? ''}`);
        mustBeRefusal(parsed.data.refusal);
      }
      return parsed.data;
    };
    const rpc = async (request: unknown): Promise<Answer> => read(await gateway.rpc(request));
    const enrolled = await rpc({
      id: 1,
      method: 'window.enrol',
      params: {
        code: await makeEnrolmentCode(store, city.runtime),
        window: window.window,
        key: window.publicKey,
      },
    });
    must(enrolled.ok, 'the window of the round is not enrolled', enrolled);
    window.ticketNumber(chance.between(1, 99_000));
    window.open();
    const stranger = new KitWindow(window.window);
    let stored = 0;

    const entriesInCity = async (): Promise<string[]> => {
      const rows = await store.query<{ entry: string }>(
        'select entry from entries where window_id = $1 order by seq',
        [window.window],
      );
      return rows.map(({ entry }) => entry);
    };
    const send = async (gzip: Uint8Array): Promise<Answer> => {
      const answer = await gateway.batch(gzip);
      if (planted && !answer.ok) {
        // A city that keeps the first entry of what it refuses.
        const next = window.lines[stored];
        if (next) await gateway.batch(window.batch(stored + 1, stored + 1));
      }
      return read(answer);
    };
    const keys = () => [window.sealWeekKey(saleWeek, ring.publicKeys.sealing)];

    /** The true journal goes up behind whatever came before it. */
    const sendGood = async (): Promise<void> => {
      const from = stored + 1;
      const answer = await send(
        window.batch(from, window.lastSeq, window.weekKeys.has(saleWeek) ? keys() : []),
      );
      must(answer.ok, 'a good batch is refused after a bad one', answer);
      const { ackSeq, verdicts } = batchAnswerSchema.parse(answer.result);
      must(ackSeq === window.lastSeq, 'not everything is acknowledged', { ackSeq, last: window.lastSeq });
      must(
        verdicts.every(({ seq }) => seq <= ackSeq),
        'a verdict on what never came',
        verdicts,
      );
      for (const { refusal } of verdicts) if (refusal) mustBeRefusal(refusal);
      stored = ackSeq;
    };

    const badRpc = async (dice: Dice): Promise<void> => {
      const samples = [
        {
          id: 1,
          method: 'window.enrol',
          params: { code: 'ABCD-EFGH-JKLM-NPQR', window: 'nobody/01', key: 'A'.repeat(43) },
        },
        { id: 2, method: 'ledger.position', params: { window: window.window, ledgerId: window.ledgerId } },
        { id: 3, method: 'feed.get', params: { station: 'zhujiajian-wugongzhi', have: 0 } },
        { id: 4, method: 'city.hello', params: {} },
      ];
      const request = dice.once(6)
        ? anyJson(dice)
        : dice.once(4)
          ? dice.pick(samples)
          : mutateJson(dice, dice.pick(samples));
      const answer = await rpc(request);
      if (!answer.ok) return count(answer.refusal.code);
      const { method } = request as { method: keyof typeof cityMethods };
      must(
        cityMethods[method].output.safeParse(answer.result).success,
        'a result that does not fit the contract',
        answer,
      );
      count('rpc answered');
    };

    return {
      async one(dice) {
        if (dice.once(3)) return badRpc(dice);
        const before = stored;
        // What the window writes: sales, and in some cases entries that no window should write, rightly chained and signed.
        const isOdd = dice.once(3);
        for (let n = dice.between(1, 2); n > 0; n -= 1) window.sell();
        if (isOdd) {
          const line = window.lines.at(-dice.between(1, 2));
          if (line) line.entry = odd(dice, line.entry);
          if (line?.row && dice.once(3))
            line.row = { ...line.row, ...(dice.once(2) ? { sealed: dice.hex(40) } : { ref: dice.hex(32) }) };
        } else {
          const from = stored + 1;
          const good = window.batch(from, window.lastSeq, dice.once(2) ? keys() : []);
          const last = window.lastSeq;
          const head = {
            ledgerId: window.ledgerId,
            window: window.window,
            hash: dice.hex(64),
            from,
            to: last,
          };
          const broken =
            dice.below(6) === 0
              ? mutateBytes(dice, good)
              : dice.once(5)
                ? window.batch(from, last, keys(), { text: (text) => mutateText(dice, text) })
                : dice.once(6)
                  ? window.batch(from, last, [], { key: stranger.privateKey })
                  : dice.once(3)
                    ? window.batch(from, last, [], { head: signable(mutateJson(dice, head)) })
                    : dice.once(2)
                      ? window.batch(from, last, keys(), {
                          text: (text) => {
                            const lines = text.split('\n');
                            const at = dice.below(lines.length - 1);
                            return lines
                              .with(at, jsonText(dice, mutateJson(dice, JSON.parse(lines[at] ?? ''))))
                              .join('\n');
                          },
                        })
                      : new Uint8Array(
                          gzipSync(dice.once(2) ? `${JSON.stringify(anyJson(dice))}\n` : dice.bytes(100)),
                        );
          const answer = await send(broken);
          if (answer.ok) {
            // Not harmed after all, or harmed where nothing is signed: a row or a key. The entries are the window's own in any case.
            const { ackSeq } = batchAnswerSchema.parse(answer.result);
            must(ackSeq <= window.lastSeq, 'more is acknowledged than there is', {
              ackSeq,
              last: window.lastSeq,
            });
            stored = Math.max(stored, ackSeq);
            count('stored');
          } else count(answer.refusal.code);
          const inCity = await entriesInCity();
          mustEqual(
            inCity,
            window.lines.slice(0, stored).map(({ entry }) => entry),
            answer.ok
              ? 'other entries than were signed are stored'
              : 'something of a refused batch is stored',
          );
        }
        if (stored < window.lastSeq) await sendGood();
        count(isOdd ? 'stored, with odd entries' : 'good batch after it');
        mustEqual(
          (await entriesInCity()).slice(before),
          window.lines.slice(before).map(({ entry }) => entry),
          'the city has something else than the window',
        );
      },
      end() {
        must(
          !logged.join().includes(CANARY) && !logged.join().includes('测试甲'),
          'the log holds somebody',
          logged.slice(-3),
        );
      },
    };
  },
};
