import { useState } from 'react';
import type { Problem } from '../../../client/office-client.ts';
import { DepartureHistory } from '../../../parts/departure-history.tsx';
import { Field } from '../../../parts/field.tsx';
import { plainWidth } from '../../../text/digits.ts';
import { clockText, dateOf, instantAt } from '../../../text/when.ts';
import { t } from '../../../words/words.ts';
import { useCommand } from '../windows/acts.tsx';
import { missing, wrongTime, type FieldName, type Wrong } from './acts.tsx';
import { DepartureSelect, refusedAt, type DepartureProps } from './departure-select.tsx';
import { PlanForm } from './plan-form.tsx';
import { lastDeparted, timeTyped } from './plan-text.ts';

const FIELDS = ['departureId', 'leftAt'] as const;

/** Says that a departure has left: the last one whose time has come, now. */
export function LeaveForm({ departures, ...props }: DepartureProps) {
  const command = useCommand();
  const { nowMs } = props;
  const [departure, setDeparture] = useState(() => lastDeparted(departures, nowMs));
  const [time, setTime] = useState(() => clockText(nowMs).slice(0, 5));
  const [wrong, setWrong] = useState<Wrong>(null);
  const at = (field: FieldName): Problem | null => (wrong?.field === field ? wrong.problem : null);
  const lack = (): Wrong =>
    (departure ? null : missing('departureId', 'plans.departure')) ??
    (timeTyped(plainWidth(time)) === null ? wrongTime('leftAt') : null);
  return (
    <PlanForm
      title={t('plans.leaveTitle')}
      what={t('plans.leaveWhat')}
      go={t('plans.leaveGo')}
      leave={props.leave}
      signs={null}
      isDirect
      atFields={FIELDS}
      check={() => {
        const found = lack();
        setWrong(found);
        return found === null;
      }}
      run={async (commandId) => {
        const typed = timeTyped(plainWidth(time));
        if (!departure || typed === null) {
          const found = lack();
          setWrong(found);
          return found?.problem;
        }
        const leftAt = instantAt(dateOf(nowMs), typed);
        const { departureId, departLocal, toName } = departure;
        const refused = await command('departures.leave', { departureId, leftAt }, commandId, () =>
          props.done(t('plans.done.left', { departure: `${departLocal} ${toName}`, time: typed })),
        );
        setWrong(refusedAt(refused, FIELDS));
        return refused;
      }}
    >
      <DepartureSelect
        name="departureId"
        label={t('plans.departure')}
        departures={departures}
        value={departure?.departureId ?? ''}
        choose={setDeparture}
        problem={at('departureId')}
      />
      <Field
        label={t('plans.leaveTime')}
        value={time}
        onChange={setTime}
        placeholder={t('plans.untilHint')}
        problem={at('leftAt')}
        numeric
        maxLength={5}
      />
      {departure && (
        <div className="wide">
          <DepartureHistory departureId={departure.departureId} />
        </div>
      )}
    </PlanForm>
  );
}
