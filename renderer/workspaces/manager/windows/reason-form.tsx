import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { CommandId } from '../../../../contract/ids.ts';
import type { SecondSignature } from '../../../../contract/office/people.ts';
import { refuse } from '../../../../contract/refusals.ts';
import type { Problem } from '../../../client/office-client.ts';
import { act, useActions, useScopes } from '../../../keys/dispatcher.ts';
import { useHome } from '../../../keys/home.ts';
import type { ActionId, Scope } from '../../../keys/key-map.ts';
import { Field } from '../../../parts/field.tsx';
import { KeyCap } from '../../../parts/key-cap.tsx';
import { ProblemBox } from '../../../parts/problem.tsx';
import { SecondSignatureDialog } from '../../../parts/second-signature.tsx';
import { useOffice } from '../../../state/office.ts';
import { t } from '../../../words/words.ts';

const scopes = (): Scope[] => ['reasonForm', 'everywhere'];

export interface ReasonFormProps {
  title: string;
  what: string;
  /** What the key that goes on says. */
  go: string;
  /** Fields before the reason; `reasonForm` keys of theirs are given in `actions`. */
  children?: ReactNode;
  actions?: Partial<Record<ActionId, () => void>>;
  /** Nothing can be done yet: no departure is chosen. */
  isBlocked?: boolean;
  /** What is signed, where a second person has to; else one more Enter confirms. */
  signs?: (reason: string) => string;
  /** Makes the call; gives back what was refused. */
  run: (reason: string, commandId: CommandId, signature?: SecondSignature) => Promise<Problem | undefined>;
  leave: () => void;
}

/** Asks why, then asks once more (or a second person), then does it: for what nobody does by the way. */
export function ReasonForm(props: ReasonFormProps) {
  const { title, what, go, children, signs, run, leave } = props;
  const { clock } = useOffice();
  const [commandId] = useState(() => clock.commandId());
  const [reason, setReason] = useState('');
  const [step, setStep] = useState<'asks' | 'confirms' | 'runs'>('asks');
  const [problem, setProblem] = useState<Problem | null>(null);
  const form = useRef<HTMLElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useScopes(scopes);
  useHome(useCallback(() => field.current, []));
  useEffect(() => {
    (form.current?.querySelector<HTMLInputElement>('input:not([type="checkbox"])') ?? field.current)?.focus();
  }, []);
  const does = async (signature?: SecondSignature): Promise<Problem | undefined> => {
    setStep('runs');
    const refused = await run(reason.trim(), commandId, signature);
    if (!refused) return undefined;
    setProblem(refused);
    setStep(signature ? 'confirms' : 'asks');
    return refused;
  };
  useActions({
    ...(step === 'asks' ? props.actions : {}),
    'reason.go': () => {
      if (props.isBlocked || step === 'runs') return;
      if (step === 'asks' && reason.trim() === '') {
        // The field with the focus may be another one: Enter goes on to the reason first.
        if (document.activeElement === field.current || problem)
          setProblem(refuse('reason.missing', {}, 'reason'));
        field.current?.focus();
        return;
      }
      setProblem(null);
      if (step === 'asks') setStep('confirms');
      else if (!signs) void does();
    },
    'reason.leave': () => {
      if (step === 'confirms') setStep('asks');
      else leave();
    },
  });
  const atReason = problem && 'field' in problem && problem.field?.endsWith('reason') ? problem : null;
  const isConfirming = step !== 'asks';
  return (
    <section className="panel" ref={form} data-part="reasonForm">
      <h2>{title}</h2>
      <div className="form-body">
        <p>{what}</p>
        {children}
        <Field
          label={t('reason.reason')}
          value={reason}
          onChange={setReason}
          inputRef={field}
          problem={atReason}
          placeholder={t('reason.reasonHint')}
          isReadOnly={isConfirming}
          maxLength={100}
        />
        {problem && !atReason && <ProblemBox problem={problem} />}
        {isConfirming && !signs && (
          <output className="caution" data-part="confirm">
            {t('reason.confirm')}
          </output>
        )}
        <Button
          className="btn go"
          isDisabled={props.isBlocked === true || step === 'runs'}
          onPress={() => act('reason.go')}
        >
          {go} <KeyCap action="reason.go" />
        </Button>
        <Button className="btn" onPress={() => act('reason.leave')}>
          {t('reason.leave')} <KeyCap action="reason.leave" />
        </Button>
      </div>
      {isConfirming && signs && (
        <SecondSignatureDialog
          title={title}
          leave={() => setStep('asks')}
          sign={(signature) => does(signature)}
        >
          <p>
            <b>{signs(reason.trim())}</b>
          </p>
        </SecondSignatureDialog>
      )}
    </section>
  );
}
