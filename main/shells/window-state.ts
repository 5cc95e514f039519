import { z } from 'zod';
import type { FileStore } from '../runtime.ts';

/** Where things are on the screens, in device-independent pixels of the whole desktop. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where the clerk's window was. */
export interface WindowState {
  bounds: Box;
  isMaximized: boolean;
}

export const SMALLEST = { width: 1024, height: 700 } as const;
const USUAL = { width: 1366, height: 768 } as const;
/** So much of the top of a window must be on a screen for a person to take hold of it. */
const GRIP = { width: 200, height: 32 } as const;
const STATE_FILE = 'window.json';

const pixels = z.int().min(-100_000).max(100_000);
const stateSchema = z.strictObject({
  bounds: z.strictObject({ x: pixels, y: pixels, width: pixels.min(1), height: pixels.min(1) }),
  isMaximized: z.boolean(),
});

/** `window.json`; undefined when there is none or it says nothing sensible: a window is never kept from opening by it. */
export function readWindowState(files: Pick<FileStore, 'readText'>): WindowState | undefined {
  try {
    const text = files.readText(STATE_FILE);
    return text === undefined ? undefined : stateSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Throws what the disk says. */
export function writeWindowState(files: Pick<FileStore, 'writeAtomic'>, state: WindowState): void {
  files.writeAtomic(STATE_FILE, `${JSON.stringify(state)}\n`);
}

/**
 * Where to open the window: where it was, if it can still be taken hold of there, never larger than the screen it is
 * on; else in the middle of the first screen. `workAreas` are the screens that are there now, the main one first.
 */
export function placeWindow(saved: WindowState | undefined, workAreas: readonly Box[]): WindowState {
  const [main] = workAreas;
  const isMaximized = saved?.isMaximized ?? false;
  if (!main) return { bounds: saved?.bounds ?? { x: 0, y: 0, ...USUAL }, isMaximized };
  const home = saved && workAreas.find((area) => canBeHeld(saved.bounds, area));
  if (!saved || !home) return { bounds: centred(saved?.bounds ?? USUAL, main), isMaximized };
  const width = fit(saved.bounds.width, SMALLEST.width, home.width);
  const height = fit(saved.bounds.height, SMALLEST.height, home.height);
  return {
    bounds: {
      width,
      height,
      x: fit(saved.bounds.x, home.x, home.x + home.width - width),
      y: fit(saved.bounds.y, home.y, home.y + home.height - height),
    },
    isMaximized,
  };
}

/** Whether enough of the window's top lies on the screen. */
function canBeHeld(window: Box, area: Box): boolean {
  const width = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  const height = Math.min(window.y + GRIP.height, area.y + area.height) - Math.max(window.y, area.y);
  return width >= GRIP.width && height >= GRIP.height;
}

function centred(size: { width: number; height: number }, area: Box): Box {
  const width = fit(size.width, SMALLEST.width, area.width);
  const height = fit(size.height, SMALLEST.height, area.height);
  return {
    width,
    height,
    x: area.x + Math.floor((area.width - width) / 2),
    y: area.y + Math.floor((area.height - height) / 2),
  };
}

/** Between the two; a screen smaller than the smallest window wins. */
function fit(value: number, least: number, most: number): number {
  return Math.max(Math.min(value, Math.max(most, Math.min(least, most))), Math.min(least, most));
}
