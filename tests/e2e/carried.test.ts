import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { atWindow, sellTo } from './at-window.ts';
import { axeFindings, MORNING, overflow, SOON } from './host.ts';

const at = atWindow();
const stick = mkdtempSync(join(tmpdir(), 'stick-'));
afterAll(() => rmSync(stick, { recursive: true, force: true }));

const panel = () => at.clerk.page.locator('[data-part="carried"]');
const written = () => at.clerk.page.locator('[data-carried="written"] li');
const taken = () => at.clerk.page.locator('[data-carried="taken"] li');

async function expectFitToBeSeen(): Promise<void> {
  expect(await axeFindings(at.clerk.page)).toEqual([]);
  for (const width of [1024, 1366]) {
    await at.clerk.page.setViewportSize({ width, height: 768 });
    expect(await overflow(at.clerk.page)).toEqual([]);
  }
}

/** What the city's people do with a stick: import it on the city's own data, with the window's line out. */
function importAtCity(): void {
  const entry = fileURLToPath(new URL('../../city/index.mjs', import.meta.url));
  const data = join(at.host.folder, 'trial', 'city');
  execFileSync(process.execPath, [entry, '--data', data, '--trial', '--import', stick], {
    env: {
      ...process.env,
      STATION_OFFICE_CLOCK_OFFSET_MS: String(Date.parse(MORNING) - Date.now()),
    },
    stdio: 'ignore',
  });
}

describe('the line is out for days: a stick carries what waits to the city and its answers back', () => {
  it('is one key away, which stands beside the state of the link', async () => {
    const { clerk } = at;
    await expect.poll(() => clerk.chip('link'), { timeout: 60_000 }).toMatch(/已联网$/);
    await clerk.trial('link');
    for (const person of ['p01', 'p02']) await sellTo(clerk, person);
    await expect.poll(() => clerk.chip('link'), { timeout: 30_000 }).toMatch(/离线 · 待传 \d+ 笔/);
    expect(await clerk.page.locator('header').innerText()).toContain('Alt+U');
    await clerk.press('Alt+u');
    await panel().waitFor();
    await clerk.sees(/现在:离线 · 待传 \d+ 笔/);
    await expectFitToBeSeen();
  });

  it('refuses a folder that is not there, at the field, and a name that is no whole path', async () => {
    const { clerk } = at;
    await clerk.page.keyboard.insertText(join(stick, 'pulled'));
    await clerk.press('Enter');
    await clerk.sees('不能读写文件夹');
    expect(await clerk.page.getByRole('textbox', { name: '文件夹' }).getAttribute('aria-invalid')).toBe(
      'true',
    );
    await clerk.press('Control+a');
    await clerk.page.keyboard.insertText('usb');
    await clerk.press('Enter');
    await clerk.sees('不是完整路径');
    await expectFitToBeSeen();
  });

  it('writes what waits, and shows each file with the entries in it', async () => {
    const { clerk } = at;
    await clerk.press('Control+a');
    await clerk.page.keyboard.insertText(stick);
    await clerk.press('Enter');
    await clerk.sees(`已写出 1 个文件到 ${stick}`);
    const [name = '', ...others] = readdirSync(stick);
    expect(others).toEqual([]);
    expect(name).toMatch(/\.sobatch$/);
    expect(await written().innerText()).toMatch(new RegExp(`已写出 ${name} 第 \\d+ 至 \\d+ 条`));
    await expectFitToBeSeen();
    await clerk.press('F6');
    await clerk.sees('里没有应答文件');
  });

  it('takes the city’s answer in: nothing waits any more, and a second time it says nothing new', async () => {
    const { clerk } = at;
    importAtCity();
    await clerk.press('F6');
    await clerk.sees('收下 1 个应答,不收 0 个');
    expect(await taken().innerText()).toMatch(/^已收下/);
    await expect.poll(() => clerk.chip('link'), SOON).toMatch(/离线$/);
    await clerk.press('F6');
    await expect.poll(() => taken().innerText(), SOON).toMatch(/^早已收下/);
    await clerk.press('Enter');
    await clerk.sees('没有待传的记录');
  });

  it('refuses an answer that is not the city’s, by its name and in words, and takes the others all the same', async () => {
    const { clerk } = at;
    writeFileSync(join(stick, 'found-on-the-stick.soanswer'), '{}');
    await clerk.press('F6');
    await clerk.sees('收下 1 个应答,不收 1 个');
    const refused = taken().filter({ hasText: 'found-on-the-stick.soanswer' });
    expect(await refused.innerText()).toMatch(/^不收.*应答文件不可信/s);
    await expectFitToBeSeen();
  });

  it('without a folder writes into the office’s own one, and says that it is still to be copied', async () => {
    const { clerk } = at;
    await clerk.press('Escape');
    await sellTo(clerk, 'p04');
    await clerk.press('Alt+u');
    await panel().waitFor();
    await clerk.press('Control+a', 'Delete', 'Enter');
    await clerk.sees(`已写出 1 个文件到本机 ${join(at.host.folder, 'outbox')}`);
    expect(readdirSync(join(at.host.folder, 'outbox'))).toEqual([expect.stringMatching(/\.sobatch$/)]);
    await clerk.sees('请把它们复制到 U 盘');
  });

  it('leads back to the sale by Esc, and when the line is back nothing is there twice', async () => {
    const { clerk } = at;
    await clerk.press('Escape');
    await expect.poll(() => focused(), SOON).toBe('去往');
    await sellTo(clerk, 'p03');
    await clerk.trial('link');
    await expect.poll(() => clerk.chip('link'), { timeout: 60_000 }).toMatch(/已联网$/);
    await clerk.press('F9');
    const rows = clerk.page.locator('main.sold tbody tr');
    await expect
      .poll(async () => (await rows.allInnerTexts()).filter((text) => text.includes('已存平台')).length, SOON)
      .toBe(4);
    expect(await clerk.page.locator('[data-chip="refused"]').count()).toBe(0);
    expect(clerk.troubles).toEqual([]);
  });
});

const focused = (): Promise<string> =>
  at.clerk.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
