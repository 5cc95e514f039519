import { Checkbox } from 'react-aria-components';
import type { Scope } from '../../../../contract/contingency.ts';
import type { VesselKind } from '../../../../contract/feed.ts';
import type { Problem } from '../../../client/office-client.ts';
import { Field } from '../../../parts/field.tsx';
import { t } from '../../../words/words.ts';
import { timeTyped } from './plan-text.ts';

/** A scope as it is filled in: lines and kinds chosen, times as typed. */
export interface ScopeForm {
  lines: readonly string[];
  kinds: readonly VesselKind[];
  from: string;
  to: string;
}
export const emptyScope: ScopeForm = { lines: [], kinds: [], from: '', to: '' };

/** The scope of a form; what is empty narrows nothing. */
export function scopeOf({ lines, kinds, from, to }: ScopeForm): Scope {
  const begin = timeTyped(from);
  const end = timeTyped(to);
  return {
    ...(lines.length === 0 ? {} : { lines: [...lines] }),
    ...(kinds.length === 0 ? {} : { vesselKinds: [...kinds] }),
    ...(begin === null && end === null
      ? {}
      : {
          departing: { ...(begin === null ? {} : { from: begin }), ...(end === null ? {} : { to: end }) },
        }),
  };
}

export const isTimeWrong = (text: string): boolean => text.trim() !== '' && timeTyped(text) === null;

/** Lines and kinds of vessel to tick, and a time of day to type: "all after 16:30". */
export function ScopeFields({
  form,
  change,
  lines,
  kinds,
  problem,
}: {
  form: ScopeForm;
  change: (form: ScopeForm) => void;
  lines: readonly { id: string; name: string }[];
  kinds: readonly VesselKind[];
  problem: (field: 'from' | 'to') => Problem | null;
}) {
  return (
    <>
      <Ticks
        label={t('plans.lines')}
        all={lines.map(({ id, name }) => ({ id, name }))}
        chosen={form.lines}
        change={(chosen) => change({ ...form, lines: chosen })}
      />
      {kinds.length > 1 && (
        <Ticks
          label={t('plans.kinds')}
          all={kinds.map((id) => ({ id, name: t(`plans.kind.${id}`) }))}
          chosen={form.kinds}
          change={(chosen) => change({ ...form, kinds: chosen })}
        />
      )}
      <Field
        label={t('plans.from')}
        value={form.from}
        onChange={(from) => change({ ...form, from })}
        placeholder={t('plans.untilHint')}
        problem={problem('from')}
        numeric
        maxLength={5}
      />
      <Field
        label={t('plans.to')}
        value={form.to}
        onChange={(to) => change({ ...form, to })}
        placeholder={t('plans.untilHint')}
        problem={problem('to')}
        numeric
        maxLength={5}
      />
    </>
  );
}

function Ticks<Id extends string>({
  label,
  all,
  chosen,
  change,
}: {
  label: string;
  all: readonly { id: Id; name: string }[];
  chosen: readonly Id[];
  change: (chosen: Id[]) => void;
}) {
  return (
    <fieldset className="plan-ticks wide">
      <legend>{label}</legend>
      {all.map(({ id, name }) => (
        <Checkbox
          key={id}
          className="check"
          data-tick={id}
          isSelected={chosen.includes(id)}
          onChange={(isOn) => change(isOn ? [...chosen, id] : chosen.filter((each) => each !== id))}
        >
          <span className="check-box" aria-hidden="true" />
          {name}
        </Checkbox>
      ))}
    </fieldset>
  );
}
