import type { Browser } from 'playwright-core';
import { sellTo } from './at-window.ts';
import { openClerk, openShift, signIn, startHost, type Clerk } from './host.ts';
import { callAsPage, personOf, signInAs, signOut } from './station-people.ts';

type Take = (clerk: Clerk, name: string) => Promise<void>;

/** A morning of fog: the manager before, the form, in force, the clerk's band, the work list, and everything that was done. */
export async function takeFog(browser: Browser, take: Take): Promise<void> {
  const host = await startHost();
  try {
    const clerk = await openClerk(browser, host);
    const { page } = clerk;
    await signIn(clerk);
    await openShift(clerk);
    await clerk.sees('08:30');
    for (const person of ['p01', 'p02', 'p03']) await sellTo(clerk, person);
    await signOut(clerk);

    await openPlans(clerk);
    await clerk.press('b');
    await page.locator('[data-part="planForm"] input:focus').waitFor();
    await clerk.type('420');
    await clerk.press('Enter', 'Enter', 'Enter');
    await page.locator('[data-suggested="fog"]').waitFor();
    await page.locator('[data-part="impact"] [data-figure="people"]', { hasText: '3 人' }).waitFor();
    await take(clerk, 'manager-before-fog');

    await clerk.press('Enter');
    await page.locator('[data-part="planForm"]').waitFor();
    await page.getByLabel('原因').fill('能见度不足');
    await page.getByLabel('下令单位').fill('海事处');
    await page.getByLabel('文号或通话时间').fill('电话 07:36');
    await page.getByLabel('出处').fill('市气象台 07:35');
    await take(clerk, 'manager-fog-form');
    await page.getByLabel('出处').focus();
    await clerk.press('Enter');
    await sign(clerk);
    await clerk.sees('「大雾 · 三级」已生效');
    await page.locator('[data-row="order"]').waitFor();
    await clerk.press('ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp');
    await page.locator('[data-part="detail"][data-kind="order"]').waitFor();
    await take(clerk, 'manager-in-fog');

    await clerk.press('w');
    await page.locator('[data-part="work"] [data-work]').first().waitFor();
    await take(clerk, 'manager-work-list');
    await clerk.press('Escape');
    await signOut(clerk);

    // The clerk's shift was never closed: after what the last run left open the sale is there.
    await signInAs(clerk, 'clerk');
    await clerk.sees('上次运行留下的事');
    await clerk.press('Enter');
    await page.locator('main.sale').waitFor();
    await page.locator('[data-chip="plan"]', { hasText: '预案生效' }).waitFor();
    await take(clerk, 'sale-in-fog');
    await signOut(clerk);

    await openPlans(clerk);
    await page.locator('[data-row="order"]').waitFor();
    const { states } = (await callAsPage(clerk, 'plans.list', {})) as { states: unknown[] };
    if (states.length > 0) throw new Error('a state was set that nobody set');
    await clerk.press('ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'Delete');
    await page.getByLabel('原因').fill('雾散');
    await page.getByLabel('出处').focus();
    await clerk.press('Enter');
    await sign(clerk);
    await clerk.sees('「大雾 · 三级」已结束');
    await clerk.press('h');
    await page.locator('[data-part="history"] [data-history="end"]').waitFor();
    await take(clerk, 'manager-after-fog');
    await clerk.close();
  } finally {
    await host.stop();
  }
}

async function openPlans(clerk: Clerk): Promise<void> {
  await signInAs(clerk, 'manager');
  await clerk.page.locator('[data-page="plans"]').click();
  await clerk.page.locator('[data-page-part="plans"] table:focus').waitFor();
  await clerk.page.locator('[data-part="impact"]').waitFor();
}

async function sign(clerk: Clerk): Promise<void> {
  const { number, pin } = personOf('shiftLeader');
  await clerk.page.locator('[data-part="secondSignature"]').waitFor();
  await clerk.type(number);
  await clerk.press('Enter');
  await clerk.type(pin);
  await clerk.press('Enter');
}
