import { beforeEach, expect, it } from 'vitest';
import { nameAuthority, paperLines } from '../../city/authorities.ts';
import type { AuthorityDesk } from '../../city/authority-desk.ts';
import type { AuthorityPaper } from '../../contract/authority.ts';
import type { CityOutput } from '../../contract/city.ts';
import { newAuthority, planOf, signing } from '../station/authority-kit.ts';
import { onBothEngines, refusalOf } from './engines.ts';
import { saleInstantMs } from './window-kit.ts';

onBothEngines('what an authority signed, at the city', ({ city, rpc, runtime }) => {
  let county: AuthorityDesk;
  let stations = 0;
  let station = '';
  beforeEach(async () => {
    stations += 1;
    station = `pier-${stations}`;
    county = newAuthority();
    await nameAuthority(city().store, runtime, station, county.publicKey, '样例县');
  });

  const say = (n: number) => signing(n, saleInstantMs, { station });
  const stop = (n = 1, over = {}): AuthorityPaper =>
    county.order(county.plan(planOf('fog')).plan, {
      ...say(n),
      scope: {},
      until: saleInstantMs + 60_000,
      ...over,
    });
  const put = (paper: AuthorityPaper, to = station) => rpc('authority.put', { station: to, paper });
  const get = async (after: number): Promise<CityOutput<'authority.get'>> => {
    const answer = await rpc('authority.get', { station, after });
    if (!answer.ok) throw new Error(answer.refusal.message);
    return answer.result as CityOutput<'authority.get'>;
  };

  it('is kept in its order, the same once, and given after a place', async () => {
    const order = stop();
    const end = county.end({ ...say(2), order: 1 });
    const first = await put(order);
    expect(await put(order)).toEqual(first);
    expect(await put(end)).toMatchObject({ ok: true });
    const all = await get(0);
    expect(all).toMatchObject({ papers: [order, end], more: false });
    expect(await get(all.place)).toEqual({ papers: [], place: all.place, more: false });
    expect(await get(all.place + 1_000), 'a place that the city never gave').toMatchObject({
      place: all.place,
    });
    expect(await paperLines(city().store, [station])).toEqual([
      expect.stringContaining('第 1 号 启用 fog 第 1 版'),
      expect.stringContaining('第 2 号 结束 第 1 号'),
    ]);
  });

  it('comes to no other station', async () => {
    await put(stop());
    expect(await rpc('authority.get', { station: 'elsewhere', after: 0 })).toMatchObject({
      ok: true,
      result: { papers: [], place: 0 },
    });
  });

  it.each<[string, string, () => Promise<AuthorityPaper> | AuthorityPaper]>([
    [
      'of a key that nobody named',
      'authority.unknown',
      () => {
        const other = newAuthority();
        return other.order(other.plan(planOf('fog')).plan, { ...say(1), scope: {}, until: null });
      },
    ],
    [
      'that was changed',
      'authority.signature',
      () => {
        const paper = stop() as Extract<AuthorityPaper, { paper: 'order' }>;
        return { ...paper, signed: { ...paper.signed, record: { ...paper.signed.record, reason: '改过' } } };
      },
    ],
    ['for another station', 'authority.otherStation', () => stop(1, { station: 'elsewhere' })],
    [
      'with another plan than it names',
      'plan.tampered',
      () => ({
        ...(stop() as Extract<AuthorityPaper, { paper: 'order' }>),
        plan: county.plan(planOf('peak')).plan,
      }),
    ],
    [
      'under a number that is taken',
      'authority.number',
      async () => {
        await put(stop());
        return stop(1, { reason: '又一次' });
      },
    ],
    [
      'of an older version than it published',
      'plan.outdated',
      async () => {
        await put(county.plan(planOf('fog', { version: 3 })));
        return stop();
      },
    ],
    ['that ends what it never ordered', 'order.unknown', () => county.end({ ...say(1), order: 9 })],
    [
      'that ends what it ended',
      'order.ended',
      async () => {
        await put(stop());
        await put(county.end({ ...say(2), order: 1 }));
        return county.end({ ...say(3), order: 1 });
      },
    ],
    [
      'that extends what it ended',
      'order.ended',
      async () => {
        await put(stop());
        await put(county.end({ ...say(2), order: 1 }));
        return county.extend({ ...say(3), order: 1, until: saleInstantMs + 120_000 });
      },
    ],
    ['with a plan that is none', 'request.shape', () => ({ ...stop(), plan: 'fog' }) as never],
    [
      'that is a plan of a version that is there',
      'plan.sameVersion',
      async () => {
        await put(county.plan(planOf('fog', { version: 3 })));
        return county.plan(planOf('fog', { version: 3, reviewEveryMin: 7 }));
      },
    ],
  ])('is refused %s, and nothing is kept of it', async (_, code, make) => {
    const paper = await make();
    const before = await get(0);
    expect(refusalOf(await put(paper))).toBe(code);
    expect(await get(0)).toEqual(before);
  });

  it('is given in pages, none left out', async () => {
    for (let n = 1; n <= 60; n += 1) await put(stop(n));
    const seen: number[] = [];
    for (let after = 0, more = true; more;) {
      const page = await get(after);
      seen.push(...page.papers.map((paper) => (paper.paper === 'plan' ? 0 : paper.signed.record.n)));
      ({ place: after, more } = page);
    }
    expect(seen).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
  });
});
