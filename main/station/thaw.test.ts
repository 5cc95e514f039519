import { expect, test } from 'vitest';
import type { BusinessDate, DepartureId, LedgerId, WindowId } from '../../contract/ids.ts';
import { mayThaw, unaccounted, type KnownMachines } from './thaw.ts';

const windowOf = (number: number) => `pier/${String(number).padStart(2, '0')}` as WindowId;
const ledgerOf = (number: number) => String(number).repeat(32).slice(0, 32) as LedgerId;
const held = (number: number, date = '2026-11-22') => ({
  window: windowOf(number),
  ledgerId: ledgerOf(number),
  departureId: `line/${date}/0800` as DepartureId,
  seats: 4,
  sold: 1,
  laneCm: 0,
  places: 0,
  vehicles: 0,
});
const lost = (number: number, wasHost = false) => ({
  window: windowOf(number),
  ledgerId: ledgerOf(number),
  wasHost,
});
const enrolled = (number: number) => ({
  window: windowOf(number),
  ledgerId: ledgerOf(number),
  state: 'enrolled' as const,
});
/** A host, window 9, in the place of window 1; windows 2 and 3 had seats of it. */
const station = (more: Partial<KnownMachines> = {}): KnownMachines => ({
  own: windowOf(9),
  isSucceeded: false,
  windows: [enrolled(2)],
  lost: [lost(1, true)],
  held: [held(2), held(3)],
  today: '2026-11-21' as BusinessDate,
  ...more,
});
const codeOf = (machines: KnownMachines, gone: number[] = []) => {
  const answer = mayThaw(machines, gone.map(windowOf));
  return answer.ok ? 'thawed' : answer.refusal.code;
};

test('a thaw waits for the host before to be read back: another lost window does not stand for it', () => {
  expect(codeOf(station({ lost: [], held: [] }))).toBe('host.notReadBack');
  expect(codeOf(station({ lost: [lost(3)], held: [held(3)] }))).toBe('host.notReadBack');
  expect(codeOf(station({ lost: [lost(1, true)], held: [] }))).toBe('thawed');
});

test('every holder that never reported is waited for, until it enrols, is read back, or its departures have left', () => {
  const refused = mayThaw(station(), []);
  expect(refused.ok ? '' : refused.refusal.message).toMatch(/:3$/);
  expect(codeOf(station({ windows: [enrolled(2), enrolled(3)] }))).toBe('thawed');
  expect(codeOf(station({ lost: [lost(1, true), lost(3)] }))).toBe('thawed');
  expect(codeOf(station({ held: [held(2), held(3, '2026-11-20')] }))).toBe('thawed');
});

test('a disk that is signed gone is waited for no longer, and stands for nothing else', () => {
  expect(codeOf(station(), [3])).toBe('thawed');
  expect(codeOf(station({ lost: [], held: [held(3)] }), [3])).toBe('host.notReadBack');
  expect(codeOf(station({ lost: [], held: [held(3)] }), [1])).toBe('host.windowsMissing');
  expect(codeOf(station({ lost: [], held: [held(3)] }), [1, 3])).toBe('thawed');
  expect(unaccounted(station())).toEqual({ formerHost: false, windows: [windowOf(3)] });
});

test('nobody signs the disk of a window gone that works here, nor this host’s own, unless its own ledger was left behind', () => {
  expect(codeOf(station(), [2, 3])).toBe('host.diskNotGone');
  expect(codeOf(station({ lost: [], held: [] }), [9])).toBe('host.diskNotGone');
  expect(codeOf(station({ lost: [], held: [], isSucceeded: true }), [9])).toBe('thawed');
});
