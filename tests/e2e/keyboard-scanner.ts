import type { Page } from 'playwright-core';

/** From key to key, as the page is told; well under what tells a scanner from a person. */
const BETWEEN_KEYS_MS = 4;

/**
 * Types lines as a keyboard scanner does, Enter at the end of each. The time of each key goes with it, as it does with a real keyboard:
 * a machine under load is slower to hand the keys on than the scanner was to type them.
 */
export async function scanInto(page: Page, ...lines: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  try {
    let atMs = Date.now();
    const sent: Promise<unknown>[] = [];
    for (const line of lines)
      for (const key of [...Array.from(line), 'Enter']) {
        atMs += BETWEEN_KEYS_MS;
        const timestamp = atMs / 1000;
        const text = key === 'Enter' ? '\r' : key;
        const code = key === 'Enter' ? { code: 'Enter', windowsVirtualKeyCode: 13 } : {};
        sent.push(
          session.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text, timestamp, ...code }),
          session.send('Input.dispatchKeyEvent', { type: 'keyUp', key, timestamp, ...code }),
        );
      }
    await Promise.all(sent);
  } finally {
    await session.detach();
  }
}
