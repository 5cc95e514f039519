import { afterEach, expect, test } from 'vitest';
import type { BusinessDate, WindowId } from '../../../contract/ids.ts';
import { makeMachine, type Machine } from '../../../tests/support/machine.ts';
import { departureOn, openWindow } from '../../../tests/support/window.ts';

const machines: Machine[] = [];
afterEach(() => {
  for (const machine of machines.splice(0)) machine.remove();
});

const DAY = '2026-11-21' as BusinessDate;

async function seller(seed: number, window: string, heads: number) {
  const machine = makeMachine({ seed });
  machines.push(machine);
  const made = await openWindow(machine, { window: window as WindowId });
  const shiftId = made.openShift();
  made.takeLease(departureOn(DAY, '1030'), { count: 40 });
  made.sell(
    departureOn(DAY, '1030'),
    Array.from({ length: heads }, (_, n) => n + seed * 100),
  );
  return { ...made, shiftId };
}

test('a station’s day is that of all windows heard, each ticket once however often its journal came', async () => {
  const host = await seller(1, 'zhujiajian-wugongzhi/01', 2);
  const other = await seller(2, 'zhujiajian-wugongzhi/02', 3);
  const relay = () =>
    host.ledger.picture.take(
      other.ledger.window,
      other.ledger.ledgerId,
      other.ledger
        .entriesAfter(0, 10_000, 100_000_000)
        .map(({ seq, canonical, row }) => ({ seq, entry: canonical, ...(row && { row }) })),
    );
  expect(relay()).toMatchObject({ ok: true });
  other.closeShift(other.shiftId);
  relay();
  relay();
  const day = host.ledger.day(DAY);
  expect(day.sales.map(({ window, tickets }) => [window, tickets])).toEqual([
    ['zhujiajian-wugongzhi/01', 2],
    ['zhujiajian-wugongzhi/02', 3],
  ]);
  expect(day.sales.every(({ clerkNumber }) => clerkNumber === '1001')).toBe(true);
  expect(day.shifts.map(({ window, tickets, closed }) => [window, tickets, closed === null])).toEqual([
    ['zhujiajian-wugongzhi/01', 2, true],
    ['zhujiajian-wugongzhi/02', 3, false],
  ]);
  expect(host.ledger.day('2026-11-22' as BusinessDate)).toEqual({
    sales: [],
    after: [],
    shifts: [],
    sheets: [],
  });

  host.ledger.rebuild();
  expect(host.ledger.day(DAY)).toEqual(day);
  host.close();
  other.close();
});
