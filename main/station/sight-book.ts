import type { LedgerId, WindowId } from '../../contract/ids.ts';
import type { WindowState } from '../../contract/station-link.ts';
import type { TroubleKind, WindowSight } from '../../contract/window-sight.ts';
import type { Runtime } from '../runtime.ts';

/** What a window last said of itself, by this office's clock. */
export interface KnownSight {
  readonly ledgerId: LedgerId;
  /** Last entry of its journal, and when it said so. */
  readonly headSeq: number;
  readonly atMs: number;
  readonly troubles: readonly { readonly what: TroubleKind; readonly sinceMs: number }[];
  /** Since when it is out of reach; null while it is connected. */
  readonly goneAtMs: number | null;
  /** Somebody was signed in there, or its shift was open, when it was heard last. */
  readonly isStaffed: boolean;
}

/** What the host remembers of its windows since its start. In memory: after a restart it knows less for a while, never wrongly. */
export interface SightBook {
  /** First word of a contact. */
  came(window: WindowId, ledgerId: LedgerId, headSeq: number, state: WindowState): void;
  tell(window: WindowId, sight: WindowSight): void;
  gone(window: WindowId): void;
  of(window: string): KnownSight | undefined;
}

const isStaffed = ({ signedIn, shiftClerk }: WindowState): boolean =>
  signedIn.length > 0 || shiftClerk !== null;

export function createSightBook(clock: Runtime['clock']): SightBook {
  const known = new Map<string, KnownSight>();
  const change = (window: WindowId, what: Partial<KnownSight>): void => {
    const before = known.get(window);
    if (before) known.set(window, { ...before, ...what });
  };
  return {
    came(window, ledgerId, headSeq, state) {
      // What it lacks it says again; until then nothing is missing that was missing before the cut.
      const troubles: KnownSight['troubles'] = [];
      const atMs = clock.nowMs();
      known.set(window, {
        ledgerId,
        headSeq,
        atMs,
        troubles,
        goneAtMs: null,
        isStaffed: isStaffed(state),
      });
    },
    tell(window, { headSeq, troubles, staffed }) {
      const atMs = clock.nowMs();
      change(window, {
        headSeq,
        atMs,
        isStaffed: staffed,
        troubles: troubles.map(({ what, forMs }) => ({ what, sinceMs: atMs - forMs })),
      });
    },
    gone: (window) => change(window, { goneAtMs: clock.nowMs(), troubles: [] }),
    of: (window) => known.get(window),
  };
}
