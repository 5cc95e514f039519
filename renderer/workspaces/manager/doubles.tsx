// A table that is worked with the arrow keys is a grid: the tags stay a table's, so that the columns line up.
/* oxlint-disable jsx-a11y/no-noninteractive-element-to-interactive-role */
import { useCallback, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { OfficeOutput } from '../../../contract/office.ts';
import { act, useActions, useScopes } from '../../keys/dispatcher.ts';
import { useHome } from '../../keys/home.ts';
import type { ActionId, Scope } from '../../keys/key-map.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { useAsk, useOffice } from '../../state/office.ts';
import { clockText } from '../../text/when.ts';
import { t } from '../../words/words.ts';
import { EndedTwice } from './ended-twice.tsx';
import { ReasonForm } from './windows/reason-form.tsx';

type Double = OfficeOutput<'gate.doubles'>['doubles'][number];
type Boarding = Double['boardings'][number];

const scopes = (): Scope[] => ['doubles', 'everywhere'];
const windowOf = ({ window }: Boarding): string => window.slice(-2);

/** Tickets that two gates let aboard while they could not ask: both boardings as evidence, and taking one of them back. */
export default function DoublesPage() {
  const { client, queries } = useOffice();
  const list = useAsk('gate.doubles', {}, { keep: true, everyMs: 5_000 });
  const doubles = list.data?.doubles ?? [];
  const isListed = list.data !== undefined;
  const [row, setRow] = useState(0);
  const [taking, setTaking] = useState<Boarding | null>(null);
  const [said, setSaid] = useState('');
  const grid = useRef<HTMLTableElement>(null);
  const at = Math.min(row, Math.max(0, doubles.length - 1));
  const double = doubles[at];
  useScopes(scopes);
  useHome(useCallback(() => grid.current, []));
  useEffect(() => {
    if (taking === null && isListed) grid.current?.focus();
  }, [taking, isListed]);
  useEffect(() => {
    const ends = ['gate.doubled', 'gate.changed'].map((event) =>
      client.on(
        event as 'gate.changed',
        () => void queries.invalidateQueries({ queryKey: ['gate.doubles'] }),
      ),
    );
    return () => {
      for (const end of ends) end();
    };
  }, [client, queries]);

  const standing = double && !double.settled ? double.boardings.filter(({ ended }) => !ended) : [];
  const actions: Partial<Record<ActionId, () => void>> = {};
  if (taking === null) {
    actions['doubles.next'] = () => setRow(Math.min(doubles.length - 1, at + 1));
    actions['doubles.before'] = () => setRow(Math.max(0, at - 1));
    for (const [place, action] of (['doubles.first', 'doubles.second'] as const).entries()) {
      const boarding = standing[place];
      if (boarding)
        actions[action] = () => {
          setSaid('');
          setTaking(boarding);
        };
    }
  }
  useActions(actions);

  return (
    <div className="people doubles" data-page-part="doubles">
      <section className="panel grow">
        <h2>{t('doubles.title')}</h2>
        <p className="dim words">{t('doubles.what')}</p>
        {list.error && <ProblemBox problem={list.error.problem} />}
        {said !== '' && <output className="good words">{said}</output>}
        <div className="scroll">
          <table ref={grid} role="grid" tabIndex={0} aria-label={t('doubles.title')}>
            <thead>
              <tr>
                <th>{t('doubles.who')}</th>
                <th>{t('doubles.place', { place: 1 })}</th>
                <th>{t('doubles.place', { place: 2 })}</th>
                <th>{t('doubles.state')}</th>
              </tr>
            </thead>
            <tbody>
              {doubles.map((one, index) => (
                <Row
                  key={`${one.ticketNumber} ${one.boardings.map(({ seq }) => seq).join(' ')}`}
                  double={one}
                  isHere={index === at}
                  pick={() => setRow(index)}
                />
              ))}
            </tbody>
          </table>
          {list.data && doubles.length === 0 && <p className="empty dim">{t('doubles.none')}</p>}
        </div>
        {standing.length > 0 && (
          <footer>
            {standing.slice(0, 2).map((boarding, place) => (
              <Button
                key={boarding.window}
                className="btn"
                onPress={() => act(place === 0 ? 'doubles.first' : 'doubles.second')}
              >
                {t('doubles.take', { place: place + 1 })} · {boarding.gate}{' '}
                <KeyCap action={place === 0 ? 'doubles.first' : 'doubles.second'} />
              </Button>
            ))}
          </footer>
        )}
      </section>
      {taking === null && <EndedTwice />}
      {taking && double && (
        <ReasonForm
          title={t('doubles.takeTitle')}
          what={t('doubles.takeWhat', {
            name: double.ticket?.name ?? '',
            number: `…${double.ticketNumber.slice(-6)}`,
            gate: taking.gate,
          })}
          go={t('doubles.takeTitle')}
          leave={() => setTaking(null)}
          run={async (reason, commandId) => {
            const { departureId, ticketNumber } = double;
            const input = { departureId, ticketNumber, reason, window: taking.window };
            const reply = await client.call('gate.unboard', input, commandId);
            if (!reply.ok) return reply.problem;
            void client.call('commands.seen', { commandIds: [commandId] });
            setSaid(t('doubles.taken', { gate: taking.gate }));
            setTaking(null);
            void queries.invalidateQueries({ queryKey: ['gate.doubles'] });
            return undefined;
          }}
        />
      )}
    </div>
  );
}

function Row({ double, isHere, pick }: { double: Double; isHere: boolean; pick: () => void }) {
  const { ticket, ticketNumber, boardings, settled } = double;
  return (
    <tr
      className={isHere ? 'sel' : ''}
      aria-selected={isHere}
      data-double={ticketNumber}
      data-settled={settled}
      onClick={pick}
    >
      <td>
        <b>{ticket?.name ?? '—'}</b>
        <div className="dim figures">{ticketNumber}</div>
        <div className="dim">{ticket ? `${ticket.date} ${ticket.departLocal} ${ticket.toName}` : ''}</div>
      </td>
      {boardings.slice(0, 2).map((one) => (
        <td key={one.window}>
          {t('doubles.at', { time: clockText(one.at).slice(0, 8), gate: one.gate, window: windowOf(one) })}
          <div className="dim">
            {t(`doubles.method.${one.method}`)} · {t(one.apart ? 'doubles.apart' : 'doubles.linked')}
            {one.seq !== null && ` · ${t('doubles.entry', { seq: one.seq })}`}
          </div>
          {one.ended && <div>{t('doubles.ended')}</div>}
        </td>
      ))}
      <td>{t(settled ? 'doubles.settled' : 'doubles.open')}</td>
    </tr>
  );
}
