import type { OfficeOutput, PlanView } from '../../../../contract/office.ts';
import { t } from '../../../words/words.ts';
import { effectRows, type LineName } from './plan-text.ts';
import { holdingWords } from './rules-text.ts';

/**
 * What a plan says of every part of the rules, beside the rules that hold now for the departures in its scope, as the office folds
 * them; what it does not speak of stays as it is.
 */
export function Effects({
  plan,
  rules,
  isInForce,
  lineName,
}: {
  plan: PlanView;
  /** Of the preview; undefined before it is here. */
  rules: OfficeOutput<'plans.preview'>['rules'] | undefined;
  isInForce: boolean;
  lineName: LineName;
}) {
  const now = (effect: ReturnType<typeof effectRows>[number]['effect']): string[] =>
    effect === null || rules === undefined || rules.length === 0
      ? ['\u2014']
      : holdingWords(effect, 'now', rules);
  return (
    <table className="plan-effects" data-part="effects">
      <thead>
        <tr>
          <th scope="col">{t('plans.rule')}</th>
          <th scope="col">{t('plans.now')}</th>
          <th scope="col">{t(isInForce ? 'plans.said' : 'plans.after')}</th>
        </tr>
      </thead>
      <tbody>
        {effectRows(plan.effects, plan.notices, lineName).map(({ part, effect, words }) => (
          <tr key={part} data-effect={effect ?? 'notices'}>
            <td className="dim">{part}</td>
            <td className="dim wraps" data-now={effect ?? 'notices'}>
              <Lines words={now(effect)} />
            </td>
            <td className="wraps">
              <Lines words={words} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Lines({ words }: { words: readonly string[] }) {
  return words.map((each) => (
    <span key={each} className="line">
      {each}
    </span>
  ));
}
