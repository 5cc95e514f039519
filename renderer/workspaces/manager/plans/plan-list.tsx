// A table that is worked with the arrow keys is a grid: the tags stay a table's, so that the columns line up.
/* oxlint-disable jsx-a11y/no-noninteractive-element-to-interactive-role */
import { useEffect, type RefObject } from 'react';
import type { OfficeOutput, OrderView, PlanSuggestion, PlanView } from '../../../../contract/office.ts';
import { whenWords } from '../../../text/when.ts';
import { t } from '../../../words/words.ts';
import { scopeWords, type LineName } from './plan-text.ts';

type PlanList = OfficeOutput<'plans.list'>;

/** One line of the list: an order or a state that holds, or a plan that could be put in force. */
export type PlanRow =
  | { kind: 'order'; id: string; order: OrderView; plan: PlanView | null }
  | { kind: 'state'; id: string; change: PlanList['states'][number] }
  | {
      kind: 'plan';
      id: string;
      plan: PlanView;
      suggestion: PlanSuggestion | undefined;
      runs: boolean;
      /** A file of this PC that may be signed in its place. */
      draft: PlanList['waiting'][number] | undefined;
    };

/** What holds first, the newest on top; then the library, what is suggested before the rest. */
export function rowsOf(
  { inForce, states, plans, waiting }: PlanList,
  suggestions: readonly PlanSuggestion[],
): PlanRow[] {
  const running = new Set(inForce.map(({ planId }) => planId));
  const suggested = (planId: string): PlanSuggestion | undefined =>
    suggestions.find((one) => one.planId === planId && !one.inForce);
  return [
    ...inForce
      .toSorted((a, b) => b.since - a.since)
      .map((order) => ({
        kind: 'order' as const,
        id: order.id,
        order,
        plan: plans.find(({ planId }) => planId === order.planId) ?? null,
      })),
    ...states
      .filter(({ undone }) => !undone)
      .toSorted((a, b) => b.at - a.at)
      .slice(0, 20)
      .map((change) => ({
        kind: 'state' as const,
        id: `${change.key.issuer}-${change.key.n}`,
        change,
      })),
    ...plans
      .map((plan) => ({
        kind: 'plan' as const,
        id: plan.planId,
        plan,
        suggestion: suggested(plan.planId),
        runs: running.has(plan.planId),
        draft: waiting.find(({ planId }) => planId === plan.planId),
      }))
      .toSorted((a, b) => Number(b.suggestion !== undefined) - Number(a.suggestion !== undefined)),
  ];
}

const HEADINGS = { order: 'plans.inForce', state: 'plans.states', plan: 'plans.library' } as const;

export function PlanList({
  rows,
  at,
  nowMs,
  lineName,
  gridRef,
  choose,
}: {
  rows: readonly PlanRow[];
  at: string;
  nowMs: number;
  lineName: LineName;
  gridRef: RefObject<HTMLTableElement | null>;
  choose: (id: string) => void;
}) {
  useEffect(() => {
    const here = [...(gridRef.current?.querySelectorAll('tr') ?? [])].find(({ id }) => id === rowId(at));
    here?.scrollIntoView({ block: 'nearest' });
  }, [at, gridRef]);
  return (
    <div className="scroll">
      <table
        ref={gridRef}
        role="grid"
        tabIndex={0}
        aria-label={t('plans.title')}
        aria-activedescendant={at === '' ? '' : rowId(at)}
      >
        {(['order', 'state', 'plan'] as const).map((kind) => {
          const some = rows.filter((row) => row.kind === kind);
          if (some.length === 0 && kind !== 'order') return null;
          return (
            <tbody key={kind} data-group={kind}>
              <tr className="group">
                <th scope="rowgroup">{t(HEADINGS[kind])}</th>
              </tr>
              {some.length === 0 && (
                <tr>
                  <td className="dim">{t('plans.noneInForce')}</td>
                </tr>
              )}
              {some.map((row) => (
                <tr
                  key={row.id}
                  id={rowId(row.id)}
                  data-row={row.kind}
                  data-plan={planOf(row)}
                  className={row.id === at ? 'here' : ''}
                  aria-selected={row.id === at}
                  onClick={() => choose(row.id)}
                >
                  <td className="wraps">
                    <RowWords row={row} nowMs={nowMs} lineName={lineName} />
                  </td>
                </tr>
              ))}
            </tbody>
          );
        })}
      </table>
    </div>
  );
}

const rowId = (id: string): string => `plan-${id}`;
const planOf = (row: PlanRow): string | undefined =>
  row.kind === 'plan' ? row.plan.planId : row.kind === 'order' ? row.order.planId : undefined;

function RowWords({ row, nowMs, lineName }: { row: PlanRow; nowMs: number; lineName: LineName }) {
  if (row.kind === 'order') {
    const { name, since, by: number, countersignedBy, until, authority, review } = row.order;
    const time = whenWords(since, nowMs);
    const by = authority ? t('plans.ofAuthority', authority) : number;
    const words = { date: '', time, by, second: countersignedBy ?? '' };
    return (
      <>
        <b>{name ?? t('plans.unknownPlan')}</b>
        <small className="under">
          {t(countersignedBy === null ? 'plans.since' : 'plans.sinceTwo', words).trim()}
        </small>
        <small className="under">
          {until === null ? t('plans.restricts') : t('plans.loosensUntil', { time: whenWords(until, nowMs) })}
        </small>
        {review && nowMs >= review.dueAt && (
          <small className="under">
            <span className="tag warn" data-part="review-due">
              {t('plans.reviewDue', { time: whenWords(review.dueAt, nowMs) })}
            </span>
          </small>
        )}
      </>
    );
  }
  if (row.kind === 'state')
    return (
      <>
        <b>{t(`plans.state.${row.change.state}`)}</b>{' '}
        <small className="under">
          {scopeWords(row.change.scope, lineName, t('plans.scopeAll'))} {'\u00B7'}{' '}
          {whenWords(row.change.at, nowMs)}
        </small>
      </>
    );
  const { plan, suggestion, runs, draft } = row;
  return (
    <>
      {suggestion ? <b>{plan.name}</b> : plan.name}{' '}
      {runs && <span className="tag good">{t('plans.running')}</span>}
      <small className="under" data-signer={plan.signer?.kind ?? 'none'}>
        {signerWords(plan)}
        {draft !== undefined &&
          draft.signedVersion !== null &&
          ` \u00B7 ${t('plans.waits', { version: draft.version })}`}
      </small>
      {suggestion && (
        <small className="under suggested" data-suggested={plan.planId}>
          {t('plans.suggested', { why: seesWords(suggestion) })}
        </small>
      )}
    </>
  );
}

/** What speaks for a plan, and at which windows it is seen. */
function seesWords({ sees, seen, threshold, windows }: PlanSuggestion): string {
  const why = t(`plans.sees.${sees}`, { seen, threshold });
  if (windows.length === 0) return why;
  return t('plans.seesAt', {
    why,
    windows: windows.map((window) => Number(window.slice(-2))).join('\u3001'),
  });
}

/** Version of a plan and who signed it. */
export function signerWords({ version, signer }: PlanView): string {
  if (!signer) return t('plans.notSigned', { version });
  const name = signer.kind === 'station' ? Number(signer.name.slice(-2)) : signer.name;
  return t(`plans.signedBy.${signer.kind}`, { version, name });
}
