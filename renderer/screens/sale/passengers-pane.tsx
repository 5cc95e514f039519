// A table that is walked row by row is a grid (WAI-ARIA); HTML has no element of that kind.
/* oxlint-disable jsx-a11y/no-noninteractive-element-to-interactive-role */
import { useState, type RefObject } from 'react';
import { Button } from 'react-aria-components';
import type { DepartureView, OfficeOutput } from '../../../contract/office.ts';
import { documentKindName } from '../../../contract/document-kinds.ts';
import { ticketClassName } from '../../../contract/ticket-classes.ts';
import { yuan } from '../../../contract/refusals.ts';
import type { Problem } from '../../client/office-client.ts';
import { useActions } from '../../keys/dispatcher.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox, problemWords } from '../../parts/problem.tsx';
import type { Desk } from '../../state/desk.ts';
import { useOffice } from '../../state/office.ts';
import type { Passenger } from '../../state/order.ts';
import { goTo, setOrder, setView, useView, view } from '../../state/store.ts';
import { kindOfNumber, plainNumber } from '../../text/document-kind.ts';
import { t } from '../../words/words.ts';
import { Say } from './say.tsx';

export interface PassengersPaneProps {
  desk: Desk;
  departure: DepartureView | undefined;
  toName: string;
  quote: OfficeOutput<'sales.quote'> | undefined;
  gridRef: RefObject<HTMLTableElement | null>;
  numberRef: RefObject<HTMLInputElement | null>;
  nameRef: RefObject<HTMLInputElement | null>;
}

export function classWords(passenger: Pick<Passenger, 'ticketClass' | 'childBasis'>): string {
  const name = ticketClassName(passenger.ticketClass);
  return passenger.childBasis === undefined
    ? name
    : `${name} \u00B7 ${t(`passengers.basis.${passenger.childBasis}`)}`;
}

/**
 * Middle: who travels. The focus stands on the list, not in a field, so that letters are commands whatever the input
 * method is set to; the first digit of a document number opens the fields.
 */
