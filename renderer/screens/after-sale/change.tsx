import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { SecondSignature } from '../../../contract/office/people.ts';
import type { DepartureId, Fen, TicketNumber } from '../../../contract/ids.ts';
import { yuan } from '../../../contract/refusals.ts';
import type { Problem } from '../../client/office-client.ts';
import { act as press, formScopes, useActions, useScopes } from '../../keys/dispatcher.ts';
import { Field } from '../../parts/field.tsx';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { SecondSignatureDialog } from '../../parts/second-signature.tsx';
import { useAsk, useOffice } from '../../state/office.ts';
import { parseYuan, typedYuan } from '../../text/money.ts';
import { t } from '../../words/words.ts';

/** What a change to one departure costs, and the key that does it. */
export function ChangeTickets({
  ticketNumbers,
  departureId,
  secondFromFen,
  leave,
  done,
}: {
  ticketNumbers: readonly TicketNumber[];
  departureId: DepartureId;
  secondFromFen: number;
  leave(): void;
  done(words: string, slip: readonly TicketNumber[]): void;
}) {
  const { client, clock, queries } = useOffice();
  const [commandId] = useState(() => clock.commandId());
  const [tendered, setTendered] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [signing, setSigning] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const asked = useAsk('tickets.changeQuote', { ticketNumbers: [...ticketNumbers], departureId });
  const quote = asked.data;
  const isReady = quote !== undefined;
  const stops = quote?.refusal ?? null;
  const collectFen = quote?.collectFen ?? 0;
  const backFen = quote?.backFen ?? 0;
  const tenderedFen = tendered === '' ? collectFen : parseYuan(tendered);
  useScopes(formScopes);
  useEffect(() => {
    if (isReady) (collectFen > 0 ? field : button).current?.focus();
  }, [collectFen, isReady]);

  const go = async (signature?: SecondSignature): Promise<Problem | undefined> => {
    if (busy || !quote || stops) return undefined;
    if (tenderedFen === null) {
      setProblem({ code: 'client.money' });
      return undefined;
    }
    setBusy(true);
    const reply = await client.call(
      'tickets.change',
      {
        ticketNumbers: [...ticketNumbers],
        departureId,
        collectFen: collectFen as Fen,
        backFen: backFen as Fen,
        tenderedFen: tenderedFen as Fen,
        documentShown: true,
        ...(signature ? { secondSignature: signature } : {}),
      },
      commandId,
    );
    setBusy(false);
    if (!reply.ok) {
      if (!signature) setProblem(reply.problem);
      return reply.problem;
    }
    void client.call('commands.seen', { commandIds: [commandId] });
    void queries.invalidateQueries();
    const { tickets, changeFen } = reply.value;
    const money =
      backFen > 0
        ? ` · ${t('after.change.back')} ${yuan(backFen)}`
        : collectFen > 0
          ? ` · ${t('after.change.collect')} ${yuan(collectFen)} ${yuan(changeFen)}`
          : '';
    done(
      `${t('after.done.change', { count: tickets.length })}${money}`,
      tickets.map(({ newTicketNumber }) => newTicketNumber),
    );
    return undefined;
  };
  const start = (): void => {
    if (backFen >= secondFromFen && backFen > 0) setSigning(true);
    else void go();
  };
  useActions(signing ? {} : { 'form.submit': start, 'form.leave': leave });
  const [, , time = ''] = departureId.split('/');
  return (
    <section className="panel here" aria-labelledby="after-change" data-part="afterChange">
      <h2 id="after-change">
        {t('after.change.title', {
          time: `${departureId.split('/')[1]?.slice(5) ?? ''} ${time.slice(0, 2)}:${time.slice(2, 4)}`,
          to: '',
        })}
      </h2>
      <div className="form-body scroll">
        {asked.error && <ProblemBox problem={asked.error.problem} />}
        {stops && <ProblemBox problem={stops} />}
        {quote && !stops && (
          <dl className="figures-list">
            {quote.tickets.map((one) => (
              <div key={one.ticketNumber}>
                <dt className="figures">{one.ticketNumber.slice(-8)}</dt>
                <dd>
                  {t('after.change.old')} {yuan(one.fareFen)} {'\u2192'} {t('after.change.new')}{' '}
                  {yuan(one.newFareFen)}
                  {one.feeFen > 0 && ` · ${t('after.fee')} ${yuan(one.feeFen)}`}
                  {one.free && ` · ${t('after.changeFree')}`}
                </dd>
              </div>
            ))}
            <div className="total">
              <dt>
                {collectFen > 0
                  ? t('after.change.collect')
                  : backFen > 0
                    ? t('after.change.back')
                    : t('after.change.nothing')}
              </dt>
              <dd data-figure="balance">
                {collectFen + backFen > 0 ? yuan(collectFen > 0 ? collectFen : backFen) : ''}
              </dd>
            </div>
          </dl>
        )}
        {collectFen > 0 && !stops && (
          <Field
            label={t('after.change.tendered')}
            value={tendered}
            onChange={setTendered}
            inputRef={field}
            numeric
            placeholder={typedYuan(collectFen)}
          />
        )}
        {quote && !stops && <p className="dim">{t('after.change.document')}</p>}
        {problem && <ProblemBox problem={problem} />}
      </div>
      <div className="form-foot rows">
        <Button ref={button} className="btn go" isDisabled={busy || !quote || stops !== null} onPress={start}>
          {t('after.go.change')} <KeyCap action="form.submit" />
        </Button>
        <Button className="btn" onPress={() => press('form.leave')}>
          {t('after.leave')} <KeyCap action="form.leave" />
        </Button>
      </div>
      {signing && (
        <SecondSignatureDialog
          title={t('after.second.title')}
          sign={go}
          leave={() => {
            setSigning(false);
          }}
        >
          <p>{t('after.second.money', { yuan: yuan(backFen) })}</p>
        </SecondSignatureDialog>
      )}
    </section>
  );
}
