import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { startOffice, type RunningOffice } from '../support/running-office.ts';
import { barePort } from './bare-port.ts';
import { writeStation } from './bench-station.ts';
import { busyFeed, LISTED } from './busy-feed.ts';
import type { BenchOptions } from './figure.ts';
import { runFolder } from './folders.ts';
import { openPage, type BenchPage } from './page.ts';
import { cardOf, simulateDevices, type SimulatedDevices } from './simulated-devices.ts';

/** A clerk's fast hands: a key every 60 ms. */
const BETWEEN_KEYS_MS = 60;
const KEYS_A_ROUND = 26;
const DEPARTURE_ROWS = 'main.sale tbody tr[id^="departure-"]';

/** Milliseconds of everything that a clerk waited for. */
export interface ClerkTimes {
  /** Key → first change of the document. */
  committed: number[];
  /** Key → the next frame's own work is done. */
  frame: number[];
  /** Last byte of a card's answer on the wire → the passenger's row is in the document. */
  card: number[];
  /** Confirming key → first byte of the ticket at the printer; status questions asked before it are no byte of a ticket. */
  print: number[];
  /** Key → change and frame of an empty page in the same browser: {@link committed} and {@link frame} of a page that has nothing to do. */
  bareCommitted: number[];
  bareFrame: number[];
  /** The same bytes over the same kind of port into a process that only reads them. */
  wire: number[];
  /** A bare durable write on the same disk, beside every ticket. */
  diskSync: number[];
}

let done: { attempt: number; times: Promise<ClerkTimes> } | undefined;

/**
 * One clerk at one window: host process, device process, reader and printer behind ptys, the real page in Chromium, 140
 * departures a day with 60 listed. Types and walks the list, then sells tickets by card. Done once
 * an attempt, however many benches ask.
 */
export function clerkAtWindow({ quick, attempt }: BenchOptions): Promise<ClerkTimes> {
  if (!done || done.attempt < attempt) {
    done = { attempt, times: work(quick ? { rounds: 3, tickets: 24 } : { rounds: 20, tickets: 120 }) };
  }
  return done.times;
}

