import { expect, test } from 'vitest';
import type { Feed } from '../contract/feed.ts';
import type { BusinessDate } from '../contract/ids.ts';
import { checkFeed } from './feed-check.ts';
import { sampleFeed } from './sample-feed.ts';

test('a whole feed is accepted as it is', () => {
  const feed = sampleFeed();
  expect(checkFeed(feed)).toEqual({ ok: true, value: feed });
});

const last = <T>(list: readonly T[]): T => list.at(-1) as T;
const day = (text: string) => text as BusinessDate;

test.each<[string, (feed: Feed) => void, string]>([
  ['a place is there twice', (feed) => feed.places.push(last(feed.places)), '地点 nowhere 重复'],
  ['a line is there twice', (feed) => feed.lines.push(last(feed.lines)), '航线 r-car 重复'],
  [
    'a departure is there twice',
    (feed) => feed.departures.push(last(feed.departures)),
    '班次 r-car 10:00 重复',
  ],
  [
    'an extra departure is there twice',
    (feed) => {
      const extra = feed.departures.find((each) => each.extra === 1);
      if (extra) feed.departures.push(extra);
    },
    '班次 w-pier-island 08:00-1 重复',
  ],
  [
    'a line starts at an unknown place',
    (feed) => {
      last(feed.lines).fromPlaceId = 'moon';
    },
    '航线 r-car 的地点 moon 不存在',
  ],
  [
    'a line ends at an unknown place',
    (feed) => {
      last(feed.lines).toPlaceId = 'moon';
    },
    '航线 r-car 的地点 moon 不存在',
  ],
  [
    'a departure has an unknown line',
    (feed) => {
      last(feed.departures).lineId = 'r-moon';
    },
    '班次 r-moon 10:00 的航线不存在',
  ],
  [
    'a running line has no full fare',
    (feed) => {
      feed.fares = feed.fares.filter((fare) => fare.lineId !== 'r-car' || fare.ticketClass !== 'full');
    },
    '航线 r-car 没有全票票价',
  ],
  [
    'a fare has an unknown line',
    (feed) => {
      last(feed.fares).lineId = 'r-moon';
    },
    '票价 r-moon child_half 的航线不存在',
  ],
  [
    'a fare has an unknown rule',
    (feed) => {
      last(feed.fares).ruleId = 'MOON';
    },
    '规则 MOON 不存在',
  ],
  [
    'a fare has the rule of another class',
    (feed) => {
      last(feed.fares).ruleId = 'FULL';
    },
    '规则 FULL 不适用',
  ],
  [
    'a coach fare has a ferry rule',
    (feed) => {
      last(feed.fares).ruleId = 'CHILD-WATER';
    },
    '规则 CHILD-WATER 不适用',
  ],
  [
    'a fare ends before it begins',
    (feed) => {
      last(feed.fares).validTo = day('2019-12-31');
    },
    '票价 r-car child_half 的有效期不对',
  ],
  [
    'a fare begins on no real day',
    (feed) => {
      last(feed.fares).validFrom = day('2025-02-30');
    },
    '票价 r-car child_half 的有效期不对',
  ],
  [
    'a rule ends before it begins',
    (feed) => {
      last(feed.rules).validTo = day('2019-12-31');
    },
    '规则 CHILD-ROAD 的有效期不对',
  ],
  [
    'a child fare tests nothing',
    (feed) => {
      Object.assign(last(feed.rules), { maxAgeYears: null, maxHeightCm: null });
    },
    '规则 CHILD-ROAD 没有年龄或身高条件',
  ],
  [
    'two fares share one day',
    (feed) => {
      for (const fare of feed.fares) if (fare.validTo !== null) fare.validTo = day('2026-01-01');
    },
    '票价 w-pier-island full 的有效期重叠',
  ],
  [
    'an open fare has a successor',
    (feed) => {
      for (const fare of feed.fares) if (fare.validTo !== null) fare.validTo = null;
    },
    '票价 w-pier-island full 的有效期重叠',
  ],
  [
    'two versions of a rule share one day',
    (feed) => feed.rules.push({ ...last(feed.rules), validFrom: day('2024-01-01') }),
    '规则 CHILD-ROAD 的有效期重叠',
  ],
])('a feed in which %s is refused, and the words name it', (_, spoil, words) => {
  const feed = structuredClone(sampleFeed());
  spoil(feed);
  const checked = checkFeed(feed);
  expect(checked).toMatchObject({ ok: false, refusal: { code: 'feed.wrong' } });
  expect(checked.ok ? '' : checked.refusal.message).toContain(words);
});
