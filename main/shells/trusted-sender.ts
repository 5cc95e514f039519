import type { WebContents } from 'electron';
import { BOARD_PATH, CLERK_PATH, DISPLAY_PATH, PAGE_ORIGIN } from './bridge.ts';

/** Of an IPC event, what decides whether to listen to it. */
export interface Sender {
  sender: Pick<WebContents, 'id'>;
  senderFrame: { url: string; parent: unknown } | null;
}

/** Whose page it is: the clerk's, who may ask anything, or the passengers', which may ask what it shows. */
export type PageKind = 'clerk' | 'display';

const paths: Readonly<Record<PageKind, readonly string[]>> = {
  clerk: [CLERK_PATH, '/index.html'],
  display: [DISPLAY_PATH, BOARD_PATH],
};

/**
 * The one place that decides who may call the office over IPC: the top frame of one of our own windows, `ours`, which
 * shows the very page it was opened for. A frame that navigated away meanwhile is gone (`null`) and not listened to.
 * Undefined means: refuse.
 */
export function trustedSender(event: Sender, ours: ReadonlyMap<number, PageKind>): PageKind | undefined {
  const kind = ours.get(event.sender.id);
  const frame = event.senderFrame;
  if (kind === undefined || frame === null || frame.parent !== null || !isOurPage(frame.url))
    return undefined;
  return paths[kind].includes(new URL(frame.url).pathname) ? kind : undefined;
}

/** Whether an address is one of our pages. `URL.origin` is "null" for schemes of our own, so scheme and host are compared. */
export function isOurPage(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host, username, password } = new URL(address);
  return `${protocol}//${host}` === PAGE_ORIGIN && username === '' && password === '';
}

/** A file that one of our pages made and gives to the person: a table taken out, a report, a saved log. */
export function isOurFile(address: string): boolean {
  return address.startsWith(`blob:${PAGE_ORIGIN}/`);
}
