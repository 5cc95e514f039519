-- min-reader: 1
-- The journal and all that stands beside it in one file. What is a projection can be filled again from the journal.

-- Numbers that any program may read before it decides whether it understands the rest.
CREATE TABLE meta (
  name TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The truth. `entry` is the JCS text whose UTF-8 bytes are hashed; the other columns repeat parts of it for look-up.
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY CHECK (seq >= 1),
  kind TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  business_date TEXT NOT NULL,
  command_id TEXT NOT NULL,
  part_n INTEGER NOT NULL CHECK (part_n BETWEEN 1 AND part_of),
  part_of INTEGER NOT NULL,
  entry TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  UNIQUE (command_id, part_n)
) STRICT;

-- Sealed identities, one an entry at most. Not a projection: retention empties it without touching the journal.
CREATE TABLE vault_rows (
  seq INTEGER PRIMARY KEY REFERENCES journal (seq),
  ref TEXT NOT NULL,
  week TEXT NOT NULL,
  alg TEXT NOT NULL,
  nonce TEXT NOT NULL,
  sealed TEXT NOT NULL,
  token BLOB NOT NULL
) STRICT;
CREATE INDEX vault_rows_token ON vault_rows (token);

-- Accepted commands, so that the same one is answered again. The body is never here, only its keyed digest.
CREATE TABLE commands (
  command_id TEXT NOT NULL PRIMARY KEY,
  method TEXT NOT NULL,
  body_mac BLOB NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL CHECK (last_seq >= first_seq),
  at_ms INTEGER NOT NULL,
  seen INTEGER NOT NULL DEFAULT 0 CHECK (seen IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX commands_open ON commands (first_seq) WHERE seen = 0;

-- What is to happen outside after a command, and how far it went. Not a projection.
CREATE TABLE effects (
  effect_id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind = 'print'),
  ticket_number TEXT NOT NULL,
  copy INTEGER NOT NULL CHECK (copy >= 1),
  sheet_id TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('queued', 'sending', 'confirmed', 'unknown', 'failed', 'settled', 'spoiled')),
  queued_at_ms INTEGER NOT NULL,
  changed_at_ms INTEGER NOT NULL,
  UNIQUE (ticket_number, copy)
) STRICT;
CREATE INDEX effects_open ON effects (state) WHERE state IN ('queued', 'sending', 'unknown', 'failed');

-- Where the upload stands. Not a projection: the city said it.
CREATE TABLE upload (
  only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
  ack_seq INTEGER NOT NULL CHECK (ack_seq >= 0)
) STRICT;
INSERT INTO upload (only_one, ack_seq) VALUES (1, 0);
CREATE TABLE upload_weeks (week TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
-- The last verdict of entries that were ever not plainly accepted.
CREATE TABLE verdicts (
  seq INTEGER PRIMARY KEY,
  verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'refused', 'held')),
  refusal TEXT
) STRICT;
CREATE INDEX verdicts_refused ON verdicts (verdict) WHERE verdict = 'refused';

-- Projections from here on.

CREATE TABLE shifts (
  shift_id TEXT NOT NULL PRIMARY KEY,
  clerk_number TEXT NOT NULL,
  float_fen INTEGER NOT NULL CHECK (float_fen >= 0),
  opened_at_ms INTEGER NOT NULL,
  business_date TEXT NOT NULL,
  opened_seq INTEGER NOT NULL,
  ticket_count INTEGER NOT NULL DEFAULT 0,
  sales_fen INTEGER NOT NULL DEFAULT 0,
  closed_seq INTEGER,
  closed_at_ms INTEGER,
  counted_fen INTEGER,
  expected_fen INTEGER,
  difference_fen INTEGER
) STRICT, WITHOUT ROWID;
-- A window has one open shift at most.
CREATE UNIQUE INDEX shifts_one_open ON shifts ((closed_seq IS NULL)) WHERE closed_seq IS NULL;

CREATE TABLE leases (
  lease_id TEXT NOT NULL PRIMARY KEY,
  departure_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('numbered', 'free')),
  total INTEGER NOT NULL CHECK (total >= 1),
  sold INTEGER NOT NULL DEFAULT 0 CHECK (sold BETWEEN 0 AND total),
  free_ranges TEXT NOT NULL,
  taken_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX leases_departure ON leases (departure_id, taken_seq);

CREATE TABLE tickets (
  seq INTEGER PRIMARY KEY REFERENCES journal (seq),
  ticket_number TEXT NOT NULL UNIQUE,
  departure_id TEXT NOT NULL,
  seat_number INTEGER,
  lease_id TEXT NOT NULL REFERENCES leases (lease_id),
  shift_id TEXT NOT NULL REFERENCES shifts (shift_id),
  ticket_class TEXT NOT NULL,
  fare_fen INTEGER NOT NULL CHECK (fare_fen >= 0)
) STRICT;
-- The database itself refuses a seat sold twice.
CREATE UNIQUE INDEX tickets_seat ON tickets (departure_id, seat_number) WHERE seat_number IS NOT NULL;

-- The last outcome that the journal has of a ticket's paper.
CREATE TABLE prints (
  ticket_number TEXT NOT NULL PRIMARY KEY,
  seq INTEGER NOT NULL,
  sheet_id TEXT NOT NULL,
  copy INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT,
  single_copy INTEGER NOT NULL CHECK (single_copy IN (0, 1)),
  at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The newest entry of each kind that changes what the window is.
CREATE TABLE latest (
  kind TEXT NOT NULL PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
