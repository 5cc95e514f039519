/** Shanghai is eight hours ahead of UTC, all year. */
const SHANGHAI_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

const two = (value: number): string => String(value).padStart(2, '0');
const shanghai = (ms: number): Date => new Date(ms + SHANGHAI_MS);

/** `08:21:07` on Shanghai's clock. */
export function clockText(ms: number): string {
  const at = shanghai(ms);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
}

/** Business date of an instant, `YYYY-MM-DD`. */
export function dateOf(ms: number): string {
  return shanghai(ms).toISOString().slice(0, 10);
}

/** To the minute: `08:15` on the same business date, `11-21 08:15` on another. */
export function whenWords(atMs: number, nowMs: number): string {
  const clock = clockText(atMs).slice(0, 5);
  return dateOf(atMs) === dateOf(nowMs) ? clock : `${dateOf(atMs).slice(5)} ${clock}`;
}

/** The instant at which Shanghai's clock shows `HH:MM` on a business date, UTC ms. */
export function instantAt(date: string, time: string): number {
  return Date.parse(`${date}T${time}:00+08:00`);
}

/** The business date some days on. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whole days from one business date to another; negative when it lies before. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** 0 = Sunday. */
export function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay();
}

/** How long something has waited, in the one unit a person would say: seconds only below a minute. */
export function ageParts(ageMs: number): { unit: 'seconds' | 'minutes' | 'hours' | 'days'; count: number } {
  const seconds = Math.max(0, Math.floor(ageMs / 1000));
  if (seconds < 60) return { unit: 'seconds', count: seconds };
  if (seconds < 3600) return { unit: 'minutes', count: Math.floor(seconds / 60) };
  if (seconds < 86_400) return { unit: 'hours', count: Math.floor(seconds / 3600) };
  return { unit: 'days', count: Math.floor(seconds / 86_400) };
}
