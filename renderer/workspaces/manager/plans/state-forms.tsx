import { useState } from 'react';
import { departureStateSchema, type DepartureState, type Scope } from '../../../../contract/contingency.ts';
import { businessDateSchema } from '../../../../contract/ids.ts';
import type { OfficeOutput } from '../../../../contract/office.ts';
import { refuse } from '../../../../contract/refusals.ts';
import type { Problem } from '../../../client/office-client.ts';
import { Field } from '../../../parts/field.tsx';
import { plainWidth } from '../../../text/digits.ts';
import { addDays, clockText, dateOf } from '../../../text/when.ts';
import { t } from '../../../words/words.ts';
import { useCommand } from '../windows/acts.tsx';
import { missing, wrongTime, type ActProps, type FieldName, type Wrong } from './acts.tsx';
import { PlanForm } from './plan-form.tsx';
import { scopeWords } from './plan-text.ts';
import { emptyScope, isTimeWrong, ScopeFields, scopeOf, type ScopeForm } from './scope-fields.tsx';

const STATES = departureStateSchema.options;

/** A state for departures of one day: one by its time, a line, a kind of vessel, all after a time. */
export function StateForm(props: ActProps) {
  const command = useCommand();
  const { nowMs, ask } = props;
  const [scope, setScope] = useState<ScopeForm>(emptyScope);
  const [state, setState] = useState<DepartureState>('cancelled');
  const [date, setDate] = useState(() => dateOf(nowMs));
  const [said, setSaid] = useState({ reason: '', organisation: '', reference: '' });
  const [wrong, setWrong] = useState<Wrong>(null);
  const at = (field: FieldName): Problem | null => (wrong?.field === field ? wrong.problem : null);
  const full = (form: ScopeForm, on: string): Scope | null => {
    const day = businessDateSchema.safeParse(on.trim());
    return day.success ? { ...scopeOf(form), dates: { from: day.data, to: day.data } } : null;
  };
  const look = (form: ScopeForm, to: DepartureState, on: string): void => {
    const asked = full(form, on);
    if (asked && !isTimeWrong(form.from) && !isTimeWrong(form.to))
      ask({ what: 'setState', scope: asked, state: to });
  };
  return (
    <PlanForm
      title={t('plans.stateTitle')}
      go={t('plans.stateGo')}
      leave={props.leave}
      signs={null}
      check={() => {
        const found: Wrong =
          (isTimeWrong(scope.from) ? wrongTime('from') : null) ??
          (isTimeWrong(scope.to) ? wrongTime('to') : null) ??
          (full(scope, date) === null ? missing('date', 'plans.onDate') : null) ??
          (said.reason.trim() === '' ? missing('reason', 'plans.reason') : null);
        setWrong(found);
        return found === null;
      }}
      run={async (commandId) => {
        const whole = full(scope, date);
        if (!whole) return refuse('plan.fieldMissing', { what: t('plans.onDate') }, 'date');
        const { reason, organisation, reference } = said;
        const orderedBy =
          organisation.trim() === ''
            ? null
            : { organisation: organisation.trim(), reference: reference.trim(), at: nowMs };
        return command(
          'departures.setState',
          { scope: whole, state, reason: reason.trim(), orderedBy },
          commandId,
          () => props.done(t('plans.done.state')),
        );
      }}
    >
      <label className="field">
        <span className="react-aria-Label">{t('plans.setTo')}</span>
        <select
          className="input"
          data-field="state"
          value={state}
          onChange={(event) => {
            const to = departureStateSchema.parse(event.target.value);
            setState(to);
            look(scope, to, date);
          }}
        >
          {STATES.map((one) => (
            <option key={one} value={one}>
              {t(`plans.state.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <Field
        label={t('plans.onDate')}
        value={date}
        onChange={(text) => {
          setDate(plainWidth(text));
          look(scope, state, plainWidth(text));
        }}
        placeholder={addDays(dateOf(nowMs), 0)}
        problem={at('date')}
        numeric
        maxLength={10}
      />
      <ScopeFields
        form={scope}
        change={(form) => {
          setScope(form);
          look(form, state, date);
        }}
        lines={props.lines}
        kinds={props.kinds}
        problem={at}
      />
      <Field
        className="wide"
        label={t('plans.reason')}
        value={said.reason}
        onChange={(reason) => setSaid({ ...said, reason })}
        placeholder={t('plans.reasonHint')}
        problem={at('reason')}
        maxLength={100}
      />
      <Field
        label={t('plans.organisation')}
        value={said.organisation}
        onChange={(organisation) => setSaid({ ...said, organisation })}
        placeholder={t('plans.organisationHint')}
        maxLength={60}
      />
      <Field
        label={t('plans.reference')}
        value={said.reference}
        onChange={(reference) => setSaid({ ...said, reference })}
        maxLength={120}
      />
    </PlanForm>
  );
}

/** Takes one state back. */
export function UndoForm({
  change,
  ...props
}: ActProps & { change: OfficeOutput<'plans.list'>['states'][number] }) {
  const command = useCommand();
  const [reason, setReason] = useState('');
  const [wrong, setWrong] = useState<Wrong>(null);
  return (
    <PlanForm
      title={t('plans.undoTitle')}
      what={`${t(`plans.state.${change.state}`)} \u00B7 ${scopeWords(change.scope, props.lineName, t('plans.scopeAll'))} \u00B7 ${clockText(change.at).slice(0, 5)}`}
      go={t('plans.undoGo')}
      leave={props.leave}
      signs={null}
      check={() => {
        const found = reason.trim() === '' ? missing('reason', 'plans.reason') : null;
        setWrong(found);
        return found === null;
      }}
      run={(commandId) =>
        command('departures.undoState', { undoes: change.key, reason: reason.trim() }, commandId, () =>
          props.done(t('plans.done.undo')),
        )
      }
    >
      <Field
        className="wide"
        label={t('plans.reason')}
        value={reason}
        onChange={setReason}
        placeholder={t('plans.reasonHint')}
        problem={wrong?.problem ?? null}
        maxLength={100}
      />
    </PlanForm>
  );
}
