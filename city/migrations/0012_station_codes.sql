-- Which station a ticket number's first four digits belong to: the one that opened a ledger with it first. A station may have several.
-- A number is one window's by its digits: station, window, ledger. So a number that is there twice was sold twice by that window.
create table station_codes (
  code text primary key check (code ~ '^[0-9]{4}$'),
  station text not null,
  claimed_at bigint not null
);
create index station_codes_station on station_codes (station);

-- Ledgers that are here already, the oldest first. Their text is searched, not parsed: it holds whatever a window sent. Inside a text
-- of it every quotation mark is escaped, so this member is none of those.
insert into station_codes (code, station, claimed_at)
select distinct on (code) code, station, first_seen_at
from (
  select substring(e.entry from '"stationCode":"([0-9]{4})"') as code, split_part(l.window_id, '/', 1) as station,
    l.first_seen_at, l.ledger_id
  from ledgers l join entries e on e.window_id = l.window_id and e.ledger_id = l.ledger_id and e.seq = 1
  where e.kind = 'ledger.opened'
) opened
where code is not null
order by code, first_seen_at, ledger_id;
