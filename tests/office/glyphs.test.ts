import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EventMessage } from '../../contract/envelope.ts';
import { createSessions } from '../../main/access/sessions.ts';
import type { DeskContext } from '../../main/desks/context.ts';
import { createGlyphDesk, NOBODY_PATIENCE_MS, PATIENCE_MS } from '../../main/desks/glyphs.ts';
import { PICTURE } from '../../native/simulators/sheet-decoder.ts';
import { makeMachine } from '../support/machine.ts';
import { closeOffices, ferry, newId, numberOf } from './kit.ts';
import { openLive, sellPrinted, startBench, type Bench, type LiveOffice } from './live.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench(mkdtempSync(join(tmpdir(), 'station-office-glyphs-')));
});
afterAll(() => bench.stop());
afterEach(closeOffices);

const DOT = `800000${'0'.repeat(138)}`;
const wanted = (window: LiveOffice): string[][] =>
  window.heard.all
    .filter(({ event }) => event === 'glyphs.wanted')
    .map(({ data }) => (data as { characters: string[] }).characters);

/** A page that draws a dot for every character but those of `missing`. */
function drawing(window: LiveOffice, missing = ''): void {
  window.office.subscribe('page', ({ event, data }: EventMessage) => {
    if (event !== 'glyphs.wanted') return;
    const { characters } = data as { characters: string[] };
    const glyphs = Object.fromEntries(
      characters.filter((one) => !missing.includes(one)).map((one) => [one, DOT]),
    );
    void window.ok('prints.glyphs', { glyphs, missing: characters.filter((one) => missing.includes(one)) });
  });
}

async function sellTo(
  window: LiveOffice,
  name: string,
  number: string,
): Promise<{ ticketNumber: string; line: string | undefined; tookMs: number }> {
  const { ticketNumber, tookMs } = await sellPrinted(window, { number, name });
  const sheet = bench.paper().findLast(({ lines }) => lines.some((line) => line.includes(ticketNumber)));
  return { ticketNumber, line: sheet?.lines.find((line) => line.startsWith('旅客')), tookMs };
}

describe('a name with characters outside the printer’s font', () => {
  test('is drawn by the page, asked for without the name, and asked for once', async () => {
    const window = await openLive(bench);
    drawing(window);
    await window.device('printer', 'ready');
    expect((await sellTo(window, '样𠮷㐂', '11010519491231002X')).line).toBe(`旅客 样${PICTURE}${PICTURE}`);
    const again = await sellTo(window, '㐂例', '440524188001010014');
    expect(again.line).toBe(`旅客 ${PICTURE}例`);
    expect(again.tookMs).toBeLessThan(PATIENCE_MS);
    // Sorted, so that their order says nothing of the name.
    expect(wanted(window)).toEqual([['㐂', '𠮷']]);
    const { parts } = await window.ok('sales.paper', { ticketNumber: again.ticketNumber });
    expect(JSON.stringify(parts)).toContain('旅客 㐂例');
  });

  test('that no font of the page has comes out as 〓, at once the second time', async () => {
    const window = await openLive(bench);
    drawing(window, '㐂');
    await window.device('printer', 'ready');
    expect((await sellTo(window, '样㐂', '11010519491231002X')).line).toBe('旅客 样〓');
    const again = await sellTo(window, '㐂例', '440524188001010014');
    expect(again.line).toBe('旅客 〓例');
    expect(again.tookMs).toBeLessThan(PATIENCE_MS);
    expect((await window.ok('sales.paper', { ticketNumber: again.ticketNumber })).parts).toContainEqual(
      expect.objectContaining({ text: '旅客 〓例' }),
    );
  });

  test('with a page that never answers: the ticket waits 1.5 seconds and is unharmed', async () => {
    const window = await openLive(bench);
    await window.device('printer', 'ready');
    const { line, tookMs } = await sellTo(window, '样𠮷', '11010519491231002X');
    expect(line).toBe('旅客 样〓');
    expect(tookMs).toBeGreaterThanOrEqual(PATIENCE_MS);
    expect(tookMs).toBeLessThan(PATIENCE_MS + 1_500);
  });

  test('costs the tickets behind it nothing once it is drawn, and common names nothing at all', async () => {
    const window = await openLive(bench);
    await window.device('printer', 'ready');
    expect((await sellTo(window, '测试', '11010519491231002X')).tookMs).toBeLessThan(PATIENCE_MS);
    expect(wanted(window)).toEqual([]);
  });
});

describe('a sheet left by a restart, with a rare name, before anybody has signed in', () => {
  /** A window with one such ticket that the printer has not begun, its office ended; another begins on the same folder. */
  async function leftBehind(): Promise<{
    window: LiveOffice;
    ticketNumber: string;
    /** What is on the paper since. */
    lines: () => string[];
  }> {
    const since = bench.paper().length;
    const before = await openLive({ devices: [] });
    const { holderRef } = await before.ok('holders.type', {
      documentKind: '111',
      number: '11010519491231002X',
      name: '样𠮷',
    });
    const order = {
      departureId: ferry(),
      passengers: [{ holderRef, ticketClass: 'full' }],
      payment: 'cash',
      totalFen: 3_000,
      tenderedFen: 3_000,
    };
    const ticketNumber = numberOf(await before.ok('sales.sell', order, newId()));
    await before.office.stop();
    const window = await openLive(bench, { machine: before.machine.restart(), signedIn: false });
    await window.device('printer', 'ready');
    return {
      window,
      ticketNumber,
      lines: () =>
        bench
          .paper()
          .slice(since)
          .flatMap((sheet) => sheet.lines),
    };
  }
  test('waits for a page, and comes out whole as soon as somebody signs in', async () => {
    const { window, ticketNumber, lines } = await leftBehind();
    drawing(window);
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS + 500));
    expect(lines()).toEqual([]);
    expect(wanted(window), 'nobody is asked who is not signed in').toEqual([]);
    await window.signIn();
    await window.print(ticketNumber, 'confirmed');
    expect(lines()).toContain(`旅客 样${PICTURE}`);
  });

  test('does not wait for ever: a signed-in page that never answers costs 1.5 seconds', async () => {
    const { window, ticketNumber, lines } = await leftBehind();
    await window.signIn();
    await window.print(ticketNumber, 'confirmed', PATIENCE_MS + 3_000);
    expect(lines()).toContain('旅客 样〓');
  });
});

test('nobody signs in: patience ends after a minute and the ticket is printed with 〓', () => {
  const machine = makeMachine();
  const desk = createGlyphDesk({
    runtime: machine.runtime as DeskContext['runtime'],
    sessions: createSessions(),
    emit: () => undefined,
  });
  let done = 0;
  desk.wait(['𠮷'], () => {
    done += 1;
  });
  machine.pass(NOBODY_PATIENCE_MS - 1);
  expect(done).toBe(0);
  machine.pass(1);
  expect(done).toBe(1);
  machine.remove();
});

test('drawings of another size or of more than a character are refused', async () => {
  const window = await openLive(bench);
  expect((await window.refusal('prints.glyphs', { glyphs: { 㐂: 'ff' }, missing: [] })).code).toBe(
    'request.shape',
  );
  expect((await window.refusal('prints.glyphs', { glyphs: { 㐂㐂: DOT }, missing: [] })).code).toBe(
    'request.shape',
  );
});
