import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EntryEnvelope } from '../../contract/entries.ts';
import type { DepartureId, LedgerId, WindowId } from '../../contract/ids.ts';
import { seatCount } from '../../domain/lease-pool.ts';
import { createLostLeases } from './lost-leases.ts';

const own = 'zhujiajian-wugongzhi/01' as WindowId;
const other = 'zhujiajian-wugongzhi/02' as WindowId;
const ledgerId = 'a'.repeat(32) as LedgerId;
const departureId = 'r-dhk-nbjc/2026-11-22/0540' as DepartureId;

const said = (kind: string, body: object) => ({ kind, body: body as EntryEnvelope['body'] });

test('of what a lost machine gave, took and got back, what is open stays with who holds it', () => {
  const lost = createLostLeases(own, ledgerId);
  const whole = { seats: 6, heads: 6, freeChildren: 0 };
  const given = (leaseId: string, holder: WindowId, ranges: [number, number][], bound?: string) =>
    said('lease.given', {
      leaseId,
      departureId,
      grantor: own,
      holder,
      capacity: 6,
      seats: { kind: 'numbered', ranges },
      heads: 2,
      whole,
      ...(bound === undefined ? {} : { ledgerId: bound }),
    });
  lost.take(given('1', own, [[1, 2]]));
  lost.take(given('2', other, [[3, 4]], 'b'.repeat(32)));
  lost.take(given('3', other, [[5, 6]], 'b'.repeat(32)));
  const back = {
    leaseId: '2',
    departureId,
    returnId: 'r',
    seats: { kind: 'numbered', ranges: [[4, 4]] },
    heads: 1,
  };
  lost.take(said('lease.returnTaken', { ...back, holder: other }));
  lost.take(said('lease.writtenOff', { leaseId: '3', departureId, holder: other, ledgerId, freed: null }));
  lost.take(said('shift.opened', {}));
  expect(
    lost
      .leases()
      .map(({ leaseId, holder, seats, heads, returned }) => [leaseId, holder, seats, heads, returned]),
  ).toEqual([
    ['1', own, { kind: 'numbered', ranges: [[1, 2]] }, 2, []],
    ['2', other, { kind: 'numbered', ranges: [[3, 3]] }, 1, ['r']],
    // Nobody could prove it unsold: it stays frozen.
    ['3', other, { kind: 'numbered', ranges: [[5, 6]] }, 2, []],
  ]);
});

test('whatever came back in whatever parts, what is open is what was given less what came back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 12 }),
      (all, parts) => {
        const lost = createLostLeases(own, ledgerId);
        const lease = { leaseId: '1', departureId, grantor: own };
        lost.take(said('lease.taken', { ...lease, seats: { kind: 'free', count: all } }));
        let left = all;
        for (const [n, wanted] of parts.entries()) {
          const count = Math.min(wanted, left);
          if (count < 1) continue;
          left -= count;
          lost.take(
            said('lease.returned', { ...lease, returnId: String(n), seats: { kind: 'free', count } }),
          );
        }
        const open = lost.leases().reduce((sum, { seats }) => sum + seatCount(seats), 0);
        expect(open).toBe(left);
      },
    ),
  );
});
