import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeSheets, PICTURE, PrintInterpreter } from '../../native/simulators/sheet-decoder.ts';
import {
  openClerk,
  openShift,
  signIn,
  SOON,
  startBrowser,
  startHost,
  type Clerk,
  type Host,
} from './host.ts';

let folder: string;
let host: Host;
let browser: Browser;
let clerk: Clerk;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'station-e2e-rare-'));
  host = await startHost({ sheets: join(folder, 'sheets.bin') });
  browser = await startBrowser();
  clerk = await openClerk(browser, host);
  await signIn(clerk);
  await openShift(clerk);
});
afterAll(async () => {
  await browser.close();
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const citizen = (first17: string): string =>
  first17 +
  '10X98765432'.charAt(
    Array.from(first17).reduce((sum, digit, at) => sum + Number(digit) * (WEIGHTS[at] ?? 0), 0) % 11,
  );

const tape = (): Uint8Array => readFileSync(join(folder, 'sheets.bin'));

/** 24-dot pictures on the paper, each as 24 rows of `#` and `.`. */
function pictures(): string[][] {
  const interpreter = new PrintInterpreter();
  interpreter.push(tape());
  const found: string[][] = [];
  for (let step = interpreter.step(); step !== undefined; step = interpreter.step()) {
    const { bytes } = step;
    if (bytes[0] !== 0x1b || bytes[1] !== 0x2a) continue;
    const dot = (x: number, y: number): boolean =>
      (((bytes[5 + x * 3 + (y >> 3)] ?? 0) >> (7 - (y & 7))) & 1) === 1;
    found.push(
      Array.from({ length: 24 }, (_unused, y) =>
        Array.from({ length: 24 }, (_u, x) => (dot(x, y) ? '#' : '.')).join(''),
      ),
    );
  }
  return found;
}

async function sellTo(name: string, number: string): Promise<void> {
  await clerk.page.locator('main.sale').waitFor();
  await clerk.press('1', 'Enter');
  await clerk.type(number);
  await clerk.press('Enter');
  await clerk.page.getByLabel('姓名').focus();
  await clerk.page.keyboard.insertText(name);
  await clerk.press('Enter');
  await clerk.page.locator('#passenger-0').waitFor();
  await clerk.page.locator('[data-figure="total"]', { hasText: /\d/ }).waitFor();
  await clerk.press('Enter', 'Enter');
  await clerk.sees('张票已打印。请交票');
}

describe('a name with characters that the printer’s font lacks', () => {
  it('is drawn by the page with the fonts of the system and printed as pictures', async () => {
    await sellTo('样𠮷㐂', citizen('33099919800101901'));
    const [sheet] = decodeSheets(tape());
    expect(sheet?.lines).toContain(`旅客 样${PICTURE}${PICTURE}`);
    const drawn = pictures();
    expect(drawn).toHaveLength(2);
    for (const rows of drawn) {
      const dots = rows.join('').replaceAll('.', '').length;
      // A character has strokes: neither an empty box nor a black one.
      expect(dots).toBeGreaterThan(60);
      expect(dots).toBeLessThan(350);
      expect(rows.filter((row) => row.includes('#')).length).toBeGreaterThan(16);
    }
    expect(drawn[0]).not.toEqual(drawn[1]);
    expect(clerk.troubles).toEqual([]);
  });

  it('is printed at once the next time, from the office’s memory', async () => {
    await sellTo('㐂例', citizen('33099919810202002'));
    await expect.poll(() => decodeSheets(tape()).length, SOON).toBe(2);
    expect(decodeSheets(tape())[1]?.lines).toContain(`旅客 ${PICTURE}例`);
    const [, second, third] = pictures();
    expect(third).toEqual(second);
  });
});
