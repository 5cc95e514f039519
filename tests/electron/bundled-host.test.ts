import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium as playwright } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium, isRootUser } from '../../main/shells/window-program.ts';
import { familyOf, openPage, resultOf, survivors, type Page } from '../shells/processes.ts';
import { newDataFolder } from './electron-process.ts';
import { layOutProgram, type ProgramLayout } from './program-layout.ts';
import { beginShift, sellTickets, type Ask } from './selling.ts';

let layout: ProgramLayout;
let host: ChildProcess;
let address: { url: string; token: string };
let page: Page;
const data = newDataFolder();
const ask: Ask = (method, params, commandId) => resultOf(page.call(method, params, commandId));

beforeAll(async () => {
  layout = await layOutProgram('bundled');
  host = spawn(
    process.execPath,
    [join(layout.root, 'out', 'host', 'index.mjs'), '--data', data.path, '--with-parent'],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: host.stdout as NonNullable<typeof host.stdout> }).once('line', resolve);
    host.once('exit', (code) => reject(new Error(`the bundled host ended with ${code}`)));
  });
  address = JSON.parse(line) as typeof address;
  page = await openPage(address.url, address.token);
});
afterAll(() => {
  page.close();
  host.kill('SIGKILL');
  data.remove();
  layout.remove();
});

test('the bundled host, with no source beside it, sells a ticket that reaches its bundled gateway', async () => {
  await beginShift(ask);
  const sold = await sellTickets(ask, 1, 1);
  expect(sold.tickets).toHaveLength(1);
  for (let waited = 0; waited < 200; waited += 1) {
    const { tickets } = await ask<{ tickets: { upload: string; print: { state: string } }[] }>('sales.list', {
      limit: 1,
    });
    if (tickets[0]?.upload === 'stored' && tickets[0].print.state === 'confirmed') break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { tickets } = await ask<{ tickets: object[] }>('sales.list', { limit: 1 });
  expect(tickets).toMatchObject([{ upload: 'stored', print: { state: 'confirmed' } }]);
});

test("the passengers' page is at /?display, and its socket is told what is public and nothing else", async () => {
  const shown = await fetch(`${address.url}?display`);
  expect(await shown.text()).toContain('<title>旅客显示</title>');
  expect(await (await fetch(address.url)).text()).toContain('<title>站务窗口</title>');
  const display = await openPage(address.url, await newToken(), '?display');
  expect(await resultOf(display.call('display.current'))).toMatchObject({ state: 'paid', changeFen: 10_000 });
  for (const method of ['session.signIn', 'sales.list', 'status.get', 'trial.layCard'])
    expect(await display.call(method)).toMatchObject({ ok: false, refusal: { code: 'access.role' } });
  const next = display.event('display.changed');
  await sellTickets(ask, 20, 2);
  expect((await next).data).toMatchObject({ state: 'order', lines: [{ count: 2 }] });
  expect(display.heard()).toEqual(new Set(['display.changed']));
  display.close();
});

test("a browser shows the passengers' page as its policy allows, through order, change and welcome", async () => {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error('Chromium is not installed');
  const browser = await playwright.launch({
    executablePath: chromium,
    args: isRootUser() ? ['--no-sandbox'] : [],
  });
  try {
    const shown = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const complaints: string[] = [];
    shown.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    shown.on('pageerror', (error) => complaints.push(error.message));
    await shown.goto(`${address.url}?display&token=${await newToken()}`);
    const text = async (): Promise<string> =>
      (await shown.locator('#display').innerText()).replaceAll(/\s+/g, ' ');
    await shown.locator('[data-state=paid]').waitFor();
    expect(await text()).toMatch(
      /朱家尖蜈蚣峙码头 → .+ 开 .*全票 .* × 2 应付 .* 元 实收 .* 元 找零 100.00 元/,
    );
    expect(shown.url()).toBe(`${address.url}?display=`);
    await ask('session.signOut');
    await shown.locator('[data-state=idle]').waitFor();
    expect(await text()).toBe('欢迎光临朱家尖蜈蚣峙码头');
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
  }
});

test('it ends in order and leaves nothing behind', async () => {
  const family = familyOf(host.pid ?? 0);
  expect(family.length).toBeGreaterThanOrEqual(5);
  const ended = new Promise((resolve) => void host.once('exit', resolve));
  host.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(await survivors(family, 3000)).toEqual([]);
});

/** Another login link, asked for as a program of the same user does. */
async function newToken(): Promise<string> {
  const asked = spawn(
    process.execPath,
    [join(layout.root, 'out', 'host', 'index.mjs'), '--data', data.path, '--new-token'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let text = '';
  for await (const part of asked.stdout) text += String(part);
  return (JSON.parse(text) as { token: string }).token;
}
