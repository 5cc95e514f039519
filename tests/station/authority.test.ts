import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { nameAuthority } from '../../city/authorities.ts';
import type { AuthorityDesk } from '../../city/authority-desk.ts';
import type { AuthorityPaper } from '../../contract/authority.ts';
import { answerSchema } from '../../contract/envelope.ts';
import { trialStation } from '../../main/trial-station.ts';
import { closeOffices, ferry, newId, type TestOffice } from '../office/kit.ts';
import { newAuthority, planOf, signing } from './authority-kit.ts';
import { allUp, hasTimetable, openStationCity, type StationCity } from './city-kit.ts';
import { as, openHost, openWindowAt } from './kit.ts';
import { expectOrders, inForceAt, order, word } from './orders-kit.ts';

let town: StationCity;
let county: AuthorityDesk;
beforeAll(async () => {
  town = await openStationCity();
}, 60_000);
afterAll(() => town?.close());
beforeEach(async () => {
  county = newAuthority();
  await town.city.store.script('truncate authorities, authority_papers');
  await nameAuthority(town.city.store, town.runtime, trialStation.id, county.publicKey, '样例县交通运输局');
});
afterEach(async () => {
  await closeOffices();
  await town.forget();
});

const put = async (paper: AuthorityPaper) =>
  answerSchema.parse(
    await town.city.gateway.rpc({
      id: 1,
      method: 'authority.put',
      params: { station: trialStation.id, paper },
    }),
  );
const given = async (paper: AuthorityPaper): Promise<void> =>
  expect(await put(paper)).toMatchObject({ ok: true });
/** As if the city were somebody else’s: kept without a look. */
const smuggled = (paper: AuthorityPaper): Promise<unknown> =>
  town.city.store.query(
    `insert into authority_papers (station, kind, text_hash, paper, came_at) values ($1, $2, $3, $4, 1)`,
    [trialStation.id, paper.paper, new TextEncoder().encode(newId()), JSON.stringify(paper)],
  );

const named = () => ({ name: '样例县交通运输局', key: county.publicKey });
const now = (office: TestOffice): number => office.machine.runtime.clock.nowMs();
const listOf = (office: TestOffice) => office.ok('plans.list', {}, undefined, 'manager');
const quote = async (office: TestOffice) =>
  (
    await office.ok('sales.quote', {
      departureId: ferry(),
      passengers: [{ holderRef: await office.holder(4), ticketClass: 'full' }],
    })
  ).refusal?.code;

/** A host with the city, and a window that has no city of its own. */
async function openStation(authority = named()) {
  const station = await openHost({ config: { city: await town.config(), authority } });
  await hasTimetable(station.host);
  const two = await openWindowAt(station, 2, { config: { authority } });
  await as(two, 'manager');
  return { ...station, two };
}
const stop = planOf('fog', { id: 'county-fog', name: '县级大雾停航', loosensAtMostMin: 720 });

