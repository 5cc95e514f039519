import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { Problem } from '../../client/office-client.ts';
import { act, formScopes, useActions, useScopes } from '../../keys/dispatcher.ts';
import { useHome } from '../../keys/home.ts';
import { Field } from '../../parts/field.tsx';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { t, type WordId } from '../../words/words.ts';

export interface FormField {
  /** The office's name of it: a refusal that names it stands at the field. */
  name: string;
  label: WordId;
  type?: 'text' | 'password';
  numeric?: boolean;
  hint?: WordId;
  maxLength?: number;
}

/**
 * A short form of one column: Enter goes to the next empty field and does it from the last. Fields of type password are emptied after a
 * refusal.
 */
export function SessionForm({
  title,
  children,
  fields,
  go,
  leave,
  submit,
  part,
}: {
  title: string;
  children?: ReactNode;
  fields: readonly FormField[];
  go: string;
  /** What Esc does, with its word; absent = Esc does nothing. */
  leave?: { word: string; do: () => void };
  /** Undefined = done; else what was refused. */
  submit: (values: Record<string, string>) => Promise<Problem | undefined>;
  part: string;
}) {
  const [values, setValues] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLElement>(null);
  const inputs = (): HTMLInputElement[] => [...(form.current?.querySelectorAll('input') ?? [])];
  useScopes(formScopes);
  useHome(useCallback(() => form.current?.querySelector('input') ?? null, []));
  useEffect(() => {
    form.current?.querySelector('input')?.focus();
  }, []);
  const run = async (): Promise<void> => {
    setBusy(true);
    const refused = await submit(values);
    setBusy(false);
    if (!refused) return;
    setProblem(refused);
    const kept = new Set(fields.filter((field) => field.type !== 'password').map(({ name }) => name));
    setValues((now) => Object.fromEntries(Object.entries(now).filter(([name]) => kept.has(name))));
    const wrong = fields.findIndex(({ name }) => name === refused.field);
    const firstSecret = fields.findIndex((field) => field.type === 'password');
    inputs()[Math.max(0, wrong >= 0 ? wrong : firstSecret)]?.focus();
  };
  useActions({
    'form.submit': () => {
      if (busy) return;
      const at = inputs().indexOf(document.activeElement as HTMLInputElement);
      const empty = fields.findIndex(({ name }, index) => index > at && (values[name] ?? '').trim() === '');
      const anyEmpty = fields.findIndex(({ name }) => (values[name] ?? '').trim() === '');
      const next = empty >= 0 ? empty : anyEmpty;
      if (next >= 0) inputs()[next]?.focus();
      else void run();
    },
    ...(leave ? { 'form.leave': leave.do } : {}),
  });
  const known = problem && fields.some(({ name }) => name === problem.field);
  return (
    <main className="centre">
      <section className="panel form" ref={form} data-part={part}>
        <h2>{title}</h2>
        <div className="form-body">
          {children}
          {fields.map(({ name, label, type, numeric, hint, maxLength }) => (
            <Field
              key={name}
              label={t(label)}
              value={values[name] ?? ''}
              onChange={(value) => {
                setValues((now) => ({ ...now, [name]: value }));
              }}
              problem={problem?.field === name ? problem : null}
              type={type ?? 'text'}
              numeric={numeric ?? false}
              placeholder={hint ? t(hint) : ''}
              maxLength={maxLength ?? 32}
            />
          ))}
          {problem && !known && <ProblemBox problem={problem} />}
          <Button className="btn go" isDisabled={busy} onPress={() => act('form.submit')}>
            {go} <KeyCap action="form.submit" />
          </Button>
          {leave && (
            <Button className="btn" onPress={leave.do}>
              {leave.word} <KeyCap action="form.leave" />
            </Button>
          )}
        </div>
      </section>
    </main>
  );
}
