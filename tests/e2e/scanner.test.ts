import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeTicketNumber } from '../../contract/encoding/ticket-number.ts';
import { encodeTicketQr } from '../../contract/encoding/ticket-qr.ts';
import type { DepartureId } from '../../contract/ids.ts';
import { makeMachine } from '../support/machine.ts';
import { openWindow } from '../support/window.ts';
import {
  SOON,
  axeFindings,
  openClerk,
  openShift,
  overflow,
  signIn,
  startBrowser,
  startHost,
  type Clerk,
  type Host,
} from './host.ts';
import { scanInto } from './keyboard-scanner.ts';

let host: Host;
let browser: Browser;
let clerk: Clerk;
/** What the last ticket's QR says, as the office told the page. */
let payload = '';

beforeAll(async () => {
  host = await startHost();
  browser = await startBrowser();
  clerk = await openClerk(browser, host);
  clerk.page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload: frame }) => {
      payload = /"payload":"([^"]+)"/.exec(frame.toString())?.[1] ?? payload;
    });
  });
  await clerk.page.reload();
  await signIn(clerk);
  await openShift(clerk);
  await clerk.sees('08:30');
});
afterAll(async () => {
  await browser.close();
  await host.stop();
});

const scan = (...lines: string[]): Promise<void> => scanInto(clerk.page, ...lines);
const focused = (): Promise<string | null> =>
  clerk.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null);

describe('a keyboard scanner at the window', () => {
  it('adds the holder of a passport to the order like a card, wherever the focus is', async () => {
    await clerk.press('F3');
    await scan(...passport());
    await clerk.page.locator('#passenger-0').waitFor();
    expect(await clerk.page.locator('#passenger-0').innerText()).toContain('护照');
    expect(await clerk.page.getByLabel('证件号').inputValue()).toBe('');
    await expect.poll(() => clerk.figure('total'), SOON).toMatch(/\d/);
    await clerk.press('Enter', 'Enter');
    await clerk.sees('1 张票已打印');
  });

  it('finds a ticket by its code and shows its picture', async () => {
    await clerk.press('F9');
    await clerk.page.locator('.ticket-picture').waitFor();
    expect(payload).toMatch(/^SO1/);
    expect(await axeFindings(clerk.page)).toEqual([]);
    for (const width of [1024, 1366]) {
      await clerk.page.setViewportSize({ width, height: 768 });
      expect(await overflow(clerk.page)).toEqual([]);
    }
    await clerk.press('F2');
    await scan(payload);
    await clerk.sees('本窗口开出,票码未被改动');
    await expect.poll(() => clerk.page.locator('main.sold tbody tr').count()).toBe(1);
  });

  it('says that a changed code is refused, and leaves field and route as they were', async () => {
    await clerk.press('F2');
    await expect.poll(focused, SOON).toBe('去往');
    const route = await clerk.page.locator('.box.focus').innerText();
    await scan(`${payload.slice(0, -3)}xyz`);
    await clerk.sees('票面二维码不完整或被改动');
    expect(await focused()).toBe('去往');
    expect(await clerk.page.getByRole('combobox', { name: '去往' }).inputValue()).toBe('');
    expect(await clerk.page.locator('.box.focus').innerText()).toBe(route);
  });

  it('says of a ticket that another window sealed that only the city can judge it', async () => {
    const machine = makeMachine({ seed: 77 });
    const other = await openWindow(machine);
    const number = composeTicketNumber({
      stationCode: '3309',
      businessDate: '2026-11-21',
      window: 5,
      ledgerOrdinal: 1,
      serial: 7,
    });
    const foreign = encodeTicketQr(
      { n: number, d: 'w-wgz-pts/2026-11-21/0920' as DepartureId, c: 'full', k: other.vault.keyId },
      (bytes) => other.vault.sign(bytes),
    );
    other.close();
    machine.remove();
    await clerk.press('F2');
    await scan(foreign);
    await clerk.sees(`扫码的票 ${number}:其他窗口开出,真伪由城市平台核对`);
    await clerk.sees('没有找到票');
    expect(await axeFindings(clerk.page)).toEqual([]);
    await clerk.press('F2');
  });

  it('is told apart from a clerk who types', async () => {
    await clerk.type('pts');
    expect(await clerk.page.getByRole('combobox', { name: '去往' }).inputValue()).toBe('pts');
    await clerk.press('Escape');
    expect(clerk.troubles).toEqual([]);
  });
});

/** A passport of nobody: China, female, born 1990-01-02. */
function passport(): [string, string] {
  const digit = (text: string): string => {
    const value = (sign: string): number => (sign === '<' ? 0 : Number.parseInt(sign, 36));
    const sum = Array.from(text).reduce(
      (total, sign, at) => total + value(sign) * ([7, 3, 1][at % 3] ?? 0),
      0,
    );
    return String(sum % 10);
  };
  const number = 'E99999999';
  const birth = '900102';
  const expiry = '340101';
  const personal = '<<<<<<<<<<<<<<';
  const checked = [number, birth, expiry, personal].map((part) => `${part}${digit(part)}`);
  const [n = '', b = '', e = '', p = ''] = checked;
  return ['POCHNCESHI<<YANGLI'.padEnd(44, '<'), `${n}CHN${b}F${e}${p}${digit(`${n}${b}${e}${p}`)}`];
}