test('an order of the authority comes down by the city, holds at host and window, is nobody’s to end but the authority’s, and stands in report and history', async () => {
  const { host, two } = await openStation();
  const at = now(host);
  const { plan } = county.plan(stop);
  const until_ = at + 3_600_000;
  await given(county.order(plan, { ...signing(1, at), scope: {}, until: until_ }));
  const id = `${county.issuer}-1`;
  await expectOrders(host, [id]);
  await expectOrders(two, [id]);
  expect(await quote(two)).toBe('rules.saleStopped');

  for (const office of [host, two]) {
    await as(office, 'manager');
    const { inForce, plans } = await listOf(office);
    expect(inForce).toMatchObject([
      { id, name: '县级大雾停航', authority: { name: '样例县交通运输局', number: 1 } },
    ]);
    expect(plans.find(({ planId }) => planId === 'county-fog')).toMatchObject({
      signer: { kind: 'authority', name: '样例县交通运输局' },
    });
    const key = inForce[0]?.key;
    for (const [method, more] of [
      ['plans.end', {}],
      ['plans.extend', { until: until_ + 1_000 }],
      ['plans.narrow', { scope: { lines: ['w-wgz-mzh'] }, until: until_ }],
    ] as const) {
      const refusal = await office.refusal(method, { order: key, ...more, ...word }, newId(), 'manager');
      expect([method, refusal.code]).toEqual([method, 'order.authority']);
      expect(refusal.message).toContain('第 1 号');
    }
    const { rows } = await office.ok('plans.history', {}, undefined, 'manager');
    expect(rows).toMatchObject([
      { what: 'order', authority: '样例县交通运输局', window: null, reason: '海上大雾' },
    ]);
  }
  await as(host, 'manager');
  const key = { issuer: county.issuer, n: 1 };
  const report = await host.ok('plans.report', { order: key }, undefined, 'manager');
  expect(report.events[0]).toMatchObject({ what: 'ordered' });
  expect(report.orderedBy?.reference).toBe('样交应急 1 号');

  await given(county.end({ ...signing(2, now(host), { reason: '雾散' }), order: 1 }));
  await expectOrders(host, []);
  await expectOrders(two, []);
  expect(await quote(two)).toBeUndefined();
  // Everything of it is an entry like any other.
  await allUp(host);
  const kinds = await town.city.store.query<{ kind: string; verdict: string | null }>(
    `select e.kind, v.verdict from entries e left join verdicts v using (window_id, ledger_id, seq)
     where e.kind in ('plan.commanded', 'plan.published', 'authority.pinned')`,
  );
  expect(kinds.filter(({ kind }) => kind === 'plan.commanded')).toHaveLength(2);
  expect(kinds.filter(({ verdict }) => verdict === 'refused' || verdict === 'held')).toEqual([]);
});

test('it goes on holding without the city and over a restart, beside an order of the station that ends by itself', async () => {
  const { host, two } = await openStation();
  await given(
    county.order(county.plan(stop).plan, {
      ...signing(1, now(host)),
      scope: {},
      until: now(host) + 3_600_000,
    }),
  );
  const id = `${county.issuer}-1`;
  await expectOrders(two, [id]);
  town.line.rule = () => ({ cutUpAfter: 0 });
  const own = await order(two, { planId: 'wind-typhoon' });
  await expectOrders(host, [id, own.id]);
  await as(host, 'manager');
  await host.ok('plans.end', { order: own.key, ...word }, newId(), 'manager');
  await expectOrders(two, [id]);
  await host.office.stop();
  const again = await openHost({
    machine: host.machine.restart(),
    config: { city: await town.config(), authority: named() },
  });
  expect(await inForceAt(again.host)).toEqual([id]);
});

test('papers that do not count are each named with the reason, in the journal too, and hold nowhere', async () => {
  const at = town.runtime.nowMs();
  const until_ = at + 3_600_000;
  const other = newAuthority();
  const { plan } = county.plan(stop);
  const ordered = (n: number, over: object = {}) =>
    county.order(plan, { ...signing(n, at), scope: {}, until: until_, ...over });
  const changed = ordered(3);
  const loose = county.plan({
    ...stop,
    id: 'county-loose',
    effects: [{ effect: 'refund', free: true, of: 'all', until: { hoursAfterEnd: 24 } }],
  });
  const papers: [string, AuthorityPaper][] = [
    ['authority.key', other.order(other.plan(stop).plan, { ...signing(1, at), scope: {}, until: until_ })],
    ['authority.otherStation', ordered(2, { station: 'zhoushan' })],
    [
      'authority.signature',
      { ...changed, signed: { ...changed.signed, record: { ...changed.signed.record, reason: '改过' } } },
    ],
    ['plan.tampered', { ...ordered(4), plan: loose.plan }],
    ['plan.untilPast', county.order(loose.plan, { ...signing(5, at), scope: {}, until: at - 3_600_000 })],
    ['scope.matchesNothing', ordered(6, { scope: { modes: ['road'] } })],
    ['scope.unknown', ordered(7, { scope: { lines: ['w-nowhere'] } })],
    ['order.unknown', county.end({ ...signing(8, at), order: 77 })],
    ['authority.key', other.plan(stop)],
  ];
  for (const [, paper] of papers) await smuggled(paper);
  const { host } = await openHost({ config: { city: await town.config(), authority: named() } });
  const ofAuthority = async () =>
    (await listOf(host)).broken.filter(({ what }) => what.startsWith('审批机关'));
  await expect.poll(async () => (await ofAuthority()).length, { timeout: 15_000 }).toBe(papers.length);
  expect(await inForceAt(host)).toEqual([]);
  const { entries } = await host.ok('journal.page', { limit: 50 }, undefined, 'manager');
  expect(
    entries
      .filter(({ kind }) => kind === 'authority.refused')
      .map(({ body }) => body['code'])
      .toReversed(),
  ).toEqual(papers.map(([code]) => code));
});

