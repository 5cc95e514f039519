import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { trialStaff } from '../../main/trial-station.ts';
import { atWindow } from './at-window.ts';
import { axeFindings, overflow } from './host.ts';

const at = atWindow({ host: { inBrowser: 'files that the browser keeps' } });

async function signInAs(role: string): Promise<void> {
  const { clerk } = at;
  const person = trialStaff.find(({ roles }) => roles[0] === role);
  if (!person) throw new Error(`the trial has no ${role}`);
  await clerk.page.getByLabel('工号').waitFor();
  await clerk.type(person.number);
  await clerk.press('Enter');
  await clerk.type(person.pin);
  await clerk.press('Enter');
}
async function expectFitToBeSeen(): Promise<void> {
  expect(await axeFindings(at.clerk.page)).toEqual([]);
  for (const size of [
    { width: 1024, height: 768 },
    { width: 1366, height: 768 },
  ]) {
    await at.clerk.page.setViewportSize(size);
    expect(await overflow(at.clerk.page)).toEqual([]);
  }
}

it('the manager sees who is signed in at a window, its shift, backlog, ledger and program', async () => {
  const { clerk } = at;
  // The clerk left the shift open; the manager looks on.
  await clerk.press('F10', 'F10');
  await signInAs('manager');
  await clerk.page.locator('[data-page="windows"]').click();
  const row = clerk.page.locator('[data-window]');
  await row.waitFor();
  expect(await row.count()).toBe(1);
  const text = (await row.innerText()).replaceAll(/\s+/g, ' ');
  expect(text).toContain('本机');
  expect(text).toContain('在线');
  expect(text).toContain('0001');
  expect(text).toContain('0107');
  expect(text).toMatch(/第 1 本 · 第 \d+ 条/);
  await expectFitToBeSeen();
  if (process.env['PICTURES'])
    await clerk.page.screenshot({ path: `${process.env['PICTURES']}/windows.png` });
  await clerk.press('F10');
});

it('the technician sees devices, links and ledger, reads the ledger through and takes a state away that names nobody', async () => {
  const { clerk } = at;
  await signInAs('technician');
  await clerk.page.locator('[data-page-part="machine"] [data-device]').first().waitFor();
  expect(await clerk.page.locator('[data-device="printer"]').innerText()).toContain('打印机');
  await clerk.press('v');
  await clerk.page.locator('[data-journal="right"]').waitFor();
  await expectFitToBeSeen();
  if (process.env['PICTURES'])
    await clerk.page.screenshot({ path: `${process.env['PICTURES']}/machine.png` });
  const saved = clerk.page.waitForEvent('download');
  await clerk.press('e');
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(/^状态-\d+号窗口-2026-11-21\.json$/);
  const text = readFileSync(await file.path(), 'utf8');
  const state = JSON.parse(text) as {
    window: { seq: number };
    devices: unknown[];
    verified: { ok: boolean };
  };
  expect(state.window.seq).toBeGreaterThan(0);
  expect(state.devices.length).toBeGreaterThan(0);
  expect(state.verified.ok).toBe(true);
  for (const { number, name } of trialStaff) {
    expect(text).not.toContain(`"${number}"`);
    expect(text).not.toContain(name);
  }
});

it('the technician prints a test sheet with one key, and is told what became of it and of the paper', async () => {
  const { clerk } = at;
  const sheet = clerk.page.locator('[data-tested]');
  await clerk.press('t');
  await sheet.waitFor();
  expect(await sheet.getAttribute('data-tested')).toBe('confirmed');
  expect(await sheet.innerText()).toContain('这张票纸记作测试页');
  await expectFitToBeSeen();
  if (process.env['PICTURES'])
    await clerk.page.screenshot({ path: `${process.env['PICTURES']}/test-sheet.png` });
});

it('the technician reads the log, takes it away, makes a copy of the ledger and has it read', async () => {
  const { clerk } = at;
  await clerk.page.locator('[data-page="logs"]').click();
  await clerk.page.locator('[data-log]').first().waitFor();
  await expectFitToBeSeen();
  if (process.env['PICTURES']) await clerk.page.screenshot({ path: `${process.env['PICTURES']}/logs.png` });
  const saved = clerk.page.waitForEvent('download');
  await clerk.press('e');
  const file = await saved;
  expect(file.suggestedFilename()).toMatch(/^日志-\d+号窗口-2026-11-21\.log$/);
  expect(readFileSync(await file.path(), 'utf8').split('\n').length).toBeGreaterThan(1);
  await clerk.press('k');
  await clerk.sees('显示:警告和错误');

  await clerk.page.locator('[data-page="backups"]').click();
  await clerk.sees('还没有备份');
  await clerk.press('n');
  await clerk.sees('已备份到第');
  await clerk.page.locator('[data-page-part="backups"] tr[aria-selected="true"]').waitFor();
  await clerk.press('v');
  await clerk.page.locator('[data-found="right"]').waitFor();
  await expectFitToBeSeen();
  if (process.env['PICTURES'])
    await clerk.page.screenshot({ path: `${process.env['PICTURES']}/backups.png` });
  const [name] = readdirSync(join(at.host.folder, 'backups'));
  writeFileSync(join(at.host.folder, 'backups', name ?? ''), 'spoiled');
  await clerk.press('v');
  await clerk.page.locator('[data-found="wrong"]').waitFor();
});
