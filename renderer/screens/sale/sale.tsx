import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { BusinessDate } from '../../../contract/ids.ts';
import type { DepartureView, OfficeOutput } from '../../../contract/office.ts';
import { useActions } from '../../keys/dispatcher.ts';
import { useHome } from '../../keys/home.ts';
import { HistoryDialog } from '../../parts/history-dialog.tsx';
import { useOfficeNow } from '../../parts/tick.ts';
import { chosenStop, listed, standing } from '../../state/departures.ts';
import type { Desk } from '../../state/desk.ts';
import { useAsk, useStatus } from '../../state/office.ts';
import { asPassengers, asVehicles, withSuggestions } from '../../state/order.ts';
import { setOrder, useView, view } from '../../state/store.ts';
import { t } from '../../words/words.ts';
import { shortNames } from '../../text/place-names.ts';
import { DeparturesPane } from './departures-pane.tsx';
import { ApprovalDialog } from './approval.tsx';
import { MoneyPane } from './money-pane.tsx';
import { PassengersPane } from './passengers-pane.tsx';

/** What depends on the clock alone (sale ends, a boat leaves) is asked again this often. */
const CLOCK_QUERY_MS = 20_000;

/** The whole sale on one screen: where to, who, and the money, each one Enter from the next. */
export function Sale({ info, desk }: { info: OfficeOutput<'session.info'>; desk: Desk }) {
  const status = useStatus()?.status;
  const nowMs = useOfficeNow(5_000) ?? 0;
  const order = useView((state) => state.order);
  const stationId = info.station.id;
  const today = status?.businessDate ?? '';
  const date = order.date ?? today;

  const known = useAsk('timetable.places', {}).data?.places;
  // Nobody starts here to arrive here; but a ticket for the way back is sold, so this pier comes last.
  const places = useMemo(
    () => (known ?? []).toSorted((a, b) => Number(a.placeId === stationId) - Number(b.placeId === stationId)),
    [known, stationId],
  );
  const short = useMemo(() => shortNames(places), [places]);
  const departures = useAsk(
    'timetable.departures',
    { date: date as BusinessDate },
    { enabled: date !== '', everyMs: CLOCK_QUERY_MS },
  );
  const list = useMemo(
    () => listed(departures.data?.departures ?? [], stationId, order.placeId, order.departureId, nowMs),
    [departures.data, stationId, order.placeId, order.departureId, nowMs],
  );
  const at = standing(list, order.departureId);
  const stop = chosenStop(at, order);
  const toStop = stop?.placeId;
  const where = {
    departureId: (at?.departureId ?? '') as never,
    ...(toStop === undefined ? {} : { toStop }),
  };
  const passengers = asPassengers(order);
  const quoting = useAsk(
    'sales.quote',
    { ...where, passengers, ...asVehicles(order) },
    { enabled: at !== undefined && passengers.length > 0 && order.selling === null, everyMs: CLOCK_QUERY_MS },
  );
  const quote = at && passengers.length > 0 ? quoting.data : undefined;

  useLayoutEffect(() => {
    desk.see({ date, departure: at, toStop, quote });
  });
  useEffect(() => {
    if (quoting.data) setOrder((now) => withSuggestions(now, quoting.data));
  }, [quoting.data]);
  // With somebody on the form the departure is fixed: it never slides to the next one by itself.
  const isLoose = order.passengers.length > 0 && order.departureId === null && order.selling === null;
  useEffect(() => {
    if (isLoose && at) setOrder((now) => ({ ...now, departureId: at.departureId, date: at.date }));
  }, [isLoose, at]);
  const quoteProblem = quoting.error?.problem;
  useEffect(() => {
    if (quoteProblem) setOrder((now) => ({ ...now, notice: { kind: 'problem', problem: quoteProblem } }));
  }, [quoteProblem]);

  const toField = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLTableElement>(null);
  const numberField = useRef<HTMLInputElement>(null);
  const vehicleField = useRef<HTMLSelectElement>(null);
  const nameField = useRef<HTMLInputElement>(null);
  const cashField = useRef<HTMLInputElement>(null);
  const home = useCallback((): HTMLElement | null => {
    switch (view().pane) {
      case 'departures':
        return toField.current;
      case 'passengers':
        return grid.current;
      case 'entry':
        return numberField.current;
      case 'vehicle':
        return vehicleField.current;
      case 'money':
        return cashField.current;
    }
  }, []);
  useHome(home);
  useEffect(() => {
    home()?.focus();
    // At once, not after drawing: a key that opens a field is then typed into it.
    return useView.subscribe((state, before) => {
      if (state.pane !== before.pane || state.asked !== before.asked) home()?.focus();
    });
  }, [home]);
  const [ofHistory, setOfHistory] = useState<DepartureView | null>(null);
  useActions({
    'order.clear': desk.clear,
    ...(at
      ? {
          'history.open': () => {
            setOfHistory(at);
          },
        }
      : {}),
  });

  return (
    <main className="sale">
      <DeparturesPane
        desk={desk}
        stationId={stationId}
        places={places}
        today={today}
        date={date}
        list={list}
        standing={at}
        failure={departures.error}
        loading={departures.isPending}
        inputRef={toField}
        short={short}
      />
      <PassengersPane
        desk={desk}
        departure={at}
        toName={at ? short(toStop ?? at.toPlaceId, stop?.name ?? at.toName) : ''}
        stop={stop}
        short={short}
        quote={quote}
        gridRef={grid}
        numberRef={numberField}
        nameRef={nameField}
        vehicleRef={vehicleField}
      />
      <MoneyPane desk={desk} quote={quote} cashRef={cashField} />
      <ApprovalDialog desk={desk} quote={quote} />
      {ofHistory && (
        <HistoryDialog
          departureId={ofHistory.departureId}
          title={t('departureHistory.of', { time: ofHistory.departLocal, line: ofHistory.lineName })}
          leave={() => {
            setOfHistory(null);
          }}
        />
      )}
    </main>
  );
}
