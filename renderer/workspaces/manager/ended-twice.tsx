import { useState } from 'react';
import { Button } from 'react-aria-components';
import { yuan } from '../../../contract/refusals.ts';
import { act, useActions } from '../../keys/dispatcher.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { useAsk, useOffice } from '../../state/office.ts';
import { clockText } from '../../text/when.ts';
import { t } from '../../words/words.ts';
import { ReasonForm } from './windows/reason-form.tsx';

/** Tickets that two windows out of contact both ended, with the money that was given too much; the first open one is settled next. */
export function EndedTwice() {
  const { client, queries } = useOffice();
  const list = useAsk('tickets.endedTwice', {}, { keep: true, everyMs: 5_000 });
  const [isSettling, setIsSettling] = useState(false);
  const [said, setSaid] = useState('');
  const tickets = list.data?.tickets ?? [];
  const open = tickets.find(({ settled }) => settled === null);
  useActions(open && !isSettling ? { 'doubles.twice': () => setIsSettling(true) } : {});
  if (isSettling && open)
    return (
      <ReasonForm
        title={t('twice.settleTitle')}
        what={t('twice.settleWhat', {
          number: `…${open.ticketNumber.slice(-6)}`,
          yuan: yuan(open.tooMuchFen),
        })}
        go={t('twice.settleTitle')}
        leave={() => setIsSettling(false)}
        run={async (reason, commandId) => {
          const { ticketNumber } = open;
          const reply = await client.call('tickets.settleTwice', { ticketNumber, reason }, commandId);
          if (!reply.ok) return reply.problem;
          void client.call('commands.seen', { commandIds: [commandId] });
          setSaid(t('twice.settled'));
          setIsSettling(false);
          void queries.invalidateQueries({ queryKey: ['tickets.endedTwice'] });
          return undefined;
        }}
      />
    );
  return (
    <section className="panel" data-part="endedTwice">
      <h2>
        {t('twice.title')}
        <span className="spacer" />
        {open && (
          <span className="tag stop">{t('twice.sum', { yuan: yuan(list.data?.tooMuchFen ?? 0) })}</span>
        )}
      </h2>
      <p className="dim words">{tickets.length === 0 ? t('twice.none') : t('twice.what')}</p>
      {said !== '' && <output className="good words">{said}</output>}
      {tickets.length > 0 && (
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('doubles.who')}</th>
                <th scope="col">{t('twice.where')}</th>
                <th scope="col" className="num">
                  {t('twice.tooMuch')}
                </th>
                <th scope="col">{t('doubles.state')}</th>
              </tr>
            </thead>
            <tbody>
              {tickets.map(({ ticketNumber, ticket, ends, tooMuchFen, settled }) => (
                <tr key={ticketNumber} data-twice={ticketNumber} data-settled={settled !== null}>
                  <td>
                    <b>{ticket?.name ?? '\u2014'}</b>
                    <div className="dim figures">{ticketNumber}</div>
                  </td>
                  <td>
                    {ends.map(({ at, window, what, worthFen }) => (
                      <div key={`${window} ${at}`}>
                        {t('twice.end', {
                          time: clockText(at).slice(0, 5),
                          window: Number(window.slice(-2)),
                          what: t(`twice.${what}`),
                          yuan: yuan(worthFen),
                        })}
                      </div>
                    ))}
                  </td>
                  <td className="num">{yuan(tooMuchFen)}</td>
                  <td>{settled === null ? t('doubles.open') : settled.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {open && (
        <footer>
          <Button className="btn" onPress={() => act('doubles.twice')}>
            {t('key.doubles.twice')} <KeyCap action="doubles.twice" />
          </Button>
        </footer>
      )}
    </section>
  );
}
