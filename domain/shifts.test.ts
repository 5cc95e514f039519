import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryBodies } from '../contract/entries.ts';
import { decideCloseShift, decideOpenShift } from './shifts.ts';
import type { OpenShift } from './types.ts';

const shiftId = 'b'.repeat(32);
const open: OpenShift = { shiftId, clerkNumber: '1001', floatFen: 50_000, ticketCount: 2, salesFen: 4500 };

test('a shift opens with the float counted into the drawer', () => {
  const decided = decideOpenShift(
    { openShift: null, freshShiftId: shiftId },
    { clerkNumber: '1001', floatFen: 50_000 },
  );
  expect(decided).toEqual({
    ok: true,
    value: {
      shiftId,
      entries: [{ kind: 'shift.opened', body: { shiftId, clerkNumber: '1001', floatFen: 50_000 } }],
    },
  });
});

test('a window has one drawer: while a shift is open nobody opens another, not even its own clerk', () => {
  for (const clerkNumber of ['1001', '1002']) {
    expect(
      decideOpenShift({ openShift: open, freshShiftId: 'c'.repeat(32) }, { clerkNumber, floatFen: 0 }),
    ).toMatchObject({
      refusal: { code: 'shift.alreadyOpen', message: '本窗口已有未交的班(工号 1001)' },
    });
  }
});

test('a shift closes with what was counted; what is missing is written down, not hidden', () => {
  const decided = decideCloseShift({ openShift: open }, { clerkNumber: '1001', countedFen: 54_000 });
  expect(decided).toMatchObject({
    ok: true,
    value: {
      entries: [
        {
          kind: 'shift.closed',
          body: {
            shiftId,
            clerkNumber: '1001',
            countedFen: 54_000,
            expectedFen: 54_500,
            differenceFen: -500,
            ticketCount: 2,
            salesFen: 4500,
          },
        },
      ],
    },
  });
});

test('only an open shift closes, and only by the clerk who opened it', () => {
  expect(decideCloseShift({ openShift: null }, { clerkNumber: '1001', countedFen: 0 })).toMatchObject({
    refusal: { code: 'shift.notOpen' },
  });
  expect(decideCloseShift({ openShift: open }, { clerkNumber: '1002', countedFen: 0 })).toMatchObject({
    refusal: { code: 'shift.otherClerk' },
  });
});

test('counted is always expected and the difference, and the entry is one that the journal takes', () => {
  const fen = fc.integer({ min: 0, max: 500_000_000 });
  fc.assert(
    fc.property(fen, fen, fen, (floatFen, salesFen, countedFen) => {
      const decided = decideCloseShift(
        { openShift: { ...open, floatFen, salesFen } },
        { clerkNumber: '1001', countedFen },
      );
      if (!decided.ok) throw new Error(decided.refusal.code);
      const body = entryBodies['shift.closed'].parse(decided.value.entries[0]?.body);
      expect(body.expectedFen).toBe(floatFen + salesFen);
      expect(body.expectedFen + body.differenceFen).toBe(countedFen);
    }),
  );
});
