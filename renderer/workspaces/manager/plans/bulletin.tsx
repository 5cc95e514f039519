import { useRef, useState } from 'react';
import type { OfficeInput } from '../../../../contract/office.ts';
import { refuse } from '../../../../contract/refusals.ts';
import type { Problem } from '../../../client/office-client.ts';
import { Field } from '../../../parts/field.tsx';
import { plainWidth } from '../../../text/digits.ts';
import { t } from '../../../words/words.ts';
import { PlanForm } from './plan-form.tsx';

export type Bulletin = OfficeInput<'plans.suggest'>['bulletin'];
const FIELDS = ['visibilityMetres', 'windBeaufort', 'queuePeople'] as const;
const WORDS = {
  visibilityMetres: 'plans.visibility',
  windBeaufort: 'plans.wind',
  queuePeople: 'plans.queue',
} as const;
const MOST = { visibilityMetres: 50_000, windBeaufort: 17, queuePeople: 1_000_000 } as const;

/** What a person read in the weather bulletin, and counted in the hall. It only suggests. */
export function BulletinForm({
  bulletin,
  take,
  leave,
}: {
  bulletin: Bulletin;
  take: (bulletin: Bulletin) => void;
  leave: () => void;
}) {
  const [texts, setTexts] = useState(() => FIELDS.map((field) => String(bulletin[field] ?? '')));
  const [wrong, setWrong] = useState<{ at: number; problem: Problem } | null>(null);
  const typed = useRef<Bulletin>(bulletin);
  return (
    <PlanForm
      title={t('plans.bulletin')}
      what={t('plans.bulletinWhat')}
      go={t('plans.bulletinGo')}
      leave={leave}
      signs={null}
      check={() => {
        const values = texts.map((text) => plainWidth(text).trim());
        const at = values.findIndex((text, n) => {
          const field = FIELDS[n];
          return text !== '' && !(/^\d+$/.test(text) && field !== undefined && Number(text) <= MOST[field]);
        });
        if (at >= 0) {
          const problem = refuse('plan.numberShape');
          setWrong({ at, problem });
          return false;
        }
        typed.current = Object.fromEntries(
          FIELDS.flatMap((field, n) => (values[n] === '' ? [] : [[field, Number(values[n])]])),
        );
        take(typed.current);
        return false;
      }}
      run={() => Promise.resolve(undefined)}
    >
      {FIELDS.map((field, n) => (
        <Field
          key={field}
          label={t(WORDS[field])}
          value={texts[n] ?? ''}
          onChange={(text) => setTexts(texts.with(n, text))}
          problem={wrong?.at === n ? wrong.problem : null}
          numeric
          maxLength={7}
        />
      ))}
    </PlanForm>
  );
}
