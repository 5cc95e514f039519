import type { OfficeStatus } from '../../contract/office.ts';

/** What is missing, and since when this office has been without it. */
export interface Trouble {
  what: 'reader' | 'printer' | 'city' | 'station';
  since: number;
  minutes: number;
}

export interface TroubleWatch {
  /** The office as it is now: told at every change and every few seconds. */
  look(status: Pick<OfficeStatus, 'nowMs' | 'devices' | 'link' | 'station'>): void;
  seen(nowMs: number): Trouble[];
}

const MINUTE_MS = 60_000;

/**
 * Remembers since when a reader is silent, paper is out, the city or the host cannot be reached. In memory: after a restart it counts
 * from there, which suggests a plan later, never wrongly.
 */
export function createTroubleWatch(): TroubleWatch {
  const since = new Map<Trouble['what'], number>();
  const note = (what: Trouble['what'], isMissing: boolean, nowMs: number): void => {
    if (!isMissing) since.delete(what);
    else if (!since.has(what)) since.set(what, nowMs);
  };
  return {
    look({ nowMs, devices, link, station }) {
      const isDown = (kind: string): boolean => {
        const those = devices.filter((device) => device.kind === kind);
        // One that works is enough to go on with.
        return (
          those.length > 0 &&
          those.every(({ state, paper }) => state === 'absent' || state === 'fault' || paper === 'out')
        );
      };
      note('reader', isDown('id-reader'), nowMs);
      note('printer', isDown('printer'), nowMs);
      note('city', link.state === 'down', nowMs);
      note('station', station?.state === 'down', nowMs);
    },
    seen: (nowMs) =>
      [...since].map(([what, at]) => ({
        what,
        since: at,
        minutes: Math.max(0, Math.floor((nowMs - at) / MINUTE_MS)),
      })),
  };
}
