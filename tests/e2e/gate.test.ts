import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { trialStaff } from '../../main/trial-station.ts';
import { atWindow, sellTo } from './at-window.ts';
import { axeFindings, overflow, SOON } from './host.ts';

/** Pictures for people who look at the screen, when asked for. */
const PICTURES = process.env['GATE_PICTURES'];
const desk = atWindow();

async function signInAs(role: string): Promise<void> {
  const person = trialStaff.find(({ roles }) => roles[0] === role);
  if (!person) throw new Error(`the trial has no ${role}`);
  await desk.clerk.page.getByLabel('工号').waitFor();
  await desk.clerk.type(person.number);
  await desk.clerk.press('Enter');
  await desk.clerk.type(person.pin);
  await desk.clerk.press('Enter');
}

const verdict = (kind: string) => desk.clerk.page.locator(`[data-verdict="${kind}"]`);
const count = (page: Page, name: string): Promise<string> =>
  page.locator(`[data-count="${name}"] dd`).innerText();

async function look(name: string): Promise<void> {
  const { page } = desk.clerk;
  expect(await axeFindings(page)).toEqual([]);
  for (const size of [
    { width: 1024, height: 768 },
    { width: 1366, height: 768 },
  ]) {
    await page.setViewportSize(size);
    expect(await overflow(page)).toEqual([]);
    if (PICTURES !== undefined)
      await page.screenshot({ path: join(PICTURES, `gate-${name}-${size.width}.png`) });
  }
}

/** As if the journal of another office had come, whose gate let the ticket in while nobody could be asked. */
function letInElsewhere(folder: string, ticketNumber: string): void {
  const database = new Database(join(folder, 'ledger.db'));
  try {
    database
      .prepare('INSERT INTO station_sources (window, ledger_id, first_seq, up_to) VALUES (?, ?, 1, 40)')
      .run('zhujiajian-wugongzhi/09', '9'.repeat(32));
    database
      .prepare(
        `INSERT INTO station_boardings (ticket_number, source, seq, at_ms, departure_id, gate, method, boarded, apart)
         SELECT ticket_number, (SELECT max(source) FROM station_sources), 40, at_ms + 60000, departure_id, '9 号检票口', 'document', 1, 1
         FROM station_boardings WHERE ticket_number = ? AND source = 0`,
      )
      .run(ticketNumber);
  } finally {
    database.close();
  }
}

/** As if this window had voided the ticket out of contact while another had refunded it. */
function endElsewhere(folder: string, ticketNumber: string): void {
  const database = new Database(join(folder, 'ledger.db'));
  try {
    const end = database.prepare(
      `INSERT INTO station_ends (ticket_number, source, seq, at_ms, what, worth_fen)
       SELECT ?, ?, ?, max(at_ms), ?, ? FROM station_boardings`,
    );
    const { source } = database.prepare('SELECT max(source) AS source FROM station_sources').get() as {
      source: number;
    };
    end.run(ticketNumber, 0, 900_001, 'void', 3_000);
    end.run(ticketNumber, source, 900_002, 'refund', 2_700);
    database
      .prepare('INSERT INTO station_ended_twice (ticket_number, source) VALUES (?, 0)')
      .run(ticketNumber);
  } finally {
    database.close();
  }
}

