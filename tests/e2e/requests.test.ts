import { expect, it } from 'vitest';
import { machineClock } from '../../main/shells/clock.ts';
import { trialStation } from '../../main/trial-station.ts';
import { addDays, businessDateOf } from '../../domain/time.ts';
import { closeOffices, ferry, numberOf } from '../office/kit.ts';
import { atHost, everybody, openHost, openWindowAt } from '../station/kit.ts';
import { clerkOf } from '../station/staff.ts';
import { axeFindings, openClerk, overflow, SOON, startBrowser, startHost } from './host.ts';

it('a request taken down out of contact waits in the list of the clerk, is opened with one key and can be taken back', async () => {
  const clock = machineClock();
  const tomorrow = ferry('1220', addDays(businessDateOf(clock.nowMs()), 1));
  const browser = await startBrowser();
  const station = await openHost({ runtime: { clock } });
  try {
    // The window sells while its host is there; then the host is gone, and the window goes on in a program of its own.
    const seller = await openWindowAt(station, 2, { runtime: { clock } });
    const sale = await seller.sell(tomorrow, [1, 2]);
    const [first, second] = [numberOf(sale), numberOf(sale, 1)];
    await atHost(station, seller);
    await seller.office.stop();
    await station.host.office.stop();
    const host = await startHost({
      folder: seller.machine.folder,
      station: {
        station: trialStation,
        window: 2,
        staff: await everybody(),
        host: { address: `127.0.0.1:${String(station.port)}`, key: station.key },
      },
    });
    try {
      const clerk = await openClerk(browser, host);
      const person = clerkOf(2);
      await clerk.page.getByLabel('工号').waitFor();
      await clerk.type(person.number);
      await clerk.press('Enter');
      await clerk.type(person.pin);
      await clerk.press('Enter');
      // What the program before it did, the page asks about once.
      await clerk.sees('上次运行留下的事');
      await clerk.press('Enter');
      await clerk.page.locator('main.sale').waitFor(SOON);
      const list = clerk.page.locator('[data-part="openRequests"]');
      const ticket = clerk.page.locator('[data-part="afterTicket"]');
      await clerk.press('F8');
      await clerk.sees('刷证件、扫票面二维码');
      expect(await list.count()).toBe(0);
      for (const number of [first, second]) {
        await clerk.press('f');
        await clerk.type(number.slice(-6));
        await clerk.press('Enter');
        await clerk.page.locator(`[id="after-${number}"]`).waitFor(SOON);
        await clerk.page.locator('[data-act="request"]:not(.not)').waitFor(SOON);
        await clerk.press('n');
        await clerk.page.locator('[data-part="afterConfirm"]').waitFor(SOON);
        await clerk.press('Enter');
        await clerk.page.locator('[data-part="afterDone"]', { hasText: '登记号' }).waitFor(SOON);
        await clerk.press('Escape');
      }
      await clerk.press('Escape');
      await clerk.page.locator('main.sale').waitFor(SOON);

      await clerk.press('F8');
      await list.waitFor(SOON);
      const rows = await list.locator('li').allInnerTexts();
      expect(
        rows.map((row) => [first, second].findIndex((number) => row.includes(number.slice(-8)))),
      ).toEqual([0, 1]);
      expect(await axeFindings(clerk.page)).toEqual([]);
      expect(await overflow(clerk.page)).toEqual([]);
      if (process.env['PICTURES'])
        await clerk.page.screenshot({ path: `${process.env['PICTURES']}/requests.png` });

      // With an empty field the key opens the oldest; the passenger has thought again.
      await clerk.press('Enter');
      await ticket.waitFor(SOON);
      await clerk.page.locator(`[id="after-${first}"]`).waitFor(SOON);
      await clerk.press('b', 'Enter');
      await expect
        .poll(() => clerk.page.locator('main.after tbody tr').first().locator('.tag').innerText(), SOON)
        .toBe('有效');
      await clerk.press('Escape', 'Escape');
      await clerk.page.locator('main.sale').waitFor(SOON);
      await clerk.press('F8');
      await expect.poll(() => list.locator('li').count(), SOON).toBe(1);
      expect(await list.innerText()).toContain(second.slice(-8));
      expect(clerk.troubles).toEqual([]);
    } finally {
      await host.stop();
    }
  } finally {
    await browser.close();
    await closeOffices();
  }
});
