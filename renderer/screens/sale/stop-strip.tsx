import { Button } from 'react-aria-components';
import type { DepartureView } from '../../../contract/office.ts';
import { yuan } from '../../../contract/refusals.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import type { Desk } from '../../state/desk.ts';
import { setOrder, useView } from '../../state/store.ts';
import { t } from '../../words/words.ts';

export type Stop = NonNullable<DepartureView['stops']>[number];

interface StripProps {
  desk: Desk;
  departure: DepartureView;
  /** Where the order gets off; undefined = at the end of the line. */
  stop: Stop | undefined;
  short: (placeId: string, fullName: string) => string;
}

/** Where one may get off: the stops on the way with their fares, and the end of the line, which is chosen unless somebody says otherwise. */
export function StopStrip({ desk, departure, stop, short }: StripProps) {
  const selling = useView((state) => state.order.selling !== null);
  const atDepartures = useView((state) => state.pane === 'departures');
  const choose = (placeId: string): void => {
    setOrder((order) => (order.selling === null ? { ...order, toStop: placeId } : order));
  };
  return (
    <fieldset className="stop-strip" aria-label={t('stop.title')}>
      <Button excludeFromTabOrder className="btn" isDisabled={selling} onPress={() => desk.turnStop(1)}>
        {t('stop.title')}{' '}
        {atDepartures ? (
          <>
            <KeyCap action="stop.before" /> <KeyCap action="stop.next" />
          </>
        ) : (
          <KeyCap action="passengers.stop" />
        )}
      </Button>
      {(departure.stops ?? []).map((one) => (
        <Button
          key={one.placeId}
          excludeFromTabOrder
          className={one.placeId === stop?.placeId ? 'tag on' : 'tag'}
          aria-pressed={one.placeId === stop?.placeId}
          data-stop={one.placeId}
          isDisabled={selling}
          onPress={() => choose(one.placeId)}
        >
          {`${short(one.placeId, one.name)} ${one.arriveLocal} ${yuan(one.fullFareFen)}`}
        </Button>
      ))}
      <Button
        excludeFromTabOrder
        className={stop ? 'tag' : 'tag on'}
        aria-pressed={!stop}
        data-stop={departure.toPlaceId}
        isDisabled={selling}
        onPress={() => choose(departure.toPlaceId)}
      >
        {t('stop.end')} {short(departure.toPlaceId, departure.toName)}{' '}
        {departure.fullFareFen === null ? '' : yuan(departure.fullFareFen)}
      </Button>
      {stop && <span className="dim">{t('stop.wholeRun')}</span>}
    </fieldset>
  );
}
