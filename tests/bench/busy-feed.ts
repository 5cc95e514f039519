import { trialFeed } from '../../city/shell/files.ts';
import type { Feed } from '../../contract/feed.ts';

/** Departures of a busy day in all, and those that leave this pier, which is what the list shows. */
const DEPARTURES_A_DAY = 140;
export const LISTED = 60;

/** The trial timetable with the departures from this pier made up to 60, and 140 in all. */
export function busyFeed(): Feed {
  const feed = trialFeed();
  const here = new Set(feed.lines.filter((line) => line.fromPlaceId === feed.station).map((line) => line.id));
  const own = feed.departures.filter(({ lineId }) => here.has(lineId));
  const others = feed.departures.filter(({ lineId }) => !here.has(lineId));
  const model = own[0];
  if (!model) throw new Error('the trial timetable has no departure from this pier');
  const listed = own.slice(0, LISTED);
  for (let n = 0; listed.length < LISTED; n += 1) {
    const minute = 6 * 60 + 1 + n * 15;
    const departLocal = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
    const isTaken = listed.some((one) => one.lineId === model.lineId && one.departLocal === departLocal);
    if (!isTaken) listed.push({ ...model, departLocal, extra: 0 });
  }
  return { ...feed, departures: [...listed, ...others.slice(0, DEPARTURES_A_DAY - LISTED)] };
}
