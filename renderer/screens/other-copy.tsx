import type { LinkStatus } from '../../contract/office.ts';
import { t } from '../words/words.ts';

type Forks = NonNullable<LinkStatus['forks']>;
type Ticket = Forks['tickets'][number];
type Met = Ticket['meets'][number];

/** After a fork: which tickets stand for the same seat or bear the same number. What to do with them is the station's word. */
export function OtherCopyTickets({ forks }: { forks: Forks }) {
  const doubled = forks.tickets.filter(({ meets }) => meets.length > 0);
  return (
    <div data-part="other-copy">
      {t('fork.total', { count: forks.total, doubled: doubled.length })}
      {doubled.length > 0 && (
        <ul className="doubled">
          {doubled.map((ticket) => (
            <li key={`${ticket.ledgerId} ${ticket.seq} ${ticket.soldAt} ${ticket.seatNumber}`}>
              {ticket.meets.map((met) => wordsOf(ticket, met)).join('\uFF1B')}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function wordsOf(ticket: Ticket, met: Met): string {
  const numbers = { number: ticket.ticketNumber, other: met.ticketNumber };
  if (met.by === 'seat') return t('fork.seat', { ...placeOf(ticket), ...numbers });
  return t('fork.number', { number: ticket.ticketNumber, one: seatWords(ticket), two: seatWords(met) });
}

function seatWords(ticket: Ticket | Met): string {
  const { seat, ...rest } = placeOf(ticket);
  return ticket.seatNumber === null ? t('fork.free', rest) : t('fork.place', { ...rest, seat });
}

function placeOf({ departureId, seatNumber }: Ticket | Met): { date: string; time: string; seat: number } {
  const [, date = '', time = ''] = departureId.split('/');
  return { date: date.slice(5), time: `${time.slice(0, 2)}:${time.slice(2)}`, seat: seatNumber ?? 0 };
}
