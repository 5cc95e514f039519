import type { RefObject } from 'react';
import { Button } from 'react-aria-components';
import type { OfficeOutput, PrintState } from '../../../contract/office.ts';
import { yuan } from '../../../contract/refusals.ts';
import { act, useActions } from '../../keys/dispatcher.ts';
import { Field } from '../../parts/field.tsx';
import { KeyCap } from '../../parts/key-cap.tsx';
import type { Desk } from '../../state/desk.ts';
import type { LastSale } from '../../state/order.ts';
import { goTo, setOrder, useView, view } from '../../state/store.ts';
import { parseYuan, withNotes } from '../../text/money.ts';
import { clockText } from '../../text/when.ts';
import { t } from '../../words/words.ts';

export interface MoneyPaneProps {
  desk: Desk;
  /** Undefined while the fares of the form as it stands are not known. */
  quote: OfficeOutput<'sales.quote'> | undefined;
  cashRef: RefObject<HTMLInputElement | null>;
}

/** Stands where a figure is not known. */
const NOTHING = '\u2014';

/** Right: what is due, what was handed over, what goes back; below, the last sale and its sheets. */
export function MoneyPane({ desk, quote, cashRef }: MoneyPaneProps) {
  const order = useView((state) => state.order);
  const last = useView((state) => state.last);
  const here = useView((state) => state.screen === 'sale' && state.pane === 'money');
  useActions({
    'money.sell': () => void desk.sell(),
    'money.back': () => {
      if (view().order.selling === null) goTo('passengers');
    },
  });
  const isOpen = order.passengers.length > 0;
  const showsLast = !isOpen && last !== null;
  const typedFen = order.cash.trim() === '' ? null : parseYuan(order.cash);
  // With somebody refused there is no sum to ask for.
  const isStopped =
    quote !== undefined && (quote.refusal !== undefined || quote.passengers.some((one) => one.refusal));
  const totalFen = isOpen && !isStopped ? quote?.totalFen : undefined;
  const receivedFen = typedFen ?? (order.cash.trim() === '' ? totalFen : undefined);
  const changeFen =
    totalFen !== undefined && receivedFen !== undefined && receivedFen >= totalFen
      ? receivedFen - totalFen
      : undefined;
  const figures = showsLast
    ? {
        total: yuan(last.result.totalFen),
        received: yuan(last.result.tenderedFen),
        change: yuan(last.result.changeFen),
      }
    : {
        total: totalFen === undefined ? NOTHING : yuan(totalFen),
        received: receivedFen === undefined ? NOTHING : yuan(receivedFen),
        change: changeFen === undefined ? NOTHING : yuan(changeFen),
      };
  const isAtSlip = order.atField !== null && 'field' in order.atField && order.atField.field === 'slipFrom';
  const mark = (shown: string): string => (shown === NOTHING ? ' unknown' : '');
  return (
    <section className={here ? 'panel here' : 'panel'} aria-labelledby="money-title">
      <h2 id="money-title">
        {showsLast
          ? t('last.title', { time: clockText(last.result.at), count: last.result.tickets.length })
          : t('money.title')}
      </h2>
      <dl className={showsLast ? 'sum last' : 'sum'}>
        <dt>{t('money.total')}</dt>
        <dd className={(showsLast ? 'mid' : 'big') + mark(figures.total)} data-figure="total">
          {figures.total}
        </dd>
        <dt>{t('money.received')}</dt>
        <dd className={`mid${mark(figures.received)}`} data-figure="received">
          {figures.received}
        </dd>
        <dt>{t('money.change')}</dt>
        <dd className={(showsLast ? 'big good' : 'mid good') + mark(figures.change)} data-figure="change">
          {figures.change}
        </dd>
      </dl>
      <div className="pay">
        <Field
          label={t('money.cash')}
          value={order.cash}
          onChange={(typed) => {
            setOrder((now) =>
              now.selling === null ? { ...now, cash: withNotes(typed), atField: null } : now,
            );
          }}
          inputRef={cashRef}
          numeric
          placeholder={t('money.exact')}
          problem={isAtSlip ? null : order.atField}
          isReadOnly={order.selling !== null}
          maxLength={12}
          className="cash"
          onFocus={() => {
            if (view().pane !== 'money') goTo('money');
          }}
        />
        {quote?.paper?.way === 'slip' && (
          <Field
            label={t('money.slip')}
            value={order.slip}
            onChange={(slip) => {
              setOrder((now) => (now.selling === null ? { ...now, slip, atField: null } : now));
            }}
            numeric
            placeholder={
              quote.paper.nextSlip === null
                ? t('money.slipFirst')
                : t('money.slipNext', { number: quote.paper.nextSlip })
            }
            problem={isAtSlip ? order.atField : null}
            isReadOnly={order.selling !== null}
            maxLength={8}
          />
        )}
        {quote?.paper?.way === 'none' && <p className="caution">{t('money.noPaper')}</p>}
        <Button
          className="btn go"
          isDisabled={totalFen === undefined || order.selling !== null}
          onPress={() => {
            act('money.sell');
          }}
        >
          {order.selling === null ? t('money.sell') : t('money.selling')} <KeyCap action="money.sell" />
        </Button>
        {order.selling === 'askingAgain' && (
          <p className="caution" role="alert">
            {t('money.askingAgain')}
          </p>
        )}
        <p className="notes dim">
          {t('money.notes')} <KeyCap action="money.hundred" /> {t('money.note', { yuan: 100 })}{' '}
          <KeyCap action="money.fifty" /> {t('money.note', { yuan: 50 })} <KeyCap action="money.twenty" />{' '}
          {t('money.note', { yuan: 20 })}
        </p>
      </div>
      <LastSaleBox last={last} isHeadline={showsLast} />
    </section>
  );
}

