import { trialFeed } from '../../city/shell/files.ts';
import type { Feed } from '../../contract/feed.ts';
import type { StationConfig } from '../../contract/station.ts';
import { makeTrialStation, trialClerks } from '../../main/trial-station.ts';

const tenWindows = Array.from({ length: 10 }, (_, n) => n + 1);
let staff: Promise<StationConfig['staff']> | undefined;
/** A clerk for each window, so that nobody is at two: who signs in at one office is locked at the others. */
export const clerkOf = (window: number) => ({ number: String(1_000 + window), pin: trialClerks[0].pin });

/** Everybody of a trial station and a clerk for each of ten windows; their PINs are hashed once. */
export function everybody(): Promise<StationConfig['staff']> {
  const salt = (): Uint8Array => new Uint8Array(16);
  staff ??= makeTrialStation({ readerPath: 'a', printerPath: 'b', salt }).then((made) =>
    made.staff.flatMap((person) =>
      person.number === trialClerks[0].number
        ? [person, ...tenWindows.map((n) => ({ ...person, number: clerkOf(n).number, name: `样例窗${n}` }))]
        : [person],
    ),
  );
  return staff;
}

/** The trial's timetable with numbered seats in every coach. */
export function numberedFeed(): Feed {
  const feed = trialFeed();
  const road = new Set(feed.lines.filter(({ mode }) => mode === 'road').map(({ id }) => id));
  return {
    ...feed,
    departures: feed.departures.map((row) => (road.has(row.lineId) ? { ...row, numberedSeats: true } : row)),
  };
}
