import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import type { Browser } from 'playwright-core';
import { tableNames } from '../../contract/basic-data/tables.ts';
import { sampleData } from '../../domain/basic-data/sample-data.ts';
import { csvOf, workbookOf } from '../../main/basic-data/files/write-file.ts';
import { layAndPrice, sellTo } from './at-window.ts';
import { openClerk, openShift, signIn, startHost, type Clerk } from './host.ts';
import { personOf, signInAs, signOut, typeInAs } from './station-people.ts';

type Take = (clerk: Clerk, name: string) => Promise<void>;

/** A day at a station by everybody who works there: the sale of families and cars, the manager, the gate, the auditor, the technician. */
export async function takeWorkspaces(browser: Browser, take: Take): Promise<void> {
  const host = await startHost();
  try {
    const clerk = await openClerk(browser, host);
    await takeSale(clerk, take);
    await takeManager(clerk, take);
    await takeGate(clerk, take);
    await takeOffice(clerk, take);
    await clerk.close();
  } finally {
    await host.stop();
  }
}

/** A family and a car, the lock, and the shift that somebody else closes with a second signature. */
async function takeSale(clerk: Clerk, take: Take): Promise<void> {
  const { page } = clerk;
  const total = (): ReturnType<typeof page.locator> => page.locator('[data-figure="total"]');
  await signIn(clerk);
  await openShift(clerk);
  await clerk.sees('08:30');
  await layAndPrice(clerk, 'p01');
  await clerk.layCard('p10');
  await clerk.sees('随 测试甲');
  await clerk.layCard('p08');
  await clerk.sees('儿童票 · 年龄');
  await total().filter({ hasText: '45.00' }).waitFor();
  await take(clerk, 'sale-family');
  await clerk.press('Enter', 'Enter');
  await clerk.sees('3 张票已打印');
  for (const person of ['p02', 'p03']) await sellTo(clerk, person);

  await clerk.type('th');
  await clerk.press('1');
  await page.locator('#departures-grid tr.sel', { hasText: '载车' }).waitFor();
  await clerk.layCard('p04');
  await page.locator('#passenger-0').waitFor();
  await clerk.press('F3', 'ArrowUp', 'v');
  await clerk.sees('余 120.00 米');
  await clerk.press('Enter', 'Enter');
  await clerk.type('12345');
  await page.locator('[data-figure="plate"]', { hasText: '浙L12345' }).waitFor();
  await take(clerk, 'vehicle-form');
  await clerk.press('Enter');
  await page.locator('#vehicle-0', { hasText: '浙L12345' }).waitFor();
  await total().filter({ hasText: '68.00' }).waitFor();
  await take(clerk, 'sale-vehicle');
  await clerk.press('Enter', 'Enter');
  await clerk.sees('2 张票已打印');

  await clerk.press('Alt+l');
  await page.locator('[data-part="lock"]').waitFor();
  await take(clerk, 'lock');
  await clerk.press('Escape');
  await signInAs(clerk, 'shiftLeader');
  await page.locator('[data-part="closeFor"]').waitFor();
  await clerk.type('373');
  await clerk.press('Enter');
  await clerk.type('85');
  await clerk.press('Enter');
  await page.locator('[data-part="secondSignature"]').waitFor();
  await clerk.type(personOf('manager').number);
  await clerk.press('Enter');
  await take(clerk, 'second-signature');
  await clerk.type(personOf('manager').pin);
  await clerk.press('Enter');
  await clerk.sees('已交班');
  await clerk.press('Enter');
  await signInAs(clerk, 'clerk');
  await page.locator('[data-part="drawer"]').waitFor();
  await take(clerk, 'open-drawer');
  await signOut(clerk);
}

/** People, basic data with a file that is refused and one that changes cells, the day, the windows. */
async function takeManager(clerk: Clerk, take: Take): Promise<void> {
  const { page } = clerk;
  const files = mkdtempSync(join(tmpdir(), 'station-pictures-'));
  try {
    await signInAs(clerk, 'manager');
    await page.locator('[data-open-page="people"] #person-0107').waitFor();
    await clerk.press('n');
    await page.locator('[data-part="person"]').waitFor();
    await clerk.type('0120');
    await take(clerk, 'manager-people');
    await clerk.press('Escape');

    await page.locator('[data-page="data"]').click();
    await page.locator('.data table[role="grid"]').waitFor();
    const pick = async (name: string, bytes: Uint8Array): Promise<void> => {
      writeFileSync(join(files, name), bytes);
      await page.locator('.data table[role="grid"]:focus').waitFor();
      // The key counts once the page knows again who keeps the data.
      for (let tries = 0; tries < 5; tries += 1) {
        const choosing = page.waitForEvent('filechooser', { timeout: 3_000 }).catch(() => undefined);
        await clerk.press('i');
        const chooser = await choosing;
        if (chooser) return chooser.setFiles(join(files, name));
      }
      throw new Error('the page asked for no file');
    };
    const data = sampleData();
    await pick('基础资料.xlsx', workbookOf(data, tableNames, false));
    await clerk.sees('新增 25');
    await clerk.press('Enter');
    await clerk.sees('第 1 次改动已受理');
    await take(clerk, 'manager-data');
    const wrong = new TextDecoder().decode(csvOf(data, 'fares'));
    await pick(
      '票价.csv',
      iconv.encode(wrong.replace('30.00', '3.30902E+17').replace('20.00', '二十'), 'gbk'),
    );
    await page.locator('.data-problems li').first().waitFor();
    await take(clerk, 'import-refused');
    await clerk.press('Escape');
    const fares = data.fares.map((fare) => ({
      ...fare,
      fareFen: (fare.fareFen + 500) as typeof fare.fareFen,
    }));
    const stops = data.stops.map((stop, n) => (n === 2 ? { ...stop, aliases: ['丙', '外丙'] } : stop));
    await pick('新票价.xlsx', workbookOf({ ...data, fares, stops }, ['stops', 'fares'], false));
    await page.locator('.data-mark').first().waitFor();
    await take(clerk, 'import-preview');
    await clerk.press('Escape');

    await page.locator('[data-page="dayReport"]').click();
    await page.locator('[data-report="total"]').waitFor();
    await take(clerk, 'day-report');
    await page.locator('[data-page="windows"]').click();
    await page.locator('[data-window]').waitFor();
    await take(clerk, 'manager-windows');
    await signOut(clerk);
  } finally {
    rmSync(files, { recursive: true, force: true });
  }
}

