import { useState } from 'react';
import type { OrderView } from '../../../../contract/office.ts';
import { Field } from '../../../parts/field.tsx';
import { whenWords } from '../../../text/when.ts';
import { t } from '../../../words/words.ts';
import { useCommand } from '../windows/acts.tsx';
import type { ActProps } from './acts.tsx';
import { PlanForm } from './plan-form.tsx';

/** Somebody looked again and the order goes on: signed, and its timer begins anew. */
export function ReviewForm({ order, ...props }: ActProps & { order: OrderView }) {
  const command = useCommand();
  const [note, setNote] = useState('');
  const name = order.name ?? t('plans.unknownPlan');
  return (
    <PlanForm
      title={t('plans.reviewTitle', { name })}
      what={t('plans.reviewWhat')}
      go={t('plans.reviewGo')}
      leave={props.leave}
      signs={null}
      check={() => true}
      run={(commandId) =>
        command('plans.review', { order: order.key, note: note.trim() }, commandId, ({ dueAt }) =>
          props.done(
            t('plans.done.review', { name, time: dueAt === null ? '' : whenWords(dueAt, props.nowMs) }),
          ),
        )
      }
    >
      <Field
        className="wide"
        label={t('plans.reviewNote')}
        value={note}
        onChange={setNote}
        placeholder={t('plans.reviewHint')}
        maxLength={200}
      />
    </PlanForm>
  );
}
