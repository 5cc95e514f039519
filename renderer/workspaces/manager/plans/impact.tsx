import type { OfficeOutput } from '../../../../contract/office.ts';
import { yuan } from '../../../../contract/refusals.ts';
import { t } from '../../../words/words.ts';
import { dateOf, whenWords } from '../../../text/when.ts';
import type { LineName } from './plan-text.ts';

type Preview = OfficeOutput<'plans.preview'>;
const SHOWN = 8;

/** What would change, before anybody confirms it: departures, people, money, and windows that cannot be told. */
export function Impact({
  preview,
  title,
  nowMs,
  lineName,
}: {
  preview: Preview;
  title: string;
  nowMs: number;
  lineName: LineName;
}) {
  // Those with passengers come first; among them the order is that of time.
  const rows = preview.rows.toSorted((a, b) => Number(b.passengers > 0) - Number(a.passengers > 0));
  return (
    <section className="panel" data-part="impact">
      <h2>
        {t('plans.impact')}
        <span className="spacer" />
        <span className="tag">{title}</span>
      </h2>
      <dl className="plan-stats">
        <Stat name="departures" label={t('plans.departures')} value={String(preview.departures)} />
        <Stat
          name="people"
          label={t('plans.passengers')}
          value={t('plans.people', { count: preview.passengers })}
        />
        <Stat
          name="money"
          label={t('plans.money')}
          value={t('plans.yuan', { yuan: yuan(preview.refundableFen) })}
        />
        <Stat
          name="vehicles"
          label={t('plans.vehicles')}
          value={t('plans.vehicleCount', { count: preview.vehicles })}
        />
      </dl>
      {preview.departures === 0 ? (
        <p className="empty">{t('plans.nothingChanges')}</p>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
        <section className="scroll" tabIndex={0} aria-label={t('plans.departures')}>
          <table className="plan-rows">
            <thead>
              <tr>
                <th scope="col">{t('plans.departure')}</th>
                <th scope="col">{t('plans.change')}</th>
                <th scope="col" className="num">
                  {t('plans.sold')}
                </th>
                <th scope="col">{t('plans.instead')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, SHOWN).map((row) => (
                <tr key={row.departureId} data-departure={row.departureId}>
                  <td>
                    <span className="figures">
                      {dateWords(row.departureId, nowMs)}
                      {row.departLocal}
                    </span>
                    <small className="under">
                      {row.lineName === '' ? lineName(row.departureId) : row.lineName}
                    </small>
                  </td>
                  <td>
                    <span className="tag">{t(`plans.state.${row.after}`)}</span>
                  </td>
                  <td className="num">{row.passengers}</td>
                  <td className="dim">
                    {row.instead === null
                      ? t('plans.insteadNone')
                      : t('plans.insteadLeft', {
                          time: timeOf(row.instead),
                          left: row.insteadSeats,
                        })}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {preview.departures > SHOWN && (
            <p className="dim plan-more">{t('plans.moreRows', { count: preview.departures - SHOWN })}</p>
          )}
        </section>
      )}
      <p className={preview.of === 'station' ? 'dim plan-more' : 'caution plan-silent'} data-of={preview.of}>
        {t(`plans.of.${preview.of}`)} {preview.unread > 0 && t('plans.unread', { count: preview.unread })}
      </p>
      {preview.data
        .filter(({ data }) => data === 'behind' || data === 'writtenOff' || data === 'lost')
        .map(({ window, data, missing }) => (
          <p className="caution plan-silent" key={window} data-behind={window}>
            {t(data === 'behind' ? 'plans.behind' : 'plans.lostData', {
              window: Number(window.slice(-2)),
              missing: missing ?? 0,
            })}
          </p>
        ))}
      {preview.silent.map(({ window, heardAt, held }) => (
        <p className="caution plan-silent" key={window} data-silent={window}>
          {heardAt === null
            ? t('plans.silentNever', { window: Number(window.slice(-2)) })
            : t('plans.silent', {
                window: Number(window.slice(-2)),
                time: whenWords(heardAt, nowMs),
                held,
              })}
        </p>
      ))}
      {preview.silent.length === 0 && preview.windows > 1 && (
        <p className="caution good plan-silent">{t('plans.allHeard', { windows: preview.windows })}</p>
      )}
    </section>
  );
}

/** Day of a departure that is not of today, with a blank behind it. */
function dateWords(departureId: string, nowMs: number): string {
  const date = departureId.split('/')[1] ?? '';
  return date === dateOf(nowMs) ? '' : `${date.slice(5)} `;
}

/** `HH:MM` of a departure id. */
function timeOf(departureId: string): string {
  const time = departureId.split('/')[2] ?? '';
  return `${time.slice(0, 2)}:${time.slice(2, 4)}`;
}

function Stat({ name, label, value }: { name: string; label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd data-figure={name}>{value}</dd>
    </div>
  );
}
