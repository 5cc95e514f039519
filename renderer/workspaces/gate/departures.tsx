import { Button } from 'react-aria-components';
import type { DepartureId } from '../../../contract/ids.ts';
import type { GateDeparture } from '../../../contract/office.ts';
import { act } from '../../keys/dispatcher.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { useOffice, useStatus, officeNow } from '../../state/office.ts';
import { clockText } from '../../text/when.ts';
import { t } from '../../words/words.ts';

/** Departures of this station around now, with how many are sold and aboard. */
export function DepartureList({
  departures,
  picked,
  standing,
  onPick,
}: {
  departures: readonly GateDeparture[];
  picked: DepartureId | null;
  standing: DepartureId | null;
  onPick: (departure: GateDeparture) => void;
}) {
  const { clock } = useOffice();
  const known = useStatus();
  const here = standing ?? picked;
  return (
    <section className={standing === null ? 'panel here' : 'panel'} aria-labelledby="gate-departures">
      <h2 id="gate-departures">
        {t('gate.departures')} {standing !== null && <KeyCap action="gate.departures" />}
        <span className="spacer" />
        {here !== null && (
          <Button excludeFromTabOrder className="btn small" onPress={() => act('gate.history')}>
            {t('key.history.open')} <KeyCap action="gate.history" />
          </Button>
        )}
        {known && (
          <span className="dim plain">
            {t('gate.now', { time: clockText(officeNow(known, clock)).slice(0, 5) })}
          </span>
        )}
      </h2>
      {/* It scrolls, so the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="scroll" tabIndex={0}>
        {departures.length === 0 && <p className="empty dim">{t('gate.none')}</p>}
        <table className="gate-departures">
          <tbody>
            {departures.map((departure) => {
              const { departureId, departLocal, toName, vesselName, state, counts, selling } = departure;
              const isHere = departureId === here;
              return (
                <tr
                  key={departureId}
                  ref={isHere ? inSight : null}
                  className={isHere ? 'sel' : ''}
                  aria-current={isHere}
                  data-departure={departureId}
                  onClick={() => {
                    onPick(departure);
                  }}
                >
                  <td className="time">{departLocal}</td>
                  <td>
                    <b>{toName}</b>
                    <div className="dim">
                      {vesselName} · {t(`gate.state.${state}`)}
                      {selling ? ` · ${t('gate.selling')}` : ''}
                    </div>
                  </td>
                  <td className="num">
                    <b>{counts.boarded}</b>/{counts.sold}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The row that is marked is in sight. */
const inSight = (row: HTMLTableRowElement | null): void => {
  row?.scrollIntoView({ block: 'nearest' });
};
