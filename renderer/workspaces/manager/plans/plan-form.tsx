import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { CommandId } from '../../../../contract/ids.ts';
import type { SecondSignature } from '../../../../contract/office/people.ts';
import type { Problem } from '../../../client/office-client.ts';
import { act, useActions, useScopes } from '../../../keys/dispatcher.ts';
import { useHome } from '../../../keys/home.ts';
import type { Scope } from '../../../keys/key-map.ts';
import { KeyCap } from '../../../parts/key-cap.tsx';
import { ProblemBox } from '../../../parts/problem.tsx';
import { SecondSignatureDialog } from '../../../parts/second-signature.tsx';
import { useOffice } from '../../../state/office.ts';
import { t } from '../../../words/words.ts';

const scopes = (): Scope[] => ['planForm', 'everywhere'];

export interface PlanFormProps {
  title: string;
  what?: string;
  go: string;
  /** Fields; Enter goes from one to the next and at the last one on, unless `isDirect`. */
  children: ReactNode;
  /**
   * Looks at the fields before anybody confirms. True: go on. False: something is wrong, its field says what; or it is done already and
   * needs no confirming.
   */
  check: () => boolean;
  /** What is signed by a second person, where one is asked for; else one more Enter confirms. */
  signs: string | null;
  run: (commandId: CommandId, signature?: SecondSignature) => Promise<Problem | undefined>;
  leave: () => void;
  /** The fields are filled in already, in the ordinary case: Enter goes on from any of them. */
  isDirect?: boolean;
  /** Fields that show their refusals themselves. */
  atFields?: readonly string[];
}

const fieldsOf = (form: HTMLElement | null): HTMLElement[] => [
  ...(form?.querySelectorAll<HTMLElement>('input:not([type="checkbox"]), select') ?? []),
];

/** One act on plans: its fields, then a second look or a second person, then it is done everywhere. */
export function PlanForm({
  title,
  what,
  go,
  children,
  check,
  signs,
  run,
  leave,
  isDirect = false,
  atFields = [],
}: PlanFormProps) {
  const { clock } = useOffice();
  const [commandId, setCommandId] = useState(() => clock.commandId());
  const [step, setStep] = useState<'asks' | 'confirms' | 'runs'>('asks');
  const [refused, setRefused] = useState<Problem | null>(null);
  const [tries, setTries] = useState(0);
  const form = useRef<HTMLElement>(null);
  useScopes(scopes);
  useHome(useCallback(() => fieldsOf(form.current)[0] ?? null, []));
  useEffect(() => {
    fieldsOf(form.current)[0]?.focus();
  }, []);
  // What is wrong is put right where it is.
  useEffect(() => {
    if (tries > 0)
      fieldsOf(form.current)
        .find((field) => field.ariaInvalid === 'true')
        ?.focus();
  }, [tries]);
  const does = async (signature?: SecondSignature): Promise<Problem | undefined> => {
    setStep('runs');
    const answer = await run(commandId, signature);
    if (!answer) return undefined;
    // What is asked again with other fields is another command.
    setCommandId(clock.commandId());
    setRefused(answer);
    setTries((before) => before + 1);
    const isSignature = 'field' in answer && (answer.field ?? '').startsWith('secondSignature');
    // Only now it turns out that a second person has to sign: they are asked at once.
    setStep((signature && isSignature) || answer.code === 'afterSale.needsSecond' ? 'confirms' : 'asks');
    return answer;
  };
  useActions({
    'planForm.go': () => {
      if (step === 'runs') return;
      if (step === 'asks') {
        const fields = fieldsOf(form.current);
        const at = fields.findIndex((field) => field === document.activeElement);
        const next = fields[at + 1];
        if (!isDirect && at >= 0 && next) return next.focus();
        setRefused(null);
        if (check()) setStep('confirms');
        else setTries((before) => before + 1);
        return;
      }
      if (signs === null) void does();
    },
    'planForm.leave': () => {
      if (step === 'confirms') setStep('asks');
      else leave();
    },
  });
  const isAtField =
    refused !== null && 'field' in refused && atFields.includes(refused.field?.split('.').at(-1) ?? '');
  return (
    <section className="panel plan-form" ref={form} data-part="planForm" data-step={step}>
      <h2>{title}</h2>
      <div className="form-body">
        {what !== undefined && <p className="dim wide">{what}</p>}
        {children}
        {refused && !isAtField && (
          <div className="wide">
            <ProblemBox problem={refused} />
          </div>
        )}
        {step !== 'asks' && signs === null && (
          <output className="caution wide" data-part="confirm">
            {t('plans.confirm')}
          </output>
        )}
        <div className="row wide">
          <Button className="btn go" isDisabled={step === 'runs'} onPress={() => act('planForm.go')}>
            {go} <KeyCap action="planForm.go" />
          </Button>
          <Button className="btn" onPress={() => act('planForm.leave')}>
            {t('plans.leave')} <KeyCap action="planForm.leave" />
          </Button>
        </div>
      </div>
      {step !== 'asks' && signs !== null && (
        <SecondSignatureDialog
          title={title}
          leave={() => setStep('asks')}
          sign={(signature) => does(signature)}
        >
          <p>
            <b>{signs}</b>
          </p>
        </SecondSignatureDialog>
      )}
    </section>
  );
}
