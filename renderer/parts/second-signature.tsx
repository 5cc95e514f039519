import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { SecondSignature } from '../../contract/office/people.ts';
import type { Problem } from '../client/office-client.ts';
import { act, formScopes, useActions, useScopes } from '../keys/dispatcher.ts';
import { plainWidth } from '../text/digits.ts';
import { t } from '../words/words.ts';
import { Field } from './field.tsx';
import { KeyCap } from './key-cap.tsx';
import { ProblemBox } from './problem.tsx';

/**
 * Asks a second person for number and PIN under an act: `children` say what is signed, so that nobody signs blind. `sign` makes
 * the call with them and gives back what was refused, or undefined when it was done; the PIN is forgotten either way.
 */
export function SecondSignatureDialog({
  title,
  children,
  sign,
  leave,
}: {
  title: string;
  children: ReactNode;
  sign: (signature: SecondSignature) => Promise<Problem | undefined>;
  leave: () => void;
}) {
  return (
    <ModalOverlay
      className="overlay"
      isOpen
      onOpenChange={(open) => {
        if (!open) leave();
      }}
    >
      <Modal className="modal narrow">
        <Dialog className="dialog" data-part="secondSignature">
          <Heading slot="title" className="dialog-title">
            {title}
          </Heading>
          <SignatureForm sign={sign} leave={leave}>
            {children}
          </SignatureForm>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Inside the dialog, so that its keys count only while it is open. */
function SignatureForm({
  children,
  sign,
  leave,
}: {
  children: ReactNode;
  sign: (signature: SecondSignature) => Promise<Problem | undefined>;
  leave: () => void;
}) {
  const [number, setNumber] = useState('');
  const [pin, setPin] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const numberField = useRef<HTMLInputElement>(null);
  const pinField = useRef<HTMLInputElement>(null);
  useScopes(formScopes);
  useEffect(() => {
    numberField.current?.focus();
  }, []);
  const run = async (): Promise<void> => {
    setBusy(true);
    const refused = await sign({ number: plainWidth(number).trim(), pin: plainWidth(pin) });
    setBusy(false);
    setPin('');
    if (!refused) return;
    setProblem(refused);
    (refused.field === 'secondSignature.number' ? numberField : pinField).current?.focus();
  };
  useActions({
    'form.submit': () => {
      if (busy) return;
      if (number.trim() === '') numberField.current?.focus();
      else if (document.activeElement === numberField.current || pin === '') pinField.current?.focus();
      else void run();
    },
    'form.leave': leave,
  });
  const at = (name: string): Problem | null =>
    problem?.field === `secondSignature.${name}` ? problem : null;
  return (
    <div className="form-body">
      {children}
      <p className="dim">{t('signature.what')}</p>
      <Field
        label={t('signature.number')}
        value={number}
        onChange={setNumber}
        inputRef={numberField}
        numeric
        problem={at('number')}
        maxLength={16}
      />
      <Field
        label={t('signature.pin')}
        value={pin}
        onChange={setPin}
        inputRef={pinField}
        type="password"
        numeric
        problem={at('pin')}
        maxLength={32}
      />
      {problem && !at('number') && !at('pin') && <ProblemBox problem={problem} />}
      <Button className="btn go" isDisabled={busy} onPress={() => act('form.submit')}>
        {t('signature.go')} <KeyCap action="form.submit" />
      </Button>
      <Button className="btn" onPress={leave}>
        {t('signature.leave')} <KeyCap action="form.leave" />
      </Button>
    </div>
  );
}
