import { useState } from 'react';
import type { VesselKind } from '../../../../contract/feed.ts';
import type { OfficeInput, OfficeOutput, OrderView, PlanView } from '../../../../contract/office.ts';
import { refuse, yuan } from '../../../../contract/refusals.ts';
import type { Problem } from '../../../client/office-client.ts';
import { Field } from '../../../parts/field.tsx';
import { plainWidth } from '../../../text/digits.ts';
import { t, type WordId } from '../../../words/words.ts';
import { useCommand } from '../windows/acts.tsx';
import { PlanForm } from './plan-form.tsx';
import { nextInstant, scopeWords, untilDefault, type LineName } from './plan-text.ts';
import { emptyScope, isTimeWrong, ScopeFields, scopeOf, type ScopeForm } from './scope-fields.tsx';

/** What a preview is asked about, as it stands in the form. */
export type Asked = OfficeInput<'plans.preview'>['of'];

export interface ActProps {
  nowMs: number;
  lineName: LineName;
  lines: readonly { id: string; name: string }[];
  kinds: readonly VesselKind[];
  /** The newest answer to what was asked: what a second person signs names it. */
  preview: OfficeOutput<'plans.preview'> | undefined;
  /** The form changed: the impact is asked again. */
  ask: (asked: Asked) => void;
  done: (words: string) => void;
  leave: () => void;
}

export type FieldName =
  | 'until'
  | 'from'
  | 'to'
  | 'reason'
  | 'organisation'
  | 'reference'
  | 'value'
  | 'source'
  | 'date'
  | 'pattern'
  | 'departLocal'
  | 'vesselName'
  | 'capacity'
  | 'departureId'
  | 'leftAt';
export type Wrong = { field: FieldName; problem: Problem } | null;

export const missing = (field: FieldName, word: WordId): NonNullable<Wrong> => ({
  field,
  problem: refuse('plan.fieldMissing', { what: t(word) }, field),
});
export const wrongTime = (field: FieldName): NonNullable<Wrong> => ({
  field,
  problem: refuse('plan.timeShape', {}, field),
});

/** What somebody states under an order: why, on whose word, what was measured and who says so. */
interface Statement {
  reason: string;
  organisation: string;
  reference: string;
  value: string;
  source: string;
}
const noStatement: Statement = { reason: '', organisation: '', reference: '', value: '', source: '' };

type Measured = NonNullable<OfficeInput<'plans.order'>['measured']>;
type Measure = {
  what: Measured['what'];
  word: 'plans.unit.m' | 'plans.unit.level' | 'plans.unit.people' | 'plans.unit.other';
};
const MEASURES: Record<string, Measure> = {
  fog: { what: 'visibility', word: 'plans.unit.m' },
  wind: { what: 'wind', word: 'plans.unit.level' },
  typhoon: { what: 'wind', word: 'plans.unit.level' },
};
/** What is measured for a plan: by its weather, else people in the queue where it speaks of them. */
function measureOf(plan: PlanView): Measure {
  const byWeather = plan.weather && MEASURES[plan.weather.kind];
  if (byWeather) return byWeather;
  if (plan.planId === 'peak') return { what: 'queue', word: 'plans.unit.people' };
  return { what: 'other', word: 'plans.unit.other' };
}

function statementOf(plan: PlanView, said: Statement, at: number) {
  const { reason, organisation, reference, value, source } = said;
  const { what, word } = measureOf(plan);
  const unit = what === 'other' ? '' : t(word);
  return {
    reason: reason.trim(),
    orderedBy:
      organisation.trim() === ''
        ? null
        : { organisation: organisation.trim(), reference: reference.trim(), at },
    measured:
      value.trim() === '' ? null : { what, value: plainWidth(value).trim(), unit, source: source.trim(), at },
  };
}

