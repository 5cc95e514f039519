import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenCity } from '../../city/shell/open-city.ts';
import { startLineProxy, type LineProxy } from '../city/line-proxy.ts';
import { atWindow, sellTo, type AtWindow } from './at-window.ts';
import { axeFindings, openShift, overflow, signIn, SOON, startHost } from './host.ts';
import { openTestCity, writeTrialStation } from './test-city.ts';

async function expectFitToBeSeen({ clerk }: AtWindow): Promise<void> {
  expect(await axeFindings(clerk.page)).toEqual([]);
  for (const width of [1024, 1366]) {
    await clerk.page.setViewportSize({ width, height: 768 });
    expect(await overflow(clerk.page)).toEqual([]);
  }
}

describe('the ledger of the morning is put back in the evening', () => {
  const at = atWindow();

  it('is said before anything else: what happened, what is frozen, whom to tell', async () => {
    const { clerk } = at;
    await sellTo(clerk, 'p01');
    const ledger = (folder: string): string => join(folder, 'ledger.db');
    const morning = await at.host.restart((folder) => copyFileSync(ledger(folder), `${ledger(folder)}.kept`));
    await at.moveTo(morning);
    await signIn(clerk);
    await clerk.sees('上次运行留下的事');
    await clerk.press('Enter');
    await sellTo(clerk, 'p02');
    await at.moveTo(
      await at.host.restart((folder) => copyFileSync(`${ledger(folder)}.kept`, ledger(folder))),
    );
    await signIn(clerk);
    await clerk.sees('本窗口另立了新账');
    const notice = await clerk.page.locator('[data-recovery="succession"]').innerText();
    expect(notice).toMatch(/原账本只到第 \d+ 条,本机记得至少有 \d+ 条:它可能是恢复的旧备份/);
    expect(notice).toContain('请通知值班站长和技术员');
    expect(notice).toMatch(/2026-11-21 及以前的班次座位已冻结\(\d+ 班\)/);
    await expectFitToBeSeen(at);
  });

  it('nothing is sold before one key says that it was read', async () => {
    const { clerk } = at;
    expect(await clerk.page.locator('main.sale').count()).toBe(0);
    await clerk.page.getByRole('button', { name: '已阅读,确认换账' }).waitFor();
    clerk.resetKeys();
    await clerk.press('Enter');
    await clerk.page.getByLabel('备用金(元)').waitFor();
    expect(clerk.keys()).toBe(1);
  });

  it('today is frozen and says so when it is sold; a later day is sold', async () => {
    const { clerk } = at;
    await openShift(clerk);
    const states = () => clerk.page.locator('#departures-grid tbody').innerText();
    await expect.poll(states, SOON).toContain('冻结');
    expect(await states()).not.toContain('可售');
    await clerk.press('1');
    await clerk.layCard('p03');
    await clerk.sees('座位已冻结');
    await expectFitToBeSeen(at);
    await clerk.press('F2', 'PageDown');
    await expect.poll(states, SOON).toContain('可售');
    await clerk.press('Enter');
    await expect.poll(() => clerk.figure('total'), SOON).toMatch(/\d/);
    await clerk.press('Enter');
    await clerk.sees('1 张票已打印');
    expect(clerk.troubles).toEqual([]);
  });
});

