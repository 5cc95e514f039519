// A table that is walked row by row is a grid (WAI-ARIA); HTML has no element of that kind.
/* oxlint-disable jsx-a11y/no-noninteractive-element-to-interactive-role */
import { useEffect, useMemo, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { AfterSaleTicket, DepartureView } from '../../../contract/office.ts';
import type { BusinessDate } from '../../../contract/ids.ts';
import { act as press, useActions, useScopes } from '../../keys/dispatcher.ts';
import type { Scope } from '../../keys/key-map.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { useAsk, useStatus } from '../../state/office.ts';
import { addDays } from '../../text/when.ts';
import { t } from '../../words/words.ts';

const pickScopes = (): Scope[] => ['afterPick', 'everywhere'];

/** Departures to which a ticket may be changed: from the same pier, of its own line first, that are on sale. */
export function PickDeparture({
  ticket,
  leave,
  take,
}: {
  ticket: AfterSaleTicket;
  leave(): void;
  take(departureId: string): void;
}) {
  const today = useStatus()?.status.businessDate;
  const [date, setDate] = useState<string>(ticket.date);
  const [at, setAt] = useState(0);
  const list = useRef<HTMLTableElement>(null);
  const asked = useAsk('timetable.departures', { date: date as BusinessDate }, { keep: true });
  const lineId = ticket.departureId.split('/')[0] ?? '';
  const offered = useMemo(() => {
    const all = asked.data?.departures ?? [];
    const from = all.find((one) => one.lineId === lineId)?.fromPlaceId;
    const far = (one: DepartureView): number => (one.lineId === lineId ? 0 : 1);
    return all
      .filter((one) => one.departureId !== ticket.departureId && one.state === 'onSale')
      .filter((one) => one.lineId === lineId || (ticket.change.free && one.fromPlaceId === from))
      .sort((a, b) => far(a) - far(b) || a.departAt - b.departAt);
  }, [asked.data, lineId, ticket]);
  const index = Math.min(at, Math.max(0, offered.length - 1));
  const chosen = offered[index];
  const chosenId = chosen?.departureId;
  useScopes(pickScopes);
  useEffect(() => {
    list.current?.focus();
  }, []);
  useEffect(() => {
    if (chosenId !== undefined)
      document.getElementById(`pick-${chosenId}`)?.scrollIntoView({ block: 'nearest' });
  }, [chosenId]);
  const turn = (days: number): void => {
    const next = addDays(date, days);
    if (today !== undefined && next < today) return;
    setDate(next);
    setAt(0);
  };
  useActions({
    'after.pickNext': () => setAt(Math.min(offered.length - 1, index + 1)),
    'after.pickBefore': () => setAt(Math.max(0, index - 1)),
    'after.dateNext': () => turn(1),
    'after.dateBefore': () => turn(-1),
    'after.take': () => {
      if (chosen) take(chosen.departureId);
    },
    'after.pickLeave': leave,
  });
  return (
    <section className="panel here" aria-labelledby="after-pick" data-part="afterPick">
      <h2 id="after-pick">{t('after.pick.title')}</h2>
      <div className="form-body">
        <p className="row-keys">
          {t('after.pick.date', { date })}
          <span className="spacer" />
          <KeyCap action="after.dateBefore" /> <KeyCap action="after.dateNext" />
        </p>
      </div>
      <div className="scroll">
        {asked.error && <ProblemBox problem={asked.error.problem} />}
        {asked.data && offered.length === 0 && <p className="empty">{t('after.pick.none')}</p>}
        <table
          ref={list}
          role="grid"
          tabIndex={0}
          aria-labelledby="after-pick"
          aria-activedescendant={chosenId === undefined ? undefined : `pick-${chosenId}`}
        >
          <tbody>
            {offered.map((one, row) => (
              <tr
                key={one.departureId}
                id={`pick-${one.departureId}`}
                aria-selected={row === index}
                className={row === index ? 'sel' : ''}
                data-departure={one.departureId}
                onMouseDown={() => {
                  setAt(row);
                }}
              >
                <td className="figures">
                  <b>{one.departLocal}</b>
                </td>
                <td>{one.lineName}</td>
                <td className="num dim">{t('after.pick.left', { left: one.left })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="form-foot rows">
        <Button className="btn go" isDisabled={!chosen} onPress={() => press('after.take')}>
          {t('key.takeDeparture')} <KeyCap action="after.take" />
        </Button>
        <Button className="btn" onPress={leave}>
          {t('after.leave')} <KeyCap action="after.pickLeave" />
        </Button>
      </div>
    </section>
  );
}
