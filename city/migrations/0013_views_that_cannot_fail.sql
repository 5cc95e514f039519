-- What an entry says, as JSON that any query may read. JSON of PostgreSQL knows no U+0000, and one in a text of one entry made every
-- query of the whole city fail: it is read as U+FFFD. For entries that the city has accepted: theirs is canonical JSON, every other one's
-- may be anything.
create function entry_body(entry text) returns jsonb
language sql immutable strict parallel safe as $$
  select (case when position('\u0000' in entry) = 0 then entry
    else regexp_replace(entry, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g') end)::jsonb -> 'body'
$$;

-- Who is aboard what: one row a boarding that the city has accepted with all parts of its command, and that nobody took back: the office
-- that wrote it, or another one of its station that names it. Capacity is counted from here. `materialized`: no condition of a query is looked
-- at before that on the verdict.
create or replace view boardings as
with said as materialized (
  select e.window_id, e.ledger_id, e.seq, e.at, e.kind, entry_body(e.entry) as body
  from entries e
  where e.kind in ('ticket.boarded', 'ticket.unboarded') and not exists (
    select 1 from verdicts v
    where v.window_id = e.window_id and v.ledger_id = e.ledger_id and v.seq = e.seq and v.verdict <> 'accepted')
)
select b.window_id, b.ledger_id, b.seq, b.at,
  b.body ->> 'ticketNumber' as ticket_number,
  b.body ->> 'departureId' as departure_id,
  b.body ->> 'gate' as gate
from said b
where b.kind = 'ticket.boarded' and not exists (
  select 1 from said u
  where u.kind = 'ticket.unboarded' and u.body ->> 'ticketNumber' = b.body ->> 'ticketNumber'
    and case when u.body -> 'of' is null
      then u.window_id = b.window_id and u.ledger_id = b.ledger_id and u.seq > b.seq
      else split_part(u.window_id, '/', 1) = split_part(b.window_id, '/', 1)
        and u.body -> 'of' ->> 'ledgerId' = b.ledger_id and (u.body -> 'of' ->> 'seq')::bigint >= b.seq end);

-- As before, but for the order: with `offset 0` no condition of a query (a fee above nothing, for instance) is looked at before that on the
-- verdict, where a refused entry's members are no numbers.
create or replace view after_sale as
select e.window_id, e.ledger_id, e.seq, e.at, e.business_date, e.command_id,
  case e.kind when 'ticket.refunded' then 'refunded' when 'ticket.changed' then 'changed' when 'ticket.voided' then 'voided'
    when 'ticket.reissued' then 'reissued' when 'refund.paid' then 'paid' else 'noShow' end as what,
  e.body ->> 'ticketNumber' as ticket_number,
  e.body ->> 'departureId' as departure_id,
  e.body ->> 'newTicketNumber' as new_ticket_number,
  coalesce((e.body ->> 'fareFen')::bigint, (e.body ->> 'backFen')::bigint, 0) as fare_fen,
  coalesce((e.body ->> 'feeFen')::bigint, 0) as fee_fen,
  coalesce((e.body ->> 'backFen')::bigint, greatest(0, -(e.body ->> 'balanceFen')::bigint), 0) as back_fen,
  coalesce(greatest(0, (e.body ->> 'balanceFen')::bigint), 0) as collected_fen,
  coalesce((e.body ->> 'owed')::boolean, false) as owed,
  coalesce(e.body -> 'because', '[]'::jsonb) as because,
  e.body ->> 'requestId' as request_id,
  e.body ->> 'batchId' as batch_id
from (
  select e.window_id, e.ledger_id, e.seq, e.at, e.business_date, e.command_id, e.kind, entry_body(e.entry) as body
  from entries e
  where e.kind in ('ticket.refunded', 'ticket.changed', 'ticket.voided', 'ticket.reissued', 'refund.paid', 'ticket.noShow')
    and not exists (
      select 1 from verdicts v
      where v.window_id = e.window_id and v.ledger_id = e.ledger_id and v.seq = e.seq and v.verdict <> 'accepted')
  offset 0
) e;

-- As before, without what the city has refused.
create or replace view totals_differing as
  select window_id, ledger_id, seq, differences
  from (
    select distinct on (e.window_id, e.ledger_id) e.window_id, e.ledger_id, e.seq, entry_body(e.entry) -> 'differences' as differences
    from entries e
    where e.kind = 'totals.compared' and not exists (
      select 1 from verdicts v
      where v.window_id = e.window_id and v.ledger_id = e.ledger_id and v.seq = e.seq and v.verdict <> 'accepted')
    order by e.window_id, e.ledger_id, e.seq desc
  ) last
  where jsonb_array_length(differences) > 0;
