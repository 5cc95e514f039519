import type { GateDeparture, GateTicket } from '../../../contract/office.ts';
import { KeyCap } from '../../parts/key-cap.tsx';
import { officeNow, useOffice, useStatus } from '../../state/office.ts';
import { clockText } from '../../text/when.ts';
import { placeWords } from './verdict.tsx';
import { t, type WordId } from '../../words/words.ts';

export type WhichPassengers = 'missing' | 'aboard' | 'unchecked';

const TITLES = {
  missing: 'gate.listMissing',
  aboard: 'gate.listAboard',
  unchecked: 'gate.listUnchecked',
} as const satisfies Record<WhichPassengers, WordId>;
const EMPTY = {
  missing: 'gate.listEmptyMissing',
  aboard: 'gate.listEmptyAboard',
  unchecked: 'gate.listEmptyUnchecked',
} as const satisfies Record<WhichPassengers, WordId>;

/** Those missing (late from a time on), or those aboard. */
export function PassengerList({
  departure,
  which,
  tickets,
  row,
}: {
  departure: GateDeparture | null;
  which: WhichPassengers;
  tickets: readonly GateTicket[];
  row: number | null;
}) {
  const { clock } = useOffice();
  const known = useStatus();
  const isLate =
    which === 'missing' &&
    departure !== null &&
    known !== undefined &&
    officeNow(known, clock) >= departure.lateFrom;
  return (
    <section className="panel" aria-labelledby="gate-people">
      <h2 id="gate-people">
        {t(TITLES[which])}
        {departure && <span className="dim plain">{tickets.length}</span>}
        {isLate && tickets.length > 0 && <span className="tag late">{t('gate.late')}</span>}
        <span className="spacer" />
        {which === 'unchecked' && (
          <>
            {t('key.gate.check')} <KeyCap action="gate.check" />
          </>
        )}
        <KeyCap action="gate.list" />
      </h2>
      {departure && which === 'missing' && !isLate && (
        <p className="empty dim">
          {t('gate.lateSince', { time: clockText(departure.lateFrom).slice(0, 5) })}
        </p>
      )}
      {/* It scrolls, so the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="scroll" tabIndex={0}>
        {departure && tickets.length === 0 && <p className="empty dim">{t(EMPTY[which])}</p>}
        <table className="gate-people">
          <tbody>
            {tickets.map((ticket, index) => (
              <tr
                key={ticket.ticketNumber}
                ref={index === row ? inSight : null}
                className={index === row ? 'sel' : ''}
                aria-current={index === row}
                data-ticket={ticket.ticketNumber}
              >
                <td>
                  <b>{ticket.vehicle ? ticket.masked : (ticket.name ?? '—')}</b>
                  <div className="dim figures">{ticket.vehicle ? '' : (ticket.masked ?? '')}</div>
                  {ticket.toStop && <span className="tag">{ticket.toStop.name}</span>}
                </td>
                <td className="num figures">
                  …{ticket.ticketNumber.slice(-6)}
                  <div className="dim">
                    {which !== 'missing'
                      ? `${clockText(ticket.aboard[0]?.at ?? 0).slice(0, 5)} ${ticket.aboard[0]?.gate ?? ''}`
                      : placeWords(ticket)}
                  </div>
                </td>
              </tr>
            ))}
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
