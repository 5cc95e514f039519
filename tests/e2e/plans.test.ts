import { expect, it } from 'vitest';
import { atWindow, sellTo } from './at-window.ts';
import { axeFindings, overflow, signIn, SOON } from './host.ts';
import { callAsPage, personOf, signInAs, signOut } from './station-people.ts';

const at = atWindow({ host: { inBrowser: "the hall's board on a page beside the clerk's" } });
/** The extra departure that was added. */
const extra = { departureId: '', departLocal: '' };
const picture = async (name: string): Promise<void> => {
  if (process.env['PICTURES'])
    await at.clerk.page.screenshot({ path: `${process.env['PICTURES']}/${name}.png` });
};

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
const today = async (): Promise<string> =>
  ((await callAsPage(at.clerk, 'status.get', {})) as { businessDate: string }).businessDate;
const text = (selector: string): Promise<string> =>
  at.clerk.page.locator(selector).innerText({ timeout: 15_000 });

it('a manager types the bulletin, sees what the fog plan would do, puts it in force with a second person, narrows and ends it, all by keys', async () => {
  const { clerk } = at;
  const { page } = clerk;
  await sellTo(clerk, 'p01');
  await clerk.press('F10', 'F10');
  await signInAs(clerk, 'manager');
  await page.locator('[data-page="plans"]').click();
  await page.locator('[data-page-part="plans"] table:focus').waitFor();
  await page.locator('[data-part="impact"]').waitFor();
  await expectFitToBeSeen();

  await clerk.press('b');
  await page.locator('[data-part="planForm"] input:focus').waitFor();
  await clerk.type('420');
  await clerk.press('Enter', 'Enter', 'Enter');
  await page.locator('[data-suggested="fog"]').waitFor();
  expect(await text('[data-suggested="fog"]')).toBe('建议 · 能见度 420 米,低于 500 米');
  expect(await text('[data-row].here')).toContain('大雾');
  await page.locator('[data-part="impact"] [data-figure="people"]', { hasText: '1 人' }).waitFor();
  await picture('manager-before-fog');

  await clerk.press('Enter');
  await page.locator('[data-part="planForm"]').waitFor();
  await clerk.press('Enter', 'Enter', 'Enter');
  await page.locator('input:focus').fill('能见度不足');
  expect(await page.getByLabel('原因').inputValue()).toBe('能见度不足');
  await clerk.press('Enter', 'Enter', 'Enter', 'Enter', 'Enter');
  // The plan asks on whose word: without it nothing is signed.
  await clerk.sees('“下令单位”还没有填');
  await page.getByLabel('下令单位').fill('海事处');
  await page.getByLabel('文号或通话时间').fill('07:36 电话');
  await page.getByLabel('出处').fill('市气象台 07:35');
  await expectFitToBeSeen();
  await picture('manager-fog-form');
  await page.getByLabel('出处').focus();
  await clerk.press('Enter');
  await page.locator('[data-part="secondSignature"]').waitFor();
  expect(await text('[data-part="secondSignature"]')).toContain('启动「大雾 · 三级」');
  const { number, pin } = personOf('shiftLeader');
  await clerk.type(number);
  await clerk.press('Enter');
  await clerk.type(pin);
  await clerk.press('Enter');

  await clerk.sees('「大雾 · 三级」已生效');
  await page.locator('[data-chip="plan"]', { hasText: '预案生效 · 大雾' }).waitFor();
  await page.locator('[data-row="order"]').waitFor();
  await clerk.press('ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp');
  await page.locator('[data-part="detail"][data-kind="order"]').waitFor();
  expect(await text('[data-part="detail"]')).toContain('海事处 · 07:36 电话');
  // What holds now is what the fold gives, not what is always so.
  await page.locator('[data-now="departureState"]', { hasText: '暂停 · ' }).waitFor();
  expect(await text('[data-now="refund"]')).toContain('免费');
  await expectFitToBeSeen();
  await picture('manager-in-fog');

  // Who remains is looked at one by one; whether they were reached is one key.
  await clerk.press('w');
  await page.locator('[data-part="work"] [data-work]').first().waitFor();
  await clerk.press('Enter');
  await page.locator('[data-part="work-people"] [data-left]').first().waitFor();
  await expectFitToBeSeen();
  await clerk.press('1');
  await page.locator('[data-left]', { hasText: '已联系到' }).waitFor();
  await picture('manager-work-people');
  await clerk.press('Escape');
  await page.locator('[data-part="work"] table:focus').waitFor();
  await clerk.press('Escape');
  await page.locator('[data-page-part="plans"] table:focus').waitFor();

  await clerk.press('n');
  await page.locator('[data-part="planForm"]').waitFor();
  await page.locator('[data-tick="w-wgz-mzh"]').click();
  await page.getByLabel('原因').fill('短线先行');
  await page.getByLabel('出处').focus();
  await clerk.press('Enter');
  await page.locator('[data-part="secondSignature"]').waitFor();
  await clerk.type(number);
  await clerk.press('Enter');
  await clerk.type(pin);
  await clerk.press('Enter');
  await clerk.sees('「大雾 · 三级」已收窄');
  await page.locator('[data-row="order"]', { hasText: '大雾' }).waitFor();
  await clerk.press('ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp');
  await page.locator('[data-part="detail"]', { hasText: '航线 朱家尖—东极庙子湖' }).waitFor();

  await clerk.press('Delete');
  await page.getByLabel('原因').fill('雾散');
  await page.getByLabel('出处').focus();
  await clerk.press('Enter');
  await page.locator('[data-part="secondSignature"]').waitFor();
  await clerk.type(number);
  await clerk.press('Enter');
  await clerk.type(pin);
  await clerk.press('Enter');
  await clerk.sees('「大雾 · 三级」已结束');
  await page.locator('[data-chip="plan"]', { hasText: '平常' }).waitFor();
  await clerk.press('h');
  await page.locator('[data-part="history"] [data-history="end"]').first().waitFor();
  expect(await page.locator('[data-part="history"] [data-history]').count()).toBe(4);
  await expectFitToBeSeen();
  await picture('manager-after-fog');
  await clerk.press('h');
});