test('a plan that the authority signed takes the place of the station’s, and an older one of it does not come back', async () => {
  const { host, two } = await openStation();
  const fogOf = async (office: TestOffice) =>
    (await listOf(office)).plans.find(({ planId }) => planId === 'fog');
  await expect.poll(async () => (await fogOf(two))?.signer?.kind).toBe('station');
  await given(county.plan(planOf('fog', { version: 5, approval: '样交〔2026〕5 号' })));
  for (const office of [two, host]) {
    await as(office, 'manager');
    await expect
      .poll(() => fogOf(office), { timeout: 15_000 })
      .toMatchObject({ version: 5, signer: { kind: 'authority' } });
  }
  await smuggled(county.plan(planOf('fog', { version: 4 })));
  await expect
    .poll(async () => (await listOf(host)).broken.map(({ message }) => message), { timeout: 15_000 })
    .toContainEqual(expect.stringContaining('已有第 5 版'));
  await as(two, 'manager');
  expect(await fogOf(two)).toMatchObject({ version: 5 });
});

test('an office that was told of no authority says so and follows nothing', async () => {
  const station = await openHost({ config: { city: await town.config() } });
  await hasTimetable(station.host);
  await given(
    county.order(county.plan(stop).plan, {
      ...signing(1, now(station.host)),
      scope: {},
      until: now(station.host) + 3_600_000,
    }),
  );
  await expect
    .poll(async () => (await listOf(station.host)).broken.map(({ message }) => message), { timeout: 15_000 })
    .toContainEqual(expect.stringContaining('没有登记审批机关'));
  expect(await inForceAt(station.host)).toEqual([]);
});

test('an order for a departure that the station learns of later counts from then on, and is named no more', async () => {
  const { host } = await openHost({ config: { city: await town.config(), authority: named() } });
  await hasTimetable(host);
  const at = town.runtime.nowMs();
  const later = 'w-wgz-pts/2026-11-21/1605-1';
  const { plan } = county.plan(stop);
  const scope = { departures: [later as never] };
  await smuggled(county.order(plan, { ...signing(1, at), scope, until: at + 3_600_000 }));
  const ofAuthority = async () =>
    (await listOf(host)).broken.filter(({ what }) => what.startsWith('审批机关'));
  await expect.poll(async () => (await ofAuthority()).length, { timeout: 15_000 }).toBe(1);
  expect(await inForceAt(host)).toEqual([]);
  const extra = {
    pattern: ferry(),
    departLocal: '16:05',
    vesselName: '样例轮',
    vesselKind: null,
    capacity: 30,
  };
  const { departureId } = await host.ok('departures.addExtra', extra, newId(), 'manager');
  expect(departureId).toBe(later);
  await expect.poll(async () => (await inForceAt(host)).length, { timeout: 15_000 }).toBe(1);
  expect(await ofAuthority()).toEqual([]);
});
