-- Everything the city keeps. One SQL for PostgreSQL and PGlite: plain types, no extensions.
-- Instants are UTC milliseconds (bigint), money is integer fen, hashes and keys are raw bytes.

-- A window that exchanged an enrolment code for the city's keys. One key a window.
create table windows (
  window_id text primary key,
  public_key bytea not null check (octet_length(public_key) = 32),
  enrolled_at bigint not null
);

-- The code itself is never stored. `used_by` lets the same window ask again when the answer was lost.
create table enrolment_codes (
  code_hash bytea primary key check (octet_length(code_hash) = 32),
  created_at bigint not null,
  expires_at bigint not null,
  used_at bigint,
  used_by text references windows (window_id)
);

-- One row a ledger file of a window. Everything up to `ack_seq` is in `entries`, without gaps.
create table ledgers (
  window_id text not null references windows (window_id),
  ledger_id text not null,
  ordinal integer,
  predecessor_ledger_id text,
  ack_seq bigint not null default 0,
  last_hash bytea not null check (octet_length(last_hash) = 32),
  first_seen_at bigint not null,
  last_seen_at bigint not null,
  -- Set when the same seq came with another hash: two machines write under one window's key.
  fork_seq bigint,
  fork_hash bytea,
  fork_found_at bigint,
  primary key (window_id, ledger_id)
);

-- The tables below hang on (window_id, ledger_id, seq). They are written by one function in one transaction, in bulk;
-- foreign keys would cost a look-up a row and are left out.

-- The journal as it came. `entry` is the text whose bytes are hashed; the columns beside it are read from it and
-- are null where the text does not say. Nothing here is ever updated or deleted.
create table entries (
  window_id text not null,
  ledger_id text not null,
  seq bigint not null check (seq >= 1),
  hash bytea not null,
  entry text not null,
  kind text,
  at bigint,
  business_date text,
  command_id text,
  part_n bigint,
  part_of bigint,
  received_at bigint not null,
  primary key (window_id, ledger_id, seq)
);
-- Not led by window and ledger: without statistics PostgreSQL took such an index for look-ups by seq, and read a whole journal.
create index entries_command on entries (command_id);

-- What the city decided, for entries that are not plainly accepted or once were not. No row = accepted.
create table verdicts (
  window_id text not null,
  ledger_id text not null,
  seq bigint not null,
  verdict text not null check (verdict in ('accepted', 'refused', 'held')),
  -- Why it is or was held: 'weekKey' (then `week` says which), 'parts', 'unknownKind'; null where it never was.
  waits_for text check (waits_for in ('weekKey', 'parts', 'unknownKind')),
  week text,
  code text,
  field text,
  message text,
  next text,
  decided_at bigint not null,
  -- Last seq of the batch that brought this verdict about: the same batch sent again gets the same verdicts told.
  decided_with bigint not null,
  primary key (window_id, ledger_id, seq)
);
create index verdicts_decided on verdicts (window_id, ledger_id, decided_with);
create index verdicts_waiting on verdicts (window_id, ledger_id, waits_for) where verdict = 'held';

-- Week keys, still sealed to the city: a copy of this database alone opens nothing.
create table week_keys (
  window_id text not null,
  ledger_id text not null,
  week text not null,
  city_key_id text not null,
  sealed text not null,
  received_at bigint not null,
  primary key (window_id, ledger_id, week),
  foreign key (window_id, ledger_id) references ledgers (window_id, ledger_id)
);

-- Identities as they came, sealed under the week's key. The only place where the city has names and numbers.
create table sealed_rows (
  window_id text not null,
  ledger_id text not null,
  ref text not null,
  seq bigint not null,
  alg text not null,
  week text not null,
  nonce text not null,
  sealed text not null,
  primary key (window_id, ledger_id, ref, seq)
);
create index sealed_rows_entry on sealed_rows (window_id, ledger_id, seq);

-- Verified identities. `number_index` is a keyed hash, so a number can be looked up but not read here.
create table passengers (
  window_id text not null,
  ledger_id text not null,
  seq bigint not null,
  document_kind text not null,
  number_index bytea not null check (octet_length(number_index) = 32),
  primary key (window_id, ledger_id, seq)
);
create index passengers_number on passengers (number_index);

-- One row a readable ticket.sold, refused ones too. `ticket_number` is not unique on purpose: a number that came
-- twice must be countable here, not vanish.
create table tickets (
  window_id text not null,
  ledger_id text not null,
  seq bigint not null,
  ticket_number text not null,
  departure_id text not null,
  depart_at bigint not null,
  line_id text not null,
  from_place_id text not null,
  to_place_id text not null,
  ticket_class text not null,
  fare_fen bigint not null,
  seat_number bigint,
  shift_id text not null,
  business_date text not null,
  sold_at bigint not null,
  command_id text not null,
  part_of bigint not null,
  verdict text not null check (verdict in ('accepted', 'refused', 'held')),
  primary key (window_id, ledger_id, seq)
);
create index tickets_number on tickets (ticket_number);
create index tickets_departure on tickets (departure_id);

-- A sale counts when the city has all parts of its command.
create view counted_tickets as
select t.*
from tickets t
where t.verdict = 'accepted';

-- Timetable and fares as signed. The newest version of a station is the one in force.
create table feeds (
  station text not null,
  version integer not null check (version >= 1),
  issued_at bigint not null,
  key_id text not null,
  text text not null,
  signature text not null,
  primary key (station, version)
);
