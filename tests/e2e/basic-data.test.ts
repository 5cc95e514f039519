import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableNames } from '../../contract/basic-data/tables.ts';
import { sampleData } from '../../domain/basic-data/sample-data.ts';
import { csvOf, workbookOf } from '../../main/basic-data/files/write-file.ts';
import { axeFindings, openClerk, overflow, startBrowser, startHost, type Clerk, type Host } from './host.ts';
import { callAsPage } from './station-people.ts';

let host: Host;
let browser: Browser;
let desk: Clerk;
const files = mkdtempSync(join(tmpdir(), 'station-data-'));

beforeAll(async () => {
  host = await startHost({ inBrowser: 'files that the browser keeps' });
  browser = await startBrowser();
  desk = await openClerk(browser, host);
  await desk.page.getByLabel('工号').waitFor();
  await desk.type('0001');
  await desk.press('Enter');
  await desk.type('314159');
  await desk.press('Enter');
  desk.page.on('filechooser', (chooser) => {
    if (picked !== undefined) void chooser.setFiles(picked);
  });
  await desk.page.locator('[data-page="data"]').click();
  await grid().waitFor();
});
afterAll(async () => {
  await browser.close();
  await host.stop();
  rmSync(files, { recursive: true, force: true });
});

const grid = () => desk.page.locator('.data table[role="grid"]');

/** With axe in the size of the window PC, and measured in both sizes. Pictures are kept where `PICTURES` says. */
async function expectFitToBeSeen(name: string): Promise<void> {
  const folder = process.env['PICTURES'];
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    await desk.page.screenshot({ path: `${folder}/${name}.png` });
  }
  expect(await axeFindings(desk.page)).toEqual([]);
  for (const size of [
    { width: 1024, height: 768 },
    { width: 1366, height: 768 },
  ]) {
    await desk.page.setViewportSize(size);
    expect(await overflow(desk.page)).toEqual([]);
  }
}

let picked: string | undefined;

/** Key I, and the file that the person picks. The browser's own dialog is answered from the beginning on. */
async function pick(name: string, bytes: Uint8Array): Promise<void> {
  picked = join(files, name);
  writeFileSync(picked, bytes);
  await desk.press('i');
}