it('all after 16:30 is cancelled in a few keys, and taken back', async () => {
  const { clerk } = at;
  const { page } = clerk;
  await clerk.press('s');
  await page.locator('[data-part="planForm"]').waitFor();
  await page.getByLabel('几点以后').fill('16:30');
  await page.locator('[data-part="impact"]', { hasText: '停航(停班)' }).waitFor();
  await page.getByLabel('原因').fill('阵风 8 级');
  await expectFitToBeSeen();
  await picture('manager-state');
  await page.getByLabel('文号或通话时间').focus();
  await clerk.press('Enter');
  await page.locator('[data-part="confirm"]').waitFor();
  await clerk.press('Enter');
  await clerk.sees('班次状态已设好');
  await page.locator('[data-row="state"]').waitFor();
  await clerk.press('ArrowUp', 'ArrowUp', 'ArrowUp');
  await page.locator('[data-part="detail"][data-kind="state"]').waitFor();
  await clerk.press('z');
  await page.getByLabel('原因').fill('风停');
  await clerk.press('Enter');
  await page.locator('[data-part="confirm"]').waitFor();
  await clerk.press('Enter');
  await clerk.sees('已撤销');
  await page.locator('[data-group="state"]').waitFor({ state: 'detached' });
});

it('an extra departure is three keys; what was refused stands at its field', async () => {
  const { clerk } = at;
  const { page } = clerk;
  await page.locator('[data-page-part="plans"] table:focus').waitFor();
  await clerk.press('a');
  await page.locator('[data-field="pattern"]:focus').waitFor();
  await expectFitToBeSeen();
  await picture('manager-extra');
  const time = page.getByLabel('开航(开车)时刻');
  await time.fill('00:05');
  await time.press('Enter');
  await page.locator('[data-step="confirms"]').waitFor();
  await clerk.press('Enter');
  await page.locator('.field', { has: time }).getByText('加班的开航时刻已经过去').waitFor();
  await expect.poll(() => time.evaluate((field) => field === document.activeElement)).toBe(true);
  await clerk.press('Escape');

  await page.locator('[data-page-part="plans"] table:focus').waitFor();
  clerk.resetKeys();
  await clerk.press('a');
  await page.locator('[data-field="pattern"]:focus').waitFor();
  const departLocal = await time.inputValue();
  await clerk.press('Enter');
  await page.locator('[data-step="confirms"]').waitFor();
  await clerk.press('Enter');
  await clerk.sees(`已加班:${departLocal}`);
  expect(clerk.keys()).toBe(3);
  const { departures } = (await callAsPage(clerk, 'timetable.departures', { date: await today() })) as {
    departures: { departureId: string; departLocal: string; extra?: boolean }[];
  };
  Object.assign(
    extra,
    departures.find((one) => one.extra && one.departLocal === departLocal),
  );
  expect(extra.departLocal).toBe(departLocal);
});

