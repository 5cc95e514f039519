import { randomBytes, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openCity, type OpenCity } from '../../city/shell/open-city.ts';
import { trialFeed } from '../../city/shell/files.ts';
import { toBase64url } from '../../contract/encoding/bytes.ts';
import { feedSignedBytes } from '../../contract/feed.ts';
import { refuse } from '../../contract/refusals.ts';
import { startTwistingServer, type Exchange, type TwistingServer } from '../city/link-kit.ts';
import {
  closeOffices,
  expectChinese,
  ferry,
  newId,
  numberOf,
  openWindow,
  restart,
  type TestOffice,
} from './kit.ts';

let folder: string;
let city: OpenCity;
let server: TwistingServer;
const nothing = (): void => undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'station-office-city-'));
  city = await openCity(
    { data: folder, trial: true, name: '测试城市' },
    {
      nowMs: () => Date.now(),
      randomBytes: (count) => new Uint8Array(randomBytes(count)),
      breathe: () => new Promise<void>((resolve) => void setImmediate(resolve)),

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
  await closeOffices();
  server.twist = undefined;
  await city.store.script(
    'truncate windows, enrolment_codes, ledgers, entries, verdicts, week_keys, sealed_rows, passengers, tickets cascade; delete from feeds where version > 1',
  );
});

