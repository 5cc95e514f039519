import { afterEach, expect, test } from 'vitest';
import type { OfficeInput } from '../../contract/office.ts';
import { staffOfAllRoles } from './gate-kit.ts';
import { closeOffices, ferry, newId, openOffice, type TestOffice } from './kit.ts';
import { as, of } from './people-kit.ts';

afterEach(closeOffices);

const MINUTE = 60_000;
const BOSS = 'boss';

async function openStation(): Promise<TestOffice> {
  const window = await openOffice({ config: { staff: await staffOfAllRoles() } });
  await window.signIn();
  await window.openShift();
  await as(window, 'manager', BOSS);
  return window;
}

function fog(window: TestOffice, over: Partial<OfficeInput<'plans.order'>> = {}) {
  const at = window.machine.runtime.clock.nowMs();
  return {
    planId: 'fog',
    scope: {},
    until: at + 60 * MINUTE,
    reason: '能见度不足',
    orderedBy: { organisation: '海事处', reference: '样例 1 号', at },
    measured: { what: 'visibility' as const, value: '420', unit: 'm', source: '市气象台', at },
    secondSignature: of('shiftLeader'),
    ...over,
  };
}
const word = { reason: '短线先行', orderedBy: null, measured: null, secondSignature: of('shiftLeader') };
const can = async (window: TestOffice, departureId: string): Promise<boolean> =>
  (
    await window.ok('sales.quote', {
      departureId,
      passengers: [{ holderRef: await window.holder(4), ticketClass: 'full' }],
    })
  ).refusal === undefined;

test('short lines sail first: the order goes on for the other lines, and both signatures stand under it', async () => {
  const window = await openStation();
  const { key, id } = await window.ok('plans.order', fog(window), newId(), BOSS);
  const scope = { lines: ['w-wgz-mzh', 'w-wgz-th-g'] };
  const { until } = fog(window);
  const before = window.books();
  const seen = await window.ok(
    'plans.preview',
    { of: { what: 'narrow', order: key, scope, until } },
    undefined,
    BOSS,
  );
  expect(seen.rows.map(({ departureId }) => departureId)).toContain(ferry());
  expect(seen.rows.find(({ departureId }) => departureId === ferry())).toMatchObject({ after: 'normal' });
  expect(window.books()).toEqual(before);
  const measured = fog(window).measured;
  const orderedBy = fog(window).orderedBy;
  const narrowed = await window.ok(
    'plans.narrow',
    { order: key, scope, until, ...word, measured, orderedBy },
    newId(),
    BOSS,
  );
  expect((await window.ok('status.get')).plans).toEqual([narrowed.id]);
  expect(await can(window, ferry())).toBe(true);
  const { rows } = await window.ok('plans.history', {}, undefined, BOSS);
  expect(rows.map(({ what, of: ofId, countersignedBy }) => [what, ofId, countersignedBy])).toEqual([
    ['order', null, '0301'],
    ['end', id, '0301'],
    ['order', null, '0301'],
  ]);
  const again = await window.refusal(
    'plans.narrow',
    { order: key, scope, until, ...word, measured, orderedBy },
    newId(),
    BOSS,
  );
  expect(again.code).toBe('order.ended');
});

test('a weather bulletin that somebody types suggests the plan whose figure it crosses, and starts nothing', async () => {
  const window = await openStation();
  const ask = async (bulletin: Record<string, number>) =>
    (await window.ok('plans.suggest', { bulletin }, undefined, BOSS)).suggestions.map(
      ({ planId, sees, seen, threshold }) => [planId, sees, seen, threshold],
    );
  expect(await ask({ visibilityMetres: 420 })).toEqual([['fog', 'visibilityBelow', 420, 500]]);
  expect(await ask({ visibilityMetres: 500 })).toEqual([]);
  expect(await ask({})).toEqual([]);
  expect((await window.ok('status.get')).plans).toEqual([]);
});

test('states are set for all departures after a time, for a line and for a kind of vessel, and each is undone by itself', async () => {
  const window = await openStation();
  const set = async (scope: Record<string, unknown>, state: string) =>
    (await window.ok('departures.setState', { scope, state, reason: '阵风', orderedBy: null }, newId(), BOSS))
      .key;
  const date = '2026-11-22';
  const dates = { from: date, to: date };
  const statesOf = async (): Promise<Map<string, string>> => {
    const { departures } = await window.ok('timetable.departures', { date });
    return new Map(
      departures
        .filter(({ fromPlaceId }) => fromPlaceId === 'zhujiajian-wugongzhi')
        .map(({ departureId, notice }) => [departureId, notice?.state ?? 'normal']),
    );
  };
  const late = await set({ dates, departing: { from: '16:30' } }, 'cancelled');
  for (const [departureId, state] of await statesOf())
    expect([departureId, state]).toEqual([
      departureId,
      (departureId.split('/')[2] ?? '') >= '1630' ? 'cancelled' : 'normal',
    ]);
  await window.ok('departures.undoState', { undoes: late, reason: '风停' }, newId(), BOSS);
  const line = ferry().split('/')[0] ?? '';
  const byLine = await set({ dates, lines: [line] }, 'paxOnly');
  expect(
    new Set(
      [...(await statesOf())].filter(([, state]) => state === 'paxOnly').map(([id]) => id.split('/')[0]),
    ),
  ).toEqual(new Set([line]));
  await window.ok('departures.undoState', { undoes: byLine, reason: '恢复载车' }, newId(), BOSS);
  const byKind = await set({ dates, vesselKinds: ['highSpeed'] }, 'cancelled');
  const stopped = [...(await statesOf())].filter(([, state]) => state !== 'normal');
  expect(stopped.map(([id]) => id)).toEqual(['w-wgz-mzh/2026-11-22/0830', 'w-wgz-lzs-h/2026-11-22/1540']);
  await window.ok('departures.undoState', { undoes: byKind, reason: '恢复' }, newId(), BOSS);
  expect([...(await statesOf()).values()].every((state) => state === 'normal')).toBe(true);
  const { rows } = await window.ok('plans.history', {}, undefined, BOSS);
  expect(rows.filter(({ what }) => what === 'state')).toHaveLength(3);
  expect(rows.filter(({ what }) => what === 'undo').map(({ by, reason }) => [by, reason])).toContainEqual([
    '0001',
    '风停',
  ]);
});
