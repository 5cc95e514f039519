import type { CityInput, CityOutput, ForkView, OtherTicket } from '../contract/city.ts';
import { ZERO_HASH } from '../contract/encoding/chain.ts';
import type { LedgerId } from '../contract/ids.ts';
import { accepted, refused, type Outcome } from '../contract/refusals.ts';
import { hexOf } from './crypto.ts';
import type { Sql } from './store/store.ts';

const MOST_TICKETS = 500;
const MOST_MEETINGS = 20;

interface TicketColumns {
  ledgerId: string;
  seq: number;
  ticketNumber: string;
  departureId: string;
  seatNumber: number | null;
  soldAt: number;
  actor: string;
  hash?: Uint8Array;
  isStored?: boolean;
}

/** Who wrote an entry. Searched, not parsed: JSON of PostgreSQL knows no U+0000, which may stand in any text of it. */
const ACTOR = `substring(e.entry from '"actor":"([0-9]{4}|office)"')`;

/** Tickets that are not of the city's own history of a window: of a fork's other side, or written after a successor had opened. */
const OTHERS = `
  select ledger_id, seq, ticket_number, departure_id, seat_number, sold_at, actor, hash, false as is_stored
  from fork_entries where window_id = $1 and ticket_number is not null
  union all
  select t.ledger_id, t.seq, t.ticket_number, t.departure_id, t.seat_number, t.sold_at, ${ACTOR}, e.hash, true
  from ledgers l
  join tickets t on t.window_id = l.window_id and t.ledger_id = l.ledger_id and t.seq >= l.fork_seq
  join entries e on e.window_id = t.window_id and e.ledger_id = t.ledger_id and e.seq = t.seq
  where l.window_id = $1 and l.fork_kind = 'wentOn'`;

const pickOf = (alias: string): string =>
  `${alias}.ledger_id as "ledgerId", ${alias}.seq, ${alias}.ticket_number as "ticketNumber", ${alias}.departure_id as "departureId",
   ${alias}.seat_number as "seatNumber", ${alias}.sold_at as "soldAt"`;

interface Meeting extends TicketColumns {
  ofHash: Uint8Array;
  by: 'seat' | 'number';
}

/** Both copies may have written after the place was found: then neither ticket is among the city's own. */
function meetingsAmong(others: readonly TicketColumns[]): Meeting[] {
  const kept = others.filter(({ isStored }) => !isStored);
  const groups: [by: Meeting['by'], Map<string, TicketColumns[]>][] = [
    ['number', Map.groupBy(kept, ({ ticketNumber }) => ticketNumber)],
    [
      'seat',
      Map.groupBy(
        kept.filter(({ seatNumber }) => seatNumber !== null),
        ({ departureId, seatNumber }) => `${departureId} ${seatNumber}`,
      ),
    ],
  ];
  return groups.flatMap(([by, grouped]) =>
    [...grouped.values()].flatMap((group) =>
      group.flatMap((one) =>
        group
          .filter((two) => two !== one && (by === 'number' || two.ticketNumber !== one.ticketNumber))
          .map((two) => ({ ...two, by, ofHash: one.hash ?? ZERO_HASH })),
      ),
    ),
  );
}

/** What came of two copies of a window's key, for people to settle. Refuses `city.unknownWindow`. */
export async function windowForks(
  sql: Sql,
  { window }: CityInput<'window.forks'>,
): Promise<Outcome<CityOutput<'window.forks'>>> {
  const known = await sql.query('select 1 from windows where window_id = $1', [window]);
  if (known.length === 0) return refused('city.unknownWindow', { window }, 'window');
  const forks = await sql.query<ForkView>(
    `with others as (${OTHERS})
     select ledger_id as "ledgerId", fork_kind as kind, fork_seq as seq, fork_found_at as "foundAt",
       (select count(*) from others o where o.ledger_id = l.ledger_id) as "otherTickets"
     from ledgers l where window_id = $1 and fork_seq is not null order by fork_found_at, ledger_id limit 99`,
    [window],
  );
  if (forks.length === 0) return accepted({ forks, tickets: [] });
  const others = await sql.query<TicketColumns>(
    `with others as (${OTHERS})
     select ${pickOf('o')}, o.actor, o.hash, o.is_stored as "isStored" from others o order by o.sold_at, o.ledger_id, o.seq`,
    [window],
  );
  const meetings = await sql.query<Meeting>(
    `with others as (${OTHERS}),
     met as (
       select o.hash as of_hash, 'number' as by, t.*
       from others o join tickets t on t.ticket_number = o.ticket_number
       where not (o.is_stored and t.window_id = $1 and t.ledger_id = o.ledger_id and t.seq = o.seq)
       union all
       select o.hash, 'seat', t.*
       from others o join tickets t on t.departure_id = o.departure_id and t.seat_number = o.seat_number
       where t.ticket_number <> o.ticket_number
     )
     select ${pickOf('m')}, ${ACTOR} as actor, m.of_hash as "ofHash", m.by
     from met m join entries e on e.window_id = m.window_id and e.ledger_id = m.ledger_id and e.seq = m.seq
     order by m.sold_at, m.seq`,
    [window],
  );
  meetings.push(...meetingsAmong(others));
  const meetingsOf = Map.groupBy(meetings, ({ ofHash }) => hexOf(ofHash));
  const tickets = others.map((other): OtherTicket => {
    const met = meetingsOf.get(hexOf(other.hash ?? ZERO_HASH)) ?? [];
    return {
      ...ticketOf(other),
      meets: met.slice(0, MOST_MEETINGS).map((ticket) => ({ ...ticketOf(ticket), by: ticket.by })),
    };
  });
  const first = tickets.filter(({ meets }) => meets.length > 0);
  const rest = tickets.filter(({ meets }) => meets.length === 0);
  return accepted({ forks, tickets: [...first, ...rest].slice(0, MOST_TICKETS) });
}

function ticketOf({ ledgerId, seq, ticketNumber, departureId, seatNumber, soldAt, actor }: TicketColumns) {
  return {
    ledgerId: ledgerId as LedgerId,
    seq,
    ticketNumber: ticketNumber as OtherTicket['ticketNumber'],
    departureId: departureId as OtherTicket['departureId'],
    seatNumber,
    soldAt,
    actor,
  };
}
