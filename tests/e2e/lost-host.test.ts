import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { trialStation } from '../../main/trial-station.ts';
import { closeOffices, minibus } from '../office/kit.ts';
import { allUp, hasTimetable, openStationCity } from '../station/city-kit.ts';
import { everybody, numberedFeed, openHost } from '../station/kit.ts';
import { axeFindings, openClerk, overflow, SOON, startBrowser, startHost, type Clerk } from './host.ts';
import { signInAs, typeInAs } from './station-people.ts';

async function because(boss: Clerk, reason: string): Promise<void> {
  await boss.page.getByLabel('原因').focus();
  await boss.page.keyboard.insertText(reason);
  await boss.press('Enter');
}

async function looksRight(boss: Clerk, name: string): Promise<void> {
  expect(await axeFindings(boss.page)).toEqual([]);
  expect(await overflow(boss.page)).toEqual([]);
  if (process.env['PICTURES']) await boss.page.screenshot({ path: `${process.env['PICTURES']}/${name}.png` });
}

it('a manager reads a lost host back with a few keys, and thaws only then', async () => {
  const root = mkdtempSync(join(tmpdir(), 'station-lost-'));
  const city = await openStationCity();
  const browser = await startBrowser();
  const lost = await openHost({ config: { city: await city.config() } });
  try {
    await lost.host.openShift();
    await hasTimetable(lost.host);
    await lost.host.sell(minibus(), [1]);
    await allUp(lost.host);
    await lost.host.office.stop();
    mkdirSync(join(root, 'feed'));
    writeFileSync(join(root, 'feed/own.json'), JSON.stringify(numberedFeed()));
    const station = {
      station: trialStation,
      window: 9,
      staff: await everybody(),
      city: await city.config(),
      host: { role: 'host', listen: ['127.0.0.1:0'], takesOver: true },
    };
    const next = await startHost({ folder: root, station });
    try {
      const boss = await openClerk(browser, next);
      await signInAs(boss, 'manager');
      await boss.page.locator('[data-page="windows"]').click();
      await boss.sees('解冻还差:读回原主机的账本');
      await boss.page.locator('table[role="grid"]:focus').waitFor();

      await boss.press('j');
      await because(boss, '想先卖票');
      await typeInAs(boss, 'technician');
      await boss.sees('原主机的账本还没有读回');
      await looksRight(boss, 'windows-thaw-refused');
      // Nobody signs a machine away that works here; what is signed names the window.
      await boss.press('Escape');
      await boss.page.getByLabel('磁盘已毁、读不回的窗口号').fill('9');
      await because(boss, '');
      await boss.sees('声明 9 号窗口的磁盘已毁');
      await typeInAs(boss, 'technician');
      await boss.sees('不能声明它的磁盘已毁');
      await boss.press('Escape', 'Escape', 'Escape');
      await boss.page.locator('[data-part="reasonForm"]').waitFor({ state: 'detached', ...SOON });

      await boss.press('b');
      await boss.type('1');
      await boss.press('Enter');
      await because(boss, '旧主机进水');
      await boss.press('Enter');
      await boss.sees('已读回 1 号窗口:1 张票');
      await boss.page.locator('[data-lost="1"]', { hasText: '原主机' }).waitFor(SOON);
      await boss.sees('以后写下的没有到达城市平台');
      await looksRight(boss, 'windows-losses');

      await boss.press('j');
      await because(boss, '账已核对');
      await typeInAs(boss, 'technician');
      await boss.sees('座位已解冻');
      expect(boss.troubles.filter((one) => !one.includes('favicon'))).toEqual([]);
      await boss.close();
    } finally {
      await next.stop();
    }
  } finally {
    await closeOffices();
    await browser.close();
    await city.close();
    rmSync(root, { recursive: true, force: true });
  }
});
