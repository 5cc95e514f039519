import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Fen } from '../../contract/ids.ts';
import type { ClosedShiftView } from '../../contract/office.ts';
import { yuan } from '../../contract/refusals.ts';
import type { Problem } from '../client/office-client.ts';
import { act, resultScopes, useActions, useScopes } from '../keys/dispatcher.ts';
import { useHome } from '../keys/home.ts';
import { Field } from '../parts/field.tsx';
import { KeyCap } from '../parts/key-cap.tsx';
import { ProblemBox } from '../parts/problem.tsx';
import { useOffice, useStatus } from '../state/office.ts';
import { goTo, setView, useView } from '../state/store.ts';
import { parseYuan } from '../text/money.ts';
import { clockText } from '../text/when.ts';
import { t } from '../words/words.ts';

/** The cash is counted blind: what should be there is shown only after the count is in the journal. */
export function CloseShift() {
  const { client, clock, queries } = useOffice();
  const status = useStatus()?.status;
  const openOrder = useView((view) => view.order.passengers.length > 0);
  const [commandId] = useState(() => clock.commandId());
  const [counted, setCounted] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useHome(useCallback(() => field.current, []));
  useEffect(() => {
    field.current?.focus();
  }, []);

  const close = async (): Promise<void> => {
    const countedFen = parseYuan(counted);
    if (countedFen === null) {
      setProblem({ code: 'client.money', field: 'countedFen' });
      return;
    }
    setBusy(true);
    const reply = await client.call('shifts.close', { countedFen: countedFen as Fen }, commandId);
    setBusy(false);
    if (!reply.ok) {
      setProblem(reply.problem);
      return;
    }
    setView({ closed: reply.value, last: null, screen: 'sale' });
    void client.call('commands.seen', { commandIds: [commandId] });
  };
  useActions({
    'form.submit': () => {
      if (!busy && !openOrder) void close();
    },
    'form.leave': () => {
      goTo('departures');
    },
    'shift.away': () => {
      setView({ screen: 'sale', pane: 'departures' });
      void client.call('session.signOut', {}).then(() => queries.invalidateQueries());
    },
  });
  const shift = status?.shift;
  const atField = problem?.field === 'countedFen' ? problem : null;
  return (
    <main className="centre">
      <section className="panel form">
        <h2>{t('shift.closeTitle')}</h2>
        <div className="form-body">
          {shift && (
            <p className="dim">
              {t('shift.since', { time: clockText(shift.openedAt).slice(0, 5), number: shift.clerkNumber })}
            </p>
          )}
          {status && status.printsToSettle > 0 && (
            <p className="caution">{t('shift.settleFirst', { count: status.printsToSettle })}</p>
          )}
          {openOrder && <p className="caution">{t('shift.orderOpen')}</p>}
          <p>{t('shift.closeHint')}</p>
          <Field
            label={t('shift.counted')}
            value={counted}
            onChange={setCounted}
            inputRef={field}
            numeric
            problem={atField}
            maxLength={12}
          />
          {problem && !atField && <ProblemBox problem={problem} />}
          <Button className="btn go" isDisabled={busy || openOrder} onPress={() => act('form.submit')}>
            {t('shift.closeGo')} <KeyCap action="form.submit" />
          </Button>
          <Button className="btn" onPress={() => act('form.leave')}>
            {t('key.backToSale')} <KeyCap action="form.leave" />
          </Button>
          <Button className="btn" onPress={() => act('shift.away')}>
            {t('shift.away')} <KeyCap action="shift.away" />
          </Button>
        </div>
      </section>
    </main>
  );
}

/** What the closed shift came to. */
export function ShiftClosed({ closed }: { closed: ClosedShiftView }) {
  const { client, queries } = useOffice();
  const button = useRef<HTMLButtonElement>(null);
  useScopes(resultScopes);
  useHome(useCallback(() => button.current, []));
  useEffect(() => {
    button.current?.focus();
  }, []);
  const done = (): void => {
    setView({ closed: null });
    void client.call('session.signOut', {}).then(() => queries.invalidateQueries());
  };
  useActions({ 'result.done': done });
  const { differenceFen } = closed;
  const words =
    differenceFen === 0
      ? t('shift.even')
      : differenceFen > 0
        ? t('shift.over', { yuan: yuan(differenceFen) })
        : t('shift.short', { yuan: yuan(-differenceFen) });
  const rows: [string, string][] = [
    [t('shift.tickets'), t('shift.ticketCount', { count: closed.ticketCount })],
    [t('shift.floatLabel'), yuan(closed.floatFen)],
    [t('shift.sales'), yuan(closed.salesFen)],
    ...(closed.backFen + closed.moreFen > 0
      ? ([[t('shift.back'), yuan(closed.backFen - closed.moreFen)]] satisfies [string, string][])
      : []),
    [t('shift.expected'), yuan(closed.expectedFen)],
    [t('shift.countedLabel'), yuan(closed.countedFen)],
  ];
  if (closed.paper !== undefined) rows.push([t('shift.paperLabel'), String(closed.paper)]);
  return (
    <main className="centre">
      <section className="panel form">
        <h2>{t('shift.closedTitle')}</h2>
        <div className="form-body">
          <p className="dim">
            {t('shift.closedAt', {
              from: clockText(closed.openedAt).slice(0, 5),
              to: clockText(closed.closedAt).slice(0, 5),
              number: closed.clerkNumber,
            })}
          </p>
          <dl className="figures-list">
            {rows.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
            <div className={differenceFen === 0 ? 'total good' : 'total bad'}>
              <dt>{t('shift.difference')}</dt>
              <dd data-figure="difference">{yuan(differenceFen)}</dd>
            </div>
          </dl>
          <output>
            <b>{words}</b>
          </output>
          <Button ref={button} className="btn go" onPress={done}>
            {t('shift.done')} <KeyCap action="result.done" />
          </Button>
        </div>
      </section>
    </main>
  );
}
