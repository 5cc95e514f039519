/** Names shared by Electron's main process and the preload: the whole of what crosses between page and office. */

/** One request envelope in, one answer out. */
export const CALL_CHANNEL = 'office.call';
/** Events, each a message of its own. */
export const EVENT_CHANNEL = 'office.event';
/** What the preload puts on `window`. */
export const BRIDGE_NAME = 'stationOffice';
/** The page's own address in Electron. */
export const PAGE_SCHEME = 'app';
export const PAGE_ORIGIN = `${PAGE_SCHEME}://office`;
