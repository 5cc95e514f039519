import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenCity } from '../../city/shell/open-city.ts';
import { isoWeekOf } from '../../domain/time.ts';
import { makeMachine, MORNING_MS } from '../support/machine.ts';
import { departureOn, openWindow } from '../support/window.ts';
import { atWindow } from './at-window.ts';
import { axeFindings, openShift, overflow, signIn, SOON, startHost } from './host.ts';
import { openTestCity, writeTrialStation } from './test-city.ts';

const DAY_MS = 24 * 3_600_000;
const base = mkdtempSync(join(tmpdir(), 'station-city-word-'));
let city: OpenCity;
beforeAll(async () => {
  city = await openTestCity(join(base, 'city'));
});
afterAll(async () => {
  await city?.close();
  rmSync(base, { recursive: true, force: true });
});

/** Yesterday and the day before three tickets each; one of them names a number that no citizen has. */
async function writeTwoDays(folder: string): Promise<void> {
  const machine = makeMachine({ folder, nowMs: MORNING_MS - 2 * DAY_MS });
  const window = await openWindow(machine);
  const departure = departureOn('2026-11-22', '1130');
  window.openShift();
  window.takeLease(departure, { count: 50 });
  window.sell(departure, [1, 2, 3]);
  machine.pass(DAY_MS);
  window.sell(departure, [4, 5]);
  const wrong = window.vault.seal(
    { kind: '111', name: '测试甲', number: '330999199001010000' },
    isoWeekOf(machine.runtime.clock.nowMs()),
  );
  const command = window.saleCommand(departure, [6]);
  const [ticket, money] = command.entries;
  if (!ticket || !money) throw new Error('a sale has two entries');
  window.ledger.append({ ...command, entries: [{ ...ticket, identity: wrong }, money] });
  const shift = window.ledger.openShift();
  if (!shift) throw new Error('the shift is open');
  window.closeShift(shift.shiftId);
  window.close();
}

describe('what the city says against this window', () => {
  const at = atWindow({
    upTo: 'page',
    async host() {
      const folder = join(base, 'window');
      mkdirSync(folder, { recursive: true });
      await writeTwoDays(folder);
      const [url, enrolmentCode] = [await city.listen(0), await city.makeEnrolmentCode()];
      await writeTrialStation(folder, { city: { url, enrolmentCode } });
      return startHost({ folder });
    },
  });
  const differences = () => at.clerk.page.locator('[data-chip="trouble-link"]');
  const arrive = async (): Promise<void> => {
    await signIn(at.clerk);
    await expect.poll(() => at.clerk.chip('link'), { timeout: 60_000 }).toMatch(/已联网$/);
  };
  async function expectFitToBeSeen(): Promise<void> {
    expect(await axeFindings(at.clerk.page)).toEqual([]);
    for (const width of [1024, 1366]) {
      await at.clerk.page.setViewportSize({ width, height: 768 });
      expect(await overflow(at.clerk.page)).toEqual([]);
    }
  }

  it('a refused entry is counted in the bar, and nothing waits behind it', async () => {
    const { clerk } = at;
    await arrive();
    await expect.poll(() => clerk.chip('refused'), { timeout: 30_000 }).toContain('1 笔平台退回');
    expect(await differences().count()).toBe(0);
  });

  it('the list of sold tickets says which one, why, and what to do', async () => {
    const { clerk } = at;
    await clerk.sees('上次运行留下的事');
    await clerk.press('Enter');
    await openShift(clerk);
    await clerk.press('F9');
    await clerk.sees('这张票');
    const refused = clerk.page.locator('main.sold tbody tr', { hasText: '平台退回' });
    await expect.poll(() => refused.count(), SOON).toBe(1);
    expect(await refused.innerText()).toContain('测试甲');
    await clerk.sees('旅客证件号码不合格');
    await clerk.sees('请由站内核对后更正补报');
    await expectFitToBeSeen();
    await clerk.press('F2');
  });

  it('a day whose totals differ from the city’s is said with both figures, and sales go on', async () => {
    const { clerk } = at;
    await city.store.query(
      'delete from tickets where seq = (select max(seq) from tickets where business_date = $1)',
      ['2026-11-19'],
    );
    await at.moveTo(await at.host.restart());
    await arrive();
    await expect.poll(() => differences().count(), { timeout: 60_000 }).toBe(1);
    const words = (await differences().getAttribute('title')) ?? '';
    expect(words).toMatch(/2026-11-19 与城市平台对账不符:本窗口 3 张 90.00 元.*平台 2 张 60.00 元/);
    expect(words).toContain('请通知值班站长和技术员核对');
    await expectFitToBeSeen();
    await clerk.press('Alt+u');
    await clerk.page
      .locator('[data-part="carried"] .problem', { hasText: '请通知值班站长和技术员核对' })
      .waitFor();
    await expectFitToBeSeen();
    await clerk.press('Escape');
    expect(clerk.troubles).toEqual([]);
  });
});
