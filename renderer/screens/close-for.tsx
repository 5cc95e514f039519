import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Fen } from '../../contract/ids.ts';
import { refuse, yuan } from '../../contract/refusals.ts';
import { act, formScopes, useActions, useScopes } from '../keys/dispatcher.ts';
import { useHome } from '../keys/home.ts';
import { Field } from '../parts/field.tsx';
import { KeyCap } from '../parts/key-cap.tsx';
import { ProblemBox } from '../parts/problem.tsx';
import { SecondSignatureDialog } from '../parts/second-signature.tsx';
import type { Problem } from '../client/office-client.ts';
import { useOffice } from '../state/office.ts';
import { setView } from '../state/store.ts';
import { plainWidth } from '../text/digits.ts';
import { parseYuan } from '../text/money.ts';
import { t } from '../words/words.ts';

/** The shift of a clerk who is absent: counted by the shift leader, countersigned by another. */
export function CloseFor({ clerkNumber }: { clerkNumber: string }) {
  const { client, clock, queries } = useOffice();
  const [commandId] = useState(() => clock.commandId());
  const [counted, setCounted] = useState('');
  const [paper, setPaper] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [signing, setSigning] = useState<{ countedFen: number; paper: number } | null>(null);
  const paperField = useRef<HTMLInputElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useScopes(formScopes);
  useHome(useCallback(() => field.current, []));
  useEffect(() => {
    field.current?.focus();
  }, []);
  const leave = (): void => {
    void client.call('session.signOut', {}).then(() => queries.invalidateQueries());
  };
  useActions({
    'form.submit': () => {
      const countedFen = parseYuan(counted);
      if (countedFen === null) {
        setProblem({ code: 'client.money', field: 'countedFen' });
        field.current?.focus();
        return;
      }
      const typed = plainWidth(paper).trim();
      if (!/^\d{1,6}$/.test(typed)) {
        // The first Enter goes on to the paper; it is counted like the cash.
        setProblem(document.activeElement === paperField.current ? refuse('shift.paper', {}, 'paper') : null);
        paperField.current?.focus();
        return;
      }
      setProblem(null);
      setSigning({ countedFen, paper: Number(typed) });
    },
    'form.leave': leave,
  });
  const atField = problem?.field === 'countedFen' ? problem : null;
  const atPaper = problem?.field === 'paper' ? problem : null;
  return (
    <main className="centre">
      <section className="panel form" data-part="closeFor">
        <h2>{t('shift.closeTitle')}</h2>
        <div className="form-body">
          <ProblemBox problem={refuse('shift.otherClerk', { clerkNumber })} />
          <p>{t('shift.closeForHint', { number: clerkNumber })}</p>
          <Field
            label={t('shift.counted')}
            value={counted}
            onChange={setCounted}
            inputRef={field}
            numeric
            problem={atField}
            maxLength={12}
          />
          <Field
            label={t('shift.paper')}
            value={paper}
            onChange={setPaper}
            inputRef={paperField}
            numeric
            problem={atPaper}
            placeholder={t('shift.paperHint')}
            maxLength={6}
          />
          {problem && !atField && !atPaper && <ProblemBox problem={problem} />}
          <Button className="btn go" onPress={() => act('form.submit')}>
            {t('shift.closeFor')} <KeyCap action="form.submit" />
          </Button>
          <Button className="btn" onPress={leave}>
            {t('shift.signOut')} <KeyCap action="form.leave" />
          </Button>
        </div>
      </section>
      {signing !== null && (
        <SecondSignatureDialog
          title={t('shift.closeForTitle')}
          leave={() => {
            setSigning(null);
            field.current?.focus();
          }}
          sign={async (secondSignature) => {
            const reply = await client.call(
              'shifts.closeFor',
              { countedFen: signing.countedFen as Fen, paper: signing.paper, secondSignature },
              commandId,
            );
            if (!reply.ok) return reply.problem;
            setSigning(null);
            setView({ closed: reply.value });
            void client.call('commands.seen', { commandIds: [commandId] });
            await queries.invalidateQueries();
            return undefined;
          }}
        >
          <p>
            <b>
              {t('shift.closeForWhat', {
                number: clerkNumber,
                yuan: yuan(signing.countedFen),
                paper: signing.paper,
              })}
            </b>
          </p>
        </SecondSignatureDialog>
      )}
    </main>
  );
}
