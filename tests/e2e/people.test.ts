import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  axeFindings,
  openClerk,
  openShift,
  overflow,
  signIn,
  startBrowser,
  startHost,
  type Clerk,
  type Host,
} from './host.ts';

let host: Host;
let browser: Browser;
let desk: Clerk;

beforeAll(async () => {
  host = await startHost();
  browser = await startBrowser();
  desk = await openClerk(browser, host);
});
afterAll(async () => {
  await browser.close();
  await host.stop();
});

/** With axe in the size of the window PC, and measured in both sizes. Pictures are kept where `PICTURES` says. */
async function expectFitToBeSeen(name: string, clerk: Clerk = desk): Promise<void> {
  const folder = process.env['PICTURES'];
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    await clerk.page.setViewportSize({ width: 1366, height: 768 });
    await clerk.page.screenshot({ path: `${folder}/${name}.png` });
  }
  expect(await axeFindings(clerk.page)).toEqual([]);
  for (const size of [
    { width: 1024, height: 768 },
    { width: 1366, height: 768 },
  ]) {
    await clerk.page.setViewportSize(size);
    expect(await overflow(clerk.page)).toEqual([]);
  }
}

async function enter(number: string, pin: string): Promise<void> {
  await desk.page.getByLabel('工号').waitFor();
  await desk.type(number);
  await desk.press('Enter');
  await desk.type(pin);
  await desk.press('Enter');
}
const part = (name: string) => desk.page.locator(`[data-part="${name}"]`);

describe('the manager keeps the people', () => {
  it('sees everybody with role and sign-in', async () => {
    await enter('0001', '314159');
    await desk.page.locator('[data-open-page="people"] #person-0107').waitFor();
    await expectFitToBeSeen('people-list');
  });

  it('adds somebody from the keyboard, with a one-time PIN', async () => {
    await desk.press('n');
    await part('person').waitFor();
    await desk.type('0120');
    await desk.press('Tab');
    await desk.page.keyboard.insertText('样例新');
    await desk.press('Tab', 'Tab', 'Tab', ' ', 'Tab');
    await expectFitToBeSeen('people-add');
    await desk.page.getByLabel('一次性口令').fill('111111');
    await desk.press('Enter');
    await desk.sees('口令太简单');
    await expectFitToBeSeen('people-refused');
    await desk.page.getByLabel('一次性口令').fill('739162');
    await desk.press('Enter');
    await desk.sees('已新增工号 0120');
    await desk.page.locator('#person-0120').waitFor();
  });

  it('suspends and restores, and cannot suspend themselves', async () => {
    await desk.page.locator('[data-open-page="people"] table').focus();
    // The first row is the manager.
    await desk.press('ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp', 's');
    await desk.sees('不能停用自己');
    await desk.press('ArrowDown', 's');
    await desk.sees('工号 0107 已停用');
    await desk.press('s');
    await desk.sees('工号 0107 已恢复');
    expect(await desk.page.locator('#person-0107').innerText()).toContain('正常');
    await desk.press('F10');
  });

  it('the new one has to choose an own PIN before anything else', async () => {
    await enter('0120', '739162');
    await part('changePin').waitFor();
    await expectFitToBeSeen('change-pin');
    await desk.type('739162');
    await desk.press('Enter');
    await desk.type('640285');
    await desk.press('Enter');
    await desk.type('640286');
    await desk.press('Enter');
    await desk.sees('两次输入的新口令不一样');
    // Every PIN is typed anew after a refusal.
    for (const pin of ['739162', '640285', '640285']) {
      const fields = desk.page.locator('[data-part="changePin"] input');
      const empty = await fields.evaluateAll((all) =>
        all.findIndex((one) => (one as HTMLInputElement).value === ''),
      );
      await fields.nth(empty).focus();
      await desk.type(pin);
    }
    await desk.press('Enter');
    await part('changePin').waitFor({ state: 'detached' });
    // Without the clerk's role there is no sale: the box was taken away and another set above.
    await desk.press('Alt+p');
    await part('changePin').waitFor();
    await desk.press('Escape');
    await part('changePin').waitFor({ state: 'detached' });
  });
});

