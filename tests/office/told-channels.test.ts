import { afterEach, expect, test } from 'vitest';
import { staffOfAllRoles } from './gate-kit.ts';
import { closeOffices, newId, openOffice, type TestOffice } from './kit.ts';
import { as } from './people-kit.ts';

afterEach(closeOffices);

const BOSS = 'boss';
const word = { reason: '网络故障', orderedBy: null, measured: null };

const closedInFeed = async (window: TestOffice) => {
  const { base64 } = await window.ok('notices.feed', {}, undefined, BOSS);
  const { departures } = JSON.parse(Buffer.from(base64, 'base64').toString()) as {
    departures: { channelsClosed?: string[] }[];
  };
  expect(departures.length).toBeGreaterThan(3);
  return departures.map(({ channelsClosed }) => channelsClosed);
};

test('channels that an order closes are told in the feed for those who run them, and no longer after its end', async () => {
  const window = await openOffice({ config: { staff: await staffOfAllRoles() } });
  await as(window, 'manager', BOSS);
  expect(new Set(await closedInFeed(window))).toEqual(new Set([undefined]));
  const { key } = await window.ok(
    'plans.order',
    { planId: 'link-lost', scope: {}, until: null, ...word },
    newId(),
    BOSS,
  );
  for (const closed of await closedInFeed(window))
    expect(closed).toEqual(['agent', 'phone', 'selfService', 'web']);
  await window.ok('plans.end', { order: key, ...word }, newId(), BOSS);
  expect(new Set(await closedInFeed(window))).toEqual(new Set([undefined]));
});
