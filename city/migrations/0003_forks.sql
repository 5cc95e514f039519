-- How a ledger came apart: 'fork' the same seq with another hash, 'wentOn' it wrote on after its successor had opened.
alter table ledgers add column fork_kind text check (fork_kind in ('fork', 'wentOn'));
update ledgers set fork_kind = 'fork' where fork_seq is not null;
create index ledgers_predecessor on ledgers (window_id, predecessor_ledger_id);

-- Entries that are signed and chained, and are not the city's own history: what the other copy wrote. Nothing here is counted; people
-- have to look at it. The columns beside the text are read from it and are null where it is no readable sale. `row` is the sealed
-- identity as it came (JSON).
create table fork_entries (
  window_id text not null,
  ledger_id text not null,
  seq bigint not null,
  hash bytea not null check (octet_length(hash) = 32),
  entry text not null,
  row text,
  ticket_number text,
  departure_id text,
  seat_number bigint,
  fare_fen bigint,
  actor text,
  sold_at bigint,
  received_at bigint not null,
  primary key (window_id, ledger_id, seq, hash)
);