describe('the manager keeps the basic data', () => {
  it('sees nothing of the station’s own yet, and says so', async () => {
    await desk.sees('没有内容');
    await expectFitToBeSeen('data-empty');
  });

  it('is shown every wrong cell of a GBK file, and cannot confirm it', async () => {
    const data = sampleData();
    const rows = new TextDecoder().decode(csvOf(data, 'fares')).replace('30.00', '3.30902E+17');
    await pick('票价.csv', iconv.encode(rows.replace('20.00', '二十'), 'gbk'));
    await desk.page.locator('.data-problems li').first().waitFor();
    await desk.sees('GB18030 编码');
    const problems = await desk.page.locator('.data-problems li').allInnerTexts();
    expect(
      problems.filter((text) => text.startsWith('错误')).map((text) => /[A-Z]\d/.exec(text)?.[0]),
    ).toContain('D2');
    expect(problems.join('\n')).toContain('科学计数');
    expect(await desk.page.getByRole('button', { name: /确认导入/ }).isDisabled()).toBe(true);
    await desk.press('Enter');
    await desk.sees('整个文件不会导入');
    await expectFitToBeSeen('data-problems');
    await desk.press('Escape');
    await grid().waitFor();
  });

  it('previews a workbook, confirms it, and finds its rows', async () => {
    await pick('样例.xlsx', workbookOf(sampleData(), tableNames, false));
    await desk.sees('新增 25');
    await expectFitToBeSeen('data-preview');
    await desk.press('Enter');
    await desk.sees('第 1 次改动已受理');
    await desk.page.locator('.data-tables button', { hasText: '站点' }).locator('text=3').waitFor();
    await desk.sees('甲码头');
    await desk.press('ArrowRight', 'ArrowRight', 'ArrowRight');
    await desk.sees('样车1');
    await expectFitToBeSeen('data-rows');
  });

  it('adds a pier by keys alone: pinyin is made, a wrong code is said at its field', async () => {
    await desk.press('ArrowLeft', 'ArrowLeft', 'ArrowLeft');
    await desk.sees('甲码头');
    await desk.press('n');
    await desk.page.getByLabel('站点编号').waitFor();
    await desk.type('p-d');
    await desk.press('Tab', 'Enter');
    await desk.sees('不能为空');
    await desk.page.getByLabel('站点名称').fill('长涂码头');
    await expectFitToBeSeen('data-form');
    await desk.press('Enter');
    await desk.sees('第 2 次改动已受理');
    await desk.sees('changtumatou');
  });

  it('removing what others lean on is refused with what leans on it', async () => {
    await desk.press('Delete');
    await desk.page.locator('#remove-title').waitFor();
    await desk.press('Enter');
    await desk.sees('资料检查不通过');
    await desk.page.locator('.data-problems', { hasText: '没有编号为 p-a 的站点' }).waitFor();
    await expectFitToBeSeen('data-refused');
    await desk.press('Escape');
  });

  it('dates a change, sees it wait, and takes it back', async () => {
    await desk.press('n');
    await desk.page.getByLabel('站点编号').fill('p-e');
    await desk.page.getByLabel('站点名称').fill('戊码头');
    await desk.page.getByLabel('生效时间').fill('2026-12-24 06:00');
    await desk.press('Enter');
    await desk.sees('第 3 次改动已受理');
    await desk.press('c');
    await desk.sees('待生效');
    await expectFitToBeSeen('data-changes');
    await desk.press('u');
    await desk.sees('第 3 次改动已撤回');
  });

  it('saves a file that imports back to the same data', async () => {
    const saved = desk.page.waitForEvent('download');
    await desk.press('x');
    const path = await (await saved).path();
    await pick('导出.xlsx', readFileSync(path));
    await desk.sees('新增 0');
    await desk.sees('修改 0');
    await desk.press('Escape');
    expect(desk.troubles).toEqual([]);
  });

  it('is shown what stands in their place with its mark, and makes one row the station’s own once it is verified', async () => {
    const table = (name: RegExp) => desk.page.getByRole('button', { name });
    await table(/^证件种类/).click();
    const permit = grid().locator('tr', { hasText: '台湾居民来往大陆通行证' }).first();
    await permit.waitFor();
    expect(await permit.innerText()).toContain('未核实');
    expect(await permit.innerText()).toContain('程序自带');
    await desk.sees('本站没有自己的行时');
    expect(await table(/^证件种类/).innerText()).toMatch(/未核实 \d/);
    await expectFitToBeSeen('data-standing');
    await permit.click();
    expect(await desk.page.getByRole('button', { name: /^删除/ }).isDisabled()).toBe(true);
    const before = await table(/^证件种类/).innerText();
    await desk.press('Enter');
    await desk.page.getByLabel('把握').selectOption('S1');
    await desk.page.getByLabel(/^出处/).fill('样例函');
    await desk.press('Enter');
    await desk.sees('次改动已受理');
    await expect.poll(() => table(/^证件种类/).innerText()).not.toBe(before);
    expect(await grid().locator('tr', { hasText: '样例函' }).innerText()).not.toContain('未核实');
    await table(/^站点/).click();
  });

  it('gives up seats that are kept back, with the reason, and looks at the smaller vessels of a day', async () => {
    const row = { lineId: 'w-a-b', date: '2026-11-22', departLocal: '08:00', extra: 0, vesselName: '样例2' };
    const ship = sampleData().vessels[0];
    const small = {
      ...ship,
      name: '样例2',
      licence: '样证-3',
      capacity: 2,
      seatMap: [],
      seatClasses: [],
      numberedSeats: false,
    };
    await callAsPage(desk, 'data.change', {
      changes: [
        { table: 'vessels', put: small },
        { table: 'substitutes', put: { ...row, reason: '机器故障' } },
      ],
      effectiveAt: null,
      note: '',
    });
    await desk.page.locator('[data-page="reserves"]').click();
    await desk.page.locator('[data-page-part="reserves"]').waitFor();
    // Today's has left long ago; another day has it still.
    await desk.press('PageDown', 'PageDown');
    const kept = desk.page.locator('[data-reserve="应急"]', { hasText: '留着' });
    await kept.waitFor();
    expect(await kept.innerText()).toContain('1-2');
    await desk.press('j');
    await desk.page.getByLabel('原因').fill('没有应急任务');
    await desk.press('Enter');
    await desk.sees('再按一次 Enter');
    await expectFitToBeSeen('reserves-release');
    await desk.press('Enter');
    await desk.sees('“应急”已放出 2 座');
    await desk.page.locator('[data-reserve="应急"]', { hasText: '已放出' }).waitFor();
    await desk.press('PageUp');
    await desk.page.locator('[data-substituted]').waitFor();
    await desk.press('ArrowDown');
    await desk.page.locator('[data-part="surplus"]').waitFor();
    await expectFitToBeSeen('reserves-surplus');
    expect(desk.troubles).toEqual([]);
  });
});