/** The first of these fields that a plan asks for and nobody filled in. */
function lackOf(plan: PlanView, said: Statement, isOrder: boolean): Wrong {
  const { orderReference, measuredValue } = plan.authority;
  const isEmpty = (field: keyof Statement): boolean => said[field].trim() === '';
  if (isEmpty('reason')) return missing('reason', 'plans.reason');
  if (isOrder && orderReference === 'required') {
    if (isEmpty('organisation')) return missing('organisation', 'plans.organisation');
    if (isEmpty('reference')) return missing('reference', 'plans.reference');
  }
  if (isOrder && measuredValue === 'required' && isEmpty('value')) return missing('value', 'plans.measured');
  if (!isEmpty('value') && isEmpty('source')) return missing('source', 'plans.source');
  return null;
}

function StatementFields({
  plan,
  said,
  say,
  at,
}: {
  plan: PlanView;
  said: Statement;
  say: (said: Statement) => void;
  at: (field: FieldName) => Problem | null;
}) {
  const set = (field: keyof Statement) => (text: string) => say({ ...said, [field]: text });
  return (
    <>
      <Field
        className="wide"
        label={t('plans.reason')}
        value={said.reason}
        onChange={set('reason')}
        placeholder={t('plans.reasonHint')}
        problem={at('reason')}
        maxLength={100}
      />
      <Field
        label={t('plans.organisation')}
        value={said.organisation}
        onChange={set('organisation')}
        placeholder={t('plans.organisationHint')}
        problem={at('organisation')}
        maxLength={60}
      />
      <Field
        label={t('plans.reference')}
        value={said.reference}
        onChange={set('reference')}
        problem={at('reference')}
        maxLength={120}
      />
      <Field
        label={t('plans.value', { unit: t(measureOf(plan).word) })}
        value={said.value}
        onChange={set('value')}
        problem={at('value')}
        maxLength={20}
      />
      <Field
        label={t('plans.source')}
        value={said.source}
        onChange={set('source')}
        placeholder={t('plans.sourceHint')}
        problem={at('source')}
        maxLength={60}
      />
    </>
  );
}

/** What the second person reads before they sign. */
function signedWords(title: string, scope: string, reason: string, preview: ActProps['preview']): string {
  return t('plans.signs', {
    title,
    scope,
    reason: reason.trim(),
    departures: preview?.departures ?? 0,
    people: preview?.passengers ?? 0,
    money: yuan(preview?.refundableFen ?? 0),
  });
}