it('a departure that left is told in three keys, never ahead of time; what was set for one and taken back stands beside it', async () => {
  const { clerk } = at;
  const { page } = clerk;
  const choice = page.locator('[data-field="departureId"]');
  await page.locator('[data-page-part="plans"] table:focus').waitFor();
  await clerk.press('l');
  await page.locator('[data-field="departureId"]:focus').waitFor();
  const left = await choice.inputValue();
  const last = await choice.locator('option').last().getAttribute('value');
  await choice.selectOption(last);
  await page.locator(`[data-departure="${last}"] [data-undone="true"]`, { hasText: '已撤销' }).waitFor();
  await expectFitToBeSeen();
  await picture('manager-leave');
  const time = page.getByLabel('开出时刻');
  await time.fill('23:59');
  await time.press('Enter');
  await page.locator('[data-step="confirms"]').waitFor();
  await clerk.press('Enter');
  await page.locator('.field', { has: time }).getByText('且不晚于现在').waitFor();
  await clerk.press('Escape');

  await page.locator('[data-page-part="plans"] table:focus').waitFor();
  await clerk.press('l');
  await page.locator('[data-field="departureId"]:focus').waitFor();
  await clerk.press('Enter');
  await page.locator('[data-step="confirms"]').waitFor();
  await clerk.press('Enter');
  await clerk.sees(/已登记 .* 开出/);
  await page.locator('[data-page-part="plans"] table:focus').waitFor();
  await clerk.press('l');
  await page.locator('[data-field="departureId"]:focus').waitFor();
  await expect.poll(() => choice.locator(`option[value="${left}"]`).count()).toBe(0);
  await clerk.press('Escape');
});