/** Lets virtual time pass while real answers come in, until `isSo`. */
async function until(window: TestOffice, isSo: () => Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + 15_000;
  while (!(await isSo())) {
    if (performance.now() > endMs)
      throw new Error(`${what}: the link is ${JSON.stringify((await window.ok('status.get')).link)}`);
    window.machine.pass(200);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
}

const link = async (window: TestOffice) => (await window.ok('status.get')).link;
const isUp = (window: TestOffice) => async () => {
  const { state, backlog } = await link(window);
  return state === 'up' && backlog === 0;
};
const isDown = (window: TestOffice) => async () => (await link(window)).state === 'down';

/** A window of the true city, enrolled, with its timetable and everything sent. */
async function enrolledWindow(): Promise<TestOffice> {
  const config = { city: { url: server.url, enrolmentCode: await city.makeEnrolmentCode() } };
  const window = await openWindow({ config });
  await until(window, async () => (await window.ok('timetable.places')).places.length > 0, 'the timetable');
  await until(window, isUp(window), 'up');
  return window;
}

const ticketsInCity = async (): Promise<{ ticket_number: string; verdict: string }[]> =>
  (await city.store.query('select ticket_number, verdict from tickets order by seq')) as never;

test('sold tickets are in the city once each, with the office’s word that they are stored', async () => {
  const window = await enrolledWindow();
  const { tickets } = await window.sell(ferry(), [1, 2]);
  await until(window, isUp(window), 'all sent');
  expect((await ticketsInCity()).map(({ ticket_number }) => ticket_number)).toEqual(
    tickets.map(({ ticketNumber }) => ticketNumber),
  );
  const list = await window.ok('sales.list', { limit: 5 });
  expect(list.tickets.map(({ upload }) => upload)).toEqual(['stored', 'stored']);
});

describe('an upload answered with rubbish', () => {
  test.each<[string, (exchange: Exchange) => { status: number; text: string }]>([
    ['a page of HTML', () => ({ status: 200, text: '<html><body>请登录上网</body></html>' })],
    ['another JSON', () => ({ status: 200, text: '{"hello":[1,2,3]}' })],
    ['half an answer', ({ answer }) => ({ status: 200, text: answer.text.slice(0, -3) })],
    ['an error of a proxy', () => ({ status: 502, text: 'Bad Gateway' })],
    [
      'more acknowledged than was sent',
      ({ answer }) => ({ status: 200, text: answer.text.replace(/"ackSeq":\d+/, '"ackSeq":99999') }),
    ],
  ])(
    '(%s) is said in Chinese, the window sells on, and all of it is sent when the city answers again',
    async (_what, twist) => {
      const window = await enrolledWindow();
      await window.sell(ferry(), [1]);
      await until(window, isUp(window), 'the first ticket');
      server.twist = (exchange) => (exchange.method === 'v1/batches' ? twist(exchange) : exchange.answer);
      await window.sell(ferry(), [2]);
      await until(window, isDown(window), 'down');
      const down = await link(window);
      expect(down.refusal?.code).toMatch(/^city\.(rubbish|unavailable|captivePortal)$/);
      expectChinese(down.refusal);
      expect(down.backlog).toBeGreaterThan(0);
      await window.sell(ferry(), [3, 4]);
      const { tickets } = await window.ok('sales.list', { limit: 5 });
      expect(tickets.map(({ upload }) => upload)).toEqual(['queued', 'queued', 'queued', 'stored']);
      expect(window.books()).toMatchObject({ tickets: 4, verified: { ok: true } });

      server.twist = undefined;
      await until(window, isUp(window), 'all sent');
      expect(await ticketsInCity()).toHaveLength(4);
      expect((await link(window)).refusal).toBeUndefined();
    },
  );
});

test('one refused entry is somebody’s task, in the list and in the status, and everything behind it is stored', async () => {
  const window = await enrolledWindow();
  const sale = await window.sell(ferry(), [1, 2, 3]);
  const wrong = numberOf(sale, 1);
  const refusal = refuse('city.identityNumber');
  server.twist = ({ method, body, answer }) => {
    if (method !== 'v1/batches') return answer;
    const entries = gunzipSync(body).toString('utf8').split('\n');
    const line = entries.find((text) => text.includes(wrong));
    const seq = Number(/\\?"seq\\?":(\d+)/.exec(line ?? '')?.[1] ?? 0);
    const parsed = JSON.parse(answer.text);
    if (seq > 0 && parsed.ok) parsed.result.verdicts.push({ seq, verdict: 'refused', refusal });
    return { status: 200, text: JSON.stringify(parsed) };
  };
  await until(window, isUp(window), 'all sent');
  await window.sell(ferry(), [4]);
  await until(window, isUp(window), 'what came after');
  const listed = (await window.ok('sales.list', { limit: 9 })).tickets;
  expect(listed.map(({ upload }) => upload)).toEqual(['stored', 'stored', 'refused', 'stored']);
  expect(listed[2]).toMatchObject({ ticketNumber: wrong, uploadRefusal: refusal });
  expectChinese(listed[2]?.uploadRefusal);
  expect(await window.ok('status.get')).toMatchObject({
    uploadsRefused: 1,
    link: { state: 'up', backlog: 0 },
  });
  // It is still so after a restart.
  server.twist = undefined;
  const again = await restart(window, { config: { city: { url: server.url } } });
  await again.signIn();
  expect((await again.ok('sales.list', { limit: 9, ticketNumber: wrong })).tickets).toMatchObject([
    { upload: 'refused' },
  ]);
});

test('a signed timetable that does not fit together is refused whole; the office sells by the one it has, also after a restart', async () => {
  const window = await enrolledWindow();
  const feed = trialFeed();
  const text = JSON.stringify({
    ...feed,
    version: 9,
    places: feed.places.filter(({ id }) => id !== 'putuoshan'),
  });
  const signature = toBase64url(sign(null, feedSignedBytes(text), city.ring.signing));
  server.twist = ({ method, answer }) => {
    if (method !== 'feed.get') return answer;
    const parsed = JSON.parse(answer.text);
    parsed.result = { feed: { alg: 'Ed25519', keyId: city.ring.publicKeys.signing.keyId, text, signature } };
    return { status: 200, text: JSON.stringify(parsed) };
  };
  await until(window, async () => (await link(window)).refusal?.code === 'city.feedBad', 'refused');
  expectChinese((await link(window)).refusal);
  await window.sell(ferry(), [1]);
  const again = await restart(window, { config: { city: { url: server.url } } });
  await again.signIn();
  expect(await again.ok('status.get')).toMatchObject({ feedVersion: 1 });
  await again.sell(ferry(), [2]);
});

test('without an answer from the start the window sells by its last timetable, and says since when it waits', async () => {
  const window = await enrolledWindow();
  await window.office.stop();
  server.twist = () => 'silence';
  const soldAt = window.machine.runtime.clock.nowMs();
  const offline = await restart(window, { config: { city: { url: 'http://127.0.0.1:9' } } });
  await offline.signIn();
  // Another address is another city: its keys were never exchanged, so nothing of it is believed and nothing sold by it.
  expect((await offline.ok('timetable.places')).places).toEqual([]);
  const back = await restart(offline, { config: { city: { url: server.url } } });
  await back.signIn();
  await back.sell(ferry(), [1]);
  const status = await back.ok('status.get');
  expect(status.link.oldestUnsentAt).toBeGreaterThanOrEqual(soldAt);
  expect(status.link.backlog).toBeGreaterThan(0);
  await back.ok('shifts.close', { countedFen: 53_000 }, newId());
});
