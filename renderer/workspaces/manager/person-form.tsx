import { useEffect, useRef, useState } from 'react';
import { Button, Checkbox, CheckboxGroup, Label } from 'react-aria-components';
import type { OfficeOutput } from '../../../contract/office.ts';
import { refuse } from '../../../contract/refusals.ts';
import { roles as allRoles, type Role } from '../../../contract/roles.ts';
import type { Problem } from '../../client/office-client.ts';
import { act, formScopes, useActions, useScopes } from '../../keys/dispatcher.ts';
import { Field } from '../../parts/field.tsx';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { useOffice } from '../../state/office.ts';
import { plainWidth } from '../../text/digits.ts';
import { t } from '../../words/words.ts';

type Listed = OfficeOutput<'people.list'>['people'][number];

interface FormProps {
  done: (words: string) => void;
  leave: () => void;
}

/** Somebody new (`person` null), with a one-time PIN; or name and roles of somebody known. */
export function PersonForm({ person, done, leave }: FormProps & { person: Listed | null }) {
  const { client, clock } = useOffice();
  const [commandId] = useState(() => clock.commandId());
  const [number, setNumber] = useState(person?.number ?? '');
  const [name, setName] = useState(person?.name ?? '');
  const [ticketName, setTicketName] = useState(person?.ticketName ?? '');
  const [roles, setRoles] = useState<Role[]>(person?.roles ?? ['clerk']);
  const [newPin, setNewPin] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLElement>(null);
  useScopes(formScopes);
  useEffect(() => {
    form.current?.querySelector<HTMLInputElement>('input:not([readonly])')?.focus();
  }, []);
  const save = async (): Promise<void> => {
    if (roles.length === 0) {
      setProblem(refuse('people.noRole', {}, 'roles'));
      return;
    }
    setBusy(true);
    const who = {
      number: plainWidth(number).trim(),
      name: name.trim(),
      ticketName: ticketName.trim() === '' ? null : ticketName.trim(),
      roles,
    };
    const reply = person
      ? await client.call('people.change', who, commandId)
      : await client.call('people.add', { ...who, newPin: plainWidth(newPin) }, commandId);
    setBusy(false);
    if (!reply.ok) {
      setProblem(reply.problem);
      return;
    }
    void client.call('commands.seen', { commandIds: [commandId] });
    done(t(person ? 'people.changed' : 'people.added', { number: who.number }));
  };
  useActions({
    'form.submit': () => {
      if (!busy) void save();
    },
    'form.leave': leave,
  });
  const at = (field: string): Problem | null =>
    problem?.field === field || problem?.field === `params.${field}` ? problem : null;
  const elsewhere = problem && !['number', 'name', 'ticketName', 'newPin'].some(at);
  return (
    <section className="panel" ref={form} data-part="person">
      <h2>{person ? t('people.changeTitle', { number: person.number }) : t('people.addTitle')}</h2>
      <div className="form-body">
        {!person && (
          <Field
            label={t('signIn.number')}
            value={number}
            onChange={setNumber}
            numeric
            problem={at('number')}
            placeholder={t('people.numberHint')}
            maxLength={4}
          />
        )}
        <Field label={t('people.name')} value={name} onChange={setName} problem={at('name')} maxLength={20} />
        <Field
          label={t('people.ticketName')}
          value={ticketName}
          onChange={setTicketName}
          problem={at('ticketName')}
          placeholder={t('people.ticketNameHint')}
          maxLength={8}
        />
        <CheckboxGroup
          className="roles"
          value={roles}
          onChange={(chosen) => {
            setRoles(allRoles.filter((role) => chosen.includes(role)));
          }}
        >
          <Label>{t('people.roles')}</Label>
          <div className="roles-list">
            {allRoles.map((role) => (
              <Checkbox key={role} value={role} className="check">
                <span className="check-box" aria-hidden="true" />
                {t(`role.${role}`)}
              </Checkbox>
            ))}
          </div>
        </CheckboxGroup>
        {!person && (
          <Field
            label={t('people.givenPin')}
            value={newPin}
            onChange={setNewPin}
            numeric
            problem={at('newPin')}
            placeholder={t('people.givenPinHint')}
            maxLength={12}
          />
        )}
        {elsewhere && <ProblemBox problem={problem} />}
        <FormButtons busy={busy} leave={leave} />
      </div>
    </section>
  );
}

/** A one-time PIN for somebody who forgot theirs. */
export function ResetPinForm({ person, done, leave }: FormProps & { person: Listed }) {
  const { client, clock } = useOffice();
  const [commandId] = useState(() => clock.commandId());
  const [newPin, setNewPin] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useScopes(formScopes);
  useEffect(() => {
    field.current?.focus();
  }, []);
  const save = async (): Promise<void> => {
    setBusy(true);
    const reply = await client.call(
      'people.resetPin',
      { number: person.number, newPin: plainWidth(newPin) },
      commandId,
    );
    setBusy(false);
    if (!reply.ok) {
      setProblem(reply.problem);
      return;
    }
    void client.call('commands.seen', { commandIds: [commandId] });
    done(t('people.pinGiven', { number: person.number }));
  };
  useActions({
    'form.submit': () => {
      if (!busy) void save();
    },
    'form.leave': leave,
  });
  const atField = problem?.field === 'newPin' ? problem : null;
  return (
    <section className="panel" data-part="resetPin">
      <h2>{t('people.resetTitle', { number: person.number })}</h2>
      <div className="form-body">
        <p>{t('people.resetWhat')}</p>
        <Field
          label={t('people.givenPin')}
          value={newPin}
          onChange={setNewPin}
          inputRef={field}
          numeric
          problem={atField}
          placeholder={t('people.givenPinHint')}
          maxLength={12}
        />
        {problem && !atField && <ProblemBox problem={problem} />}
        <FormButtons busy={busy} leave={leave} />
      </div>
    </section>
  );
}

function FormButtons({ busy, leave }: { busy: boolean; leave: () => void }) {
  return (
    <>
      <Button className="btn go" isDisabled={busy} onPress={() => act('form.submit')}>
        {t('people.save')} <KeyCap action="form.submit" />
      </Button>
      <Button className="btn" onPress={leave}>
        {t('people.leave')} <KeyCap action="form.leave" />
      </Button>
    </>
  );
}