it('notices, the report of the plan and the board of the hall can be read by everybody', async () => {
  const { page } = at.clerk;
  await page.locator('[data-page="notices"]').click();
  await page.locator('.notice-form textarea').first().waitFor();
  await expectFitToBeSeen();
  await at.clerk.press('F8');
  await page.locator('.plan-report .printed:focus').waitFor();
  await page.locator('.plan-figures').waitFor();
  await page.locator('[data-of="window"]', { hasText: '只含本窗口' }).waitFor();
  await expectFitToBeSeen();
  await picture('manager-report');
  // The ninth page has its key too, printed beside it.
  expect(await text('[data-page="doubles"] kbd')).toBe('Alt+9');
  await at.clerk.press('Alt+9');
  await page.locator('[data-open-page="doubles"]').waitFor();
  await page.locator('[data-page="planReport"]').click();
  // A page that is opened by its key has the focus; what is to be confirmed has it on the key that confirms.
  await at.clerk.press('F9');
  await page.locator('.notice-form textarea:focus').waitFor();
  await at.clerk.type('1');
  await at.clerk.press('Alt+p');
  await page.locator('.notice-form .btn.go:focus', { hasText: '确认发布' }).waitFor();
  await at.clerk.press('Escape');
  await page.locator('.notice-form textarea').first().waitFor();
  // From source to publication and down again without the mouse.
  const { key } = (await callAsPage(at.clerk, 'departures.setState', {
    scope: { departures: [extra.departureId] },
    state: 'paused',
    reason: '机械故障',
    orderedBy: null,
  })) as { key: unknown };
  await page.locator('[data-page-part="notices"] h2 kbd', { hasText: 'Alt+N' }).waitFor(SOON);
  await at.clerk.press('Alt+n');
  await expect.poll(() => page.locator('.notice-form textarea').first().inputValue(), SOON).not.toBe('1');
  await at.clerk.press('Alt+p');
  await page.locator('.notice-form .btn.go:focus', { hasText: '确认发布' }).waitFor();
  await at.clerk.press('Enter');
  await page.locator('.notice-list li').first().getByText('大屏在放').waitFor();
  await at.clerk.press('Alt+w');
  await page.getByLabel('原因').waitFor();
  await at.clerk.type('1');
  await at.clerk.press('Enter');
  await page.locator('[data-part="confirm"]').waitFor();
  await at.clerk.press('Enter');
  await page.locator('.notice-list li').first().getByText('已撤下').waitFor();
  await callAsPage(at.clerk, 'departures.undoState', { undoes: key, reason: '已修复' });
  const hall = await at.clerk.context.newPage();
  await hall.goto(new URL('/?board', page.url()).href);
  await hall.locator('#board tbody tr').first().waitFor();
  expect(await axeFindings(hall)).toEqual([]);
  expect(await overflow(hall)).toEqual([]);
  await hall.close();
});

it('the window sells the extra departure, and of a line that rolls goes on to the next vessel when one is full', async () => {
  const { clerk } = at;
  const { page } = clerk;
  await page.locator('[data-page="plans"]').click();
  await page.locator('[data-page-part="plans"] table:focus').waitFor();
  const pattern = extra.departureId;
  const [lineId = '', date = ''] = pattern.split('/');
  const scope = { lines: [lineId], dates: { from: date, to: date } };
  await callAsPage(clerk, 'departures.setState', {
    scope,
    state: 'rolling',
    reason: '大客流',
    orderedBy: null,
  });
  const late = { pattern, vesselName: '样例轮', vesselKind: null };
  const full = await callAsPage(clerk, 'departures.addExtra', { ...late, departLocal: '23:40', capacity: 1 });
  const next = await callAsPage(clerk, 'departures.addExtra', { ...late, departLocal: '23:50', capacity: 9 });
  const idOf = (made: unknown): string => (made as { departureId: string }).departureId;
  const rowOf = (departureId: string) => page.locator(`#departure-${departureId.replaceAll('/', '-')}`);

  await signOut(clerk);
  await signIn(clerk);
  // The shift that was left open is told first.
  await clerk.sees('本班仍开着');
  await clerk.press('Enter');
  await page.locator('main.sale').waitFor();
  await rowOf(pattern).waitFor();
  expect(await rowOf(pattern).innerText()).toContain(extra.departLocal);
  expect(await rowOf(pattern).innerText()).toContain('加班');

  await rowOf(idOf(full)).click();
  for (const [person, count] of [
    ['p02', '1 人'],
    ['p04', '2 人'],
  ] as const) {
    await clerk.layCard(person);
    // A second card takes the first one away, read or not.
    await clerk.sees(count);
  }
  await page.locator(`[data-part="passedOn"][data-departure="${idOf(next)}"]`).waitFor(SOON);
  await expectFitToBeSeen();
  await picture('sale-passed-on');

  // Who set it, and why, for whoever is asked at the window.
  await clerk.press('Alt+H');
  const dialog = page.locator('[data-part="historyDialog"]');
  await dialog.locator('[data-history="state"]', { hasText: '大客流' }).waitFor(SOON);
  expect(await dialog.innerText()).toContain('3 号窗口 0001');
  await expectFitToBeSeen();
  await picture('sale-history');
  await clerk.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(clerk.troubles).toEqual([]);
});