const printTones: Record<PrintState['state'], string> = {
  waiting: 'tag',
  sending: 'tag',
  confirmed: 'tag good',
  sent: 'tag',
  unknown: 'tag warn',
  failed: 'tag stop',
  settled: 'tag good',
  slip: 'tag good',
  none: 'tag',
  spoiled: 'tag',
  cancelled: 'tag',
};

/** Where a sheet is, in words, with its copy when it is not the first. */
export function PrintTag({ print }: { print: PrintState }) {
  return (
    <span className={printTones[print.state]} title={print.reason}>
      {t(`print.${print.state}`)}
      {print.slip !== undefined && ` ${print.slip}`}
      {print.copy > 1 && ` ${t('print.copy', { count: print.copy })}`}
    </span>
  );
}

function LastSaleBox({ last, isHeadline }: { last: LastSale | null; isHeadline: boolean }) {
  if (!last) return <div className="paper dim">{t('last.none')}</div>;
  const { result } = last;
  return (
    <div className="paper" data-part="last-sale">
      {!isHeadline && (
        <p>
          <b>{t('last.title', { time: clockText(result.at), count: result.tickets.length })}</b>{' '}
          {t('last.change', { yuan: yuan(result.changeFen) })}
        </p>
      )}
      <p>
        {t('last.to', { time: last.departLocal, to: last.toName })} {'\u00B7'}{' '}
        <b className="good">{t('last.durable')}</b>
      </p>
      <ul aria-live="polite">
        {result.tickets.map((ticket) => (
          <li key={ticket.ticketNumber}>
            <span className="figures" title={ticket.ticketNumber}>
              {'\u2026'}
              {ticket.ticketNumber.slice(-8)}
            </span>
            {ticket.queue !== undefined && (
              <b className="figures nowrap">{t('last.queue', { label: ticket.queue })}</b>
            )}
            {ticket.queue === undefined && ticket.seatNumber !== null && (
              <span>{t('last.seat', { seat: ticket.seatNumber })}</span>
            )}
            <span className="spacer" />
            <PrintTag print={ticket.print} />
          </li>
        ))}
      </ul>
    </div>
  );
}
