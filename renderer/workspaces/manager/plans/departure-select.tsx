import type { DepartureView } from '../../../../contract/office.ts';
import type { Problem } from '../../../client/office-client.ts';
import { problemWords } from '../../../parts/problem.tsx';
import { t } from '../../../words/words.ts';
import type { ActProps, FieldName, Wrong } from './acts.tsx';

/** A form on one of the departures of this station today, by time. */
export interface DepartureProps extends ActProps {
  departures: readonly DepartureView[];
}

/** What the office refused, at the field it names; null where it names none of these. */
export function refusedAt(problem: Problem | undefined, fields: readonly FieldName[]): Wrong {
  const named = problem && 'field' in problem ? problem.field?.split('.').at(-1) : undefined;
  const field = fields.find((one) => one === named);
  return problem && field ? { field, problem } : null;
}

const nameOf = ({ departLocal, toName, vesselName, extra }: DepartureView): string =>
  `${departLocal} ${toName} \u00B7 ${vesselName}${extra ? ` \u00B7 ${t('departures.extra')}` : ''}`;

/** One of today's departures, with its refusal below it. */
export function DepartureSelect({
  name,
  label,
  departures,
  value,
  choose,
  problem,
}: {
  name: FieldName;
  label: string;
  departures: readonly DepartureView[];
  value: string;
  choose: (departure: DepartureView) => void;
  problem: Problem | null;
}) {
  const words = problem ? problemWords(problem) : null;
  return (
    <label className="field wide">
      <span className="react-aria-Label">{label}</span>
      <select
        className="input"
        data-field={name}
        aria-invalid={words !== null}
        value={value}
        onChange={(event) => {
          const chosen = departures.find(({ departureId }) => departureId === event.target.value);
          if (chosen) choose(chosen);
        }}
      >
        {departures.map((departure) => (
          <option key={departure.departureId} value={departure.departureId}>
            {nameOf(departure)}
          </option>
        ))}
      </select>
      {words && (
        <span className="at-field" role="alert">
          <b>{words.message}</b> {words.next}
        </span>
      )}
    </label>
  );
}
