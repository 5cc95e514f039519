import { mkdtempSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openCity, type OpenCity } from '../../city/shell/open-city.ts';
import { machineNetwork } from '../../main/shells/network.ts';
import { makeMachine, MORNING_MS, seededRandom, type Machine } from '../support/machine.ts';
import { departureOn, openWindow, type TestWindow } from '../support/window.ts';
import { startLineProxy, type LineProxy, type LineRule } from './line-proxy.ts';
import type { LineCuts } from '../proof/page.ts';
import { linkOf, startGateway, type LinkUnderTest } from './link-kit.ts';
import { startPostgres } from './postgres-cluster.ts';

const DEPARTURE = departureOn('2026-11-21', '1130');
const BATCHES = '/v1/batches';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
declare module 'vitest' {
  interface TaskMeta {
    /** What the line was cut at, for whoever reads the report: `npm run proof`. */
    lineCuts?: LineCuts;
  }
}
/** Every byte in the long run; in the short one each of the first and last, and some between. */
const STEP_BYTES = process.env['LINE_STEP_BYTES'] === undefined ? 17 : Number(process.env['LINE_STEP_BYTES']);

describe('a window on a bad line to a real gateway', () => {
  let folder: string;
  let city: OpenCity;
  let cityOffsetMs = 0;
  let line: LineProxy;
  let cityPort: number;
  const ends: (() => unknown)[] = [];
  const nothing = (): void => undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'so-line-'));
    city = await openCity(
      { data: folder, trial: true, name: '测试城市' },
      {
        nowMs: () => MORNING_MS + cityOffsetMs,
        randomBytes: (count) => new Uint8Array(randomBytes(count)),
        breathe: () => new Promise((resolve) => void setImmediate(resolve)),

        log: { info: nothing, warn: nothing, error: nothing },
      },
    );
    cityPort = Number(new URL(await city.listen(0)).port);
  });
  afterAll(async () => {
    await city.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    line = await startLineProxy(cityPort);
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    await line.close();
    cityOffsetMs = 0;
    await city.store.script(
      'truncate windows, enrolment_codes, ledgers, entries, verdicts, week_keys, sealed_rows, passengers, tickets cascade',
    );
  });

  interface Begun {
    machine: Machine;
    window: TestWindow;
    under: LinkUnderTest;
    sell: (person: number) => void;
    sold: string[];
  }
  const begin = async (
    options: { timeoutMs?: number; nowMs?: number; seats?: number } = {},
  ): Promise<Begun> => {
    const machine = makeMachine(options.nowMs === undefined ? {} : { nowMs: options.nowMs });
    ends.push(() => machine.remove());
    const window = await openWindow(machine);
    ends.push(() => window.close());
    window.openShift();
    window.takeLease(DEPARTURE, { count: options.seats ?? 2_000 });
    const { timeoutMs } = options;
    const config = { url: `http://127.0.0.1:${line.port}`, enrolmentCode: await city.makeEnrolmentCode() };
    const under = linkOf(window, machine, config, {
      request: (wanted) =>
        machineNetwork.request(timeoutMs === undefined ? wanted : { ...wanted, timeoutMs }),
    });
    ends.push(() => under.link.stop());
    const sold: string[] = [];
    const sell = (person: number): void => {
      sold.push(...window.sell(DEPARTURE, [person]).ticketNumbers);
      under.link.nudge();
    };
    return { machine, window, under, sell, sold };
  };
  const isAllUp =
    ({ window }: Begun) =>
    (): boolean =>
      window.ledger.uploadState().ackSeq === window.ledger.head().seq;
  const onBatches =
    (rule: LineRule) =>
    (path: string): LineRule =>
      path === BATCHES ? rule : {};
  /** Every ticket is in the city, counted, once; every entry once. */
  const expectEachOnce = async ({ window, sold }: Begun): Promise<void> => {
    const tickets = await city.store.query<{ ticket_number: string }>(
      'select ticket_number from counted_tickets order by 1',
    );
    expect(tickets.map((row) => row.ticket_number)).toEqual(sold.toSorted());
    const [rows] = await city.store.query<{ entries: number; tickets: number }>(
      'select (select count(*) from entries) as entries, (select count(*) from tickets) as tickets',
    );
    expect(rows).toEqual({ entries: window.ledger.head().seq, tickets: sold.length });
  };

  test(
    'cut at any byte of a batch or of its answer, every ticket is in the city once',
    async ({ task }) => {
      const begun = await begin({ seats: 20_000 });
      const { under, sell } = begun;
      under.link.start();
      await under.until(isAllUp(begun), 'first contact', 1_000);
      // The first sale brings the week's key; the second is as long as those that follow.
      for (const person of [998, 999]) {
        sell(person);
        await under.until(isAllUp(begun), 'an uncut sale', 1_000);
      }
      await under.pass(1_000);
      const whole = line.lengths.get(BATCHES);
      if (!whole) throw new Error('no batch went over the line');
      expect(whole.up).toBeGreaterThan(500);
      const offsets = (length: number): number[] =>
        Array.from({ length }, (_, n) => n).filter((n) => n < 4 || n >= length - 4 || n % STEP_BYTES === 0);
      const cuts: LineRule[] = [
        ...offsets(whole.up).map((cutUpAfter) => ({ cutUpAfter })),
        ...offsets(whole.down).map((cutDownAfter) => ({ cutDownAfter })),
      ];
      const uncut: LineRule[] = [];
      for (const [n, cut] of cuts.entries()) {
        line.rule = onBatches(cut);
        sell(n % 900);
        // Batches of one sale differ by some bytes: a cut that far behind may find nothing left to cut.
        await under.until(
          () => under.link.status().state === 'down' || isAllUp(begun)(),
          `cut ${JSON.stringify(cut)}`,
          50,
        );
        if (under.link.status().state === 'down')
          expect(under.link.status().refusal).toMatchObject({
            code: 'city.unavailable',
            next: '不影响售票;恢复后自动补传。',
          });
        else uncut.push(cut);
        line.rule = () => ({});
        await under.until(isAllUp(begun), `recovered from ${JSON.stringify(cut)}`, 1_000);
      }
      expect(line.cuts).toBe(cuts.length - uncut.length);
      task.meta.lineCuts = {
        stepBytes: STEP_BYTES,
        upBytes: whole.up,
        downBytes: whole.down,
        placed: cuts.length,
        cuts: line.cuts,
      };
      for (const { cutUpAfter, cutDownAfter } of uncut)
        expect((cutUpAfter ?? 0) > whole.up - 40 || (cutDownAfter ?? 0) > whole.down - 40).toBe(true);
      await expectEachOnce(begun);
    },
    STEP_BYTES < 17 ? 7_200_000 : 600_000,
  );

  test('on a line that is too slow for a large batch, smaller ones get through; a feed that does not is asked for again', async () => {
    const begun = await begin({ timeoutMs: 1_500 });
    const { under, window } = begun;
    for (let n = 0; n < 12; n += 1)
      begun.sold.push(
        ...window.sell(
          DEPARTURE,
          Array.from({ length: 20 }, (_, i) => n * 20 + i),
        ).ticketNumbers,
      );
    line.rule = (path) => (path === BATCHES ? { bytesPerSecond: 30_000 } : { bytesPerSecond: 20_000 });
    under.link.start();
    await under.until(isAllUp(begun), 'all up', 200);
    expect(under.statuses.map(({ refusal }) => refusal?.code)).toContain('city.slow');
    expect(under.statuses.find(({ refusal }) => refusal?.code === 'city.slow')?.refusal?.message).toMatch(
      /线路太慢/,
    );
    expect(under.link.status()).toMatchObject({ state: 'up', refusal: { code: 'city.feedSlow' } });
    expect(under.feeds).toEqual([]);
    line.rule = () => ({});
    await under.until(
      () => under.feeds.length === 1 && under.link.status().refusal === undefined,
      'the feed',
      2_000,
    );
    await expectEachOnce(begun);
  }, 60_000);

  test('on a line that comes and goes, nothing is lost and nothing is there twice', async () => {
    const begun = await begin();
    const { under, sell } = begun;
    const chance = seededRandom(4711);
    line.rule = () => {
      const [kind = 0, high = 0, low = 0] = chance.bytes(3);
      if (kind < 90) return {};
      const after = (high * 256 + low) % 3_000;
      return kind < 170 ? { cutUpAfter: after } : { cutDownAfter: after };
    };
    under.link.start();
    for (let n = 0; n < 25; n += 1) {
      sell(n);
      await under.pass(1_000);
    }
    expect(line.cuts).toBeGreaterThan(3);
    line.rule = () => ({});
    await under.until(isAllUp(begun), 'all up', 2_000);
    await expectEachOnce(begun);
  }, 60_000);

  test.each([
    [
      'sends the browser elsewhere',
      'HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\nContent-Length: 0\r\n\r\n',
    ],
    [
      'answers with its own page',
      'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 38\r\n\r\n<!DOCTYPE html><html>请登录</html>\n',
    ],
  ])(
    'a network that %s until somebody signs in is said in words, and nothing is believed',
    async (_what, rawAnswer) => {
      const begun = await begin();
      const { under, sell } = begun;
      sell(1);
      line.rule = () => ({ rawAnswer });
      under.link.start();
      await under.until(() => under.link.status().state === 'down', 'down');
      expect(under.link.status().refusal).toMatchObject({ code: 'city.captivePortal' });
      expect(under.link.status().refusal?.message).toMatch(/登录上网/);
      line.rule = () => ({});
      await under.until(isAllUp(begun), 'all up', 1_000);
      await expectEachOnce(begun);
    },
  );

  test.each([
    ['the window’s clock is a day ahead', DAY_MS, 0],
    ['the window’s clock is a day behind', -DAY_MS, 0],
    ['the city’s clock is a day ahead', 0, DAY_MS],
    ['the city’s clock is a day behind', 0, -DAY_MS],
  ])('%s: everything is taken', async (_what, windowOffsetMs, offsetMs) => {
    cityOffsetMs = offsetMs;
    const begun = await begin({ nowMs: MORNING_MS + windowOffsetMs });
    begun.sell(1);
    begun.under.link.start();
    await begun.under.until(isAllUp(begun), 'all up', 1_000);
    expect(begun.under.link.status().state).toBe('up');
    expect(begun.under.feeds).toHaveLength(1);
    await expectEachOnce(begun);
  });
});

