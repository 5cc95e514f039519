/** A printer without a Chinese font and without QR codes of its own: everything but ASCII comes from the page's drawings. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { DeviceSettings } from '../../contract/device.ts';
import type { EventMessage } from '../../contract/envelope.ts';
import { PROFILES } from '../../contract/printer-profiles.ts';
import { isAscii } from '../../contract/ticket-layout.ts';
import { PATIENCE_MS } from '../../main/desks/glyphs.ts';
import { trialStaff } from '../../main/trial-station.ts';
import { PICTURE, type Sheet } from '../../native/simulators/sheet-decoder.ts';
import { everybody } from '../station/staff.ts';
import { readPicture } from '../support/read-picture.ts';
import { closeOffices, newId } from './kit.ts';
import { openLive, sellPrinted, startBench, type Bench, type LiveOffice } from './live.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench(mkdtempSync(join(tmpdir(), 'station-office-raster-')));
});
afterAll(() => bench.stop());
afterEach(closeOffices);

const DOTS = `3ffffc${'200004'.repeat(22)}3ffffc`;

async function openWithRaster(): Promise<LiveOffice> {
  const devices = bench.devices.map((device): DeviceSettings =>
    device.kind === 'printer'
      ? { ...device, profile: { ...PROFILES.generic80, font: 'raster', qr: 'raster' } }
      : device,
  );
  const window = await openLive({ devices }, { config: { staff: await everybody() } });
  await window.device('printer', 'ready');
  return window;
}

/** A page that draws a box for every character. Answers what was asked for so far. */
function drawing(window: LiveOffice): string[][] {
  const asked: string[][] = [];
  window.office.subscribe('page', ({ event, data }: EventMessage) => {
    if (event !== 'glyphs.wanted') return;
    const { characters } = data as { characters: string[] };
    asked.push(characters);
    const glyphs = Object.fromEntries(characters.map((one) => [one, DOTS]));
    void window.ok('prints.glyphs', { glyphs, missing: [] });
  });
  return asked;
}

async function sell(
  window: LiveOffice,
  number: string,
): Promise<{ ticketNumber: string; sheet: Sheet; tookMs: number }> {
  const before = bench.paper().length;
  const sold = await sellPrinted(window, { number, name: '样例甲' });
  const sheet = bench.paper()[before];
  if (!sheet) throw new Error('nothing on paper');
  return { ...sold, sheet };
}

test('the ticket is the page’s drawings, its large lines and its code pictures, as the screen shows them', async () => {
  const window = await openWithRaster();
  const asked = drawing(window);
  const { ticketNumber, sheet } = await sell(window, '11010519491231002X');
  const { parts } = await window.ok('sales.paper', { ticketNumber });
  const lines = parts.filter((part) => part.kind === 'line');
  const large = lines.filter(({ size }) => size === 2);
  const onScreen = lines.filter(({ size, text }) => size === 1 && text.trim() !== '');
  const asPictures = (text: string): string =>
    Array.from(text, (character) => (isAscii(character) ? character : PICTURE)).join('');
  expect(sheet.lines.filter((line) => !line.startsWith('---'))).toEqual(
    onScreen.map(({ text }) => asPictures(text).trimEnd()),
  );
  expect(JSON.stringify(parts)).not.toContain('〓');
  const code = parts.find((part) => part.kind === 'qr');
  expect(sheet.qr).toEqual([]);
  expect(sheet.pictures).toHaveLength(large.length + 1);
  expect(readPicture(sheet.pictures?.at(-1) ?? { rows: [] })).toBe(code?.payload);
  // The sheet's own words are asked for.
  expect(asked.flat()).toEqual(expect.arrayContaining(Array.from('旅客票价元→样例甲')));
  for (const characters of asked) expect(characters).toEqual(characters.toSorted());
});

test('words that were drawn once cost the next ticket nothing', async () => {
  const window = await openWithRaster();
  const asked = drawing(window);
  await sell(window, '11010519491231002X');
  const before = asked.length;
  expect((await sell(window, '440524188001010014')).tookMs).toBeLessThan(PATIENCE_MS);
  expect(asked).toHaveLength(before);
});

test('with a page that draws nothing the ticket comes out with 〓, its figures and its code', async () => {
  const window = await openWithRaster();
  const { ticketNumber, sheet, tookMs } = await sell(window, '11010519491231002X');
  expect(tookMs).toBeGreaterThanOrEqual(PATIENCE_MS);
  expect(sheet.lines.join()).toContain(ticketNumber);
  expect(readPicture(sheet.pictures?.at(-1) ?? { rows: [] })).toMatch(/^SO/);
  const { parts } = await window.ok('sales.paper', { ticketNumber });
  expect(parts).toContainEqual(
    expect.objectContaining({ text: expect.stringMatching(/^〓〓 〓〓〓$/) as string }),
  );
});

test('a test sheet is drawn too', async () => {
  const window = await openWithRaster();
  const { number, pin } = trialStaff.find(({ roles }) => roles[0] === 'technician') ?? {};
  await window.ok('session.signIn', { number, pin }, undefined, 'technician');
  const asked = drawing(window);
  const before = bench.paper().length;
  await window.ok('printer.testSheet', { deviceId: 'printer' }, newId(), 'technician');
  await expect.poll(() => bench.paper()[before]?.cut, { timeout: 10_000 }).toBe(true);
  expect(asked.flat()).toEqual(expect.arrayContaining(Array.from('生僻字㐂𠮷测试页')));
  const [title, code, warning] = bench.paper()[before]?.pictures ?? [];
  expect([title, warning].map((picture) => picture?.rows.length)).toEqual([48, 48]);
  expect(readPicture(code ?? { rows: [] })).toBe('STATION-OFFICE SELF TEST');
});