async function work({ rounds, tickets }: { rounds: number; tickets: number }): Promise<ClerkTimes> {
  const folder = runFolder('window');
  let devices: SimulatedDevices | undefined;
  let office: RunningOffice | undefined;
  let opened: BenchPage | undefined;
  try {
    devices = await simulateDevices(folder);
    await writeStation(folder, { devices: devices.settings, feed: busyFeed() });
    office = await startOffice(folder);
    opened = await openPage(office);
    return {
      ...(await pressKeys(opened.page, rounds)),
      ...(await sellTickets(opened, devices, tickets, folder)),
      ...(await pressOnEmptyPage(opened.page, rounds * KEYS_A_ROUND)),
      wire: (await barePort(folder, { wire: tickets, replug: 1 })).wire,
    };
  } finally {
    await opened?.close();
    await office?.stop();
    await devices?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Key {
  at: number;
  committedAt: number;
  frameAt: number;
}

async function pressKeys(page: Page, rounds: number): Promise<Pick<ClerkTimes, 'committed' | 'frame'>> {
  // Tomorrow's whole day is on sale, whatever the hour is.
  await page.keyboard.press('PageDown');
  await page
    .locator(DEPARTURE_ROWS)
    .nth(LISTED - 1)
    .waitFor();
  const press = async (key: string): Promise<void> => {
    await page.keyboard.press(key);
    await delay(BETWEEN_KEYS_MS);
  };
  const run = async (): Promise<Key[]> => {
    await page.evaluate('window.bench.keys.length = 0');
    for (let n = 0; n < 12; n += 1) await press('ArrowDown');
    for (let n = 0; n < 8; n += 1) await press('ArrowUp');
    for (const letter of 'pts') await press(letter);
    for (let n = 0; n < 3; n += 1) await press('Backspace');
    return await page.evaluate<Key[]>('window.bench.keys');
  };
  // The first keys compile the page; a clerk presses them once a day.
  await run();
  const keys: Key[] = [];
  for (let n = 0; n < rounds; n += 1) keys.push(...(await run()));
  const times = timesOf(keys);
  await page.keyboard.press('PageUp');
  return times;
}

function timesOf(keys: readonly Key[]): Pick<ClerkTimes, 'committed' | 'frame'> {
  const shown = keys.filter(({ committedAt, frameAt }) => committedAt > 0 && frameAt > 0);
  if (shown.length < keys.length * 0.9)
    throw new Error(`${keys.length - shown.length} of ${keys.length} keys changed nothing`);
  return {
    committed: shown.map(({ at, committedAt }) => committedAt - at),
    frame: shown.map(({ at, frameAt }) => frameAt - at),
  };
}

/** A page of one line that writes down each key: what a browser needs at the least. */
async function pressOnEmptyPage(
  page: Page,
  count: number,
): Promise<Pick<ClerkTimes, 'bareCommitted' | 'bareFrame'>> {
  const empty = await page.context().newPage();
  await empty.goto('data:text/html,<!doctype html><body><p></p>');
  await empty.bringToFront();
  await empty.evaluate(
    `addEventListener('keydown', (event) => { document.querySelector('p').textContent = event.key + performance.now(); })`,
  );
  for (let n = -20; n < count; n += 1) {
    if (n === 0) await empty.evaluate('window.bench.keys.length = 0');
    await empty.keyboard.press('ArrowDown');
    await delay(BETWEEN_KEYS_MS);
  }
  const { committed, frame } = timesOf(await empty.evaluate<Key[]>('window.bench.keys'));
  await empty.close();
  return { bareCommitted: committed, bareFrame: frame };
}

async function sellTickets(
  opened: BenchPage,
  devices: SimulatedDevices,
  tickets: number,
  folder: string,
): Promise<Pick<ClerkTimes, 'card' | 'print' | 'diskSync'>> {
  const { page } = opened;
  const card: number[] = [];
  const print: number[] = [];
  const diskSync: number[] = [];
  // The first ticket warms the way and fills no figure.
  for (let n = 0; n <= tickets; n += 1) {
    await page.keyboard.press('PageDown');
    await page.locator(`${DEPARTURE_ROWS}.sel .tag.good`).waitFor();
    const offset = await opened.offsetMs();
    await page.evaluate('window.bench.rowAt = 0');
    devices.reader.layCard(cardOf(n));
    await page.locator('#passenger-0').waitFor();
    await page.locator('[data-figure="total"]', { hasText: /\d/ }).waitFor();
    const rowAt = await page.evaluate<number>('window.bench.rowAt');
    await page.keyboard.press('Enter');
    await page.waitForFunction(
      'document.activeElement?.closest(".panel.here") && !document.querySelector("#departures-grid")?.closest(".panel.here")',
    );
    devices.reader.removeCard();
    const sheetsBefore = devices.sheets();
    const firstByte = devices.nextSheetByte();
    await page.keyboard.press('Enter');
    const arrivedAt = await firstByte;
    const confirmedAt = await page.evaluate<number>('window.bench.last.at');
    if (n > 0) {
      diskSync.push(syncOnce(join(folder, 'sync')));
      card.push(rowAt + offset - devices.cardSentAt());
      print.push(arrivedAt - (confirmedAt + offset));
    }
    while (devices.sheets() === sheetsBefore) await delay(5);
    await page.locator('#passenger-0').waitFor({ state: 'detached' });
    await page.locator('[data-part="last-sale"] .tag.good').first().waitFor();
  }
  return { card, print, diskSync };
}

function syncOnce(path: string): number {
  const file = openSync(path, 'a', 0o600);
  try {
    writeSync(file, Buffer.alloc(16_384));
    const begun = performance.now();
    fdatasyncSync(file);
    return performance.now() - begun;
  } finally {
    closeSync(file);
  }
}
