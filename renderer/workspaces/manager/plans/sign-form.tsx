import type { OfficeOutput } from '../../../../contract/office.ts';
import { t } from '../../../words/words.ts';
import { useCommand } from '../windows/acts.tsx';
import { PlanForm } from './plan-form.tsx';

export type WaitingPlan = OfficeOutput<'plans.list'>['waiting'][number];

/** Digits of a hash that people compare. */
export const shortHash = (hash: string): string => hash.slice(0, 12);

/** Puts the station's signature under a plan file of this PC: with a second person, and for every office. */
export function SignForm({
  draft,
  done,
  leave,
}: {
  draft: WaitingPlan;
  done: (words: string) => void;
  leave: () => void;
}) {
  const command = useCommand();
  const { planId, name, version, hash, file, signedVersion } = draft;
  const what = t(signedVersion === null ? 'plans.signWhatFirst' : 'plans.signWhat', {
    file,
    version,
    hash: shortHash(hash),
    before: signedVersion ?? '',
  });
  return (
    <PlanForm
      title={t('plans.signTitle', { name })}
      what={what}
      go={t('plans.signGo')}
      leave={leave}
      check={() => true}
      signs={what}
      run={async (commandId, secondSignature) => {
        if (!secondSignature) return undefined;
        const asked = { planId, version, hash, secondSignature };
        return command('plans.sign', asked, commandId, () => done(t('plans.done.sign', { name, version })));
      }}
    >
      {null}
    </PlanForm>
  );
}
