import type { ReactNode } from 'react';
import type { DepartureId } from '../../contract/ids.ts';
import type { OfficeOutput } from '../../contract/office.ts';
import { useAsk } from '../state/office.ts';
import { clockText, dateOf } from '../text/when.ts';
import { t } from '../words/words.ts';

type History = OfficeOutput<'departures.history'>;
type Span = History['spans'][number];
type Order = History['orders'][number];
type Deed = NonNullable<Span['ended']>;

/**
 * Everything that was ever set for one departure, at whichever office, and the orders of plans that touch it, oldest first: what, by
 * whom, why and until when; what was taken back is marked. And when it left.
 */
export function DepartureHistory({ departureId, title }: { departureId: DepartureId; title?: string }) {
  const { data } = useAsk('departures.history', { departureId }, { keep: true, everyMs: 10_000 });
  if (data?.departureId !== departureId) return null;
  const at = (ms: number): string => {
    const clock = clockText(ms).slice(0, 5);
    return dateOf(ms) === data.date ? clock : `${dateOf(ms).slice(5)} ${clock}`;
  };
  const lines = [
    ...data.spans.map((span) => ({
      from: span.from,
      line: <SpanLine key={span.changeId} span={span} at={at} />,
    })),
    ...data.orders.map((order) => ({
      from: order.from,
      line: <OrderLine key={order.orderId} order={order} at={at} />,
    })),
  ].toSorted((a, b) => a.from - b.from);
  return (
    <section className="departure-history" data-part="departureHistory" data-departure={departureId}>
      <h3>{title ?? t('departureHistory.title')}</h3>
      {lines.length === 0 && data.leftAt === null && <p className="dim">{t('departureHistory.none')}</p>}
      <ul>
        {lines.map(({ line }) => line)}
        {data.leftAt !== null && (
          <li data-left="true">
            <span className="figures dim">{at(data.leftAt)}</span> {t('departureHistory.left')}
          </li>
        )}
      </ul>
    </section>
  );
}

type At = (ms: number) => string;

function SpanLine({ span, at }: { span: Span; at: At }) {
  const { from, to, words, undone, ended } = span;
  return (
    <li data-undone={undone} data-history="state">
      <When from={from} to={to} at={at} /> {undone ? <s>{words}</s> : words}
      {undone && <span className="tag">{t('departureHistory.undone')}</span>}
      <Said deed={{ at: from, ...span }} />
      <Until>
        {ended
          ? t(undone ? 'departureHistory.undoneBy' : 'departureHistory.changedBy', {
              time: at(ended.at),
              who: whoOf(ended),
            })
          : t('departureHistory.untilChanged')}
        {ended && undone && ended.reason !== null && `:${ended.reason}`}
      </Until>
    </li>
  );
}

function OrderLine({ order, at }: { order: Order; at: At }) {
  const { from, name, over, ended, restricts, loosensUntil } = order;
  return (
    <li data-history="order" data-over={over}>
      <When from={from} to={ended?.at ?? (over ? loosensUntil : null)} at={at} />{' '}
      <b>{name ?? t('plans.unknownPlan')}</b>
      {over && <span className="tag">{t('departureHistory.over')}</span>}
      <Said deed={{ at: from, ...order }} />
      <Until>
        {ended
          ? `${t('departureHistory.endedBy', { time: at(ended.at), who: whoOf(ended) })}:${ended.reason ?? ''}`
          : [
              loosensUntil === null ? '' : t('plans.loosensUntil', { time: at(loosensUntil) }),
              restricts ? t('plans.restricts') : '',
            ]
              .filter((part) => part !== '')
              .join(' \u00B7 ')}
      </Until>
    </li>
  );
}

function When({ from, to, at }: { from: number; to: number | null; at: At }) {
  return (
    <span className="figures dim">
      {at(from)}
      {'\u2014'}
      {to === null ? '' : at(to)}
    </span>
  );
}

/** Who, at which window, why and on whose word. */
function Said({ deed }: { deed: Deed }) {
  const { reason, orderedBy } = deed;
  const words = [whoOf(deed), reason, orderedBy && `${orderedBy.organisation} ${orderedBy.reference}`.trim()];
  return (
    <small className="under" data-said="true">
      {words.filter((part) => part !== null && part !== '').join(' \u00B7 ')}
    </small>
  );
}

function Until({ children }: { children: ReactNode }) {
  return <small className="under dim">{children}</small>;
}

function whoOf({ by, countersignedBy, window }: Deed): string {
  const people = [by, countersignedBy].filter((one) => one !== null).join(' + ');
  const who = people === '' ? t('departureHistory.notSaid') : people;
  return window === null ? who : t('departureHistory.at', { window: Number(window.slice(-2)), who });
}
