-- Tickets to a stop on the way: its name as it was sold. `to_place_id` is where the ticket ends, at the stop or at the end of its line;
-- null here = at the end. The seat is held for the whole run.
alter table tickets add column to_stop_name text;
create or replace view counted_tickets as
select t.*
from tickets t
where t.verdict = 'accepted';
create or replace view holding_tickets as
select t.* from counted_tickets t
where not exists (
  select 1 from after_sale a
  where a.ticket_number = t.ticket_number and a.what in ('refunded', 'changed', 'voided', 'reissued'));

-- What a line sells to each stop, by day of sale: so that fares to stops can be looked over.
create view sales_by_stop as
select business_date, line_id, to_place_id, max(to_stop_name) as to_stop_name, ticket_class,
  count(*) as tickets, sum(fare_fen) as fen, min(fare_fen) as least_fen, max(fare_fen) as most_fen
from counted_tickets group by business_date, line_id, to_place_id, ticket_class;