/** Puts a plan in force, or lets a part of an order go: for the whole of its scope or what is ticked. */
export function OrderForm({
  plan,
  narrows,
  measured,
  ...props
}: ActProps & { plan: PlanView; narrows?: OrderView; measured?: string }) {
  const command = useCommand();
  const { nowMs, lineName, ask } = props;
  const [scope, setScope] = useState<ScopeForm>(emptyScope);
  const [until, setUntil] = useState(() =>
    plan.loosensAtMostMin === null ? '' : untilDefault(plan.loosensAtMostMin, nowMs),
  );
  const [said, say] = useState<Statement>({
    ...noStatement,
    value: measured ?? narrows?.measured?.value ?? '',
    source: narrows?.measured?.source ?? '',
    organisation: narrows?.orderedBy?.organisation ?? '',
    reference: narrows?.orderedBy?.reference ?? '',
  });
  const [wrong, setWrong] = useState<Wrong>(null);
  const at = (field: FieldName): Problem | null => (wrong?.field === field ? wrong.problem : null);
  const kind = narrows ? 'narrow' : 'start';
  const title = t(`plans.${kind}Title`, { name: plan.name });
  const untilAt = plan.loosensAtMostMin === null ? null : nextInstant(until, nowMs);
  const asked = (form: ScopeForm): Asked =>
    narrows
      ? { what: 'narrow', order: narrows.key, scope: scopeOf(form), until: untilAt }
      : { what: 'order', planId: plan.planId, scope: scopeOf(form), until: untilAt };
  return (
    <PlanForm
      title={title}
      {...(narrows ? { what: t('plans.narrowWhat') } : {})}
      go={t(`plans.${kind}Go`)}
      leave={props.leave}
      check={() => {
        const found: Wrong =
          (isTimeWrong(scope.from) ? wrongTime('from') : null) ??
          (isTimeWrong(scope.to) ? wrongTime('to') : null) ??
          (plan.loosensAtMostMin !== null && untilAt === null ? wrongTime('until') : null) ??
          lackOf(plan, said, true);
        setWrong(found);
        return found === null;
      }}
      signs={
        plan.authority.countersign.length === 0
          ? null
          : signedWords(
              title,
              scopeWords(scopeOf(scope), lineName, t('plans.scopeAll')),
              said.reason,
              props.preview,
            )
      }
      run={(commandId, secondSignature) => {
        const common = {
          scope: scopeOf(scope),
          until: untilAt,
          ...statementOf(plan, said, nowMs),
          ...(secondSignature ? { secondSignature } : {}),
        };
        const then = (): void => props.done(t(`plans.done.${kind}`, { name: plan.name }));
        return narrows
          ? command('plans.narrow', { order: narrows.key, ...common }, commandId, then)
          : command('plans.order', { planId: plan.planId, ...common }, commandId, then);
      }}
    >
      <ScopeFields
        form={scope}
        change={(form) => {
          setScope(form);
          if (!isTimeWrong(form.from) && !isTimeWrong(form.to)) ask(asked(form));
        }}
        lines={props.lines}
        kinds={props.kinds}
        problem={at}
      />
      {plan.loosensAtMostMin !== null && (
        <Field
          label={t('plans.until')}
          value={until}
          onChange={setUntil}
          placeholder={t('plans.untilHint')}
          problem={at('until')}
          numeric
          maxLength={5}
        />
      )}
      <StatementFields plan={plan} said={said} say={say} at={at} />
    </PlanForm>
  );
}

/** Lets the loosenings of an order go on, or ends it. */
export function FollowForm({
  order,
  plan,
  what,
  ...props
}: ActProps & { order: OrderView; plan: PlanView; what: 'extend' | 'end' }) {
  const command = useCommand();
  const [until, setUntil] = useState(() =>
    untilDefault(plan.loosensAtMostMin ?? 0, Math.max(props.nowMs, order.until ?? 0)),
  );
  const [said, say] = useState<Statement>(noStatement);
  const [wrong, setWrong] = useState<Wrong>(null);
  const at = (field: FieldName): Problem | null => (wrong?.field === field ? wrong.problem : null);
  const title = t(`plans.${what}Title`, { name: plan.name });
  const untilAt = nextInstant(until, props.nowMs);
  return (
    <PlanForm
      title={title}
      {...(what === 'end' ? { what: t('plans.endWhat') } : {})}
      go={t(`plans.${what}Go`)}
      leave={props.leave}
      check={() => {
        const found =
          (what === 'extend' && untilAt === null ? wrongTime('until') : null) ?? lackOf(plan, said, false);
        setWrong(found);
        return found === null;
      }}
      signs={
        plan.authority.countersign.length === 0
          ? null
          : signedWords(
              title,
              scopeWords(order.scope, props.lineName, t('plans.scopeAll')),
              said.reason,
              what === 'end' ? props.preview : undefined,
            )
      }
      run={(commandId, secondSignature) => {
        const common = {
          order: order.key,
          ...statementOf(plan, said, props.nowMs),
          ...(secondSignature ? { secondSignature } : {}),
        };
        const then = (): void => props.done(t(`plans.done.${what}`, { name: plan.name }));
        return what === 'end'
          ? command('plans.end', common, commandId, then)
          : command('plans.extend', { ...common, until: untilAt ?? 0 }, commandId, then);
      }}
    >
      {what === 'extend' && (
        <Field
          label={t('plans.until')}
          value={until}
          onChange={setUntil}
          placeholder={t('plans.untilHint')}
          problem={at('until')}
          numeric
          maxLength={5}
        />
      )}
      <StatementFields plan={plan} said={said} say={say} at={at} />
    </PlanForm>
  );
}