describe('a gate clerk, with keyboard and reader alone', () => {
  it('opens the gate of the next sailing', async () => {
    const { clerk } = desk;
    for (const person of ['p01', 'p02', 'p04']) await sellTo(clerk, person);
    await clerk.press('F10', 'F10');
    await signInAs('gate');
    await clerk.page.locator('main.gate').waitFor();
    await clerk.sees('选班次开始检票');
    await look('choose');
    // Keys of a departure are dim until one is chosen, and those of its end until it is closed.
    const footKey = (cap: string) => clerk.page.locator('footer button', { hasText: cap });
    expect(await footKey('F7').isDisabled()).toBe(true);
    expect(await footKey('F10').isDisabled()).toBe(false);
    // The next one to leave is offered; the one that was sold is the one after it.
    await clerk.page.locator('tr.sel', { hasText: '08:30' }).waitFor();
    await clerk.press('ArrowDown');
    await clerk.page.locator('tr.sel', { hasText: '0/3' }).waitFor();
    await clerk.press('Enter');
    await clerk.sees('请放证件或扫码');
    expect(await count(clerk.page, 'sold')).toBe('3');
    expect([await footKey('F7').isDisabled(), await footKey('F8').isDisabled()]).toEqual([false, true]);
    // What was set for it, and by whom, lies over the gate until Esc; then a code goes where it went before.
    await clerk.press('Alt+H');
    const dialog = clerk.page.locator('[data-part="historyDialog"]', { hasText: '没有变更过' });
    await dialog.waitFor(SOON);
    await clerk.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => clerk.page.locator('.gate-entry input:focus').count(), SOON).toBe(1);
  });

  it('sees who may go aboard the moment the card is laid, and who may not', async () => {
    const { clerk } = desk;
    const before = Date.now();
    await clerk.layCard('p01');
    await verdict('admit').waitFor(SOON);
    expect(Date.now() - before).toBeLessThan(20_000);
    expect(await verdict('admit').innerText()).toContain('测试甲');
    await expect.poll(() => count(clerk.page, 'boarded'), SOON).toBe('1');
    await look('admit');
    await clerk.layCard('p01');
    await verdict('refuse').waitFor(SOON);
    await clerk.sees(/此票已检/);
    await look('refuse');
    await clerk.layCard('p03');
    await clerk.sees('该证件没有票');
  });

  it('types the last digits of a ticket, and takes a boarding back', async () => {
    const { clerk } = desk;
    const row = clerk.page.locator('.gate-people tr').first();
    await row.waitFor();
    const number = (await row.getAttribute('data-ticket')) ?? '';
    await clerk.type(number.slice(-6));
    await clerk.press('Enter');
    await verdict('admit').waitFor(SOON);
    await expect.poll(() => count(clerk.page, 'boarded'), SOON).toBe('2');
    await clerk.press('F4');
    await clerk.type('shangcuochuan');
    await clerk.press('Enter');
    await expect.poll(() => count(clerk.page, 'boarded'), SOON).toBe('1');
    await clerk.type(number.slice(-6));
    await clerk.press('Enter');
    await expect.poll(() => count(clerk.page, 'boarded'), SOON).toBe('2');
  });

  it('sees a ticket that another gate let in too, and the manager takes that one back', async () => {
    const { clerk, host } = desk;
    const row = clerk.page.locator('.gate-people tr').first();
    await clerk.press('F3');
    await clerk.page.locator('#gate-people', { hasText: '已检旅客' }).waitFor();
    // The rows of the list before stand until those of this one come.
    await expect.poll(() => clerk.page.locator('.gate-people tr[data-ticket]').count(), SOON).toBe(2);
    await row.waitFor();
    const number = (await row.getAttribute('data-ticket')) ?? '';
    letInElsewhere(host.folder, number);
    await clerk.press('F3');
    await clerk.type('0000');
    await clerk.press('Enter');
    await clerk.page.locator('.gate-after [role="alert"]', { hasText: '两处都检过' }).waitFor(SOON);
    await look('conflict');
    await clerk.press('F10');
    await signInAs('manager');
    await clerk.page.locator('[data-page="doubles"]').click();
    const listed = clerk.page.locator(`[data-double="${number}"]`);
    await listed.waitFor();
    expect(await listed.innerText()).toContain('9 号检票口');
    await clerk.page.locator('[data-chip="doubled"]', { hasText: '一票两检 1 张' }).waitFor(SOON);
    await look('doubles');
    await clerk.press('2');
    await clerk.sees('另一处不变');
    await clerk.type('yiqingxiachuan');
    await clerk.press('Enter', 'Enter');
    await clerk.sees('已撤销 9 号检票口 的检票');
    await clerk.page.locator('[data-chip="doubled"]').waitFor({ state: 'detached', ...SOON });
    endElsewhere(host.folder, number);
    await clerk.page.locator(`[data-twice="${number}"]`).waitFor(SOON);
    expect(await clerk.page.locator(`[data-twice="${number}"]`).innerText()).toContain(
      '9 号窗口 退票 27.00 元',
    );
    await look('doubles-settled');
    await clerk.press('q');
    await clerk.sees('写明怎样查清');
    await clerk.type('yizhuihui');
    await clerk.press('Enter');
    await look('twice');
    await clerk.press('Enter');
    await clerk.sees('已登记。');
    await clerk.page.locator(`[data-twice="${number}"][data-settled="true"]`).waitFor(SOON);
    await clerk.press('F10');
    await signInAs('gate');
    await clerk.page.locator('main.gate').waitFor();
    await clerk.page.locator('tr.sel', { hasText: '检票中' }).waitFor();
    await clerk.press('Enter');
    await clerk.sees('请放证件或扫码');
    await expect.poll(() => count(clerk.page, 'boarded'), SOON).toBe('2');
    await expect.poll(() => clerk.page.locator('.gate-after [role="alert"]').count(), SOON).toBe(0);
  });

  it('stops sale, closes the gate, counts heads, and takes the list as Excel and PDF to where it was told', async () => {
    const { clerk, host } = desk;
    const folder = mkdtempSync(join(tmpdir(), 'station-e2e-list-'));
    await clerk.press('F7');
    await clerk.sees('停售后本站不再卖这个班次');
    await look('close');
    await clerk.press('Enter');
    await clerk.page.locator('[data-part="manifest"]').waitFor(SOON);
    expect(await clerk.page.locator('[data-part="manifest"]').innerText()).toContain('共 2 人');
    await look('closed');
    await clerk.press('F9');
    await clerk.page.getByLabel('原因').waitFor();
    await clerk.type('jiaochuanfang');
    await clerk.press('Tab', 'Tab', 'Tab');
    await clerk.page.getByLabel('导出到文件夹').fill(folder);
    await clerk.press('F7');
    await clerk.sees(/\.xlsx$/, 15_000);
    await clerk.press('F8');
    await clerk.sees(/\.pdf$/, 40_000);
    await look('list');
    await clerk.press('F4');
    await clerk.sees('名单已打印', 20_000);
    const names = readdirSync(folder).toSorted();
    expect(names.map((name) => name.split('.').at(-1))).toEqual(['pdf', 'xlsx']);
    expect(
      readFileSync(join(folder, names[0] ?? ''))
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    expect(readdirSync(host.folder).some((name) => /manifest|\.xlsx|\.pdf/.test(name))).toBe(false);
    if (PICTURES === undefined) rmSync(folder, { recursive: true });
    await clerk.press('Escape');
    await clerk.press('F8');
    await clerk.type('3');
    await clerk.press('Enter');
    await clerk.sees('清点 3 人,检票 2 人,多 1 人');
    await clerk.type('chuanyuanjiashu');
    await clerk.press('Enter');
    await clerk.page.locator('[data-part="reconciled"]').waitFor(SOON);
    await look('reconciled');
    await clerk.press('F6');
    await clerk.page.getByLabel('开出时刻').waitFor();
    await look('left');
    await clerk.press('Enter');
    await clerk.sees(/已登记 .* 开出/);
    await clerk.page.locator('[data-part="departureHistory"] [data-left]').waitFor(SOON);
    await clerk.press('Enter');
    await clerk.page.locator('.gate-form').waitFor({ state: 'detached' });
    expect(clerk.troubles).toEqual([]);
  });
});
