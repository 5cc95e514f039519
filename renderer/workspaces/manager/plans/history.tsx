import type { PlanHistoryRow } from '../../../../contract/office.ts';
import { useAsk } from '../../../state/office.ts';
import { clockText, dateOf, whenWords } from '../../../text/when.ts';
import { t } from '../../../words/words.ts';
import { scopeWords, type LineName } from './plan-text.ts';

/** Everything that was ordered, extended, ended, set and taken back, newest first. */
export function History({ nowMs, lineName }: { nowMs: number; lineName: LineName }) {
  const { data } = useAsk('plans.history', {}, { keep: true, everyMs: 10_000 });
  const rows = data?.rows ?? [];
  return (
    <section className="panel grow" data-part="history">
      <h2>{t('plans.history')}</h2>
      {rows.length === 0 ? (
        <p className="empty">{t('plans.historyEmpty')}</p>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
        <section className="scroll" tabIndex={0} aria-label={t('plans.history')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('plans.history.at')}</th>
                <th scope="col">{t('plans.history.what')}</th>
                <th scope="col">{t('plans.history.who')}</th>
                <th scope="col">{t('plans.history.why')}</th>
                <th scope="col">{t('plans.history.window')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={`${row.what} ${row.id}`} data-history={row.what}>
                  <td className="figures">
                    {dateOf(row.at).slice(5)} {clockText(row.at)}
                  </td>
                  <td className="wraps">{didWords(row, rows, nowMs, lineName)}</td>
                  <td>{[row.by, row.countersignedBy].filter((one) => one !== null).join(' + ')}</td>
                  <td className="wraps">{whyWords(row)}</td>
                  <td>{row.authority ?? (row.window === null ? '\u2014' : Number(row.window.slice(-2)))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function didWords(
  row: PlanHistoryRow,
  rows: readonly PlanHistoryRow[],
  nowMs: number,
  lineName: LineName,
): string {
  const name = row.name ?? t('plans.unknownPlan');
  const scope = row.scope === null ? '' : scopeWords(row.scope, lineName, t('plans.scopeAll'));
  switch (row.what) {
    case 'order': {
      const ordered = `${t('plans.did.order', { name })} \u00B7 ${scope}`;
      return row.until === null
        ? ordered
        : `${ordered} \u00B7 ${t('plans.loosensUntil', { time: whenWords(row.until, nowMs) })}`;
    }
    case 'extend':
      return t('plans.did.extend', { name, time: row.until === null ? '' : whenWords(row.until, nowMs) });
    case 'end':
      return t('plans.did.end', { name });
    case 'state': {
      const set = t('plans.did.state', { state: t(`plans.state.${row.state ?? 'normal'}`), scope });
      return row.until === null
        ? set
        : `${set} \u00B7 ${t('plans.did.undoneAt', { time: whenWords(row.until, nowMs) })}`;
    }
    case 'undo': {
      const set = rows.find((one) => one.what === 'state' && one.id === row.of);
      return set
        ? `${t('plans.did.undo')}\uFF1A${t(`plans.state.${set.state ?? 'normal'}`)}`
        : t('plans.did.undo');
    }
  }
}

function whyWords({ reason, orderedBy, measured }: PlanHistoryRow): string {
  return [
    reason,
    orderedBy && `${orderedBy.organisation} ${orderedBy.reference}`.trim(),
    measured && `${measured.value} ${measured.unit} ${measured.source}`.trim(),
  ]
    .filter((part) => part !== null && part !== '')
    .join(' \u00B7 ');
}