/** The boat that was sold: let aboard, not let aboard, closed, its list. */
async function takeGate(clerk: Clerk, take: Take): Promise<void> {
  const { page } = clerk;
  await signInAs(clerk, 'gate');
  await clerk.sees('选班次开始检票');
  const sold = page.locator('tr.sel', { hasText: '0/5' });
  await page.locator('tr.sel').waitFor();
  for (let row = 0; row < 5 && (await sold.count()) === 0; row += 1) {
    await clerk.press('ArrowDown');
    await page.waitForTimeout(200);
  }
  await sold.waitFor();
  await clerk.press('Enter');
  await clerk.sees('请放证件或扫码');
  await clerk.layCard('p01');
  await page.locator('[data-verdict="admit"]').waitFor();
  await take(clerk, 'gate-admit');
  await clerk.layCard('p01');
  await page.locator('[data-verdict="refuse"]').waitFor();
  await take(clerk, 'gate-refuse');
  await clerk.press('F7');
  await clerk.sees('停售后本站不再卖这个班次');
  await clerk.press('Enter');
  await page.locator('[data-part="manifest"]').waitFor();
  await clerk.press('F9');
  await page.getByLabel('原因').waitFor();
  await page.keyboard.insertText('交船方');
  await clerk.press('F4');
  await clerk.sees('名单已打印');
  await take(clerk, 'gate-list');
  await signOut(clerk);
}

/** The journal after it was read from end to end, and the devices and the ledger. */
async function takeOffice(clerk: Clerk, take: Take): Promise<void> {
  const { page } = clerk;
  await signInAs(clerk, 'auditor');
  await page.locator('[data-page="journal"]').click();
  await page.locator('tbody tr').first().waitFor();
  await clerk.press('v');
  await page.locator('[data-journal="right"]').waitFor();
  await page
    .locator('tbody td', { hasText: /^收款$/ })
    .first()
    .click();
  await take(clerk, 'auditor-journal');
  await signOut(clerk);
  await signInAs(clerk, 'technician');
  await page.locator('[data-page-part="machine"] [data-device]').first().waitFor();
  await clerk.press('v');
  await page.locator('[data-journal="right"]').waitFor();
  await take(clerk, 'technician-machine');
  await page.locator('[data-page="logs"]').click();
  await page.locator('[data-log]').first().waitFor();
  await take(clerk, 'technician-logs');
  await page.locator('[data-page="backups"]').click();
  await page.locator('table[role="grid"]:focus').waitFor();
  await clerk.press('n');
  await clerk.sees('已备份到第');
  await clerk.press('v');
  await page.locator('[data-found="right"]').waitFor();
  await take(clerk, 'technician-backups');
  await signOut(clerk);
}

/** Training, which nobody may take for the real thing. */
export async function takeTraining(browser: Browser, take: Take): Promise<void> {
  const host = await startHost();
  try {
    const clerk = await openClerk(browser, host);
    await clerk.page.getByLabel('工号').waitFor();
    await clerk.press('Alt+x');
    await clerk.sees('练习用的账本单独存放');
    await take(clerk, 'training-sign-in');
    await typeInAs(clerk, 'clerk');
    await clerk.page.locator('[data-part="training"]').waitFor();
    await openShift(clerk);
    await clerk.sees('08:30');
    await clerk.press('1', 'Enter');
    await clerk.page.locator('[data-chip="reader"].good').waitFor();
    await clerk.layCard('p01');
    await clerk.page.locator('[data-figure="total"]', { hasText: /\d/ }).waitFor();
    await take(clerk, 'training-sale');
    await clerk.close();
  } finally {
    await host.stop();
  }
}

/** A station that has nobody yet. */
export async function takeFirstRun(browser: Browser, take: Take): Promise<void> {
  const host = await startHost({
    station: { station: { id: 'xin-zhan', code: '3310', name: '测试新站' }, window: 1 },
  });
  try {
    const clerk = await openClerk(browser, host);
    await clerk.page.locator('[data-part="firstRun"]').waitFor();
    await clerk.page.getByLabel('工号', { exact: true }).fill('0001');
    await clerk.page.getByLabel('姓名', { exact: true }).fill('测试站');
    await take(clerk, 'first-run');
    await clerk.close();
  } finally {
    await host.stop();
  }
}
