import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Fen } from '../../contract/ids.ts';
import { yuan } from '../../contract/refusals.ts';
import type { Problem } from '../client/office-client.ts';
import { act, formScopes, useActions, useScopes } from '../keys/dispatcher.ts';
import { useHome } from '../keys/home.ts';
import { Field } from '../parts/field.tsx';
import { KeyCap } from '../parts/key-cap.tsx';
import { ProblemBox } from '../parts/problem.tsx';
import { useAsk, useOffice } from '../state/office.ts';
import { parseYuan } from '../text/money.ts';
import { t } from '../words/words.ts';

/** The float counted into the drawer opens the shift. */
export function OpenShift() {
  const { client, clock, queries } = useOffice();
  const [commandId, setCommandId] = useState(() => clock.commandId());
  const drawer = useAsk('shifts.current', {}).data?.drawer;
  const [float, setFloat] = useState(drawer ? yuan(drawer.fen) : '');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useScopes(formScopes);
  useHome(useCallback(() => field.current, []));
  useEffect(() => {
    field.current?.focus();
  }, []);

  const open = async (): Promise<void> => {
    const floatFen = parseYuan(float);
    if (floatFen === null) {
      setProblem({ code: 'client.money', field: 'floatFen' });
      return;
    }
    setBusy(true);
    const reply = await client.call('shifts.open', { floatFen: floatFen as Fen }, commandId);
    setBusy(false);
    if (!reply.ok) {
      setProblem(reply.problem);
      return;
    }
    setCommandId(clock.commandId());
    void client.call('commands.seen', { commandIds: [commandId] });
    await queries.invalidateQueries();
  };
  useActions({
    'form.submit': () => {
      if (!busy) void open();
    },
    'form.leave': () => {
      void client.call('session.signOut', {}).then(() => queries.invalidateQueries());
    },
  });
  const atField = problem?.field === 'floatFen' ? problem : null;
  return (
    <main className="centre">
      <section className="panel form">
        <h2>{t('shift.openTitle')}</h2>
        <div className="form-body">
          <p>{t('shift.openHint')}</p>
          {drawer && (
            <p className="caution" data-part="drawer">
              {t('shift.drawer', {
                number: drawer.clerkNumber,
                by: drawer.countedBy,
                witness: drawer.countersignedBy,
                yuan: yuan(drawer.fen),
              })}
              {drawer.paper !== null && t('shift.drawerPaper', { paper: drawer.paper })}{' '}
              {t('shift.drawerNext')}
            </p>
          )}
          <Field
            label={t('shift.float')}
            value={float}
            onChange={setFloat}
            inputRef={field}
            numeric
            problem={atField}
            maxLength={12}
          />
          {problem && !atField && <ProblemBox problem={problem} />}
          <Button className="btn go" isDisabled={busy} onPress={() => act('form.submit')}>
            {t('shift.openGo')} <KeyCap action="form.submit" />
          </Button>
          <Button className="btn" onPress={() => act('form.leave')}>
            {t('shift.signOut')} <KeyCap action="form.leave" />
          </Button>
        </div>
      </section>
    </main>
  );
}
