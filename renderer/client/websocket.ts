import type { Request } from '../../contract/envelope.ts';
import type { Clock } from '../clock.ts';
import { AnswerLost, type LinkState, type Transport } from './transport.ts';

/** What becomes of a socket. `close` also comes when it never opened. */
export interface SocketEvents {
  open: () => void;
  close: () => void;
  message: (data: unknown) => void;
}

/** The part of a WebSocket that is used; a test passes its own. */
export interface Socket {
  send: (text: string) => void;
}

/** What the transport needs of the browser. */
export interface Browser {
  clock: Clock;
  open(events: SocketEvents): Socket;
  /** Exchanges the one-time token for a cookie; false when it was refused. Rejects when nobody answers. */
  postSession(token: string): Promise<boolean>;
  /** Whether the office takes this page's cookie. Rejects when nobody answers. */
  hasSession(): Promise<boolean>;
}

const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 2_000;
/** An office that keeps its socket open and answers nothing for this long is taken as lost. */
export const ANSWER_WITHIN_MS = 15_000;

/**
 * WebSocket on the page's own origin. Connects at once and again whenever the link breaks; requests in flight at that
 * moment end as lost.
 */
export function webSocketTransport(browser: Browser, token: string | undefined): Transport {
  const { clock } = browser;
  const waiting = new Map<Request['id'], { resolve: (answer: unknown) => void; lost: () => void }>();
  const eventListeners: ((message: unknown) => void)[] = [];
  const linkListeners: ((state: LinkState) => void)[] = [];
  let socket: Socket | undefined;
  let link: LinkState = 'down';
  let waitMs = FIRST_WAIT_MS;
  let unspentToken = token;

  const tell = (state: LinkState): void => {
    if (link === state) return;
    link = state;
    for (const listener of linkListeners) listener(state);
  };

  const read = (data: unknown): void => {
    if (typeof data !== 'string') return;
    let message: unknown;
    try {
      message = JSON.parse(data);
    } catch {
      // Not JSON: nobody can be asked what it was; whoever waits is told by time.
      return;
    }
    if (typeof message !== 'object' || message === null) return;
    if ('event' in message) {
      for (const listener of eventListeners) listener(message);
      return;
    }
    const id = 'id' in message ? (message.id as Request['id']) : undefined;
    const caller = id === undefined ? undefined : waiting.get(id);
    if (id === undefined || !caller) return;
    waiting.delete(id);
    caller.resolve(message);
  };

  const again = (): void => {
    clock.after(waitMs, () => void connect());
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  };

  /** The browser does not say why a socket did not open; the office does. */
  async function askWhy(): Promise<void> {
    try {
      if (!(await browser.hasSession())) tell('turnedAway');
    } catch {
      tell('down');
    }
    again();
  }

  async function connect(): Promise<void> {
    if (unspentToken !== undefined) {
      try {
        await browser.postSession(unspentToken);
        // Taken or refused, it is spent; with a refused one the cookie of an earlier visit may still do.
        unspentToken = undefined;
      } catch {
        again();
        return;
      }
    }
    let opened = false;
    let ended = false;
    const fresh = browser.open({
      open() {
        waitMs = FIRST_WAIT_MS;
        opened = true;
        tell('up');
      },
      message: read,
      close() {
        if (ended) return;
        ended = true;
        socket = undefined;
        const lost = [...waiting.values()];
        waiting.clear();
        tell('down');
        for (const caller of lost) caller.lost();
        if (opened) again();
        else void askWhy();
      },
    });
    socket = fresh;
  }

  void connect();
  return {
    call(request) {
      return new Promise((resolve, reject) => {
        if (!socket || link !== 'up') {
          reject(new AnswerLost());
          return;
        }
        const callOff = clock.after(ANSWER_WITHIN_MS, () => {
          if (waiting.delete(request.id)) reject(new AnswerLost());
        });
        waiting.set(request.id, {
          resolve(answer) {
            callOff();
            resolve(answer);
          },
          lost() {
            callOff();
            reject(new AnswerLost());
          },
        });
        socket.send(JSON.stringify(request));
      });
    },
    onEvent: (listener) => void eventListeners.push(listener),
    onLink: (listener) => void linkListeners.push(listener),
    link: () => link,
  };
}
