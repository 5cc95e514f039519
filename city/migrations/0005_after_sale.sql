-- What became of tickets after their sale: refunded, changed, voided, issued again; cash of refunds in bulk that is fetched later.
create index entries_after_sale on entries (kind) where kind in (
  'ticket.refunded', 'ticket.changed', 'ticket.voided', 'ticket.reissued', 'refund.paid', 'ticket.noShow');

-- One row an entry that the city has accepted with all parts of its command. `feeFen` is kept, `backFen` goes back, money in fen.
create view after_sale as
select e.window_id, e.ledger_id, e.seq, e.at, e.business_date, e.command_id,
  case e.kind when 'ticket.refunded' then 'refunded' when 'ticket.changed' then 'changed' when 'ticket.voided' then 'voided'
    when 'ticket.reissued' then 'reissued' when 'refund.paid' then 'paid' else 'noShow' end as what,
  b.body ->> 'ticketNumber' as ticket_number,
  b.body ->> 'departureId' as departure_id,
  b.body ->> 'newTicketNumber' as new_ticket_number,
  coalesce((b.body ->> 'fareFen')::bigint, (b.body ->> 'backFen')::bigint, 0) as fare_fen,
  coalesce((b.body ->> 'feeFen')::bigint, 0) as fee_fen,
  coalesce((b.body ->> 'backFen')::bigint, greatest(0, -(b.body ->> 'balanceFen')::bigint), 0) as back_fen,
  coalesce(greatest(0, (b.body ->> 'balanceFen')::bigint), 0) as collected_fen,
  coalesce((b.body ->> 'owed')::boolean, false) as owed,
  -- Orders and states of departures that gave a right; empty = the passenger's own reason.
  coalesce(b.body -> 'because', '[]'::jsonb) as because,
  b.body ->> 'requestId' as request_id,
  b.body ->> 'batchId' as batch_id
from entries e cross join lateral (select e.entry::jsonb -> 'body' as body) b
where e.kind in ('ticket.refunded', 'ticket.changed', 'ticket.voided', 'ticket.reissued', 'refund.paid', 'ticket.noShow')
  and not exists (
    select 1 from verdicts v
    where v.window_id = e.window_id and v.ledger_id = e.ledger_id and v.seq = e.seq and v.verdict <> 'accepted');

-- Tickets that still hold: sold, and neither refunded, changed, voided nor issued again.
create view holding_tickets as
select t.* from counted_tickets t
where not exists (
  select 1 from after_sale a
  where a.ticket_number = t.ticket_number and a.what in ('refunded', 'changed', 'voided', 'reissued'));

-- Somebody's task: a ticket that ended twice, for instance a void out of contact and a refund at another window.
create view ended_twice as
select ticket_number, count(*) as times, sum(back_fen) as back_fen from after_sale
where what in ('refunded', 'changed', 'voided', 'reissued')
group by ticket_number having count(*) > 1;

-- A fee kept although an order or a state of the departure had given a right: never right.
create view fees_at_fault as
select * from after_sale where fee_fen > 0 and jsonb_array_length(because) > 0;