describe('a second copy of the window sells too', () => {
  const base = mkdtempSync(join(tmpdir(), 'station-fork-'));
  let city: OpenCity;
  let line: LineProxy;
  beforeAll(async () => {
    city = await openTestCity(join(base, 'city'));
    line = await startLineProxy(Number(new URL(await city.listen(0)).port));
  });
  const at = atWindow({
    async host() {
      const folder = join(base, 'window');
      mkdirSync(folder, { recursive: true });
      const enrolmentCode = await city.makeEnrolmentCode();
      await writeTrialStation(folder, { city: { url: `http://127.0.0.1:${line.port}`, enrolmentCode } });
      return startHost({ folder });
    },
  });
  afterAll(async () => {
    await line?.close();
    await city?.close();
    rmSync(base, { recursive: true, force: true });
  });
  /** Signs in and leaves the first page, which tells of the shift that is open. */
  const signInAgain = async (): Promise<void> => {
    await signIn(at.clerk);
    await at.clerk.sees('上次运行留下的事');
    await at.clerk.press('Enter');
  };
  const folderOf = (name: string): string => join(base, name);
  const banner = () => at.clerk.page.locator('[data-part="fenced"]');

  it('the first to reach the city goes on', async () => {
    const { clerk } = at;
    await expect.poll(() => clerk.chip('link'), { timeout: 60_000 }).toMatch(/已联网$/);
    await at.moveTo(
      await at.host.restart((folder) => {
        for (const copy of ['second', 'old']) cpSync(folder, folderOf(copy), { recursive: true });
      }),
    );
    await signInAgain();
    await sellTo(clerk, 'p01');
    await expect.poll(() => clerk.chip('link'), { timeout: 60_000 }).toMatch(/已联网$/);
    expect(await banner().count()).toBe(0);
  });

  it('a whole folder restored from before says that the city has more, and sells nothing', async () => {
    const { clerk } = at;
    await endOfHost();
    await moveInto('old');
    await signIn(clerk);
    await banner().waitFor({ timeout: 90_000 });
    expect(await banner().innerText()).toMatch(/城市平台的记录比本机账本多.*可能是恢复的旧备份/s);
    await expectFitToBeSeen(at);
  });

  it('the second, with its line out until it has sold, is fenced: every screen says so and what to do', async () => {
    const { clerk } = at;
    let isOut = true;
    line.rule = () => (isOut ? { cutUpAfter: 0 } : {});
    await endOfHost();
    await moveInto('second');
    await signInAgain();
    await sellTo(clerk, 'p02');
    isOut = false;
    await banner().waitFor({ timeout: 90_000 });
    expect(await banner().innerText()).toMatch(
      /本窗口已停止售票。.*同一账本在另一处也在记账.*关闭另一台机器/s,
    );
    await expect.poll(() => clerk.chip('link'), SOON).toContain('平台停收 · 请停止售票');
    for (const keys of [['F2'], ['F9'], ['F10']]) {
      await clerk.press(...keys);
      expect(await banner().isVisible()).toBe(true);
      await expectFitToBeSeen(at);
    }
    await clerk.press('Escape');
  });

  it('lists on every screen the ticket of the other copy that bears the same number, with both its places', async () => {
    const { clerk } = at;
    const list = clerk.page.locator('[data-part="other-copy"]');
    await expect.poll(() => list.allInnerTexts(), { timeout: 60_000 }).toHaveLength(1);
    const rows = list.locator('li');
    await expect.poll(() => rows.count(), { timeout: 60_000 }).toBe(1);
    expect(await list.innerText()).toContain('平台另存了分叉后的票 1 张,其中 1 张与别的票重座或重号:');
    await clerk.press('F9');
    await clerk.sees('这张票');
    const number = await clerk.page.locator('main.sold .number').innerText();
    // Both copies sold the next place that they thought free, wherever the first key took the clerk.
    const place = String.raw`11-21 \d\d:\d\d (座位 1|散座)`;
    expect(await rows.innerText()).toMatch(new RegExp(`^票号 ${number} 出了两张:${place}、${place}$`));
    for (const key of ['F2', 'F9', 'F10']) {
      await clerk.press(key);
      expect(await list.isVisible()).toBe(true);
      await expectFitToBeSeen(at);
    }
    await clerk.press('Escape');
  });

  it('sells nothing more: the card is read, and the order says why', async () => {
    const { clerk } = at;
    await clerk.press('1');
    await clerk.layCard('p03');
    await clerk.page.locator('#passenger-0').waitFor();
    await clerk.page.locator('main.sale .problem', { hasText: '本窗口已被封存' }).waitFor();
    expect(await clerk.figure('total')).toBe('—');
    await clerk.press('Enter');
    expect(await clerk.page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).not.toBe(
      '现金实收(元)',
    );
    await clerk.press('Escape', 'Escape');
    await clerk.press('F9');
    await expect.poll(() => clerk.page.locator('main.sold tbody tr').count(), SOON).toBe(1);
    await clerk.press('F2');
  });

  /** The machine is switched off. */
  const endOfHost = (): Promise<void> => at.host.stop();
  /** Another machine with a copy of the folder takes its place. */
  const moveInto = async (name: string): Promise<void> => {
    const folder = folderOf(name);
    // The copied notes name processes and ports of the first machine.
    rmSync(join(folder, 'trial'), { recursive: true, force: true });
    await writeTrialStation(folder, { city: { url: `http://127.0.0.1:${line.port}` } });
    await at.moveTo(await startHost({ folder }));
  };
});
