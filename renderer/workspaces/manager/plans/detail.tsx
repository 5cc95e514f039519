import type { ReactNode } from 'react';
import type { OfficeOutput } from '../../../../contract/office.ts';
import { DepartureHistory } from '../../../parts/departure-history.tsx';
import { whenWords } from '../../../text/when.ts';
import { t } from '../../../words/words.ts';
import { Effects } from './effects.tsx';
import { scopeWords, type LineName } from './plan-text.ts';
import { signerWords, type PlanRow } from './plan-list.tsx';
import { shortHash } from './sign-form.tsx';

/** Of so many departures the history is shown below a state. */
const HISTORIES = 4;

/** Everything that is known of the row that is chosen. */
export function Detail({
  row,
  nowMs,
  lineName,
  changes,
  rules,
  children,
}: {
  row: PlanRow;
  nowMs: number;
  lineName: LineName;
  /** Departures that undoing a state would change. */
  changes: OfficeOutput<'plans.preview'>['rows'];
  /** The rules that hold now for its departures. */
  rules: OfficeOutput<'plans.preview'>['rules'] | undefined;
  children: ReactNode;
}) {
  return (
    <section className="panel plan-detail" data-part="detail" data-kind={row.kind}>
      <h2>
        {titleOf(row)}
        <span className="spacer" />
        {row.kind === 'plan' && row.plan.weather && <span className="tag">{row.plan.weather.signal}</span>}
      </h2>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <section className="scroll" tabIndex={0} aria-label={titleOf(row)}>
        <dl className="plan-facts">
          {factsOf(row, nowMs, lineName).map(({ term, words }) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
        {row.kind === 'state' &&
          changes
            .slice(0, HISTORIES)
            .map(({ departureId, departLocal, lineName: line }) => (
              <DepartureHistory
                key={departureId}
                departureId={departureId}
                title={`${departLocal} ${line}`}
              />
            ))}
        {row.kind !== 'state' && row.plan && (
          <Effects plan={row.plan} rules={rules} isInForce={row.kind === 'order'} lineName={lineName} />
        )}
        {row.kind === 'plan' && (
          <p className="dim plan-more">{t('plans.review', { minutes: row.plan.reviewEveryMin })}</p>
        )}
      </section>
      {children}
    </section>
  );
}

function titleOf(row: PlanRow): string {
  if (row.kind === 'plan') return row.plan.name;
  if (row.kind === 'order') return row.order.name ?? t('plans.unknownPlan');
  return t(`plans.state.${row.change.state}`);
}

function factsOf(row: PlanRow, nowMs: number, lineName: LineName): { term: string; words: string }[] {
  const fact = (term: string, words: string): { term: string; words: string }[] =>
    words === '' ? [] : [{ term, words }];
  if (row.kind === 'plan')
    return [
      ...fact(t('plans.signer'), signerWords(row.plan)),
      ...fact(t('plans.hash'), shortHash(row.plan.hash)),
    ];
  if (row.kind === 'state') {
    const { scope, at } = row.change;
    return [
      ...fact(t('plans.scope'), scopeWords(scope, lineName, t('plans.scopeAll'))),
      ...fact(t('plans.history.at'), whenWords(at, nowMs)),
    ];
  }
  const { scope, reason, orderedBy, measured, countersignedBy, since, until, authority, review } = row.order;
  const by = authority ? t('plans.ofAuthority', authority) : row.order.by;
  return [
    ...fact(t('plans.scope'), scopeWords(scope, lineName, t('plans.scopeAll'))),
    ...fact(
      t('plans.history.who'),
      t(countersignedBy === null ? 'plans.since' : 'plans.sinceTwo', {
        date: '',
        time: whenWords(since, nowMs),
        by,
        second: countersignedBy ?? '',
      }).trim(),
    ),
    ...fact(t('plans.signer'), authority ? t('plans.ofAuthorityOnly', authority) : ''),
    ...fact(t('plans.until'), until === null ? t('plans.restricts') : whenWords(until, nowMs)),
    ...fact(
      t('plans.reviewTerm'),
      review
        ? [
            t(nowMs >= review.dueAt ? 'plans.reviewDue' : 'plans.reviewNext', {
              time: whenWords(review.dueAt, nowMs),
              minutes: review.everyMin,
            }),
            ...(review.last
              ? [t('plans.reviewLast', { time: whenWords(review.last.at, nowMs), by: review.last.by })]
              : []),
            review.last?.note ?? '',
          ]
            .filter(Boolean)
            .join(' \u00B7 ')
        : '',
    ),
    ...fact(t('plans.reason'), reason),
    ...fact(
      t('plans.ordered'),
      orderedBy ? [orderedBy.organisation, orderedBy.reference].filter(Boolean).join(' \u00B7 ') : '',
    ),
    ...fact(
      t('plans.measured'),
      measured ? `${measured.value} ${measured.unit} \u00B7 ${measured.source}` : '',
    ),
  ];
}
