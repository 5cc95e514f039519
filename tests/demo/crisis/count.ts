import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { cityFolder } from '../station/offices.ts';
import { stateMeanings } from '../../../domain/departures/states.ts';
import { isCancelled, isFreeByOrder, isFreeByState, shippedEffects } from './scope-sql.ts';
import { NOTES, type CrisisNotes } from './station.ts';

/** What the city's database says of the day of a plan. Counted by SQL, from entries alone. */
export interface CrisisCount {
  tickets: number;
  refunds: number;
  /** Tickets changed to another departure, and holders of one for the day who went with another vessel. */
  moved: number;
  boarded: number;
  /** Heads aboard above the licence of a vessel; one who is aboard two counts too. */
  overCapacity: number;
  feesChargedAtCarrierFault: number;
  listedAtPeak: number;
  /** Passengers of cancelled departures neither rebooked, refunded nor aboard another vessel. */
  unresolvedPassengers: number;
  /** Identities typed while a second person read aloud. */
  identitiesTyped: number;
  /** Typed in those hours without anybody who read aloud, or boarded without an identity on record. */
  identitiesLost: number;
  /** Aboard before their queue number was let go. */
  outOfTurn: number;
  /** Queue numbers of a line and day that two tickets have. */
  numbersTwice: number;
  /** Tickets that ended twice: refunded, changed or voided at two offices. */
  endedTwice: number;
  problems: string[];
}

/** Licences by departure, from what the manager put in: everything else is read in the city. */
export async function countCrisis(folder: string): Promise<CrisisCount> {
  const notes: CrisisNotes = JSON.parse(readFileSync(join(folder, NOTES), 'utf8'));
  const database = await PGlite.create(join(cityFolder(folder), 'database'));
  const one = async (sql: string, values: unknown[] = []): Promise<number> => {
    const { rows } = await database.query<{ n: number | string | null }>(sql, values);
    return Number(rows[0]?.n ?? 0);
  };
  try {
    const licences = JSON.stringify(
      Object.fromEntries(notes.vessels.map((each) => [each.departureId, each.capacity])),
    );
    const problems = [...notes.problems];
    const refused = await one(`select count(*) as n from verdicts where verdict <> 'accepted'`);
    if (refused > 0) problems.push(`entries that the city did not accept: ${refused}`);
    return {
      tickets: await one('select count(distinct ticket_number) as n from counted_tickets'),
      refunds: await one(`select count(distinct ticket_number) as n from after_sale where what = 'refunded'`),
      moved: await one(
        `select (select count(*) from after_sale where what = 'changed')
           + (select count(*) from boardings b join counted_tickets t using (ticket_number) where t.departure_id <> b.departure_id) as n`,
      ),
      boarded: await one('select count(distinct ticket_number) as n from boardings'),
      overCapacity: await one(
        `with licence as (
           select coalesce(l.departure_id, b.departure_id) as departure_id, l.most::int as most
           from jsonb_each_text($1::jsonb) as l (departure_id, most) full join (select distinct departure_id from boardings) b using (departure_id)),
         over as (
           select l.departure_id, greatest(0, count(b.ticket_number) - coalesce(l.most, 0)) as heads
           from licence l left join boardings b using (departure_id) group by l.departure_id, l.most),
         twice as (select ticket_number from boardings group by 1 having count(*) > 1)
         select (select coalesce(sum(heads), 0) from over) + (select count(*) from twice) as n`,
        [licences],
      ),
      feesChargedAtCarrierFault: await one(
        // Whoever's departure was stopped after the sale, by a state or by a plan, gets everything back; so does whoever an entry names a right for.
        `with at_fault as (
           select window_id, ledger_id, seq from fees_at_fault
           union
           select a.window_id, a.ledger_id, a.seq from after_sale a join counted_tickets t using (ticket_number)
           where a.fee_fen > 0 and (${isFreeByState('t', 'a', '$1')} or ${isFreeByOrder('t', 'a', '$2')}))
         select count(*) as n from at_fault`,
        [JSON.stringify(FREE_STATES), JSON.stringify(shippedEffects('refund'))],
      ),
      listedAtPeak: notes.listedAtPeak,
      unresolvedPassengers: await one(
        `select count(*) as n from holding_tickets t where ${isCancelled('t', '$1')}
           and not exists (select 1 from boardings b where b.ticket_number = t.ticket_number)`,
        [JSON.stringify(shippedEffects('departureState'))],
      ),
      identitiesTyped: await one(
        `select count(*) as n from entries where kind = 'ticket.sold' and entry::jsonb -> 'body' ->> 'readAloudBy' is not null`,
      ),
      identitiesLost: await one(
        `select (select count(*) from entries e where e.kind = 'ticket.sold' and e.entry::jsonb -> 'body' ->> 'capture' = 'typed'
             and e.entry::jsonb -> 'body' ->> 'readAloudBy' is null
             and exists (select 1 from (${READER_DOWN}) o where (e.entry::jsonb -> 'plans') ? o.id
               and (o.windows is null or o.windows ? e.window_id)))
           + (select count(*) from boardings b where not exists (
               select 1 from counted_tickets t join passengers p using (window_id, ledger_id, seq) where t.ticket_number = b.ticket_number)) as n`,
      ),
      outOfTurn: await one(
        `with let_go as (
           select at, split_part(entry::jsonb -> 'body' ->> 'departureId', '/', 1) as line,
             (entry::jsonb -> 'body' ->> 'throughQueueNumber')::bigint as through
           from entries where kind = 'release.counted')
         select count(*) as n from boardings b join counted_tickets t using (ticket_number)
         where t.queue_number is not null
           and not exists (select 1 from let_go r where r.line = t.line_id and r.at <= b.at and r.through >= t.queue_number)`,
      ),
      numbersTwice: await one(
        `select count(*) as n from (select line_id, queue_number from counted_tickets where queue_number is not null
           group by 1, 2 having count(*) > 1) twice`,
      ),
      endedTwice: await one('select count(*) as n from ended_twice'),
      problems,
    };
  } finally {
    await database.close();
  }
}

/** States of a departure that give everything back. */
const FREE_STATES = Object.entries(stateMeanings)
  .filter(([, { freeRefund }]) => freeRefund === 'all')
  .map(([state]) => state);

/** Orders of the plan for a reader that is down, with the windows that they are for; null = all of them. */
const READER_DOWN = `
  select (r.record ->> 'issuer') || '-' || (r.record ->> 'n') as id, r.record -> 'scope' -> 'windows' as windows
  from entries o cross join lateral (select o.entry::jsonb -> 'body' -> 'signed' -> 'record' as record) r
  where o.kind = 'plan.ordered' and r.record -> 'plan' ->> 'id' = 'reader-down'`;

/** What has to be true of every such day; in fog and in a crowd somebody was on the work list, or its count shows nothing. */
export function isUnharmed(count: CrisisCount, wantsListed = false): boolean {
  return (
    (!wantsListed || count.listedAtPeak > 0) &&
    count.tickets > 0 &&
    count.boarded > 0 &&
    count.overCapacity === 0 &&
    count.feesChargedAtCarrierFault === 0 &&
    count.unresolvedPassengers === 0 &&
    count.identitiesLost === 0 &&
    count.outOfTurn === 0 &&
    count.numbersTwice === 0 &&
    count.endedTwice === 0 &&
    count.problems.length === 0
  );
}
