import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { DataProblem } from '../../../../contract/basic-data/problems.ts';
import type { TableName } from '../../../../contract/basic-data/tables.ts';
import type { OfficeInput } from '../../../../contract/office.ts';
import type { Problem } from '../../../client/office-client.ts';
import { act, formScopes, useActions, useScopes } from '../../../keys/dispatcher.ts';
import { Field } from '../../../parts/field.tsx';
import { KeyCap } from '../../../parts/key-cap.tsx';
import { ProblemBox } from '../../../parts/problem.tsx';
import { useOffice } from '../../../state/office.ts';
import { t } from '../../../words/words.ts';
import { ProblemList } from './problems.tsx';
import { instantTyped } from './when-field.ts';

interface RemoveProps {
  table: TableName;
  rowKey: string;
  done: (words: string) => void;
  leave: () => void;
}

/** Asks before a row is removed; what leans on it is named. */
export function RemoveRow({ table, rowKey, done, leave }: RemoveProps) {
  const { client, clock } = useOffice();
  const [when, setWhen] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [problems, setProblems] = useState<readonly DataProblem[]>([]);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLElement>(null);
  useScopes(formScopes);
  useEffect(() => form.current?.querySelector<HTMLElement>('input')?.focus(), []);
  const remove = async (): Promise<void> => {
    const effectiveAt = instantTyped(when);
    if (effectiveAt === undefined) {
      setProblem({ code: 'data.wrong', message: t('data.whenWrong'), next: t('data.whenHint') });
      return;
    }
    setBusy(true);
    const changes = [{ table, remove: rowKey }] as OfficeInput<'data.change'>['changes'];
    const commandId = clock.commandId();
    const reply = await client.call('data.change', { changes, effectiveAt, note: '' }, commandId);
    if (reply.ok) {
      void client.call('commands.seen', { commandIds: [commandId] });
      done(t('data.accepted', { number: reply.value.number }));
      return;
    }
    setProblem(reply.problem);
    const report = await client.call('data.check', { changes, effectiveAt });
    if (report.ok) setProblems(report.value.problems);
    setBusy(false);
  };
  useActions({
    'form.submit': () => {
      if (!busy) void remove();
    },
    'form.leave': leave,
  });
  return (
    <section className="panel data-side" ref={form} aria-labelledby="remove-title">
      <h2 id="remove-title">{t('data.removeRow')}</h2>
      <div className="form-body scroll">
        <p className="caution">{t('data.removeAsk', { key: rowKey })}</p>
        <Field label={t('data.when')} value={when} onChange={setWhen} placeholder={t('data.whenHint')} />
        {problem && <ProblemBox problem={problem} />}
        <ProblemList problems={problems} />
      </div>
      <div className="form-foot row">
        <Button className="btn go" isDisabled={busy} onPress={() => act('form.submit')}>
          {t('data.remove')} <KeyCap action="form.submit" />
        </Button>
        <Button className="btn" onPress={() => act('form.leave')}>
          {t('data.leave')} <KeyCap action="form.leave" />
        </Button>
      </div>
    </section>
  );
}