describe('a window and a gateway process', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  const openSelling = async (): Promise<{ machine: Machine; window: TestWindow }> => {
    const machine = makeMachine();
    ends.push(() => machine.remove());
    const window = await openWindow(machine);
    ends.push(() => window.close());
    window.openShift();
    window.takeLease(DEPARTURE, { count: 10_000 });
    return { machine, window };
  };
  const freshFolder = (): string => {
    const data = mkdtempSync(join(tmpdir(), 'so-line-'));
    ends.push(() => rmSync(data, { recursive: true, force: true }));
    return data;
  };
  const isAllUp = (window: TestWindow) => (): boolean =>
    window.ledger.uploadState().ackSeq === window.ledger.head().seq;

  test('a city killed in mid-batch, again and again, has every ticket once', async () => {
    const cluster = startPostgres();
    ends.push(() => cluster.stop());
    const postgres = cluster.url('city');
    const data = freshFolder();
    let gateway = await startGateway(data, 0, ['--postgres', postgres]);
    ends.push(() => gateway.kill());
    const port = Number(new URL(gateway.url).port);
    const line = await startLineProxy(port);
    ends.push(() => line.close());
    const { machine, window } = await openSelling();
    const { enrolmentCode } = gateway;
    const under = linkOf(window, machine, { url: `http://127.0.0.1:${line.port}`, enrolmentCode });
    ends.push(() => under.link.stop());
    under.link.start();
    await under.until(isAllUp(window), 'first contact', 1_000);
    const sold: string[] = [];
    for (const afterMs of [0, 3, 12]) {
      sold.push(
        ...window.sell(
          DEPARTURE,
          Array.from({ length: 40 }, (_, n) => sold.length + n),
        ).ticketNumbers,
      );
      let killed: Promise<void> | undefined;
      line.onRequest = (path) => {
        if (path !== BATCHES || killed) return;
        killed = new Promise<void>((resolve) => setTimeout(resolve, afterMs)).then(() => gateway.kill());
      };
      under.link.nudge();
      await under.until(() => killed !== undefined, 'the batch is on its way');
      await killed;
      gateway = await startGateway(data, port, ['--postgres', postgres]);
      await under.until(isAllUp(window), 'sent again', 1_000);
    }
    const rows = await query(postgres, 'select ticket_number from counted_tickets order by 1');
    expect(rows.map((row) => row['ticket_number'])).toEqual(sold.toSorted());
    expect(await query(postgres, 'select count(*) as n from entries')).toEqual([
      { n: window.ledger.head().seq },
    ]);
  }, 120_000);

  test('seven days without a line: 20,000 entries with three week keys go up in a few large batches, two on their way at a time; one that overtakes and one that is cut change nothing', async () => {
    const cluster = startPostgres();
    ends.push(() => cluster.stop());
    const postgres = cluster.url('city');
    const { machine, window } = await openSelling();
    const sold: string[] = [];
    for (let n = 0; window.ledger.head().seq < 20_000; n += 1) {
      sold.push(
        ...window.sell(
          DEPARTURE,
          Array.from({ length: 60 }, (_, i) => (n * 60 + i) % 3_000),
        ).ticketNumbers,
      );
      // 330 sales in somewhat more than seven days, from a Saturday on: ISO weeks 47, 48 and 49.
      machine.pass(42 * 60_000);
      if (sold.length >= 9_960) window.takeLease(DEPARTURE, { count: 10_000 });
    }
    const gateway = await startGateway(freshFolder(), 0, ['--postgres', postgres]);
    ends.push(() => gateway.kill());
    const line = await startLineProxy(Number(new URL(gateway.url).port));
    ends.push(() => line.close());
    let batches = 0;
    let underWay = 0;
    let mostUnderWay = 0;
    const answers: string[] = [];
    const third = Promise.withResolvers<void>();
    line.rule = onNth(BATCHES, 5, { cutUpAfter: 100_000 });
    const under = linkOf(
      window,
      machine,
      { url: `http://127.0.0.1:${line.port}`, enrolmentCode: gateway.enrolmentCode },
      {
        async request(wanted) {
          if (!wanted.url.endsWith(BATCHES)) return machineNetwork.request(wanted);
          batches += 1;
          underWay += 1;
          mostUnderWay = Math.max(mostUnderWay, underWay);
          try {
            // The second stays behind on the way until the third has been answered.
            if (batches === 2) await third.promise;
            const isThird = batches === 3;
            const answer = await machineNetwork.request(wanted).finally(() => isThird && third.resolve());
            answers.push(/"code":"([\w.]+)"/.exec(new TextDecoder().decode(answer.body))?.[1] ?? 'taken');
            return answer;
          } catch (error) {
            answers.push('cut');
            throw error;
          } finally {
            underWay -= 1;
          }
        },
      },
    );
    ends.push(() => under.link.stop());
    expect(under.link.status().oldestUnsentAt).toBeLessThan(machine.runtime.clock.nowMs() - 7 * DAY_MS);
    under.link.start();
    // Virtual time goes slowly while the line is to count as quick, and then by the seconds that a link waits after a cut.
    await under.until(() => answers.includes('cut'), 'the fifth batch is cut', 1);
    await under.until(isAllUp(window), 'the backlog is up', 200);
    expect(mostUnderWay).toBe(2);
    expect(answers.filter((answer) => answer !== 'taken').toSorted()).toEqual(['city.gap', 'cut']);
    expect(window.ledger.uploadState().ackedWeeks).toEqual(['2026-W47', '2026-W48', '2026-W49']);
    expect(under.link.status()).toMatchObject({ state: 'up', backlog: 0 });
    const [counted] = await query(
      postgres,
      'select count(*) as n, count(distinct ticket_number) as numbers from counted_tickets',
    );
    expect(counted).toEqual({ n: sold.length, numbers: sold.length });
    await under.until(() => under.link.status().totals !== undefined, 'totals compared', 4);
    expect(under.link.status().totals).toMatchObject({ differences: [] });
    expect(under.link.status().totals?.dates.length).toBeGreaterThanOrEqual(7);
    expect(batches).toBeLessThan(12);
  }, 120_000);
});

/** The rule for the so-manieth connection to a path; none for the others. */
function onNth(wanted: string, nth: number, rule: LineRule): (path: string) => LineRule {
  let seen = 0;
  return (path) => (path === wanted && (seen += 1) === nth ? rule : {});
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const { openPostgresql } = await import('../../city/store/postgresql.ts');
  const store = openPostgresql(url, () => undefined);
  try {
    return await store.query(sql);
  } finally {
    await store.close();
  }
}
