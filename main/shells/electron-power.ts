import { app, powerMonitor, type BrowserWindow } from 'electron';
import type { Log } from '../runtime.ts';
import type { OpenOffice } from './open-office.ts';

const STOP_PATIENCE_MS = 20_000;

/** Before sleep and lock the anchor is written; after waking the link tries at once instead of at its next turn. */
export function followPower({ office }: OpenOffice, log: Log): void {
  const settle = (what: string): (() => void) => {
    return () => {
      log.info({ what }, 'the PC sleeps, locks or wakes');
      office.settle();
    };
  };
  powerMonitor.on('suspend', settle('suspend'));
  powerMonitor.on('resume', settle('resume'));
  powerMonitor.on('lock-screen', settle('lock-screen'));
  powerMonitor.on('unlock-screen', settle('unlock-screen'));
}

/**
 * Closing the window ends the program, and the program ends the office first: devices, link, anchor, ledger, lock. The
 * same at log-off and shutdown, where the system is asked to wait and the anchor is written before anything else. What
 * takes too long is given up: the ledger is whole at any instant.
 */
export function stopInOrder(running: OpenOffice, log: Log): void {
  let isStopped = false;
  let isStopping = false;
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    if (isStopped) return;
    event.preventDefault();
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => app.exit(1), STOP_PATIENCE_MS).unref();
    running
      .stop()
      .catch((error: unknown) => log.error({ error: String(error) }, 'the office did not close in order'))
      .finally(() => {
        isStopped = true;
        app.quit();
      });
  });
  // Linux and macOS. The declarations leave the event out; the system waits a while for whoever prevents its default.
  powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
    event?.preventDefault();
    running.office.settle();
    app.quit();
  });
  // Windows: the first asks, the second tells; after it the process may be gone at any moment.
  app.on('browser-window-created', (_event, window: BrowserWindow) => {
    window.on('query-session-end', () => running.office.settle());
    window.on('session-end', () => {
      running.office.settle();
      app.quit();
    });
  });
}