export function PassengersPane({
  desk,
  departure,
  toName,
  quote,
  gridRef,
  numberRef,
  nameRef,
}: PassengersPaneProps) {
  const { client } = useOffice();
  const order = useView((state) => state.order);
  const pane = useView((state) => (state.screen === 'sale' ? state.pane : null));
  const [number, setNumber] = useState('');
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const { passengers, row } = order;
  const here = pane === 'passengers' || pane === 'entry';

  const move = (by: number): void => {
    setOrder((now) => ({ ...now, row: Math.max(0, Math.min(now.passengers.length, now.row + by)) }));
  };
  const closeEntry = (): void => {
    setNumber('');
    setName('');
    setProblem(null);
    goTo('passengers');
  };
  const takeEntry = async (): Promise<void> => {
    if (document.activeElement === numberRef.current) {
      if (plainNumber(number) === '') closeEntry();
      else nameRef.current?.focus();
      return;
    }
    if (name.trim() === '') {
      setProblem({ code: 'client.nameMissing', field: 'name' });
      nameRef.current?.focus();
      return;
    }
    const reply = await client.call('holders.type', {
      documentKind: kindOfNumber(number),
      number: plainNumber(number),
      name: name.trim(),
    });
    if (!reply.ok) {
      setProblem(reply.problem);
      (reply.problem.field === 'name' ? nameRef : numberRef).current?.focus();
      return;
    }
    desk.addHolder(reply.value);
    closeEntry();
  };
  useActions({
    'passengers.take': desk.toMoney,
    'passengers.next': () => {
      move(1);
    },
    'passengers.before': () => {
      move(-1);
    },
    'passengers.class': desk.nextClass,
    'passengers.remove': desk.removeSubject,
    'passengers.again': () => void desk.readAgain(),
    'passengers.type': () => {
      goTo('entry');
    },
    'entry.take': () => void takeEntry(),
    'entry.leave': closeEntry,
  });

  const atNumber = problem && problem.field !== 'name' ? problemWords(problem) : undefined;
  const atName = problem?.field === 'name' ? problemWords(problem) : undefined;
  const onSlot = here && row >= passengers.length;
  const enterEntry = (): void => {
    if (view().pane !== 'entry') setView({ pane: 'entry' });
  };
  return (
    <section className={here ? 'panel here' : 'panel'} aria-labelledby="passengers-title">
      <h2 id="passengers-title">
        {departure
          ? `${departure.departLocal} ${t('departures.row', { to: toName, vessel: departure.vesselName })}`
          : t('passengers.noDeparture')}
        {passengers.length > 0 && (
          <span className="tag">{t('passengers.count', { count: passengers.length })}</span>
        )}
        <span className="spacer" />
        <span className="dim plain">{t('passengers.title')}</span>
      </h2>
      <div className="scroll">
        <table
          ref={gridRef}
          role="grid"
          className="fixed"
          tabIndex={0}
          aria-label={t('passengers.title')}
          aria-activedescendant={row < passengers.length ? `passenger-${row}` : 'passenger-slot'}
          onFocus={(event) => {
            if (event.target === gridRef.current && view().pane !== 'passengers') goTo('passengers');
          }}
        >
          <colgroup>
            <col className="narrow" />
            <col className="name" />
            <col />
            <col className="class" />
            <col className="fare" />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">{t('passengers.colNumber')}</th>
              <th scope="col">{t('passengers.colName')}</th>
              <th scope="col">{t('passengers.colDocument')}</th>
              <th scope="col">{t('passengers.colClass')}</th>
              <th scope="col" className="num">
                {t('passengers.colFare')}
              </th>
            </tr>
          </thead>
          <tbody>
            {passengers.map((one, index) => (
              <PassengerRow
                key={one.holder.holderRef}
                passenger={one}
                index={index}
                isHere={here && index === row}
                quote={quote?.passengers.find((quoted) => quoted.holderRef === one.holder.holderRef)}
              />
            ))}
            <tr id="passenger-slot" aria-selected={onSlot}>
              <td className="dim">{passengers.length + 1}</td>
              <td colSpan={4}>
                <div className={onSlot ? 'slot focus' : 'slot'}>
                  {pane !== 'entry' && number === '' && (
                    <span className="dim hint">
                      {pane === 'departures' ? t('passengers.slotAway') : t('passengers.slot')}
                    </span>
                  )}
                  <input
                    ref={numberRef}
                    className="bare figures"
                    aria-label={t('passengers.number')}
                    aria-invalid={atNumber !== undefined}
                    aria-describedby={atNumber ? 'entry-problem' : undefined}
                    tabIndex={-1}
                    value={number}
                    onFocus={enterEntry}
                    onChange={(event) => {
                      setNumber(event.target.value);
                      setProblem(null);
                    }}
                    autoComplete="off"
                    spellCheck="false"
                    maxLength={40}
                  />
                  {number !== '' && <span className="tag">{documentKindName(kindOfNumber(number))}</span>}
                  <label className={number === '' ? 'name-box hidden' : 'name-box'}>
                    <span className="dim">{t('passengers.name')}</span>
                    <input
                      ref={nameRef}
                      className="bare"
                      aria-label={t('passengers.name')}
                      aria-invalid={atName !== undefined}
                      aria-describedby={atName ? 'entry-problem' : undefined}
                      tabIndex={pane === 'entry' ? 0 : -1}
                      value={name}
                      onFocus={enterEntry}
                      onChange={(event) => {
                        setName(event.target.value);
                        setProblem(null);
                      }}
                      autoComplete="off"
                      spellCheck="false"
                      maxLength={64}
                    />
                  </label>
                  {pane === 'entry' && <KeyCap action="entry.take" />}
                </div>
                {(atNumber ?? atName) && (
                  <div className="at-field" id="entry-problem" role="alert">
                    <b>{(atNumber ?? atName)?.message}</b> {(atNumber ?? atName)?.next}
                  </div>
                )}
              </td>
            </tr>
          </tbody>
        </table>
        {passengers.length === 0 && <p className="empty">{t('passengers.first')}</p>}
      </div>
      {quote?.refusal && (
        <div className="in-the-way">
          <ProblemBox problem={quote.refusal} />
        </div>
      )}
      <Say />
      {here && passengers.length > 0 && (
        <div className="pane-foot">
          <Button excludeFromTabOrder className="btn" onPress={desk.toMoney}>
            {t('money.toCash')} <KeyCap action="passengers.take" />
          </Button>
        </div>
      )}
    </section>
  );
}

type QuotedPassenger = OfficeOutput<'sales.quote'>['passengers'][number];

function PassengerRow({
  passenger,
  index,
  isHere,
  quote,
}: {
  passenger: Passenger;
  index: number;
  isHere: boolean;
  quote: QuotedPassenger | undefined;
}) {
  const { holder } = passenger;
  const refusal = quote?.refusal;
  return (
    <>
      <tr
        id={`passenger-${index}`}
        aria-selected={isHere}
        className={`${isHere ? 'sel' : ''} ${refusal ? 'refused' : ''}`}
        onMouseDown={(event) => {
          event.preventDefault();
          setOrder((order) => ({ ...order, row: index }));
          goTo('passengers');
        }}
      >
        <td>{index + 1}</td>
        <td className="b clip" title={holder.name}>
          {holder.name}
        </td>
        <td className="clip">
          <span className="dim kind">{holder.kindName} </span>
          <span className="figures">{holder.masked}</span>
          {holder.capture === 'typed' && <span className="tag warn">{t('passengers.typed')}</span>}
        </td>
        <td>
          {classWords(passenger)}{' '}
          {passenger.ageYears !== null && (
            <span className="dim age">{t('passengers.age', { count: passenger.ageYears })}</span>
          )}
        </td>
        <td className="num">
          {quote && quote.fareFen !== null ? yuan(quote.fareFen) : t('passengers.noFare')}
        </td>
      </tr>
      {refusal && (
        <tr className="why">
          <td colSpan={5}>
            <span className="at-field">
              <b>{refusal.message}</b> {refusal.next}
            </span>
          </td>
        </tr>
      )}
    </>
  );
}
