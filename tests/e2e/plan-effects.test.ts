import { expect, it } from 'vitest';
import { atWindow, layAndPrice } from './at-window.ts';
import { axeFindings, overflow, SOON } from './host.ts';
import { callAsPage, personOf, signInAs } from './station-people.ts';

const at = atWindow();
const text = (selector: string): Promise<string> => at.clerk.page.locator(selector).innerText(SOON);

async function expectFit(name: string): Promise<void> {
  const { page } = at.clerk;
  expect(await axeFindings(page)).toEqual([]);
  for (const size of [
    { width: 1024, height: 768 },
    { width: 1366, height: 768 },
  ]) {
    await page.setViewportSize(size);
    expect(await overflow(page)).toEqual([]);
  }
  if (process.env['PICTURES']) await page.screenshot({ path: `${process.env['PICTURES']}/${name}.png` });
}

/** The clerk signs in again; what a run before left is told first. */
async function backAtSale(): Promise<void> {
  const { clerk } = at;
  await signInAs(clerk, 'clerk');
  const told = clerk.page.getByText('上次运行留下的事');
  await told.or(clerk.page.locator('main.sale')).first().waitFor(SOON);
  if (await told.isVisible()) await clerk.press('Enter');
  await clerk.page.locator('main.sale').waitFor(SOON);
}

/** Puts a plan in force as whoever is signed in, with the shift leader's second signature. */
async function order(planId: string): Promise<void> {
  const { number, pin } = personOf('shiftLeader');
  const status = (await callAsPage(at.clerk, 'status.get', {})) as { nowMs: number };
  await callAsPage(at.clerk, 'plans.order', {
    planId,
    scope: {},
    until: status.nowMs + 3_600_000,
    reason: '样例',
    orderedBy: null,
    measured: { what: 'queue', value: '600', unit: '人', source: '现场清点', at: status.nowMs },
    secondSignature: { number, pin },
  });
}

it('with the system down the clerk gives slips and queue numbers, the gate lets people aboard before the check and makes it good, all by keys', async () => {
  const { clerk } = at;
  const { page } = clerk;
  await callAsPage(clerk, 'session.signOut', {});
  await page.reload();
  await signInAs(clerk, 'manager');
  await page.locator('[data-page="plans"]').click();
  await page.locator('[data-page-part="plans"] table:focus').waitFor();
  await order('system-down');
  await page.locator('[data-row="order"]').waitFor(SOON);
  await clerk.press('ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp');
  await page.locator('[data-part="detail"][data-kind="order"]').waitFor();
  expect(await text('[data-part="detail"]')).toContain('每 30 分钟');
  await clerk.press('v');
  await page.locator('[data-part="planForm"] input:focus').fill('候船 420 人');
  await clerk.press('Enter', 'Enter');
  await clerk.sees('已复查,下次');
  await expectFit('plan-reviewed');

  await clerk.press('F10');
  await backAtSale();
  await layAndPrice(clerk, 'p01');
  await clerk.press('Enter');
  await page.getByLabel('预印票起号').fill('701');
  await expectFit('sale-slip');
  await page.getByLabel('现金').focus();
  await clerk.press('Enter');
  await clerk.sees('请交预印票');
  expect(await text('[data-part="last-sale"]')).toContain('预印票 701');
  await layAndPrice(clerk, 'p02');
  await clerk.press('Enter', 'Enter');
  await page.locator('[data-part="last-sale"]', { hasText: '预印票 702' }).waitFor(SOON);

  await callAsPage(clerk, 'session.signOut', {});
  await page.reload();
  await signInAs(clerk, 'gate');
  await page.locator('main.gate').waitFor();
  await page.locator('tr.sel', { hasText: '08:30' }).waitFor();
  // What was sold may stand further down on a machine that takes its time.
  await page.locator('.gate-departures tr', { hasText: '0/2' }).waitFor();
  const down = await page
    .locator('.gate-departures tr')
    .evaluateAll(
      (rows) =>
        rows.findIndex((row) => row.textContent.includes('0/2')) -
        rows.findIndex((row) => row.classList.contains('sel')),
    );
  expect(down).toBeGreaterThanOrEqual(0);
  for (let n = 0; n < down; n += 1) await clerk.press('ArrowDown');
  await page.locator('tr.sel', { hasText: '0/2' }).waitFor();
  await clerk.press('Enter');
  await page.locator('[data-part="eased"]').waitFor(SOON);
  expect(await text('[data-part="eased"]')).toContain('先放行后核对');
  await page.locator('.gate-people tr[data-ticket]').first().waitFor();
  await clerk.press('ArrowDown', 'Insert');
  await clerk.sees('请旅客在打印的名单上签字');
  await expectFit('gate-eased-form');
  await clerk.press('Enter');
  await page.locator('[data-verdict="admit"]').waitFor(SOON);
  await page.locator('[data-part="unchecked"]', { hasText: '1 人先放行' }).waitFor(SOON);
  await expectFit('gate-eased');
  await clerk.press('F3', 'F3');
  await page.locator('#gate-people', { hasText: '待补查旅客' }).waitFor(SOON);
  await page.locator('.gate-people tr[data-ticket]').first().waitFor();
  await clerk.press('ArrowDown', 'End');
  await clerk.sees('相符按 Enter');
  await expectFit('gate-check-form');
  await clerk.press('Enter');
  await expect.poll(() => page.locator('[data-part="unchecked"]').count(), SOON).toBe(0);
});

it('in a crowd the clerk gives a queue number of the hall with one key, and the gate calls it', async () => {
  const { clerk } = at;
  const { page } = clerk;
  await callAsPage(clerk, 'session.signOut', {});
  await page.reload();
  await signInAs(clerk, 'manager');
  await page.locator('[data-page="plans"]').waitFor();
  await order('peak');
  await callAsPage(clerk, 'session.signOut', {});
  await page.reload();
  await backAtSale();
  await page.locator('[data-part="queue-strip"]').waitFor(SOON);
  await clerk.press('F6');
  await page.locator('[data-part="queue-strip"] output', { hasText: /排队号 \d{4}-\d{4}/ }).waitFor(SOON);
  await expectFit('sale-queue-number');
  await callAsPage(clerk, 'session.signOut', {});
  await page.reload();
  await signInAs(clerk, 'gate');
  await page.locator('tr.sel', { hasText: '检票中' }).waitFor(SOON);
  await clerk.press('Enter');
  await page.locator('[data-part="calls"]', { hasText: '1 人等候' }).waitFor(SOON);
  await expectFit('gate-calls');
  await clerk.press('PageUp');
  await page.locator('[data-part="calls"]', { hasText: '还有 0 人等候' }).waitFor(SOON);
  await page.goto(new URL('/?board', page.url()).href);
  await page.locator('.queues', { hasText: '叫到' }).waitFor(SOON);
  if (process.env['PICTURES']) await page.screenshot({ path: `${process.env['PICTURES']}/board-queues.png` });
});
