import { describe, expect, it } from 'vitest';
import type { DepartureView } from '../../../../contract/office.ts';
import {
  effectRows,
  lastDeparted,
  nextDeparture,
  nextInstant,
  nextQuarter,
  scopeWords,
  timeTyped,
  untilDefault,
} from './plan-text.ts';

const at = (text: string): number => Date.parse(`${text}+08:00`);
const name = (id: string): string => ({ 'w-a': '朱家尖—普陀山' })[id] ?? id;

describe('times that a manager types', () => {
  it('takes them with and without colon, and no others', () => {
    expect(['8:05', '0805', '16：30', '1630', ' 16:30 '].map(timeTyped)).toEqual([
      '08:05',
      '08:05',
      '16:30',
      '16:30',
      '16:30',
    ]);
    expect(['24:00', '12:60', '12', 'x', ''].map(timeTyped)).toEqual([null, null, null, null, null]);
  });

  it('means the next time that the clock shows it, tomorrow when it has passed', () => {
    const now = at('2026-11-21T22:10:00');
    expect(nextInstant('23:00', now)).toBe(at('2026-11-21T23:00:00'));
    expect(nextInstant('01:00', now)).toBe(at('2026-11-22T01:00:00'));
    expect(nextInstant('soon', now)).toBeNull();
  });

  it('offers two hours, never more than the plan allows', () => {
    const now = at('2026-11-21T07:39:12');
    expect(untilDefault(720, now)).toBe('09:35');
    expect(untilDefault(30, now)).toBe('08:05');
  });
});

describe('a scope in words', () => {
  it('says lines by name, kinds, times and windows, and what an empty one means', () => {
    expect(scopeWords({}, name, '全部')).toBe('全部');
    expect(scopeWords({ lines: ['w-a'], departing: { from: '16:30' } }, name, '')).toBe(
      '航线 朱家尖—普陀山 · 16:30 以后开出',
    );
    expect(scopeWords({ vesselKinds: ['highSpeed'], windows: ['s/03' as never] }, name, '')).toBe(
      '船(车)型 高速客船 · 3 号窗口',
    );
  });
});

it('effects of one part stand in one row, each with its own scope', () => {
  const notices = { board: '停', broadcast: '', text: '', ended: '' };
  const rows = effectRows(
    [
      { effect: 'departureState', state: 'paused', scope: { vesselKinds: ['highSpeed'] } },
      { effect: 'departureState', state: 'pending', scope: { vesselKinds: ['carFerry'] } },
      { effect: 'refund', free: true, of: 'all', until: { hoursAfterEnd: 24 } },
    ],
    notices,
    name,
  );
  expect(rows).toEqual([
    {
      part: '班次',
      effect: 'departureState',
      words: ['暂停 · 船(车)型 高速客船', '待定 · 船(车)型 车客渡船'],
    },
    { part: '退票', effect: 'refund', words: ['免费,至恢复后 24 小时'] },
    { part: '公告', effect: null, words: ['文案已备,由人发布'] },
  ]);
});

describe('what an extra departure and a departure that left begin with', () => {
  const departure = (lineId: string, time: string): DepartureView =>
    ({ departureId: `${lineId}/${time}`, lineId, departAt: at(`2026-11-21T${time}:00`) }) as DepartureView;
  const day = [departure('w-a', '08:00'), departure('w-b', '08:30'), departure('w-a', '09:00')];
  const now = at('2026-11-21T08:21:00');
  const idOf = (found: DepartureView | undefined): string | undefined => found?.departureId;

  it('is the next full quarter, never the one that has just begun', () => {
    expect(['08:21:00', '08:30:00', '08:44:59'].map((time) => nextQuarter(at(`2026-11-21T${time}`)))).toEqual(
      ['08:30', '08:45', '08:45'],
    );
  });

  it('is the next departure of the line; the last one after the day, any line where this one has none', () => {
    expect(idOf(nextDeparture(day, now, 'w-a'))).toBe('w-a/09:00');
    expect(idOf(nextDeparture(day, now, null))).toBe('w-b/08:30');
    expect(idOf(nextDeparture(day, now, 'w-moon'))).toBe('w-b/08:30');
    expect(idOf(nextDeparture(day, at('2026-11-21T23:00:00'), 'w-b'))).toBe('w-b/08:30');
    expect(nextDeparture([], now, null)).toBeUndefined();
  });

  it('is the last departure whose time has come, else the first', () => {
    expect(idOf(lastDeparted(day, now))).toBe('w-a/08:00');
    expect(idOf(lastDeparted(day, at('2026-11-21T07:00:00')))).toBe('w-a/08:00');
  });
});
