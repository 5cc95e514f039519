import { useState } from 'react';
import { Button } from 'react-aria-components';
import { act, useActions } from '../../keys/dispatcher.ts';
import { Field } from '../../parts/field.tsx';
import { KeyCap } from '../../parts/key-cap.tsx';
import { useOffice } from '../../state/office.ts';
import { t } from '../../words/words.ts';
import { Frame, formScopes, useForm, type FormProps } from './forms.tsx';

/** Somebody goes aboard by the list, after signing beside their name. */
export function EasedForm({ departure, view, ticket, typed, onDone, onVerdict }: FormProps) {
  const { client } = useOffice();
  const { problem, run, commandId } = useForm(onDone, formScopes);
  const check = view.eased?.check;
  const text = typed === '' ? (ticket?.ticketNumber ?? '') : typed;
  useActions({
    'gate.leave': onDone,
    'gate.go': () => {
      if (check === undefined || text === '') return;
      const asked = { departureId: departure.departureId, text, check, signed: true as const };
      void run(
        () => client.call('gate.present', asked, commandId),
        (verdict) => {
          onVerdict(verdict);
          onDone();
        },
      );
    },
  });
  return (
    <Frame
      title={check === 'deferred' ? 'gate.eased.deferred' : 'gate.eased.list'}
      go="gate.easedGo"
      problem={problem}
    >
      <p>
        {typed === '' && ticket
          ? t('gate.easedWho', { name: ticket.name ?? t('gate.noName'), masked: ticket.masked ?? '' })
          : t('gate.easedTyped', { text })}
      </p>
      <p>{t('gate.easedSigned')}</p>
    </Frame>
  );
}

/** The check of somebody who was let aboard before it. */
export function CheckForm({ departure, ticket, onDone }: FormProps) {
  const { client, clock } = useOffice();
  const { field, problem, run } = useForm(onDone, formScopes);
  const [note, setNote] = useState('');
  const settle = (result: 'matches' | 'differs') => () => {
    if (!ticket) return;
    const { departureId } = departure;
    const asked = { departureId, ticketNumber: ticket.ticketNumber, result, note: note.trim() };
    // Another result or note is another command.
    void run(() => client.call('gate.check', asked, clock.commandId()));
  };
  useActions({ 'gate.leave': onDone, 'gate.go': settle('matches'), 'gate.differs': settle('differs') });
  return (
    <Frame title="gate.checkTitle" go="gate.checkGo" problem={problem}>
      <p>{t('gate.checkWhat', { name: ticket?.name ?? t('gate.noName'), masked: ticket?.masked ?? '' })}</p>
      <Field
        label={t('gate.checkNote')}
        value={note}
        onChange={setNote}
        inputRef={field}
        placeholder={t('gate.checkNoteHint')}
        maxLength={200}
      />
      <Button
        className="btn"
        onPress={() => {
          act('gate.differs');
        }}
      >
        {t('key.gate.differs')} <KeyCap action="gate.differs" />
      </Button>
    </Frame>
  );
}
