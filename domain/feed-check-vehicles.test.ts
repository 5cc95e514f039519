import { expect, test } from 'vitest';
import type { Feed } from '../contract/feed.ts';
import { checkFeed } from './feed-check.ts';
import { sampleFerryFeed } from './sample-ferry.ts';
import { createTimetable } from './timetable.ts';

const detail = (change: (feed: Feed) => Partial<Feed>): string => {
  const feed = sampleFerryFeed();
  const checked = checkFeed({ ...feed, ...change(feed) });
  return checked.ok ? 'good' : checked.refusal.message;
};
type Fares = NonNullable<Feed['vehicleFares']>;
const firstFare = (change: Partial<Fares[number]>) => (feed: Feed) => {
  const [first, ...rest] = feed.vehicleFares as Fares;
  return { vehicleFares: [{ ...first, ...change } as Fares[number], ...rest] };
};

test('a feed with car ferries is good, and so is one that says nothing of vehicles', () => {
  expect(detail(() => ({}))).toBe('good');
  const { vehicleFares: _, ...old } = sampleFerryFeed();
  expect(checkFeed(old).ok).toBe(true);
});

test('a vehicle fare of a line or type that there is not is named', () => {
  expect(detail(firstFare({ lineId: 'w-none' }))).toContain('车票票价 w-none small_car 的航线不存在');
  expect(detail(firstFare({ vehicleType: 'submarine' }))).toContain('的车型不存在');
});

test('bands of length that overlap on a day are named, touching ones and later versions are good', () => {
  expect(detail(firstFare({ upToCm: 501 }))).toContain('车票票价 w-lane small_car 的车长范围重叠');
  expect(detail(firstFare({ overCm: 500 }))).toContain('的车长范围不对');
  expect(
    detail(firstFare({ upToCm: 501, validFrom: '2019-01-01' as never, validTo: '2019-12-31' as never })),
  ).toBe('good');
});

test('a station may switch kinds of documents and add its own', () => {
  const local = {
    code: 'island-card',
    on: true,
    name: '岛民证',
    format: { rule: 'masks' as const, masks: ['ZS######'] },
  };
  expect(detail(() => ({ documentKinds: [{ code: '133', on: false }, local] }))).toBe('good');
  expect(detail(() => ({ documentKinds: [{ code: 'island-card', on: true }] }))).toContain(
    '证件种类 island-card 没有名称或格式',
  );
  expect(detail(() => ({ documentKinds: [local, local] }))).toContain('证件种类 island-card 重复');
  const timetable = createTimetable({
    ...sampleFerryFeed(),
    documentKinds: [{ code: '133', on: false }, local],
  });
  expect(timetable.documentKind('133')).toMatchObject({ name: '学生证', on: false });
  expect(timetable.documentKinds().at(-1)).toMatchObject({
    code: 'island-card',
    on: true,
    needsOffice: false,
  });
});
