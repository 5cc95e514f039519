import { Button } from 'react-aria-components';
import type { GateView } from '../../../contract/office.ts';
import { act } from '../../keys/dispatcher.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { t } from '../../words/words.ts';

/** What each boarding by the list, or before its check, has to leave behind. */
export const evidenceWords = (evidence: NonNullable<GateView['eased']>['evidence']): string =>
  evidence.map((each) => t(`gate.evidence.${each}`)).join('\u3001');

/** A plan lets people aboard without a full check: which way, what it leaves behind, and who is still to be checked. */
export function EasedBand({ view }: { view: GateView }) {
  const { eased, unchecked, departure } = view;
  return (
    <>
      {eased && (
        <div className="gate-queue" data-part="eased">
          <p>
            <b>{t(`gate.eased.${eased.check}`)}</b>{' '}
            {t('gate.easedEvidence', { evidence: evidenceWords(eased.evidence) })}
          </p>
          {departure.state === 'open' && (
            <Button
              className="btn"
              onPress={() => {
                act('gate.eased');
              }}
            >
              {t('key.gate.eased')} <KeyCap action="gate.eased" />
            </Button>
          )}
        </div>
      )}
      {unchecked > 0 && (
        <p className="caution" data-part="unchecked">
          {t('gate.unchecked', { count: unchecked })} <KeyCap action="gate.list" />
        </p>
      )}
    </>
  );
}
