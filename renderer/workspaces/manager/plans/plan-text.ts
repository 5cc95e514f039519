import type { Effect, EffectName, Plan, Scope, Subject } from '../../../../contract/contingency.ts';
import type { DepartureView } from '../../../../contract/office.ts';
import { clockText, dateOf, instantAt } from '../../../text/when.ts';
import { t } from '../../../words/words.ts';

/** Name of a line by its id; its id where the timetable has none. */
export type LineName = (lineId: string) => string;

/** A scope in the words of a notice. `all` is what an empty one means. */
export function scopeWords(scope: Scope, lineName: LineName, all: string): string {
  const { lines, vesselKinds, departing, dates, departures, windows } = scope;
  const parts: string[] = [];
  if (lines) parts.push(t('plans.scopeLines', { lines: lines.map(lineName).join('\u3001') }));
  if (vesselKinds)
    parts.push(
      t('plans.scopeKinds', { kinds: vesselKinds.map((kind) => t(`plans.kind.${kind}`)).join('\u3001') }),
    );
  if (departures) parts.push(t('plans.scopeDepartures', { count: departures.length }));
  if (dates && dates.from === dates.to) parts.push(dates.from);
  else if (dates) parts.push(t('plans.scopeDates', dates));
  const { from, to } = departing ?? {};
  if (from !== undefined && to !== undefined) parts.push(t('plans.scopeSpan', { from, to }));
  else if (from !== undefined) parts.push(t('plans.scopeFrom', { from }));
  else if (to !== undefined) parts.push(t('plans.scopeTo', { to }));
  if (windows)
    parts.push(
      t('plans.scopeWindows', { windows: windows.map((window) => Number(window.slice(-2))).join('\u3001') }),
    );
  return parts.length === 0 ? all : parts.join(' \u00B7 ');
}

const subjectWords = (of: Subject): string => (of === 'all' ? '' : t(`plans.of.${of}`));

const until = (effect: Extract<Effect, { effect: 'refund' | 'change' }>): string =>
  'hoursAfterEnd' in effect.until
    ? t('plans.freeUntilHours', { hours: effect.until.hoursAfterEnd })
    : t('plans.freeUntilDays', { days: effect.until.daysInclusive });

/** One effect: the part of the rules that it concerns, and what holds then. */
function effectWords(effect: Effect): { part: string; words: string } {
  switch (effect.effect) {
    case 'departureState':
      return { part: t('plans.effect.state'), words: t(`plans.state.${effect.state}`) };
    case 'sale':
      return {
        part: t('plans.effect.sale'),
        words: t(`plans.sell.${effect.sell}`) + subjectWords(effect.of),
      };
    case 'identity':
      return { part: t('plans.effect.identity'), words: t(`plans.capture.${effect.capture}`) };
    case 'boarding':
      return { part: t('plans.effect.boarding'), words: t(`plans.check.${effect.check}`) };
    case 'refund':
      return { part: t('plans.effect.refund'), words: until(effect) + subjectWords(effect.of) };
    case 'change':
      return {
        part: t('plans.effect.change'),
        words:
          until(effect) + (effect.to === 'anyLine' ? t('plans.to.anyLine') : '') + subjectWords(effect.of),
      };
    case 'leases':
      return { part: t('plans.effect.leases'), words: t(`plans.leases.${effect.leases}`) };
    case 'payments':
      return {
        part: t('plans.effect.payments'),
        words: effect.allow.map((kind) => t(`plans.pay.${kind}`)).join('\u3001'),
      };
    case 'printing':
      return { part: t('plans.effect.printing'), words: t(`plans.print.${effect.print}`) };
    case 'queueNumbers':
      return { part: t('plans.effect.queue'), words: t('plans.queueIssued') };
    case 'channelsClosed':
      return {
        part: t('plans.effect.channels'),
        words: t('plans.closed', {
          channels: effect.channels.map((channel) => t(`plans.channel.${channel}`)).join('\u3001'),
        }),
      };
  }
}

/** Rows of "rule, after": several effects of one part stand in one row. */
export function effectRows(
  effects: readonly Effect[],
  notices: Plan['notices'],
  lineName: LineName,
): { part: string; effect: EffectName | null; words: string[] }[] {
  const rows = new Map<string, { effect: EffectName | null; words: string[] }>();
  for (const effect of effects) {
    const { part, words } = effectWords(effect);
    const said =
      effect.scope === undefined ? words : `${words} \u00B7 ${scopeWords(effect.scope, lineName, '')}`;
    rows.set(part, { effect: effect.effect, words: [...(rows.get(part)?.words ?? []), said] });
  }
  if (notices.board !== '' || notices.broadcast !== '' || notices.text !== '')
    rows.set(t('plans.effect.notices'), { effect: null, words: [t('plans.noticesWhat')] });
  return [...rows].map(([part, row]) => ({ part, ...row }));
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** `8:05` and `08:05` as `08:05`; null when it is no time of day. */
export function timeTyped(text: string): string | null {
  const match = /^(\d{1,2})[:\uFF1A]?(\d{2})$/.exec(text.trim());
  const hours = Number(match?.[1]);
  const minutes = Number(match?.[2]);
  if (!match || hours > 23 || minutes > 59) return null;
  return `${String(hours).padStart(2, '0')}:${match[2] ?? ''}`;
}

/** The next instant at which the clock of Shanghai shows this; null when it is no time of day. */
export function nextInstant(text: string, nowMs: number): number | null {
  const time = timeTyped(text);
  if (time === null) return null;
  const at = instantAt(dateOf(nowMs), time);
  return at > nowMs ? at : at + DAY_MS;
}

/** Two hours on, or less where the plan allows less, to the next five minutes before. */
export function untilDefault(loosensAtMostMin: number, nowMs: number): string {
  const at = nowMs + Math.min(120, loosensAtMostMin) * MINUTE_MS;
  return clockText(at - (at % (5 * MINUTE_MS))).slice(0, 5);
}

/** The next full quarter of an hour: `09:15` at 09:01 and at 09:00. */
export function nextQuarter(nowMs: number): string {
  const quarterMs = 15 * MINUTE_MS;
  return clockText((Math.floor(nowMs / quarterMs) + 1) * quarterMs).slice(0, 5);
}

/** The next departure, of the line where one is given and has departures; the last one when all have gone. */
export function nextDeparture(
  departures: readonly DepartureView[],
  nowMs: number,
  lineId: string | null,
): DepartureView | undefined {
  const ofLine = departures.filter((one) => one.lineId === lineId);
  const among = ofLine.length === 0 ? departures : ofLine;
  return among.find(({ departAt }) => departAt > nowMs) ?? among.at(-1);
}

/** The last departure whose time has come, else the first. */
export function lastDeparted(departures: readonly DepartureView[], nowMs: number): DepartureView | undefined {
  return departures.findLast(({ departAt }) => departAt <= nowMs) ?? departures[0];
}
