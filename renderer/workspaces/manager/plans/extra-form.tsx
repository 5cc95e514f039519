import { useState } from 'react';
import { vesselKindSchema, type VesselKind } from '../../../../contract/feed.ts';
import type { OfficeInput } from '../../../../contract/office.ts';
import { refuse } from '../../../../contract/refusals.ts';
import type { Problem } from '../../../client/office-client.ts';
import { Field } from '../../../parts/field.tsx';
import { plainWidth } from '../../../text/digits.ts';
import { t } from '../../../words/words.ts';
import { useCommand } from '../windows/acts.tsx';
import { missing, wrongTime, type FieldName, type Wrong } from './acts.tsx';
import { DepartureSelect, refusedAt, type DepartureProps } from './departure-select.tsx';
import { PlanForm } from './plan-form.tsx';
import { nextDeparture, nextQuarter, timeTyped } from './plan-text.ts';

const FIELDS = ['pattern', 'departLocal', 'vesselName', 'capacity'] as const;

/**
 * An extra departure (加班), today: copied from the next departure of the line, for the next full quarter. Enter from any field is
 * what is ordinary; another vessel is typed over the copied one.
 */
export function ExtraForm({ departures, lineId, ...props }: DepartureProps & { lineId: string | null }) {
  const command = useCommand();
  const { nowMs } = props;
  const [pattern, setPattern] = useState(() => nextDeparture(departures, nowMs, lineId));
  const [time, setTime] = useState(() => nextQuarter(nowMs));
  const [vesselName, setVesselName] = useState(pattern?.vesselName ?? '');
  const [vesselKind, setVesselKind] = useState<VesselKind | null>(null);
  const [capacity, setCapacity] = useState(pattern ? String(pattern.capacity) : '');
  const [wrong, setWrong] = useState<Wrong>(null);
  const at = (field: FieldName): Problem | null => (wrong?.field === field ? wrong.problem : null);
  const departLocal = timeTyped(plainWidth(time));

  /** What is asked of the office, or the first field that is not filled in properly. */
  const read = (): { asked: OfficeInput<'departures.addExtra'> } | { lack: NonNullable<Wrong> } => {
    const heads = Number(plainWidth(capacity).trim());
    const lack =
      (pattern ? null : missing('pattern', 'plans.extraOf')) ??
      (departLocal === null ? wrongTime('departLocal') : null) ??
      (vesselName.trim() === '' ? missing('vesselName', 'plans.extraVessel') : null) ??
      (Number.isInteger(heads) && heads >= 1 && heads <= 5_000
        ? null
        : ({ field: 'capacity', problem: refuse('extra.capacity', {}, 'capacity') } as const));
    if (lack || !pattern || departLocal === null) return { lack: lack ?? wrongTime('departLocal') };
    return {
      asked: {
        pattern: pattern.departureId,
        departLocal,
        vesselName: vesselName.trim(),
        vesselKind,
        capacity: heads,
      },
    };
  };
  const words = {
    line: pattern?.lineName ?? '',
    time: departLocal ?? time,
    vessel: vesselName.trim(),
    capacity: capacity.trim(),
  };
  return (
    <PlanForm
      title={t('plans.extraTitle')}
      what={t('plans.extraWhat', words)}
      go={t('plans.extraGo')}
      leave={props.leave}
      signs={null}
      isDirect
      atFields={FIELDS}
      check={() => {
        const form = read();
        setWrong('lack' in form ? form.lack : null);
        return !('lack' in form);
      }}
      run={async (commandId) => {
        const form = read();
        if ('lack' in form) {
          setWrong(form.lack);
          return form.lack.problem;
        }
        const refused = await command('departures.addExtra', form.asked, commandId, () =>
          props.done(t('plans.done.extra', words)),
        );
        setWrong(refusedAt(refused, FIELDS));
        return refused;
      }}
    >
      <DepartureSelect
        name="pattern"
        label={t('plans.extraOf')}
        departures={departures}
        value={pattern?.departureId ?? ''}
        choose={(chosen) => {
          setPattern(chosen);
          setVesselName(chosen.vesselName);
          setVesselKind(null);
          setCapacity(String(chosen.capacity));
        }}
        problem={at('pattern')}
      />
      <Field
        label={t('plans.extraTime')}
        value={time}
        onChange={setTime}
        placeholder={t('plans.untilHint')}
        problem={at('departLocal')}
        numeric
        maxLength={5}
      />
      <Field
        label={t('plans.extraCapacity')}
        value={capacity}
        onChange={setCapacity}
        problem={at('capacity')}
        numeric
        maxLength={4}
      />
      <Field
        label={t('plans.extraVessel')}
        value={vesselName}
        onChange={setVesselName}
        problem={at('vesselName')}
        maxLength={40}
      />
      <label className="field">
        <span className="react-aria-Label">{t('plans.extraKind')}</span>
        <select
          className="input"
          data-field="vesselKind"
          value={vesselKind ?? ''}
          onChange={(event) => {
            const kind = vesselKindSchema.safeParse(event.target.value);
            setVesselKind(kind.success ? kind.data : null);
          }}
        >
          <option value="">{t('plans.extraSameKind')}</option>
          {props.kinds.map((kind) => (
            <option key={kind} value={kind}>
              {t(`plans.kind.${kind}`)}
            </option>
          ))}
        </select>
      </label>
    </PlanForm>
  );
}
