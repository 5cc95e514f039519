import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { AfterSaleTicket } from '../../../contract/office.ts';
import { yuan } from '../../../contract/refusals.ts';
import { act as press } from '../../keys/dispatcher.ts';
import type { ActionId } from '../../keys/key-map.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { clockText, dateOf } from '../../text/when.ts';
import { wayWords } from '../../text/way.ts';
import { t } from '../../words/words.ts';
import { obstacle, rowWords, type Act } from './model.ts';

/** One ticket: what it is, and what may be done with it and for how much. What may not says why. */
export function TicketPanel({
  ticket,
  words,
  begin,
}: {
  ticket: AfterSaleTicket;
  /** What was just done. */
  words: string | null;
  begin(act: Act): void;
}) {
  const { refund } = ticket;
  const line = (
    action: ActionId,
    act: Act | 'change',
    title: string,
    what: string | null,
    more?: ReactNode,
  ) => {
    const why = obstacle(act, ticket);
    if (why === '') return null;
    return (
      <li key={action} className={why === null ? '' : 'not'} data-act={act}>
        <Button
          className="btn"
          isDisabled={why !== null}
          onPress={() => {
            if (act === 'change') press('after.change');
            else begin(act);
          }}
        >
          <span>{title}</span> <KeyCap action={action} />
        </Button>
        <p>{why ?? what}</p>
        {why === null && more}
      </li>
    );
  };
  const row = rowWords(refund);
  return (
    <section className="panel" aria-labelledby="after-detail" data-part="afterTicket">
      <h2 id="after-detail">
        <span className="figures">{ticket.ticketNumber}</span>
      </h2>
      <div className="form-body scroll">
        {words !== null && (
          <output className="caution good" data-part="afterDone">
            <b>{words}</b>
            <Button className="btn small" onPress={() => press('after.slip')}>
              {t('key.after.slip')} <KeyCap action="after.slip" />
            </Button>
          </output>
        )}
        <dl className="figures-list">
          <div>
            <dt>{t('after.colDeparture')}</dt>
            <dd>
              {ticket.date} {ticket.departLocal} {ticket.lineName}
              {ticket.toStop && ` \u00B7 ${wayWords(ticket)}`}
            </dd>
          </div>
          <div>
            <dt>{t('after.colHolder')}</dt>
            <dd>
              {ticket.holderName ?? t('after.erased')} <span className="dim">{ticket.masked}</span>
            </dd>
          </div>
          <div>
            <dt>{t('after.colFare')}</dt>
            <dd>
              {ticket.className} {yuan(ticket.fareFen)}{' '}
              <span className="dim">
                {dateOf(ticket.soldAt).slice(5)} {clockText(ticket.soldAt).slice(0, 5)}
              </span>{' '}
              {t('after.window', { window: Number(ticket.window) })}
            </dd>
          </div>
          <div>
            <dt>{t('after.colState')}</dt>
            <dd>
              {t(`after.state.${ticket.state}`)}
              {ticket.replacedBy && ` · ${t('after.replacedBy', { number: ticket.replacedBy.slice(-8) })}`}
              {ticket.replaces && ` · ${t('after.replaces', { number: ticket.replaces.slice(-8) })}`}
              {ticket.requestNumber && ` · ${t('after.requested', { number: ticket.requestNumber })}`}
            </dd>
          </div>
        </dl>
        {ticket.unheard && (
          <p className="caution" data-part="unheard">
            {t('after.unheard', { window: ticket.window })}
          </p>
        )}
        {ticket.authority !== 'here' && (
          <p className={ticket.authority === 'outOfContact' ? 'caution' : 'dim'}>
            {t(`after.authority.${ticket.authority}`, { window: ticket.window })}
          </p>
        )}
        <h3>{t('after.may')}</h3>
        <ul className="after-acts">
          {line(
            'after.payOut',
            'payOut',
            t('after.payOut'),
            t('after.payOutWhat', { yuan: yuan(ticket.owedFen) }),
          )}
          {line('after.request', 'request', t('after.request'), t('after.requestWhat'))}
          {line(
            'after.withdraw',
            'withdraw',
            t('after.withdraw'),
            t('after.withdrawWhat', { number: ticket.requestNumber ?? '' }),
          )}
          {line('after.noShow', 'noShow', t('after.noShow'), t('after.noShowWhat'))}
          {line(
            'after.refund',
            'refund',
            t('after.refund'),
            refund.free
              ? t('after.refundFree', { back: yuan(refund.backFen) })
              : t('after.refundWhat', { back: yuan(refund.backFen), fee: yuan(refund.feeFen) }),
            row && <p className="dim">{row}</p>,
          )}
          {line(
            'after.change',
            'change',
            t('after.change'),
            ticket.change.free ? t('after.changeFree') : t('after.changeRows'),
            ticket.party.length > 0 && (
              <p className="dim">{t('after.party', { count: ticket.party.length })}</p>
            ),
          )}
          {line(
            'after.void',
            'void',
            t('after.void'),
            t('after.voidWhat', { back: yuan(ticket.void.backFen) }),
          )}
          {line(
            'after.reprint',
            'reprint',
            t('after.reprint'),
            t('after.reprintWhat', { copy: ticket.copies + 1 }),
          )}
          {line(
            'after.reissue',
            'reissue',
            t('after.reissue'),
            t(ticket.reissue.needsSecond ? 'after.reissueSecond' : 'after.reissueWhat'),
          )}
        </ul>
      </div>
    </section>
  );
}
