import { mkdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { atWindow } from './at-window.ts';
import { trialStaff } from '../../main/trial-station.ts';
import { connectWithCookie, newCommandId } from '../support/office-client.ts';
import { axeFindings, overflow, SOON } from './host.ts';

const at = atWindow({ host: { inBrowser: 'a second connection by the cookie of the page' } });
/** Where pictures of this page go, when somebody wants to look at it. */
const pictures = process.env['AFTER_PICTURES'];
async function picture(name: string): Promise<void> {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await at.clerk.page.screenshot({ path: `${pictures}/${name}.png` });
}
async function expectFitToBeSeen(): Promise<void> {
  const { page } = at.clerk;
  expect(await axeFindings(page)).toEqual([]);
  for (const size of [
    { width: 1024, height: 768 },
    { width: 1366, height: 768 },
  ]) {
    await page.setViewportSize(size);
    expect(await overflow(page)).toEqual([]);
  }
}
/** Sells the first boat of tomorrow: today's leaves soon, and is not refunded any more. */
async function sellForTomorrow(person: string): Promise<void> {
  const { clerk } = at;
  await clerk.page.locator('main.sale').waitFor(SOON);
  await clerk.press('F2', 'PageDown');
  await clerk.page.locator('#departures-grid tbody tr').first().waitFor(SOON);
  await clerk.press('1');
  await clerk.layCard(person);
  await clerk.page.locator('#passenger-0').waitFor(SOON);
  await clerk.page.locator('[data-figure="total"]', { hasText: /\d/ }).waitFor(SOON);
  await clerk.press('Enter', 'Enter');
  await clerk.sees('张票已打印。请交票');
}
/** The keys that are printed for where the focus stands. */
const listKeys = (): Promise<string[]> => at.clerk.page.locator('.list-keys kbd').allInnerTexts();
const state = (row: number): Promise<string> =>
  at.clerk.page.locator('main.after tbody tr').nth(row).locator('.tag').innerText();

it('finds tickets by the card on the reader, shows the fee first, refunds with two keys and prints a slip', async () => {
  const { clerk } = at;
  await sellForTomorrow('p08');
  await clerk.trial('remove');
  await clerk.press('F8');
  await clerk.sees('刷证件、扫票面二维码');
  expect(await listKeys()).toEqual(['Enter', 'Esc']);
  await clerk.layCard('p08');
  await clerk.page.locator('[data-part="afterTicket"]').waitFor(SOON);
  expect(await listKeys()).toEqual(['Space', 'F', 'Esc']);
  const may = clerk.page.locator('[data-part="afterTicket"] [data-act="refund"]');
  expect(await may.innerText()).toMatch(/退 \d+\.\d\d 元,手续费 \d+\.\d\d 元/);
  // What may not be done says why.
  expect(await clerk.page.locator('[data-act="change"]').innerText()).toContain('不能改签');
  await picture('1-found');
  await expectFitToBeSeen();

  clerk.resetKeys();
  await clerk.press('r');
  await clerk.page.locator('[data-part="afterConfirm"] [data-figure="back"]').waitFor(SOON);
  expect(await listKeys()).toEqual([]);
  await picture('2-confirm');
  await expectFitToBeSeen();
  await clerk.press('Enter');
  await clerk.page.locator('[data-part="afterDone"]').waitFor(SOON);
  expect(clerk.keys()).toBe(2);
  expect(await clerk.page.locator('[data-part="afterDone"]').innerText()).toMatch(/已退票,请付 \d+\.\d\d 元/);
  await expect.poll(() => state(0), SOON).toBe('已退票');
  await picture('3-done');
  await clerk.press('s');
  await clerk.sees('凭证已送打印');
  await clerk.press('Escape', 'Escape');
  await clerk.page.locator('main.sale').waitFor(SOON);
});

it('prints a ticket again, issues a lost one again, and takes one of this shift back, all from the keyboard', async () => {
  const { clerk } = at;
  await sellForTomorrow('p09');
  await clerk.press('F8');
  await clerk.trial('remove');
  await clerk.layCard('p09');
  await clerk.page.locator('[data-part="afterTicket"]').waitFor(SOON);
  await clerk.press('p');
  await clerk.page.getByLabel('原因').waitFor(SOON);
  await clerk.press('Enter');
  await clerk.sees('已送打印');
  await clerk.press('l');
  await clerk.page.locator('[data-part="afterConfirm"]').waitFor(SOON);
  await clerk.press('Enter');
  await clerk.sees('旧票作废');
  await expect.poll(() => clerk.page.locator('main.after tbody tr').count(), SOON).toBe(2);
  expect([await state(0), await state(1)].toSorted()).toEqual(['已换票', '有效']);
  // By its last digits, too.
  const digits = await clerk.page.locator('main.after tbody tr').first().locator('td').nth(1).innerText();
  await clerk.press('f');
  await clerk.type(digits.slice(-6));
  await clerk.press('Enter');
  await expect.poll(() => clerk.page.locator('main.after tbody tr').count(), SOON).toBe(1);
  // What took the place of another ticket is not taken back: that would give back a fare that was paid for the first one.
  expect(await clerk.page.locator('[data-act="void"]').innerText()).toContain('换出的票');
  await clerk.press('Escape', 'Escape');
  await sellForTomorrow('p02');
  await clerk.press('F8');
  await clerk.trial('remove');
  await clerk.layCard('p02');
  await clerk.page.locator('[data-part="afterTicket"]').waitFor(SOON);
  await clerk.press('v');
  await clerk.page.getByLabel('原因').waitFor(SOON);
  await picture('4-void');
  await clerk.press('Enter');
  await expect.poll(() => state(0), SOON).toBe('已作废');
  // The row changes as soon as the journal has it; the form closes with the answer.
  await clerk.page.getByLabel('原因').waitFor({ ...SOON, state: 'hidden' });
  await clerk.press('f');
  await clerk.type('1');
  await clerk.press('Enter');
  await clerk.sees('票号尾数须为');
  await expectFitToBeSeen();
  expect(clerk.troubles).toEqual([]);
  await clerk.press('Escape');
  await clerk.page.locator('main.sale').waitFor(SOON);
});

/** The shift leader cancels a departure, on the session of this very page; then the clerk is back. */
async function cancel(departureId: string): Promise<void> {
  const { clerk, host } = at;
  const [cookie] = await clerk.context.cookies();
  if (!cookie) throw new Error('the page has no session');
  const office = await connectWithCookie(host.address, `${cookie.name}=${cookie.value}`);
  const [clerkPerson] = trialStaff;
  const leader = trialStaff.find(({ roles }) => roles.includes('shiftLeader'));
  if (!clerkPerson || !leader) throw new Error('the trial has no such people');
  await office.call('session.signIn', { number: leader.number, pin: leader.pin });
  const scope = { departures: [departureId] };
  const state = { scope, state: 'cancelled', reason: '机械故障', orderedBy: null };
  const commandId = newCommandId();
  await office.call('departures.setState', state, commandId);
  await office.call('commands.seen', { commandIds: [commandId] });
  await office.call('session.signIn', { number: clerkPerson.number, pin: clerkPerson.pin });
  office.close();
  await clerk.page.locator('main.after').waitFor(SOON);
  await clerk.press('Escape');
}

it('of a cancelled departure a ticket is changed free to a later one, found from the list of sold tickets', async () => {
  const { clerk } = at;
  await sellForTomorrow('p10');
  await clerk.trial('remove');
  const first = clerk.page.locator('main.after tbody tr').first();
  await clerk.press('F9');
  await clerk.page.locator('main.sold tbody tr').first().waitFor(SOON);
  await clerk.press('F8');
  await first.waitFor(SOON);
  const time = (await first.locator('td').nth(2).innerText()).slice(6, 11);
  await cancel(`w-wgz-pts/2026-11-22/${time.replace(':', '')}`);
  await clerk.page.locator('main.sale').waitFor(SOON);
  await clerk.press('F9');
  await clerk.page.locator('main.sold tbody tr').first().waitFor(SOON);
  await clerk.press('F8');
  await clerk.sees('免费改签');
  await clerk.sees('不收手续费');
  await clerk.press('g');
  await clerk.page.locator('[data-part="afterPick"] tbody tr').first().waitFor(SOON);
  await picture('5-pick');
  await expectFitToBeSeen();
  await clerk.press('ArrowDown', 'Enter');
  await clerk.sees('不补不退');
  await picture('6-change');
  await expectFitToBeSeen();
  await clerk.press('Enter');
  await clerk.sees('已改签 1 张');
  await picture('7-changed');
  // The list of sold tickets says what became of each.
  await clerk.press('Escape', 'Escape');
  await clerk.page.locator('main.sale').waitFor(SOON);
  await clerk.press('F9');
  await clerk.page.locator('main.sold [data-end="changed"]').first().waitFor(SOON);
  await clerk.page.locator('main.sold [data-end="refunded"]').first().waitFor(SOON);
  await picture('8-sold-ended');
  await expectFitToBeSeen();
  expect(clerk.troubles).toEqual([]);
});
