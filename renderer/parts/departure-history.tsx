import type { DepartureId } from '../../contract/ids.ts';
import { useAsk } from '../state/office.ts';
import { clockText, dateOf } from '../text/when.ts';
import { t } from '../words/words.ts';

/** Everything that was ever set for one departure, oldest first, what was taken back marked; and when it left. */
export function DepartureHistory({ departureId, title }: { departureId: DepartureId; title?: string }) {
  const { data } = useAsk('departures.history', { departureId }, { keep: true, everyMs: 10_000 });
  if (data?.departureId !== departureId) return null;
  const at = (ms: number): string => {
    const clock = clockText(ms).slice(0, 5);
    return dateOf(ms) === data.date ? clock : `${dateOf(ms).slice(5)} ${clock}`;
  };
  return (
    <section className="departure-history" data-part="departureHistory" data-departure={departureId}>
      <h3>{title ?? t('departureHistory.title')}</h3>
      {data.spans.length === 0 && data.leftAt === null && <p className="dim">{t('departureHistory.none')}</p>}
      <ul>
        {data.spans.map(({ changeId, words, from, to, undone }) => (
          <li key={changeId} data-undone={undone}>
            <span className="figures dim">
              {at(from)}
              {'\u2014'}
              {to === null ? '' : at(to)}
            </span>{' '}
            {undone ? <s>{words}</s> : words}
            {undone && <span className="tag">{t('departureHistory.undone')}</span>}
          </li>
        ))}
        {data.leftAt !== null && (
          <li data-left="true">
            <span className="figures dim">{at(data.leftAt)}</span> {t('departureHistory.left')}
          </li>
        )}
      </ul>
    </section>
  );
}
