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
/** The clerk's page. */
export const CLERK_PATH = '/';
/** The page that passengers see; the host shows it at `/?display` as well. */
export const DISPLAY_PATH = '/display.html';
/** The departure board of the hall; the host shows it at `/?board` as well. It may ask no more than the passengers' page. */
export const BOARD_PATH = '/board.html';
/** Why there is no office: a page made in the main process, without scripts. */
export const REFUSED_PATH = '/refused';
