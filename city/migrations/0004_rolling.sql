-- Tickets for the line and day (流水票): place in the queue; null on a ticket for its departure. From 900000000 on no place was taken
-- (候补). `departure_id` of such a ticket is the departure whose place it took, not the one that it travels with: that is in `boardings`.
alter table tickets add column queue_number bigint;
create or replace view counted_tickets as
select t.*
from tickets t
where t.verdict = 'accepted';

create index entries_kind on entries (kind) where kind in ('ticket.boarded', 'ticket.unboarded');

-- Who is aboard what: one row a boarding that was not taken back by the office that wrote it. Capacity is counted from here.
create view boardings as
select b.window_id, b.ledger_id, b.seq, b.at,
  b.entry::jsonb -> 'body' ->> 'ticketNumber' as ticket_number,
  b.entry::jsonb -> 'body' ->> 'departureId' as departure_id,
  b.entry::jsonb -> 'body' ->> 'gate' as gate
from entries b
where b.kind = 'ticket.boarded' and not exists (
  select 1 from entries u
  where u.kind = 'ticket.unboarded' and u.window_id = b.window_id and u.ledger_id = b.ledger_id and u.seq > b.seq
    and u.entry::jsonb -> 'body' ->> 'ticketNumber' = b.entry::jsonb -> 'body' ->> 'ticketNumber');
