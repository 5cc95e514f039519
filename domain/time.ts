import { Temporal } from 'temporal-polyfill';
import type { BusinessDate } from '../contract/ids.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SHANGHAI_OFFSET_MS = 8 * 60 * MINUTE_MS;
/**
 * Shanghai has been exactly UTC+08:00 since its last daylight-saving period ended on 1991-09-15 (tz database). From the
 * day after, plain arithmetic is right and many times faster than a time-zone look-up; older instants ask Temporal.
 */
const FIXED_SINCE_MS = Date.UTC(1991, 8, 16);
const FIXED_SINCE_DATE = '1991-09-17';

/** Milliseconds that, read as if they were UTC, show the wall clock of Shanghai. */
function wallMs(ms: number): number {
  if (!Number.isSafeInteger(ms)) throw new RangeError('an instant is whole milliseconds since 1970');
  if (ms >= FIXED_SINCE_MS) return ms + SHANGHAI_OFFSET_MS;
  return (
    ms +
    Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO('Asia/Shanghai').offsetNanoseconds / 1e6
  );
}

/** The date that was asked for last: a command asks for the same one many times. */
let lastDay = { number: Number.NaN, date: '' };

/** Business date (Asia/Shanghai calendar day) of an instant in UTC milliseconds. */
export function businessDateOf(ms: number): BusinessDate {
  const wall = wallMs(ms);
  const number = Math.floor(wall / DAY_MS);
  if (number !== lastDay.number) lastDay = { number, date: new Date(wall).toISOString().slice(0, 10) };
  return lastDay.date as BusinessDate;
}

/** Wall clock of Shanghai at an instant, `HH:MM`. */
export function localTimeOf(ms: number): string {
  return new Date(wallMs(ms)).toISOString().slice(11, 16);
}

/** UTC milliseconds of a Shanghai date and `HH:MM`. A date or time that does not exist is a defect and throws. */
export function instantOf(date: string, localTime: string): number {
  if (!isCalendarDate(date) || !/^([01]\d|2[0-3]):[0-5]\d$/.test(localTime)) {
    throw new RangeError('expected a calendar date and HH:MM');
  }
  if (date >= FIXED_SINCE_DATE) {
    const minutes = Number(localTime.slice(0, 2)) * 60 + Number(localTime.slice(3, 5));
    return dayNumberOf(date) * DAY_MS + minutes * MINUTE_MS - SHANGHAI_OFFSET_MS;
  }
  return Temporal.PlainDateTime.from(`${date}T${localTime}`).toZonedDateTime('Asia/Shanghai')
    .epochMilliseconds;
}

/** ISO week of the Shanghai calendar, `YYYY-Www`: the year is that of the week's Thursday. */
export function isoWeekOf(ms: number): string {
  const day = Math.floor(wallMs(ms) / DAY_MS);
  // 1970-01-01 was a Thursday, so day + 3 counts from a Monday.
  const weekday = (((day + 3) % 7) + 7) % 7;
  const thursday = day - weekday + 3;
  const year = new Date(thursday * DAY_MS).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1) / DAY_MS) / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** The calendar day `days` after `date`; negative counts back. */
export function addDays(date: string, days: number): BusinessDate {
  if (!isCalendarDate(date)) throw new RangeError('expected a calendar date');
  const moved = new Date((dayNumberOf(date) + days) * DAY_MS).toISOString().slice(0, 10);
  if (!isCalendarDate(moved)) throw new RangeError('the date moved out of the years 0001 to 9999');
  return moved;
}

/**
 * Full years of age on a date (ticketing rules 2.1: age counts on the travel date). Someone born on 29 February turns a
 * year older on 1 March of a common year: the last day on which a fare for the younger age is still due to them is the 28th.
 */
export function ageOn(birthDate: string, date: string): number {
  if (!isCalendarDate(birthDate) || !isCalendarDate(date)) throw new RangeError('expected calendar dates');
  const years = Number(date.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return date.slice(5) >= birthDate.slice(5) ? years : years - 1;
}

/** Whether a text is `YYYY-MM-DD` and that day exists in the Gregorian calendar (years 0001 to 9999). */
export function isCalendarDate(text: string): text is BusinessDate {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8, 10));
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

function daysInMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Days from 1970-01-01 to a date already known to exist. */
function dayNumberOf(date: string): number {
  // An ISO date without a time is UTC midnight by definition (ECMA-262), also for years below 100.
  return Date.parse(date) / DAY_MS;
}
