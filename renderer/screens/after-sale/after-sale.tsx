// A table that is walked row by row is a grid (WAI-ARIA); HTML has no element of that kind.
/* oxlint-disable jsx-a11y/no-noninteractive-element-to-interactive-role */
import '../../styles/after-sale.css';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { AfterSaleTicket, OfficeInput } from '../../../contract/office.ts';
import type { DepartureId, TicketNumber } from '../../../contract/ids.ts';
import { yuan } from '../../../contract/refusals.ts';
import type { Problem } from '../../client/office-client.ts';
import { useActions, useScopes } from '../../keys/dispatcher.ts';
import { useHome } from '../../keys/home.ts';
import type { ActionId, Scope } from '../../keys/key-map.ts';
import { Field } from '../../parts/field.tsx';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { useAsk, useOffice } from '../../state/office.ts';
import { goTo, setView, useView } from '../../state/store.ts';
import { useTaker } from '../../state/takers.ts';
import { plainWidth } from '../../text/digits.ts';
import { clockText, dateOf } from '../../text/when.ts';
import { t } from '../../words/words.ts';
import { ChangeTickets } from './change.tsx';
import { ConfirmAct } from './confirm.tsx';
import { ListKeys } from './list-keys.tsx';
import { isForSeveral, obstacle, type Act, type Step } from './model.ts';
import { PickDeparture } from './pick.tsx';
import { TicketPanel } from './ticket-panel.tsx';

type Query = OfficeInput<'tickets.find'>;
const tones: Record<AfterSaleTicket['state'], string> = {
  sold: 'tag good',
  boarded: 'tag on',
  refundPending: 'tag warn',
  refunded: 'tag',
  void: 'tag',
  replaced: 'tag',
};
const acts: Readonly<Partial<Record<ActionId, Act>>> = {
  'after.refund': 'refund',
  'after.void': 'void',
  'after.payOut': 'payOut',
  'after.reprint': 'reprint',
  'after.reissue': 'reissue',
  'after.request': 'request',
  'after.withdraw': 'withdraw',
  'after.noShow': 'noShow',
};

/**
 * After the sale: tickets of a document, a code or a number, with everything that may be done and what it costs, before it is
 * done. Found by the document on the reader, by the ticket's code, its number or its last digits.
 */
