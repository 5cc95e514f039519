import type { WebContents } from 'electron';
import { PAGE_ORIGIN } from './bridge.ts';

/** Of an IPC event, what decides whether to listen to it. */
export interface Sender {
  sender: Pick<WebContents, 'id'>;
  senderFrame: { url: string; parent: unknown } | null;
}

/**
 * The one place that decides who may call the office over IPC: the top frame of our own window, showing our own page.
 * A frame that navigated away meanwhile is gone (`null`) and not listened to.
 */
export function isTrustedSender(event: Sender, ourWindowId: number | undefined): boolean {
  const frame = event.senderFrame;
  if (ourWindowId === undefined || event.sender.id !== ourWindowId) return false;
  if (frame === null || frame.parent !== null) return false;
  return isOurPage(frame.url);
}

/** Whether an address is our page. `URL.origin` is "null" for schemes of our own, so scheme and host are compared. */
export function isOurPage(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host, username, password } = new URL(address);
  return `${protocol}//${host}` === PAGE_ORIGIN && username === '' && password === '';
}
