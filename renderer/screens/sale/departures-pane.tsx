// A field that commands a list of suggestions and a grid of rows (WAI-ARIA combobox); HTML's own elements cannot be
// walked from a field. Within it the table only lays out: rows and cells say their roles themselves.
/* oxlint-disable jsx-a11y/no-noninteractive-element-to-interactive-role, jsx-a11y/prefer-tag-over-role */
/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role */
import { memo, useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { Button } from 'react-aria-components';
import type { DepartureView, OfficeOutput } from '../../../contract/office.ts';
import { yuan } from '../../../contract/refusals.ts';
import { act, useActions } from '../../keys/dispatcher.ts';
import { capOf } from '../../keys/key-map.ts';
import { noticeTone } from './departure-notice.tsx';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import type { Desk } from '../../state/desk.ts';
import type { QueryRefused } from '../../state/office.ts';
import { stopAt, stopKept } from '../../state/departures.ts';
import { goTo, setOrder, useView, view } from '../../state/store.ts';
import { addDays, daysBetween } from '../../text/when.ts';
import { shortName } from '../../text/place-names.ts';
import { QueueStrip } from './queue-strip.tsx';
import { findPlaces, MOST_QUICK_PLACES, searchStep } from '../../text/place-search.ts';
import { t } from '../../words/words.ts';
import { shortDate } from '../status-bar.tsx';

type Place = OfficeOutput<'timetable.places'>['places'][number];

/** Days after today that the clerk can turn to; the office says which of them are on sale. */
const MOST_DAYS_AHEAD = 30;

export interface DeparturesPaneProps {
  desk: Desk;
  stationId: string;
  places: readonly Place[];
  today: string;
  date: string;
  list: readonly DepartureView[];
  standing: DepartureView | undefined;
  failure: QueryRefused | null;
  loading: boolean;
  inputRef: RefObject<HTMLInputElement | null>;
  short: (placeId: string, fullName: string) => string;
}

export function dateWords(today: string, date: string): string {
  const ahead = daysBetween(today, date);
  if (ahead === 0) return t('departures.today');
  if (ahead === 1) return t('departures.tomorrow');
  return ahead === 2 ? t('departures.dayAfter') : shortDate(date);
}

function chooseDeparture(departure: DepartureView | undefined): void {
  if (departure)
    setOrder((order) =>
      order.selling === null
        ? {
            ...order,
            ...stopKept(order, departure),
            departureId: departure.departureId,
            date: departure.date,
          }
        : order,
    );
}

/** Left: where to, which day, and the departures; the next one on sale is already chosen. */
export function DeparturesPane(props: DeparturesPaneProps) {
  const { desk, stationId, places, today, date, list, standing, failure, loading, inputRef, short } = props;
  const placeId = useView((state) => state.order.placeId);
  const active = useView((state) => state.screen === 'sale' && state.pane === 'departures');
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const place = places.find((one) => one.placeId === placeId);
  const found = findPlaces(places, text).slice(0, MOST_QUICK_PLACES);
  const searching = text.trim() !== '';

  const choosePlace = useCallback((chosen: Place | null): void => {
    setText('');
    setAt(0);
    setOrder((order) =>
      order.selling === null
        ? { ...order, placeId: chosen?.placeId ?? null, departureId: null, toStop: null }
        : order,
    );
    goTo('departures');
  }, []);
  const onChange = (typed: string): void => {
    const step = searchStep(places, text, typed);
    setAt(0);
    if (step.kind === 'chosen') choosePlace(step.place);
    else if (step.text === '0' || !/^[1-9]/.test(step.text)) setText(step.text);
  };
  const move = (by: number): void => {
    if (searching) {
      setAt((now) => Math.max(0, Math.min(found.length - 1, now + by)));
      return;
    }
    const index = standing ? list.indexOf(standing) : -1;
    chooseDeparture(list[Math.max(0, Math.min(list.length - 1, index + by))]);
  };
  const turn = (by: number): void => {
    const ahead = daysBetween(today, date) + by;
    if (ahead < 0 || ahead > MOST_DAYS_AHEAD) return;
    const next = addDays(today, ahead);
    setOrder((order) =>
      order.selling === null
        ? { ...order, date: ahead === 0 && order.passengers.length === 0 ? null : next, departureId: null }
        : order,
    );
  };
  useActions({
    'departures.next': () => {
      move(1);
    },
    'departures.before': () => {
      move(-1);
    },
    'date.next': () => {
      turn(1);
    },
    'date.before': () => {
      turn(-1);
    },
    'departures.take': () => {
      if (searching) {
        const chosen = found[at];
        if (chosen) choosePlace(chosen);
        return;
      }
      if (standing) chooseDeparture(standing);
      if (view().order.passengers.length > 0) desk.toMoney();
      else goTo('passengers');
    },
    // In an empty field Backspace has nothing else to take away.
    ...(text === '' && place
      ? {
          'place.all': () => {
            choosePlace(null);
          },
        }
      : {}),
    // In an empty field the arrows have nowhere to go.
    ...(text === '' && standing?.stops
      ? {
          'stop.next': () => {
            desk.turnStop(1);
          },
          'stop.before': () => {
            desk.turnStop(-1);
          },
        }
      : {}),
    ...(searching
      ? {
          'search.clear': () => {
            setText('');
          },
        }
      : {}),
  });

  const selected = useRef<HTMLTableRowElement>(null);
  const standingId = standing?.departureId;
  useEffect(() => {
    if (standingId === undefined || searching) return undefined;
    // With the frame that draws it: asked for at once, the page would be laid out twice for every key.
    const frame = requestAnimationFrame(() => {
      selected.current?.scrollIntoView({ block: 'nearest' });
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [standingId, searching]);

  return (
    <section className={active ? 'panel here' : 'panel'} aria-labelledby="departures-title">
      <h2 id="departures-title">
        {t('departures.title')}
        <span className="spacer" />
        <span className="dim plain">{t('departures.count', { count: list.length })}</span>
        {standing && (
          <Button excludeFromTabOrder className="btn small" onPress={() => act('history.open')}>
            {t('key.history.open')} <KeyCap action="history.open" />
          </Button>
        )}
      </h2>
      <QueueStrip standing={standing} />
      <div className="find">
        <label className={active ? 'box focus' : 'box'}>
          <span className="dim">{t('departures.to')}</span>
          {place && !searching && (
            <b className="chosen" title={place.name}>
              {shortName(place)}
            </b>
          )}
          <input
            ref={inputRef}
            className="bare"
            role="combobox"
            aria-label={t('departures.to')}
            aria-expanded="true"
            aria-controls={searching ? 'places-found' : 'departures-grid'}
            aria-activedescendant={
              searching
                ? found[at]
                  ? `place-${found[at].placeId}`
                  : undefined
                : standing
                  ? rowId(standing)
                  : undefined
            }
            aria-autocomplete="list"
            value={text}
            onChange={(event) => {
              onChange(event.target.value);
            }}
            onFocus={() => {
              if (view().pane !== 'departures') goTo('departures');
            }}
            placeholder={place ? '' : t('departures.toHint')}
            autoComplete="off"
            spellCheck="false"
            maxLength={20}
          />
        </label>
        <span className="box date" data-figure="date" title={date}>
          <span className="dim">{t('departures.dateLabel')}</span> {dateWords(today, date)}
          <span className="spacer" />
          <KeyCap action="date.next" />
        </span>
      </div>
      {searching && (
        <ul className="found" id="places-found" role="listbox" aria-label={t('departures.found')}>
          {found.map((one, index) => (
            <li
              key={one.placeId}
              id={`place-${one.placeId}`}
              role="option"
              aria-selected={index === at}
              className={index === at ? 'sel' : ''}
              onMouseDown={(event) => {
                event.preventDefault();
                choosePlace(one);
              }}
            >
              <kbd>{index + 1}</kbd> {one.name}
            </li>
          ))}
          {found.length === 0 && (
            <li className="empty" role="option" aria-selected="false">
              <b>{t('departures.noPlace', { text })}</b> {t('departures.noPlaceNext')}
            </li>
          )}
        </ul>
      )}
      <QuickPlaces places={places} placeId={placeId} isHidden={searching} choose={choosePlace} />
      {/* What scrolls is the grid itself: the field walks it (aria-controls), so it needs no tab stop of its own. It stays while
              places are searched for, out of sight: made anew, sixty rows would wait behind the key that ends the search. */}
      <div
        className="scroll"
        role="grid"
        id="departures-grid"
        aria-labelledby="departures-title"
        hidden={searching}
      >
        <table role="presentation">
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader">{t('departures.colTime')}</th>
              <th role="columnheader">{t('departures.colLine')}</th>
              <th role="columnheader" className="seating">
                {t('departures.colSeating')}
              </th>
              <th role="columnheader" className="num">
                {t('departures.colFare')}
              </th>
              <th role="columnheader" className="num">
                {t('departures.seats')}
              </th>
              <th role="columnheader">{t('departures.colState')}</th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            {list.map((one) => (
              <Row
                key={one.departureId}
                departure={one}
                from={one.fromPlaceId === stationId ? null : short(one.fromPlaceId, one.fromName)}
                to={placeId === one.toPlaceId ? null : short(one.toPlaceId, one.toName)}
                stop={stopAt(one, placeId)}
                isStanding={one === standing}
                rowRef={one === standing ? selected : null}
              />
            ))}
          </tbody>
        </table>
        {failure && <ProblemBox problem={failure.problem} />}
        {!failure && list.length === 0 && (
          <p className="empty">
            {loading ? (
              t('departures.loading')
            ) : (
              <>
                <b>{date === today ? t('departures.noneToday') : t('departures.noneThatDay')}</b>{' '}
                {t('departures.noneNext', { key: capOf('date.next') })}
              </>
            )}
          </p>
        )}
      </div>
    </section>
  );
}

interface QuickPlacesProps {
  places: readonly Place[];
  placeId: string | null;
  isHidden: boolean;
  choose: (place: Place) => void;
}

/** Drawn again only when it changes, as the rows are. */
const QuickPlaces = memo(function QuickPlaces({ places, placeId, isHidden, choose }: QuickPlacesProps) {
  return (
    <div className="quick" hidden={isHidden}>
      {places.slice(0, MOST_QUICK_PLACES).map((one, index) => (
        <Button
          key={one.placeId}
          excludeFromTabOrder
          className={one.placeId === placeId ? 'tag on' : 'tag'}
          onPress={() => {
            choose(one);
          }}
        >
          {index + 1} {shortName(one)}
        </Button>
      ))}
    </div>
  );
});

const rowId = (departure: DepartureView): string => `departure-${departure.departureId.replaceAll('/', '-')}`;

interface RowProps {
  departure: DepartureView;
  /** Null when it is this pier. */
  from: string | null;
  /** Null when the destination is chosen anyway. */
  to: string | null;
  /** The destination searched for is a stop on its way. */
  stop: NonNullable<DepartureView['stops']>[number] | undefined;
  isStanding: boolean;
  rowRef: RefObject<HTMLTableRowElement | null> | null;
}

const tones: Record<DepartureView['state'], string> = {
  onSale: 'tag good',
  soldOut: 'tag stop',
  saleEnded: 'tag warn',
  left: 'tag',
  notOnSaleYet: 'tag',
  frozen: 'tag stop',
  stopped: 'tag stop',
};

/** Drawn again only when it changes: a key moves the mark between two rows of sixty and more. */
const Row = memo(function Row({ departure: one, from, to, stop, isStanding, rowRef }: RowProps) {
  const fareFen = stop ? stop.fullFareFen : one.fullFareFen;
  const name = to === null ? one.vesselName : t('departures.row', { to, vessel: one.vesselName });
  return (
    <tr
      role="row"
      id={rowId(one)}
      ref={rowRef}
      aria-selected={isStanding}
      className={`${isStanding ? 'sel' : ''} ${one.state === 'onSale' ? '' : 'off'}`}
      onMouseDown={(event) => {
        event.preventDefault();
        chooseDeparture(one);
        goTo('departures');
      }}
    >
      <td role="gridcell" className="b">
        {one.departLocal}
      </td>
      <td
        role="gridcell"
        className="cut"
        title={t('departures.row', { to: one.toName, vessel: one.vesselName })}
      >
        <span className="named">
          {from !== null && <span className="tag warn">{t('departures.rowFrom', { from })}</span>}
          {stop && <span className="tag">{t('stop.calls', { time: stop.arriveLocal })}</span>}
          {!stop && one.stops && <span className="tag">{t('stop.count', { count: one.stops.length })}</span>}
          <span className="name">{name}</span>
          {one.extra && <span className="tag after">{t('departures.extra')}</span>}
          {one.vehicleRoom !== null && <span className="tag after">{t('departures.vehicles')}</span>}
        </span>
      </td>
      <td role="gridcell" className="seating">
        {one.numberedSeats ? t('departures.numbered') : t('departures.free')}
      </td>
      <td role="gridcell" className="num">
        {fareFen === null ? t('passengers.noFare') : yuan(fareFen)}
      </td>
      <td role="gridcell" className="num">
        <b>{one.held}</b> / {one.left}
      </td>
      <td role="gridcell">
        {one.notice ? (
          <span className={noticeTone(one.notice)}>{one.notice.words}</span>
        ) : (
          <span className={tones[one.state]}>{t(`departures.state.${one.state}`)}</span>
        )}
      </td>
    </tr>
  );
});