export function AfterSale() {
  const { client } = useOffice();
  const begun = useView((state) => state.afterSale);
  const [text, setText] = useState('');
  const [query, setQuery] = useState<Query | null>(null);
  const [tickets, setTickets] = useState<readonly AfterSaleTicket[]>([]);
  const [secondFromFen, setSecondFromFen] = useState(0);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [at, setAt] = useState<string | null>(null);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [step, setStep] = useState<Step>({ step: 'look' });
  const [typing, setTyping] = useState(true);
  const field = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLTableElement>(null);

  const open = useAsk('tickets.requests', {}).data?.requests ?? [];
  const requests = open.filter(({ settled }) => !settled);
  const ticket = tickets.find(({ ticketNumber }) => ticketNumber === at) ?? tickets[0];
  const chosen = tickets.filter(({ ticketNumber }) => marked.has(ticketNumber));
  const together = chosen.length > 0 ? chosen : ticket ? [ticket] : [];
  const isLooking = step.step === 'look' || step.step === 'done';
  const isAtField = typing || tickets.length === 0;
  // What is drawn above this screen comes before it, whatever changes here.
  const now = useRef({ isLooking, isAtField });
  useEffect(() => {
    now.current = { isLooking, isAtField };
  });
  useScopes(
    useCallback(
      (): Scope[] =>
        now.current.isLooking
          ? [now.current.isAtField ? 'afterFind' : 'afterSale', 'desk', 'everywhere']
          : ['everywhere'],
      [],
    ),
  );
  useHome(useCallback(() => (now.current.isAtField || !grid.current ? field.current : grid.current), []));
  useEffect(() => {
    if (isLooking) (isAtField ? field : grid).current?.focus();
  }, [isLooking, isAtField]);

  const find = async (asked: Query, stays = false): Promise<void> => {
    setProblem(null);
    const reply = await client.call('tickets.find', asked);
    if (!reply.ok) {
      setProblem(reply.problem);
      if (!stays) {
        setTickets([]);
        setTyping(true);
        setStep({ step: 'look' });
      }
      return;
    }
    setQuery(asked);
    setTickets(reply.value.tickets);
    setSecondFromFen(reply.value.secondFromFen);
    if (!stays) {
      setMarked(new Set());
      setAt(null);
      setStep({ step: 'look' });
      setTyping(false);
    }
  };
  useEffect(() => {
    if (begun === null) return;
    setView({ afterSale: null });
    void find({ text: begun });
    // Asked once, for the ticket that the list of sold ones was left with.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  // What stood in the way of another sheet is over when the one before has come out, or was looked at.
  useEffect(() =>
    client.on('print.changed', ({ ticketNumber }) => {
      if (query && tickets.some((one) => one.ticketNumber === ticketNumber)) void find(query, true);
    }),
  );
  useTaker({
    card: ({ holderRef }) => void find({ holderRef }),
    unreadable: setProblem,
    code(code) {
      if (code.kind === 'ticketQr') void find({ text: code.ticketNumber });
      else if (code.kind === 'refused') setProblem(code.refusal);
      else if (code.kind === 'mrz') void find({ holderRef: code.holder.holderRef });
    },
  });
  const move = (by: number): void => {
    const index = ticket ? tickets.indexOf(ticket) : 0;
    const next = tickets[Math.max(0, Math.min(tickets.length - 1, index + by))];
    if (next) setAt(next.ticketNumber);
    if (step.step === 'done') setStep({ step: 'look' });
  };
  /** What was done stands in the words; the tickets are asked for again. */
  const done = (words: string, slip: readonly TicketNumber[]): void => {
    setStep({ step: 'done', words, slip });
    setMarked(new Set());
    if (query) void find(query, true);
  };
  const slipOf = step.step === 'done' ? step.slip : ticket ? [ticket.ticketNumber] : [];
  const begin = (act: Act): void => {
    const on = isForSeveral(act) ? together : ticket ? [ticket] : [];
    if (on.length > 0 && on.every((one) => obstacle(act, one) === null)) setStep({ step: 'confirm', act });
  };
  const away = (): void => {
    if (step.step === 'done') setStep({ step: 'look' });
    else goTo('departures');
  };
  const actions: Partial<Record<ActionId, () => void>> = {
    'after.search': () => {
      const digits = plainWidth(text).trim();
      const oldest = requests[0];
      if (digits === '' && oldest) void find({ text: oldest.ticketNumber });
      else if (digits !== '')
        void find({ text: digits.startsWith('SO') ? digits : digits.replaceAll(/\D/g, '') });
    },
    'after.list': () => {
      if (tickets.length > 0) setTyping(false);
    },
    'after.find': () => {
      setText('');
      setTyping(true);
    },
    'after.next': () => {
      move(1);
    },
    'after.before': () => {
      move(-1);
    },
    'after.mark': () => {
      if (ticket) setMarked(toggled(marked, ticket, tickets));
    },
    'after.change': () => {
      if (together.length > 0 && together.every((one) => obstacle('change', one) === null))
        setStep({ step: 'pick' });
    },
    'after.slip': () => {
      if (slipOf.length > 0)
        void client.call('tickets.slip', { ticketNumbers: [...slipOf] }).then((reply) => {
          if (!reply.ok) setProblem(reply.problem);
          else if (step.step === 'done') setStep({ ...step, words: t('after.slipPrinted') });
        });
    },
    'after.leave': away,
    'after.findLeave': away,
  };
  for (const [action, act] of Object.entries(acts)) actions[action as ActionId] = () => begin(act);
  useActions(isLooking ? actions : {});
  const leave = (): void => setStep({ step: 'look' });
  const party = withParty(together, tickets);

  return (
    <main className="after" data-screen="afterSale">
      <section className="panel here" aria-labelledby="after-title">
        <h2 id="after-title">
          {t('after.title')}
          {chosen.length > 0 && <span className="tag on">{t('after.marked', { count: chosen.length })}</span>}
          <span className="spacer" />
          <Field
            label={t('after.field')}
            value={text}
            onChange={setText}
            inputRef={field}
            numeric
            maxLength={400}
            className="inline"
            onFocus={() => {
              setTyping(true);
            }}
          />
          <KeyCap action={isAtField ? 'after.search' : 'after.find'} />
        </h2>
        {problem && <ProblemBox problem={problem} />}
        <div className="scroll">
          {tickets.length === 0 ? (
            <>
              <p className="empty">{t('after.what')}</p>
              {requests.length > 0 && (
                <section className="form-body" data-part="openRequests" aria-labelledby="after-requests">
                  <h3 id="after-requests">{t('after.openRequests')}</h3>
                  <p className="dim">{t('after.openRequestsWhat')}</p>
                  <ul className="plain-list">
                    {requests.map(({ requestNumber, ticketNumber, at: takenAt }) => (
                      <li key={requestNumber} className="figures" data-request={requestNumber}>
                        {t('after.openRequest', {
                          number: requestNumber,
                          ticket: ticketNumber.slice(-8),
                          time: `${dateOf(takenAt).slice(5)} ${clockText(takenAt).slice(0, 5)}`,
                        })}
                      </li>
                    ))}
                  </ul>
                </section>
              )}
            </>
          ) : (
            <table
              ref={grid}
              role="grid"
              tabIndex={0}
              aria-label={t('after.tickets')}
              aria-activedescendant={ticket ? `after-${ticket.ticketNumber}` : undefined}
              onFocus={() => {
                setTyping(false);
              }}
            >
              <thead>
                <tr>
                  <th scope="col">{t('after.colMark')}</th>
                  <th scope="col">{t('after.colNumber')}</th>
                  <th scope="col">{t('after.colDeparture')}</th>
                  <th scope="col">{t('after.colHolder')}</th>
                  <th scope="col">{t('after.colClass')}</th>
                  <th scope="col" className="num">
                    {t('after.colFare')}
                  </th>
                  <th scope="col">{t('after.colState')}</th>
                </tr>
              </thead>
              <tbody>
                {tickets.map((one) => (
                  <tr
                    key={one.ticketNumber}
                    id={`after-${one.ticketNumber}`}
                    aria-selected={one === ticket}
                    className={one === ticket ? 'sel' : ''}
                    onMouseDown={() => {
                      setAt(one.ticketNumber);
                    }}
                  >
                    <td>
                      {marked.has(one.ticketNumber) ? <b aria-label={t('after.isMarked')}>{'\u2713'}</b> : ''}
                    </td>
                    <td className="figures">{one.ticketNumber.slice(-8)}</td>
                    <td>{`${one.date.slice(5)} ${one.departLocal} ${one.toStop?.name ?? one.toName}`}</td>
                    <td>{one.holderName ?? <span className="dim">{t('after.erased')}</span>}</td>
                    <td>{one.className}</td>
                    <td className="num">{yuan(one.fareFen)}</td>
                    <td>
                      <span className={tones[one.state]}>{t(`after.state.${one.state}`)}</span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </div>
        {isLooking && <ListKeys at={!isAtField ? 'list' : tickets.length > 0 ? 'field' : 'empty'} />}
      </section>
      {ticket && isLooking && (
        <TicketPanel ticket={ticket} words={step.step === 'done' ? step.words : null} begin={begin} />
      )}
      {step.step === 'confirm' && ticket && (
        <ConfirmAct
          key={step.act}
          act={step.act}
          tickets={isForSeveral(step.act) ? together : [ticket]}
          secondFromFen={secondFromFen}
          leave={leave}
          done={done}
        />
      )}
      {step.step === 'pick' && ticket && (
        <PickDeparture
          ticket={ticket}
          leave={leave}
          take={(departureId) => setStep({ step: 'change', departureId })}
        />
      )}
      {step.step === 'change' && (
        <ChangeTickets
          ticketNumbers={party}
          departureId={step.departureId as DepartureId}
          secondFromFen={secondFromFen}
          leave={() => setStep({ step: 'pick' })}
          done={done}
        />
      )}
    </main>
  );
}

/** Tickets of one departure can be done together. */
function toggled(
  marked: ReadonlySet<string>,
  ticket: AfterSaleTicket,
  tickets: readonly AfterSaleTicket[],
): ReadonlySet<string> {
  const same = new Set(
    [...marked].filter((number) =>
      tickets.some((one) => one.ticketNumber === number && one.departureId === ticket.departureId),
    ),
  );
  if (!same.delete(ticket.ticketNumber)) same.add(ticket.ticketNumber);
  return same;
}

/** With those who change with them or not at all. */
function withParty(chosen: readonly AfterSaleTicket[], tickets: readonly AfterSaleTicket[]): TicketNumber[] {
  const all = new Set(chosen.flatMap(({ ticketNumber, party }) => [ticketNumber, ...party]));
  const order = [...tickets.map(({ ticketNumber }) => ticketNumber), ...all];
  return [...new Set(order)].filter((number) => all.has(number));
}
