// A table that is walked row by row is a grid (WAI-ARIA); HTML has no element of that kind.
/* oxlint-disable jsx-a11y/no-noninteractive-element-to-interactive-role */
import type { RefObject } from 'react';
import { Button } from 'react-aria-components';
import type { DepartureView, OfficeOutput } from '../../../contract/office.ts';
import { ticketClassName } from '../../../contract/ticket-classes.ts';
import { metres } from '../../../contract/vehicles.ts';
import { yuan } from '../../../contract/refusals.ts';
import { useActions } from '../../keys/dispatcher.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import type { Desk } from '../../state/desk.ts';
import { lastRow, type Passenger, type Vehicle } from '../../state/order.ts';
import { useStatus } from '../../state/office.ts';
import { goTo, setOrder, useView, view } from '../../state/store.ts';
import { readerStateOf, slotWords } from '../../text/slot-words.ts';
import { t } from '../../words/words.ts';
import { NoticeBand } from './departure-notice.tsx';
import { EntrySlot } from './entry-slot.tsx';
import { Say } from './say.tsx';
import { StopStrip, type Stop } from './stop-strip.tsx';
import { VehicleForm } from './vehicle-form.tsx';

export interface PassengersPaneProps {
  desk: Desk;
  departure: DepartureView | undefined;
  /** Where the order gets off. */
  toName: string;
  stop: Stop | undefined;
  short: (placeId: string, fullName: string) => string;
  quote: OfficeOutput<'sales.quote'> | undefined;
  gridRef: RefObject<HTMLTableElement | null>;
  numberRef: RefObject<HTMLInputElement | null>;
  nameRef: RefObject<HTMLInputElement | null>;
  vehicleRef: RefObject<HTMLSelectElement | null>;
}

export function classWords(passenger: Pick<Passenger, 'ticketClass' | 'childBasis' | 'className'>): string {
  const name = passenger.className ?? ticketClassName(passenger.ticketClass);
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
  stop,
  short,
  quote,
  gridRef,
  numberRef,
  nameRef,
  vehicleRef,
}: PassengersPaneProps) {
  const order = useView((state) => state.order);
  const pane = useView((state) => (state.screen === 'sale' ? state.pane : null));
  const { passengers, vehicles, row } = order;
  const status = useStatus()?.status;
  const here = pane === 'passengers' || pane === 'entry' || pane === 'vehicle';
  const slot = lastRow(order);

  const move = (by: number): void => {
    setOrder((now) => ({ ...now, row: Math.max(0, Math.min(lastRow(now), now.row + by)) }));
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
    ...(departure?.stops
      ? {
          'passengers.stop': () => {
            desk.turnStop(1);
          },
        }
      : {}),
    'passengers.again': () => void desk.readAgain(),
    'passengers.type': () => {
      goTo('entry');
    },
    'passengers.child': desk.addChild,
    'passengers.vehicle': desk.openVehicle,
  });

  const onSlot = here && row >= slot;
  // Nothing is said of a reader whose state nobody has told yet.
  const reader = status ? readerStateOf(status.devices) : 'usable';
  const says = slotWords({ reader, capture: departure?.capture, isHere: here });
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
      <NoticeBand departure={departure} passedOn={quote?.passedOn} />
      {departure?.stops && <StopStrip desk={desk} departure={departure} stop={stop} short={short} />}
      <div className="scroll">
        <table
          ref={gridRef}
          role="grid"
          className="fixed"
          tabIndex={0}
          aria-label={t('passengers.title')}
          aria-activedescendant={
            row < passengers.length
              ? `passenger-${row}`
              : row < slot
                ? `vehicle-${row - passengers.length}`
                : 'passenger-slot'
          }
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
                adult={passengers.find(({ holder }) => holder.holderRef === one.carriedBy)?.holder.name}
              />
            ))}
            {vehicles.map((one, index) => (
              <VehicleRow
                key={one.driver}
                vehicle={one}
                index={index}
                row={passengers.length + index}
                isHere={here && row === passengers.length + index}
                driver={passengers.find(({ holder }) => holder.holderRef === one.driver)?.holder.name ?? ''}
                quote={quote?.vehicles[index]}
              />
            ))}
            <tr id="passenger-slot" aria-selected={onSlot}>
              <td className="dim">{slot + 1}</td>
              <td colSpan={4}>
                <EntrySlot
                  desk={desk}
                  pane={pane}
                  says={says}
                  isHere={onSlot}
                  numberRef={numberRef}
                  nameRef={nameRef}
                />
              </td>
            </tr>
          </tbody>
        </table>
        {passengers.length === 0 && (
          <p className="empty">
            {reader === 'usable'
              ? t('passengers.first')
              : departure?.capture !== 'read' && t('passengers.firstTyped')}
          </p>
        )}
      </div>
      {pane === 'vehicle' && departure && (
        <VehicleForm
          desk={desk}
          departure={departure}
          toStop={stop?.placeId}
          order={order}
          typeRef={vehicleRef}
        />
      )}
      {quote?.refusal && (
        <div className="in-the-way">
          <ProblemBox problem={quote.refusal} />
        </div>
      )}
      <Say />
      {here && pane !== 'vehicle' && passengers.length > 0 && (
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
  adult,
}: {
  passenger: Passenger;
  index: number;
  isHere: boolean;
  quote: QuotedPassenger | undefined;
  /** With whom a free child rides. */
  adult: string | undefined;
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
          {adult !== undefined && <small className="under">{t('passengers.with', { name: adult })}</small>}
          {passenger.proof && (
            <small className="under">{t('passengers.proof', { proof: t(`proof.${passenger.proof}`) })}</small>
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

/** A vehicle stands below the people of its order. */
function VehicleRow({
  vehicle,
  index,
  row,
  isHere,
  driver,
  quote,
}: {
  vehicle: Vehicle;
  index: number;
  row: number;
  isHere: boolean;
  driver: string;
  quote: OfficeOutput<'sales.quote'>['vehicles'][number] | undefined;
}) {
  const refusal = quote?.refusal;
  return (
    <>
      <tr
        id={`vehicle-${index}`}
        aria-selected={isHere}
        className={`${isHere ? 'sel' : ''} ${refusal ? 'refused' : ''}`}
        onMouseDown={(event) => {
          event.preventDefault();
          setOrder((order) => ({ ...order, row }));
          goTo('passengers');
        }}
      >
        <td>{row + 1}</td>
        <td className="b clip">{vehicle.plate}</td>
        <td className="clip">
          {t('vehicle.row', { type: vehicle.typeName, length: metres(vehicle.lengthCm) })}
          <small className="under">{t('vehicle.driver', { name: driver })}</small>
        </td>
        <td>
          {t('vehicle.fare')} {quote?.deck && <span className="dim">{t(`vehicle.deck.${quote.deck}`)}</span>}
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
