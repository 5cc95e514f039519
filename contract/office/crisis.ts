import { departureMethods } from './departures.ts';
import { noticeMethods } from './notices.ts';
import { planReportMethods } from './plan-report.ts';

/** Departures beyond the timetable, the hall's board and notices, reports of plans. */
export const crisisMethods = { ...departureMethods, ...noticeMethods, ...planReportMethods } as const;
export type { DepartureNotice } from './departures.ts';
export type { BoardView, NoticeView } from './notices.ts';
