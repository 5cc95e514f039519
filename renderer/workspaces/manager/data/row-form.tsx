import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { rowKey, tableSpecs, type Column } from '../../../../contract/basic-data/columns.ts';
import { problemWords as wordsOf, type DataProblem } from '../../../../contract/basic-data/problems.ts';
import type { TableName } from '../../../../contract/basic-data/tables.ts';
import type { OfficeInput } from '../../../../contract/office.ts';
import { BadCell, readCell, writeCell } from '../../../../domain/basic-data/cells.ts';
import type { Problem } from '../../../client/office-client.ts';
import { act, formScopes, useActions, useScopes } from '../../../keys/dispatcher.ts';
import { Field } from '../../../parts/field.tsx';
import { KeyCap } from '../../../parts/key-cap.tsx';
import { ProblemBox } from '../../../parts/problem.tsx';
import { useOffice } from '../../../state/office.ts';
import { t } from '../../../words/words.ts';
import { ProblemList } from './problems.tsx';
import { instantTyped } from './when-field.ts';

export type ShownRow = Record<string, unknown>;
type Changes = OfficeInput<'data.change'>['changes'];

interface FormProps {
  table: TableName;
  /** The row that is changed, or that stood where the station had none; null = a new one. */
  before: { key: string; row: ShownRow; from: 'own' | 'city' | 'program' } | null;
  done: (words: string) => void;
  leave: () => void;
}

/** One row of a table: the same words as in a file, checked with all other data before it is accepted. */
export function RowForm({ table, before, done, leave }: FormProps) {
  const { client, clock } = useOffice();
  const spec = tableSpecs[table];
  const members = Object.entries<Column>(spec.columns);
  const [texts, setTexts] = useState<Record<string, string>>(() =>
    Object.fromEntries(
      members.map(([member, column]) => [
        member,
        // Where a row becomes the station's own, its source is for the manager to say.
        before && !(member === 'source' && before.from !== 'own')
          ? String(writeCell(column, before.row[member]))
          : '',
      ]),
    ),
  );
  const [when, setWhen] = useState('');
  const [note, setNote] = useState('');
  const [wrong, setWrong] = useState<Record<string, Problem>>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  const [problems, setProblems] = useState<readonly DataProblem[]>([]);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLElement>(null);
  useScopes(formScopes);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('input, select')?.focus();
  }, []);

  /** The row as typed; undefined when a field is wrong, which is then said at it. */
  const read = async (): Promise<ShownRow | undefined> => {
    const row: ShownRow = {};
    const bad: Record<string, Problem> = {};
    for (const [member, column] of members) {
      const value = readCell(column, texts[member] ?? '');
      if (value instanceof BadCell)
        bad[member] = { code: 'data.wrong', ...wordsOf(value.code, value.values) };
      if (value !== undefined) row[member] = value;
    }
    setWrong(bad);
    if (Object.keys(bad).length > 0) return undefined;
    if (table === 'stops' && (row['initials'] === null || row['pinyin'] === null)) {
      const made = await client.call('data.pinyin', { name: String(row['name']) });
      if (!made.ok) {
        setProblem(made.problem);
        return undefined;
      }
      row['initials'] ??= made.value.initials;
      row['pinyin'] ??= made.value.pinyin;
    }
    return row;
  };

  const save = async (): Promise<void> => {
    setProblem(null);
    setProblems([]);
    const effectiveAt = instantTyped(when);
    if (effectiveAt === undefined) {
      setWrong({ when: { code: 'data.wrong', message: t('data.whenWrong'), next: t('data.whenHint') } });
      return;
    }
    setBusy(true);
    const row = await read();
    if (row) {
      const key = rowKey(table, row as never);
      const put = { table, put: row } as unknown as Changes[number];
      const changes: Changes =
        before?.from === 'own' && before.key !== key
          ? [{ table, remove: before.key } as Changes[number], put]
          : [put];
      const commandId = clock.commandId();
      const reply = await client.call('data.change', { changes, effectiveAt, note }, commandId);
      if (reply.ok) {
        void client.call('commands.seen', { commandIds: [commandId] });
        done(t('data.accepted', { number: reply.value.number }));
        return;
      }
      setProblem(reply.problem);
      if (reply.problem.code === 'data.wrong') {
        const report = await client.call('data.check', { changes, effectiveAt });
        if (report.ok) setProblems(report.value.problems);
      }
    }
    setBusy(false);
  };
  useActions({
    'form.submit': () => {
      if (!busy) void save();
    },
    'form.leave': leave,
  });

  const set = (member: string) => (value: string) => setTexts((now) => ({ ...now, [member]: value }));
  return (
    <section className="panel data-side" ref={form} aria-labelledby="row-title">
      <h2 id="row-title">{t(before ? 'data.changeRow' : 'data.addRow', { table: spec.title })}</h2>
      <div className="form-body scroll">
        {members.map(([member, column]) =>
          column.kind === 'choice' || column.kind === 'yesNo' ? (
            <Choice
              key={member}
              column={column}
              value={texts[member] ?? ''}
              onChange={set(member)}
              isWrong={wrong[member] !== undefined}
            />
          ) : (
            <Field
              key={member}
              label={column.optional ? t('data.optional', { heading: column.heading }) : column.heading}
              value={texts[member] ?? ''}
              onChange={set(member)}
              problem={wrong[member]}
              placeholder={column.expected}
              maxLength={4_000}
            />
          ),
        )}
        <Field
          label={t('data.when')}
          value={when}
          onChange={setWhen}
          problem={wrong['when']}
          placeholder={t('data.whenHint')}
        />
        <Field label={t('data.note')} value={note} onChange={setNote} maxLength={100} />
        {problem && <ProblemBox problem={problem} />}
        <ProblemList problems={problems} />
      </div>
      <div className="form-foot row">
        <Button className="btn go" isDisabled={busy} onPress={() => act('form.submit')}>
          {t('data.save')} <KeyCap action="form.submit" />
        </Button>
        <Button className="btn" onPress={() => act('form.leave')}>
          {t('data.leave')} <KeyCap action="form.leave" />
        </Button>
      </div>
    </section>
  );
}

interface ChoiceProps {
  column: Column;
  value: string;
  onChange: (value: string) => void;
  isWrong: boolean;
}

function Choice({ column, value, onChange, isWrong }: ChoiceProps) {
  const words = column.kind === 'yesNo' ? [t('data.yes'), t('data.no')] : Object.values(column.choices ?? {});
  return (
    <label className="field">
      <span>{column.heading}</span>
      <select
        className="input"
        value={value}
        aria-invalid={isWrong}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      >
        <option value="">{t('data.choose')}</option>
        {words.map((word) => (
          <option key={word} value={word}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
}
