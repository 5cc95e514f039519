import { expect } from 'vitest';
import type { OfficeInput, OfficeOutput } from '../../contract/office.ts';
import { newId, type TestOffice } from '../office/kit.ts';
import { of } from '../office/people-kit.ts';

const MINUTE_MS = 60_000;

/** What the manager fills in for the fog plan. */
export function fog(office: TestOffice, over: Partial<OfficeInput<'plans.order'>> = {}) {
  const at = office.machine.runtime.clock.nowMs();
  return {
    planId: 'fog',
    scope: {},
    until: at + 60 * MINUTE_MS,
    reason: '能见度不足',
    orderedBy: { organisation: '海事处', reference: '样例 1 号', at },
    measured: { what: 'visibility' as const, value: '420', unit: 'm', source: '市气象台', at },
    secondSignature: of('shiftLeader'),
    ...over,
  };
}

export const word = {
  reason: '雾散',
  orderedBy: null,
  measured: null,
  secondSignature: of('shiftLeader'),
};

/** The manager orders, once the office has that plan: a window hears of its host’s library when it connects. */
export async function order(
  office: TestOffice,
  over: Partial<OfficeInput<'plans.order'>> = {},
): Promise<OfficeOutput<'plans.order'>> {
  const asked = fog(office, over);
  await expect
    .poll(async () =>
      (await office.ok('plans.list', {}, undefined, 'manager')).plans.map(({ planId }) => planId),
    )
    .toContain(asked.planId);
  return office.ok('plans.order', asked, newId(), 'manager');
}

/** Ids of the orders that this office's rules follow, as its band shows them. */
export const inForceAt = async (office: TestOffice): Promise<string[]> =>
  ((await office.ok('status.get')).inForce ?? []).map(({ id }) => id).toSorted();

/** The office comes to follow exactly these orders. */
export async function expectOrders(office: TestOffice, ids: readonly string[]): Promise<void> {
  await expect.poll(() => inForceAt(office), { timeout: 25_000 }).toEqual(ids.toSorted());
}
