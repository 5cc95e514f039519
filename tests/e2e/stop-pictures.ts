import type { Browser } from 'playwright-core';
import { tableNames } from '../../contract/basic-data/tables.ts';
import { sampleData } from '../../domain/basic-data/sample-data.ts';
import { openClerk, openShift, signIn, startHost, type Clerk } from './host.ts';
import { callAsPage, signInAs } from './station-people.ts';

type Take = (clerk: Clerk, name: string) => Promise<void>;

/** A ticket to a stop on the way of tomorrow's island-hopping boat. */
export async function takeStops(browser: Browser, take: Take): Promise<void> {
  const host = await startHost();
  try {
    const clerk = await openClerk(browser, host);
    const { page } = clerk;
    await signIn(clerk);
    await openShift(clerk);
    await page.locator('#departures-grid tbody tr').first().waitFor();
    await clerk.press('PageDown');
    await clerk.type('qushan');
    await page.locator('#places-found li.sel', { hasText: '衢山' }).waitFor();
    await clerk.press('Enter');
    await page.locator('#departures-grid tr.sel', { hasText: '途经 17:25' }).waitFor();
    await clerk.layCard('p01');
    await page.locator('[data-figure="total"]', { hasText: '126.00' }).waitFor();
    await take(clerk, 'sale-stop');
    await clerk.close();
  } finally {
    await host.stop();
  }
}

/** Seats kept back that are given up, and the day of a smaller vessel. */
export async function takeReserves(browser: Browser, take: Take): Promise<void> {
  const host = await startHost();
  try {
    const clerk = await openClerk(browser, host);
    const { page } = clerk;
    await signInAs(clerk, 'manager');
    await page.locator('[data-open-page="people"]').waitFor();
    const data = sampleData();
    const small = {
      ...data.vessels[0],
      name: '样例2',
      licence: '样证-3',
      capacity: 2,
      seatMap: [],
      seatClasses: [],
      numberedSeats: false,
    };
    const run = { lineId: 'w-a-b', date: '2026-11-22', departLocal: '08:00', extra: 0, vesselName: '样例2' };
    // The smaller vessel comes when the boat is on sale already: then its sale stops.
    for (const changes of [
      tableNames.flatMap((table) => data[table].map((put) => ({ table, put }))),
      [
        { table: 'vessels', put: small },
        { table: 'substitutes', put: { ...run, reason: '机器故障' } },
      ],
    ])
      await callAsPage(clerk, 'data.change', { changes, effectiveAt: null, note: '' });
    await page.locator('[data-page="reserves"]').click();
    await page.locator('[data-page-part="reserves"]').waitFor();
    await clerk.press('PageDown', 'PageDown');
    await page.locator('[data-reserve="应急"]', { hasText: '留着' }).waitFor();
    await clerk.press('j');
    await page.getByLabel('原因').fill('没有应急任务');
    await clerk.press('Enter');
    await clerk.sees('再按一次 Enter');
    await take(clerk, 'manager-reserves');
    // Out of the confirmation, then out of the form.
    await clerk.press('Escape', 'Escape');
    await page.locator('[data-page-part="reserves"] table:focus').waitFor();
    await clerk.press('PageUp');
    await page.locator('[data-substituted]').waitFor();
    await clerk.press('ArrowDown');
    await page.locator('[data-part="surplus"]').waitFor();
    await take(clerk, 'manager-surplus');
    await clerk.close();
  } finally {
    await host.stop();
  }
}