describe('a locked screen', () => {
  it('keeps the order, opens for the same clerk only, and shows nothing of it meanwhile', async () => {
    await desk.page.keyboard.press('Alt+l');
    await part('lock').waitFor();
    await desk.press('Escape');
    await signIn(desk);
    await openShift(desk);
    await desk.press('1', 'Enter');
    await desk.layCard('p01');
    await desk.page.locator('#passenger-0').waitFor();
    await desk.press('Alt+l');
    await part('lock').waitFor();
    expect(await desk.page.getByText('测试甲').count()).toBe(0);
    await expectFitToBeSeen('locked');
    await desk.type('135790');
    await desk.press('Enter');
    await desk.sees('工号或口令不对');
    await desk.type('246810');
    await desk.press('Enter');
    await desk.page.locator('#passenger-0').waitFor();
    expect(await desk.page.locator('[id^="passenger-"]', { hasText: '330999' }).count()).toBe(1);
    await desk.press('Escape', 'Escape', 'Escape', 'Escape');
  });

  it('a shift leader closes the absent clerk’s shift with the manager’s signature', async () => {
    await desk.press('Alt+l');
    await part('lock').waitFor();
    await desk.press('Escape');
    await enter('0301', '864201');
    await part('closeFor').waitFor();
    await expectFitToBeSeen('close-for');
    await desk.type('200');
    await desk.press('Enter');
    await desk.press('Enter');
    await desk.sees('请清点剩余票纸');
    await desk.type('85');
    await desk.press('Enter');
    await part('secondSignature').waitFor();
    await desk.type('0301');
    await desk.press('Enter');
    await desk.type('864201');
    await desk.press('Enter');
    await desk.sees('第二签名人不能是本人');
    await expectFitToBeSeen('second-signature');
    await desk.press('Control+a');
    await desk.type('0001');
    await desk.press('Enter');
    await desk.type('314159');
    await desk.press('Enter');
    await desk.sees('已交班');
    expect(await desk.page.locator('main').innerText()).toContain('85');
    await desk.press('Enter');
    await enter('0107', '246810');
    await part('drawer').waitFor();
    expect(await desk.page.getByLabel('备用金(元)').inputValue()).toBe('200.00');
    await expectFitToBeSeen('open-drawer');
    await desk.press('Escape');
  });
});

it('training is unmistakable on screen, prints 样票, and leaves the real window as it was', async () => {
  const sheets = join(mkdtempSync(join(tmpdir(), 'station-sheets-')), 'sheets.bin');
  const school = await startHost({ sheets });
  try {
    const trainee = await openClerk(browser, school);
    await trainee.page.getByLabel('工号').waitFor();
    await trainee.press('Alt+x');
    await trainee.sees('练习用的账本单独存放');
    await expectFitToBeSeen('training-sign-in', trainee);
    await signIn(trainee);
    await trainee.page.locator('[data-part="training"]').waitFor();
    await openShift(trainee);
    await trainee.sees('08:30');
    await trainee.press('1', 'Enter');
    // The reader comes over from the real office.
    await trainee.page.locator('[data-chip="reader"].good').waitFor();
    await trainee.layCard('p01');
    await trainee.page.locator('#passenger-0').waitFor();
    await trainee.page.locator('[data-figure="total"]', { hasText: /\d/ }).waitFor();
    await expectFitToBeSeen('training-sale', trainee);
    await trainee.press('Enter', 'Enter');
    await trainee.sees('张票已打印。请交票');
    const paper = new TextDecoder('gb18030').decode(readFileSync(sheets));
    expect(paper.match(/培训 样票/g)?.length).toBe(3);
    expect(paper).not.toContain('SO1.');
    await trainee.press('F10');
    await trainee.page.getByLabel('实点现金(元)').waitFor();
    await trainee.press('F10');
    await trainee.page.getByLabel('工号').waitFor();
    expect(await trainee.page.locator('[data-part="training"]').count()).toBe(0);
    await signIn(trainee);
    await openShift(trainee);
    await trainee.press('F9');
    expect(await trainee.page.locator('tr[id^="ticket-"]').count()).toBe(0);
    await trainee.page.locator('[data-chip="reader"].good').waitFor();
  } finally {
    await school.stop();
    rmSync(dirname(sheets), { recursive: true });
  }
});

it('a new station is set up with the code that its first start told', async () => {
  const fresh = await startHost({
    station: { station: { id: 'xin-zhan', code: '3310', name: '测试新站' }, window: 1 },
  });
  try {
    const first = await openClerk(browser, fresh);
    await first.page.locator('[data-part="firstRun"]').waitFor();
    const fill = (label: string, text: string): Promise<void> =>
      first.page.getByLabel(label, { exact: true }).fill(text);
    await fill('首次设置码', 'AAAA-BBBB-CCCC');
    await fill('工号', '0001');
    await fill('姓名', '测试站');
    await fill('新口令', '482913');
    await fill('再输入一次新口令', '482913');
    await first.press('Enter');
    await first.sees('首次设置码不对');
    await expectFitToBeSeen('first-run', first);
    await fill('首次设置码', fresh.firstManagerCode ?? '');
    await fill('新口令', '482913');
    await fill('再输入一次新口令', '482913');
    await first.press('Enter');
    await first.page.locator('[data-open-page="people"] #person-0001').waitFor();
    expect(first.troubles.filter((trouble) => !trouble.includes('favicon'))).toEqual([]);
  } finally {
    await fresh.stop();
  }
});
