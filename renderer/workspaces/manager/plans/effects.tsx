import type { PlanView } from '../../../../contract/office.ts';
import { t } from '../../../words/words.ts';
import { effectRows, type LineName } from './plan-text.ts';

/** What a plan says of every part of the rules; what it does not speak of stays as it is. */
export function Effects({ plan, lineName }: { plan: PlanView; lineName: LineName }) {
  return (
    <table className="plan-effects">
      <thead>
        <tr>
          <th scope="col">{t('plans.rule')}</th>
          <th scope="col">{t('plans.now')}</th>
          <th scope="col">{t('plans.after')}</th>
        </tr>
      </thead>
      <tbody>
        {effectRows(plan.effects, plan.notices, lineName).map(({ part, words }) => (
          <tr key={part}>
            <td className="dim">{part}</td>
            <td className="dim">{t('plans.asAlways')}</td>
            <td className="wraps">
              {words.map((each) => (
                <span key={each} className="line">
                  {each}
                </span>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
