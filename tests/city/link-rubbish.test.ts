import { mkdtempSync, rmSync } from 'node:fs';
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { publishFeed } from '../../city/feeds.ts';
import { openCity, type OpenCity } from '../../city/shell/open-city.ts';
import { trialFeed } from '../../city/shell/files.ts';
import { toBase64url } from '../../contract/encoding/bytes.ts';
import { refuse } from '../../contract/refusals.ts';
import { feedSignedBytes, type Feed, type SignedFeed } from '../../contract/feed.ts';
import { machineNetwork } from '../../main/shells/network.ts';
import { makeMachine, type Machine } from '../support/machine.ts';
import { departureOn, openWindow, type TestWindow } from '../support/window.ts';
import {
  linkOf,
  startTwistingServer,
  type Exchange,
  type LinkUnderTest,
  type TwistingServer,
} from './link-kit.ts';

const DEPARTURE = departureOn('2026-11-21', '1130');

describe('a city whose answers cannot be believed', () => {
  let folder: string;
  let city: OpenCity;
  let server: TwistingServer;
  const machines: Machine[] = [];
  const ends: (() => unknown)[] = [];
  const nothing = (): void => undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'so-city-'));
    city = await openCity(
      { data: folder, trial: true, name: '测试城市' },
      {
        nowMs: () => Date.now(),
        randomBytes: (count) => new Uint8Array(randomBytes(count)),
        breathe: () => new Promise((resolve) => void setImmediate(resolve)),
        log: { info: nothing, warn: nothing, error: nothing },
      },
    );
    server = await startTwistingServer(async (path, body) => {
      const answer =
        path === '/v1/batches'
          ? await city.gateway.batch(body)
          : await city.gateway.rpc(JSON.parse(body.toString('utf8')));
      return { status: 200, text: JSON.stringify(answer) };
    });
  });
  afterAll(async () => {
    await server.close();
    await city.close();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    server.twist = undefined;
    server.seen.length = 0;
    for (const end of ends.splice(0).reverse()) await end();
    for (const machine of machines.splice(0)) machine.remove();
    // Each test's window has the same name and a new key: the city forgets the one before.
    await city.store.script(
      'truncate windows, enrolment_codes, ledgers, entries, verdicts, week_keys, sealed_rows, passengers, tickets cascade; delete from feeds where version > 1',
    );
  });

  const begin = async (
    config: { url?: string; enrolmentCode?: string } = {},
  ): Promise<{ window: TestWindow; machine: Machine; under: LinkUnderTest }> => {
    const machine = makeMachine();
    machines.push(machine);
    const window = await openWindow(machine);
    ends.push(() => window.close());
    window.openShift();
    window.takeLease(DEPARTURE, { count: 50 });
    window.sell(DEPARTURE, [1]);
    const enrolmentCode = await city.makeEnrolmentCode();
    const under = linkOf(window, machine, { url: server.url, enrolmentCode, ...config });
    ends.push(() => under.link.stop());
    return { window, machine, under };
  };
  const isAllUp = (window: TestWindow) => (): boolean =>
    window.ledger.uploadState().ackSeq === window.ledger.head().seq;
  /** A twist of one method’s good answers. */
  const twisting =
    (method: string, change: (result: Record<string, unknown>, exchange: Exchange) => unknown) =>
    (exchange: Exchange): { status: number; text: string } => {
      const answer = JSON.parse(exchange.answer.text) as { ok: boolean; result: Record<string, unknown> };
      if (exchange.method !== method || !answer.ok) return exchange.answer;
      return { status: 200, text: JSON.stringify({ ...answer, result: change(answer.result, exchange) }) };
    };

  test.each<[string, (exchange: Exchange) => { status: number; text: string }, string?]>([
    [
      'a sign-in page of the network',
      () => ({ status: 200, text: '<html><body>请登录上网</body></html>' }),
      'city.captivePortal',
    ],
    ['a redirect', () => ({ status: 302, text: '' }), 'city.captivePortal'],
    ['half a JSON', ({ answer }) => ({ status: 200, text: answer.text.slice(0, -4) })],
    ['another JSON', () => ({ status: 200, text: '{"hello":"world"}' })],
    [
      'the answer to another request',
      ({ answer }) => ({ status: 200, text: answer.text.replace(/"id":[^,]+/, '"id":"x"') }),
    ],
    [
      'an answer with more fields',
      ({ answer }) => ({ status: 200, text: answer.text.replace('"ok":', '"extra":1,"ok":') }),
    ],
    ['a server error without words', () => ({ status: 502, text: 'Bad Gateway' })],
    [
      'a city with too much to do',
      () => ({ status: 503, text: JSON.stringify({ id: null, ok: false, refusal: refuse('city.busy') }) }),
      'city.busy',
    ],
  ])(
    '%s is as good as no answer; nothing is recorded and all is sent later',
    async (_what, twist, code = 'city.rubbish') => {
      const { window, machine, under } = await begin();
      server.twist = twist;
      under.link.start();
      await under.until(() => under.link.status().state === 'down', 'down');
      await under.pass(5_000);
      expect(under.link.status()).toMatchObject({ state: 'down', refusal: { code } });
      expect(under.link.status().refusal?.message).toMatch(/[一-鿿]/);
      expect(window.ledger.uploadState()).toMatchObject({ ackSeq: 0, ackedWeeks: [] });
      expect(window.ledger.latest('window.enrolled')).toBeUndefined();
      expect(machine.runtime.files.exists('city.json')).toBe(false);
      expect(under.feeds).toEqual([]);
      server.twist = undefined;
      await under.until(isAllUp(window), 'all up');
      expect(under.link.status()).toMatchObject({ state: 'up', backlog: 0 });
    },
  );

  test.each<[string, (result: Record<string, unknown>) => unknown]>([
    ['an ackSeq beyond what was sent', (result) => ({ ...result, ackSeq: 1_000 })],
    ['an ackSeq that goes back', (result) => ({ ...result, ackSeq: 0 })],
    ['an ackSeq that is no number', (result) => ({ ...result, ackSeq: '5' })],
    [
      'a verdict on an entry that was never sent',
      (result) => ({ ...result, verdicts: [{ seq: 999, verdict: 'accepted' }] }),
    ],
    ['no verdicts at all', ({ ackSeq, weekKeys }) => ({ ackSeq, weekKeys })],
  ])('%s is never believed', async (_what, change) => {
    const { window, under } = await begin();
    under.link.start();
    await under.until(isAllUp(window), 'all up');
    const before = window.ledger.uploadState();
    window.sell(DEPARTURE, [2]);
    server.twist = twisting('v1/batches', change);
    under.link.nudge();
    await under.until(() => under.link.status().state === 'down', 'down');
    expect(under.link.status().refusal?.code).toBe('city.rubbish');
    expect(window.ledger.uploadState()).toMatchObject({
      ackSeq: before.ackSeq,
      ackedWeeks: before.ackedWeeks,
    });
    server.twist = undefined;
    await under.until(isAllUp(window), 'all up again');
  });

  test('a city that claims entries that this ledger does not have is shown, not believed', async () => {
    const { window, under } = await begin();
    server.twist = twisting('ledger.position', (result) => ({ ...result, ackSeq: 5_000 }));
    under.link.start();
    await under.until(() => under.link.status().state === 'down', 'down');
    expect(under.link.status().refusal?.code).toBe('ledger.older');
    expect(window.ledger.uploadState().ackSeq).toBe(0);
    expect(server.seen).not.toContain('v1/batches');
  });

  test('a verdict told in an answer that was lost is told again', async () => {
    const { window, under } = await begin();
    under.link.start();
    await under.until(isAllUp(window), 'all up');
    const command = window.saleCommand(DEPARTURE, [3]);
    const [ticket, money] = command.entries;
    if (!ticket || !money) throw new Error('a sale has two entries');
    const wrong = window.vault.seal(
      { kind: '111', name: '测试甲', number: '330999199001010000' },
      '2026-W47',
    );
    window.ledger.append({ ...command, entries: [{ ...ticket, identity: wrong }, money] });
    const seq = window.ledger.head().seq - 1;
    let lost = 0;
    server.twist = ({ method, answer }) => {
      if (method !== 'v1/batches' || lost > 0) return answer;
      lost += 1;
      return { status: 504, text: 'Gateway Timeout' };
    };
    under.link.nudge();
    await under.until(isAllUp(window), 'all up');
    expect(lost).toBe(1);
    expect(window.ledger.verdictsOf([seq]).get(seq)).toMatchObject({ verdict: 'refused' });
  });

  test('a silent city is given up after a time-out', async () => {
    const { window, machine, under } = await begin();
    await under.link.stop();
    server.twist = () => 'silence';
    const asked: number[] = [];
    const impatient = linkOf(
      window,
      machine,
      { url: server.url, enrolmentCode: 'AAAA-BBBB-CCCC-DDDD' },
      {
        request(wanted) {
          asked.push(wanted.timeoutMs);
          return machineNetwork.request({ ...wanted, timeoutMs: 200 });
        },
      },
    );
    ends.push(() => impatient.link.stop());
    impatient.link.start();
    await impatient.until(() => impatient.link.status().state === 'down', 'down');
    expect(asked.every((timeoutMs) => timeoutMs > 0 && timeoutMs <= 30_000)).toBe(true);
    expect(impatient.link.status().refusal?.code).toBe('city.unavailable');
    expect(window.ledger.uploadState().ackSeq).toBe(0);
  });

  test('a disk that takes no file is said, and all goes on when it does again', async () => {
    const { window, machine, under } = await begin();
    await under.link.stop();
    let isFull = true;
    const files = {
      ...machine.runtime.files,
      writeAtomic(name: string, text: string, mode?: number) {
        if (isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        machine.runtime.files.writeAtomic(name, text, mode);
      },
    };
    const enrolmentCode = await city.makeEnrolmentCode();
    const full = { ...machine, runtime: { ...machine.runtime, files } };
    const link = linkOf(window, full, { url: server.url, enrolmentCode });
    ends.push(() => link.link.stop());
    link.link.start();
    await link.until(() => link.link.status().state === 'down', 'down');
    expect(link.link.status().refusal).toMatchObject({ code: 'folder.notWritable' });
    expect(window.ledger.uploadState().ackSeq).toBe(0);
    isFull = false;
    await link.until(isAllUp(window), 'all up');
    expect(link.feeds).toHaveLength(1);
  });

  describe('feeds', () => {
    const other = generateKeyPairSync('ed25519').privateKey;
    const signedBy = (key: KeyObject, feed: object, keyId?: string): SignedFeed => {
      const text = JSON.stringify(feed);
      return {
        alg: 'Ed25519',
        keyId: keyId ?? city.ring.publicKeys.signing.keyId,
        text,
        signature: toBase64url(sign(null, feedSignedBytes(text), key)),
      };
    };
    const newer = (change: Partial<Feed> = {}): Feed => ({ ...trialFeed(), version: 7, ...change });

    test.each<[string, () => SignedFeed]>([
      ['signed by somebody else', () => signedBy(other, newer())],
      ['signed by another key id', () => signedBy(city.ring.signing, newer(), '00000000')],
      ['of another station', () => signedBy(city.ring.signing, newer({ station: 'putuoshan' }))],
      ['of a wrong shape', () => signedBy(city.ring.signing, { ...newer(), fares: 'free' })],
      [
        'with one wrong fare',
        () => {
          const feed = newer();
          const [first, ...rest] = feed.fares;
          return signedBy(city.ring.signing, { ...feed, fares: [{ ...first, fareFen: -1 }, ...rest] });
        },
      ],
      [
        'with a departure of no line',
        () => {
          const feed = newer();
          const [first, ...rest] = feed.departures;
          return signedBy(city.ring.signing, {
            ...feed,
            departures: [{ ...first, lineId: 'nowhere' }, ...rest],
          });
        },
      ],
      ['that is older', () => signedBy(city.ring.signing, newer({ version: 1, issuedAt: 5 }))],
      [
        'with a full fare of no line left out',
        () => {
          const feed = newer();
          const line = feed.fares[0]?.lineId;
          return signedBy(city.ring.signing, {
            ...feed,
            fares: feed.fares.filter(({ lineId }) => lineId !== line),
          });
        },
      ],
      [
        'with one departure twice',
        () => {
          const feed = newer();
          return signedBy(city.ring.signing, {
            ...feed,
            departures: [...feed.departures, ...feed.departures.slice(0, 1)],
          });
        },
      ],
      [
        'of which the end is missing',
        () => {
          const signed = signedBy(city.ring.signing, newer());
          return { ...signed, text: signed.text.slice(0, -1_000) };
        },
      ],
      [
        'of the version that is in force, with another content',
        () => signedBy(city.ring.signing, newer({ version: 1, lines: [] })),
      ],
      [
        'changed after signing',
        () => {
          const signed = signedBy(city.ring.signing, newer());
          return { ...signed, text: signed.text.replace('"fareFen":3000', '"fareFen":1000') };
        },
      ],
    ])('one %s is refused whole and the last good one stays', async (_what, make) => {
      const { window, machine, under } = await begin();
      under.link.start();
      await under.until(() => under.feeds.length === 1 && isAllUp(window)(), 'the good feed');
      const kept = machine.runtime.files.readText('feed/last-good.json');
      let offered = 0;
      server.twist = twisting('feed.get', () => {
        offered += 1;
        return { feed: make() };
      });
      await under.until(() => offered >= 1 && under.link.status().refusal !== undefined, 'refused', 2_000);
      expect(under.link.status()).toMatchObject({ state: 'up', refusal: { code: 'city.feedBad' } });
      expect(under.feeds).toHaveLength(1);
      expect(machine.runtime.files.readText('feed/last-good.json')).toBe(kept);
      expect(window.ledger.latest('feed.applied')?.body).toMatchObject({ version: 1 });
      server.twist = undefined;
      await under.until(() => under.link.status().refusal === undefined, 'well again', 2_000);
    });

    test('one whose answer ends half-way is as good as none, while everything else goes on', async () => {
      const { window, machine, under } = await begin();
      under.link.start();
      await under.until(() => under.feeds.length === 1 && isAllUp(window)(), 'the good feed');
      const kept = machine.runtime.files.readText('feed/last-good.json');
      server.twist = ({ method, answer }) =>
        method === 'feed.get' ? { status: 200, text: answer.text.slice(0, answer.text.length / 2) } : answer;
      await under.until(() => under.link.status().state === 'down', 'seen', 2_000);
      expect(under.link.status().refusal?.message).toMatch(/应答不可信/);
      expect(under.feeds).toHaveLength(1);
      expect(machine.runtime.files.readText('feed/last-good.json')).toBe(kept);
      server.twist = undefined;
      await under.until(() => under.link.status().state === 'up', 'well again', 2_000);
    });

    test('a newer one takes effect within a minute and is journalled', async () => {
      const { window, under } = await begin();
      under.link.start();
      await under.until(() => under.feeds.length === 1 && isAllUp(window)(), 'the first feed');
      const changed = trialFeed();
      changed.settings.stopOfSaleMin = { value: 5, mark: 'S1' };
      expect(await publishFeed(city.store, city.ring, changed)).toBe(2);
      await under.pass(61_000);
      await under.until(() => under.feeds.length === 2, 'the second feed');
      expect(under.feeds[1]).toMatchObject({ version: 2, settings: { stopOfSaleMin: { value: 5 } } });
      expect(window.ledger.latest('feed.applied')?.body).toMatchObject({ version: 2 });
    });
  });

  describe('enrolment', () => {
    test('without a code the window says so and sells on', async () => {
      const { window, machine, under } = await begin();
      await under.link.stop();
      const bare = linkOf(window, machine, { url: server.url });
      ends.push(() => bare.link.stop());
      bare.link.start();
      await bare.until(() => bare.link.status().state === 'down', 'down');
      expect(bare.link.status().refusal?.code).toBe('city.notEnrolled');
    });

    test('a code that comes later than the office is used as soon as it is there', async () => {
      const { window, machine, under } = await begin();
      await under.link.stop();
      const trial: { code?: string } = {};
      const late = linkOf(window, machine, { url: server.url }, machineNetwork, () => trial.code);
      ends.push(() => late.link.stop());
      late.link.start();
      await late.until(() => late.link.status().state === 'down', 'down');
      expect(late.link.status().refusal?.code).toBe('city.notEnrolled');
      trial.code = await city.makeEnrolmentCode();
      await late.until(isAllUp(window), 'all up', 1_000);
    });

    test('a used code is shown as refused', async () => {
      const { under } = await begin({ enrolmentCode: 'AAAA-BBBB-CCCC-DDDD' });
      under.link.start();
      await under.until(() => under.link.status().state === 'down', 'down');
      expect(under.link.status().refusal?.code).toBe('city.enrolmentCode');
    });

    test('a city made anew is enrolled with by the code at hand', async () => {
      const { window, under } = await begin();
      under.link.start();
      await under.until(isAllUp(window), 'all up');
      await city.store.script(
        `truncate ledgers, entries, verdicts, week_keys, sealed_rows, passengers, tickets;
         update enrolment_codes set used_by = null, used_at = null; delete from windows`,
      );
      await under.until(() => under.statuses.some(({ state }) => state === 'down'), 'the loss is seen');
      await under.until(() => window.ledger.uploadState().ackSeq === 0, 'the new city’s place is known');
      await under.until(isAllUp(window), 'all up again');
      const [row] = await city.store.query<{ n: number }>('select count(*) as n from counted_tickets');
      expect(row?.n).toBe(1);
    });

    test('plain http to another machine is refused and never tried', async () => {
      const { under } = await begin({ url: 'http://city.example/api' });
      under.link.start();
      await under.pass(2_000);
      expect(under.link.status()).toMatchObject({
        state: 'down',
        refusal: { code: 'city.plainHttp', field: 'city.url' },
      });
    });
  });
});
