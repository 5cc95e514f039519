import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { AfterSaleTicket } from '../../../contract/office.ts';
import type { SecondSignature } from '../../../contract/office/people.ts';
import type { DepartureId, Fen, TicketNumber } from '../../../contract/ids.ts';
import { yuan } from '../../../contract/refusals.ts';
import type { Problem } from '../../client/office-client.ts';
import { act as press, formScopes, useActions, useScopes } from '../../keys/dispatcher.ts';
import { Field } from '../../parts/field.tsx';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { SecondSignatureDialog } from '../../parts/second-signature.tsx';
import { useOffice } from '../../state/office.ts';
import { t } from '../../words/words.ts';
import { cashOf, isForSeveral, type Act } from './model.ts';

/** The last look before something is done: whose document, how much, why. Enter does it. */
export function ConfirmAct({
  act,
  tickets,
  secondFromFen,
  leave,
  done,
}: {
  act: Act;
  tickets: readonly AfterSaleTicket[];
  secondFromFen: number;
  leave(): void;
  done(words: string, slip: readonly TicketNumber[]): void;
}) {
  const { client, clock, queries } = useOffice();
  const [commandId] = useState(() => clock.commandId());
  const [problem, setProblem] = useState<Problem | null>(null);
  const [reason, setReason] = useState(() =>
    act === 'void' || act === 'reprint' || act === 'withdraw' ? t(`after.reason.${act}`) : '',
  );
  const [busy, setBusy] = useState(false);
  const [signing, setSigning] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [first] = tickets;
  const cash = cashOf(act, tickets);
  const fee = act === 'refund' ? tickets.reduce((sum, ticket) => sum + ticket.refund.feeFen, 0) : 0;
  const needsSecond =
    (act === 'refund' && cash >= secondFromFen) || (act === 'reissue' && first?.reissue.needsSecond === true);
  const takesReason = act === 'void' || act === 'reprint' || act === 'withdraw';
  useScopes(formScopes);
  useEffect(() => {
    (takesReason ? field : button).current?.focus();
  }, [takesReason]);

  const call = (signature: SecondSignature | undefined) => {
    const numbers = tickets.map(({ ticketNumber }) => ticketNumber);
    const ticketNumber = numbers[0] as TicketNumber;
    const backFen = cash as Fen;
    const second = signature ? { secondSignature: signature } : {};
    switch (act) {
      case 'refund':
        return client.call(
          'tickets.refund',
          { ticketNumbers: numbers, backFen, documentShown: true, ...second },
          commandId,
        );
      case 'payOut':
        return client.call(
          'tickets.payOut',
          { ticketNumbers: numbers, backFen, documentShown: true },
          commandId,
        );
      case 'void':
        return client.call('tickets.void', { ticketNumbers: numbers, backFen, reason }, commandId);
      case 'reprint':
        return client.call('tickets.reprint', { ticketNumber, reason }, commandId);
      case 'reissue':
        return client.call('tickets.reissue', { ticketNumber, documentShown: true, ...second }, commandId);
      case 'request':
        return client.call('tickets.request', { ticketNumber, act: 'refund' }, commandId);
      case 'withdraw':
        return client.call(
          'tickets.withdraw',
          { requestNumber: first?.requestNumber ?? '', reason },
          commandId,
        );
      case 'noShow':
        return client.call('tickets.noShow', { departureId: first?.departureId as DepartureId }, commandId);
    }
  };
  const go = async (signature?: SecondSignature): Promise<Problem | undefined> => {
    if (busy) return undefined;
    setBusy(true);
    const reply = await call(signature);
    setBusy(false);
    if (!reply.ok) {
      if (!signature) setProblem(reply.problem);
      return reply.problem;
    }
    void client.call('commands.seen', { commandIds: [commandId] });
    void queries.invalidateQueries();
    const value = reply.value;
    const number =
      'newTicketNumber' in value
        ? value.newTicketNumber
        : 'requestNumber' in value
          ? value.requestNumber
          : '';
    const slip = tickets.map(({ ticketNumber }) => ticketNumber);
    done(t(`after.done.${act}`, { yuan: yuan(cash), number }), slip);
    if (act === 'request') void client.call('tickets.slip', { ticketNumbers: slip });
    return undefined;
  };
  const start = (): void => {
    if (needsSecond) setSigning(true);
    else void go();
  };
  useActions(signing ? {} : { 'form.submit': start, 'form.leave': leave });
  if (!first) return null;
  return (
    <section className="panel here" aria-labelledby="after-confirm" data-part="afterConfirm">
      <h2 id="after-confirm">
        {t(`after.confirm.${act}`, { count: tickets.length, number: first.ticketNumber.slice(-8) })}
      </h2>
      <div className="form-body scroll">
        {act !== 'reprint' && act !== 'void' && act !== 'noShow' && <p>{t('after.document')}</p>}
        <ul className="plain-list">
          {tickets.map((ticket) => (
            <li key={ticket.ticketNumber}>
              <b>{ticket.holderName ?? t('after.erased')}</b> <span className="figures">{ticket.masked}</span>{' '}
              <span className="dim figures">{ticket.ticketNumber.slice(-8)}</span>
            </li>
          ))}
        </ul>
        {isForSeveral(act) && (
          <dl className="figures-list">
            {act === 'refund' && (
              <div>
                <dt>{t('after.fee')}</dt>
                <dd>{yuan(fee)}</dd>
              </div>
            )}
            <div className="total">
              <dt>{t('after.total')}</dt>
              <dd data-figure="back">{yuan(cash)}</dd>
            </div>
          </dl>
        )}
        {takesReason && (
          <Field
            label={t('after.reason')}
            value={reason}
            onChange={setReason}
            inputRef={field}
            maxLength={100}
          />
        )}
        {problem && <ProblemBox problem={problem} />}
      </div>
      <div className="form-foot rows">
        <Button ref={button} className="btn go" isDisabled={busy} onPress={start}>
          {t(`after.go.${act}`, { yuan: yuan(cash) })} <KeyCap action="form.submit" />
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
          <p>
            {act === 'reissue' ? t('after.second.reissue') : t('after.second.money', { yuan: yuan(cash) })}
          </p>
        </SecondSignatureDialog>
      )}
    </section>
  );
}
