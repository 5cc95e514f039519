import { useCallback, useEffect, useRef, useState } from 'react';
import { Button, Checkbox } from 'react-aria-components';
import type { OfficeOutput } from '../../contract/office.ts';
import type { Problem } from '../client/office-client.ts';
import { act, formScopes, useActions, useScopes } from '../keys/dispatcher.ts';
import { useHome } from '../keys/home.ts';
import { Field } from '../parts/field.tsx';
import { KeyCap } from '../parts/key-cap.tsx';
import { ProblemBox } from '../parts/problem.tsx';
import { useOffice } from '../state/office.ts';
import { plainWidth } from '../text/digits.ts';
import { t } from '../words/words.ts';

/** Clerk number, then PIN. Enter goes on from the first to the second, and signs in from there. */
export function SignIn({ info }: { info: OfficeOutput<'session.info'> }) {
  const { client, queries } = useOffice();
  const [number, setNumber] = useState('');
  const [pin, setPin] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [training, setTraining] = useState(false);
  const [busy, setBusy] = useState(false);
  const numberField = useRef<HTMLInputElement>(null);
  const pinField = useRef<HTMLInputElement>(null);
  useScopes(formScopes);
  useHome(useCallback(() => numberField.current, []));
  useEffect(() => {
    numberField.current?.focus();
  }, []);

  const signIn = async (): Promise<void> => {
    setBusy(true);
    const reply = await client.call('session.signIn', {
      number: plainWidth(number).trim(),
      pin: plainWidth(pin),
      ...(training ? { training } : {}),
    });
    setBusy(false);
    if (reply.ok) {
      await queries.invalidateQueries();
      return;
    }
    setProblem(reply.problem);
    setPin('');
    (reply.problem.field === 'number' ? numberField : pinField).current?.focus();
  };
  useActions({
    'signIn.training': () => {
      setTraining((before) => !before);
    },
    'form.submit': () => {
      if (busy) return;
      if (number.trim() === '') numberField.current?.focus();
      else if (document.activeElement === numberField.current || pin === '') pinField.current?.focus();
      else void signIn();
    },
  });
  const atField = problem?.field === 'number' || problem?.field === 'pin' ? problem : null;
  return (
    <main className="centre">
      <section className="panel form">
        <h2>{t('signIn.title')}</h2>
        <div className="form-body">
          <Field
            label={t('signIn.number')}
            value={number}
            onChange={setNumber}
            inputRef={numberField}
            numeric
            problem={atField?.field === 'number' ? atField : null}
            maxLength={16}
          />
          <Field
            label={t('signIn.pin')}
            value={pin}
            onChange={setPin}
            inputRef={pinField}
            type="password"
            problem={atField?.field === 'pin' ? atField : null}
            maxLength={32}
          />
          {problem && !atField && <ProblemBox problem={problem} />}
          <Checkbox className="check" isSelected={training} onChange={setTraining}>
            <span className="check-box" aria-hidden="true" />
            {t('training.toggle')} <KeyCap action="signIn.training" />
          </Checkbox>
          {training && <p className="dim">{t('training.hint')}</p>}
          <Button className="btn go" isDisabled={busy} onPress={() => act('form.submit')}>
            {t(training ? 'training.go' : 'signIn.go')} <KeyCap action="form.submit" />
          </Button>
        </div>
        {info.trialClerks && (
          <div className="aside">
            <h3>{t('signIn.trial')}</h3>
            {info.trialClerks.map((clerk) => (
              <p key={clerk.number}>
                {clerk.name}{' '}
                <span className="dim">{clerk.roles.map((role) => t(`role.${role}`)).join(' ')}</span>{' '}
                <span className="figures">
                  {t('signIn.trialClerk', { number: clerk.number, pin: clerk.pin })}
                </span>
              </p>
            ))}
          </div>
        )}
      </section>
    </main>
  );
}
