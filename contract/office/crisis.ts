import { departureMethods } from './departures.ts';
import { noticeMethods } from './notices.ts';
import { planReportMethods } from './plan-report.ts';
import { queueMethods } from './queue.ts';

/** Departures beyond the timetable, the hall's board and notices, queue numbers, reports of plans. */
export const crisisMethods = {
  ...departureMethods,
  ...noticeMethods,
  ...planReportMethods,
  ...queueMethods,
} as const;
export type { DepartureNotice } from './departures.ts';
export type { BoardView, NoticeView } from './notices.ts';
