import type { WindowState } from '../../contract/station-link.ts';
import type { WindowSight } from '../../contract/window-sight.ts';
import type { Runtime } from '../runtime.ts';
import type { HostCalls } from './host-client.ts';

/** Said again at least so often, so that the host knows how far this window's journal goes. */
const AGAIN_MS = 5_000;

/** Tells the host what this window sees of itself: at once when something is missing or there again or somebody comes, else now and then. */
export function createSightTell(parts: {
  sight: () => WindowSight;
  state: () => WindowState;
  clock: Runtime['clock'];
  calls: () => HostCalls | undefined;
}): () => void {
  let told: { calls: HostCalls; what: string; atMs: number } | undefined;
  return () => {
    const calls = parts.calls();
    if (!calls) return;
    const sight = parts.sight();
    const what = [sight.staffed, ...sight.troubles.map((trouble) => trouble.what)].join(' ');
    const atMs = parts.clock.monotonicMs();
    if (told?.calls === calls && told.what === what && atMs - told.atMs < AGAIN_MS) return;
    const isNew = told?.calls !== calls || told.what !== what;
    told = { calls, what, atMs };
    // A host of an older program does not know this word; nothing hangs on its answer.
    void calls.call('sight.tell', sight).catch(() => undefined);
    if (isNew) void calls.call('state.tell', parts.state()).catch(() => undefined);
  };
}
