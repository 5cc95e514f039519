import type { Browser } from 'playwright-core';
import type { OfficeMethod, OfficeOutput } from '../../contract/office.ts';
import { layAndPrice, sellTo } from './at-window.ts';
import { openClerk, openShift, signIn, startHost, type Clerk } from './host.ts';
import { callAsPage, personOf, signInAs, signOut } from './station-people.ts';

type Take = (clerk: Clerk, name: string) => Promise<void>;

const DAY = '2026-11-21';
const LINE = 'w-wgz-pts';
const id = (slot: string): string => `${LINE}/${DAY}/${slot}`;

/** Crowd and wind at one pier: the clerk's list, the gate's queue, the hall's board, the editor for notices, the report of the plan. */
export async function takeNotices(browser: Browser, take: Take): Promise<void> {
  const host = await startHost();
  try {
    const clerk = await openClerk(browser, host);
    const { page } = clerk;
    const leader = personOf('shiftLeader');
    const call = <M extends OfficeMethod>(method: M, params: unknown) =>
      callAsPage(clerk, method, params) as Promise<OfficeOutput<M>>;
    await signInAs(clerk, 'manager');
    await page.locator('[data-open-page="people"]').waitFor();
    const { departures } = await call('timetable.departures', { date: DAY, lineId: LINE });
    const [first, second] = departures.filter(
      ({ departAt }) => departAt > Date.parse(`${DAY}T08:45:00+08:00`),
    );
    const scope = { lines: [LINE], departing: { from: '09:00' } };
    const at = Date.parse(`${DAY}T08:22:00+08:00`);
    await call('plans.order', {
      planId: 'peak',
      scope,
      until: at + 6 * 3_600_000,
      reason: '大客流',
      orderedBy: { organisation: '码头公司', reference: '值班电话 08:15', at },
      measured: { what: 'queue', value: '620', unit: '人', source: '候船厅点数', at },
      secondSignature: { number: leader.number, pin: leader.pin },
    });
    const { departureId } = await call('departures.addExtra', {
      pattern: second?.departureId ?? id('0930'),
      departLocal: '09:35',
      vesselName: '样例加班轮',
      vesselKind: null,
      capacity: 120,
    });
    const other = await call('timetable.departures', { date: DAY });
    const windy = other.departures.filter(
      ({ lineId, departAt, fromPlaceId }) =>
        lineId !== LINE && departAt > at + 30 * 60_000 && fromPlaceId === first?.fromPlaceId,
    );
    await call('departures.setState', {
      scope: { departures: windy.slice(0, 2).map((one) => one.departureId) },
      state: 'cancelled',
      reason: '海事通知:风力八级',
      orderedBy: { organisation: '海事处', reference: '样例 2 号', at },
    });
    await call('departures.setState', {
      scope: { departures: windy.slice(2, 4).map((one) => one.departureId) },
      state: 'pending',
      reason: '等候海事通知',
      orderedBy: null,
    });
    await signOut(clerk);

    await signIn(clerk);
    await openShift(clerk);
    await clerk.sees('滚动发班');
    for (const person of ['p01', 'p02', 'p03']) await sellTo(clerk, person);
    await page.locator('#departures-grid tr', { hasText: '样例加班轮' }).first().dispatchEvent('mousedown');
    await layAndPrice(clerk, 'p04');
    await take(clerk, 'sale-rolling');
    await clerk.press('Enter', 'Enter');
    await clerk.sees('流水号');
    await signOut(clerk);

    await signInAs(clerk, 'gate');
    await page.locator('.gate-departures').waitFor();
    await page.locator(`[data-departure="${departureId}"]`).click();
    await page.locator('[data-part="queue"]').waitFor();
    await clerk.press('PageDown');
    await page.locator('[data-part="queue"]', { hasText: '已放行至' }).waitFor();
    await take(clerk, 'gate-queue');
    await signOut(clerk);

    await signInAs(clerk, 'manager');
    await page.locator('[data-page="notices"]').click();
    await page.getByRole('button', { name: /大客流/ }).click();
    await page.locator('.notice-form textarea').first().waitFor();
    await page.waitForFunction(() => (document.querySelector('textarea')?.value ?? '') !== '');
    await take(clerk, 'manager-notices');
    await clerk.press('Alt+p');
    await page.locator('.notice-preview').waitFor();
    await take(clerk, 'manager-notices-confirm');
    await clerk.press('Enter');
    await clerk.sees('大屏在放');
    await page.locator('[data-page="planReport"]').click();
    await page.locator('.plan-figures').waitFor();
    await take(clerk, 'manager-plan-report');

    const hall = await clerk.context.newPage();
    await hall.setViewportSize({ width: 1920, height: 1080 });
    await hall.goto(new URL('/?board', page.url()).href);
    await hall.locator('#board tbody tr').first().waitFor();
    await hall.locator('.notices').waitFor();
    await take({ ...clerk, page: hall }, 'hall-board');
    await hall.close();
    await clerk.close();
  } finally {
    await host.stop();
  }
}
