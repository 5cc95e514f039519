-- min-reader: 9
-- rebuild
-- A station's host and its windows: what is given to whom, who is enrolled, and what others' journals brought.

-- What went back to the grantor is no longer the holder's to sell.
ALTER TABLE leases ADD COLUMN returned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE leases ADD COLUMN returned_heads INTEGER NOT NULL DEFAULT 0;
ALTER TABLE leases ADD COLUMN returned_children INTEGER NOT NULL DEFAULT 0;
ALTER TABLE leases ADD COLUMN grantor TEXT NOT NULL DEFAULT 'self';

-- Projections: what this office has given and to whom.

-- What this office may give of a departure. Made by the first lease that it gives of it.
CREATE TABLE pools (
  departure_id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('numbered', 'free')),
  seats INTEGER NOT NULL,
  seats_free INTEGER NOT NULL CHECK (seats_free BETWEEN 0 AND seats),
  ranges TEXT NOT NULL,
  -- Every head that the licence allows, and free children outside the seats.
  heads INTEGER NOT NULL,
  heads_free INTEGER NOT NULL CHECK (heads_free BETWEEN 0 AND heads),
  children INTEGER NOT NULL,
  children_free INTEGER NOT NULL CHECK (children_free BETWEEN 0 AND children),
  closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1))
) STRICT, WITHOUT ROWID;

-- Leases given to other windows. `open_*` is what was given less what came back.
CREATE TABLE grants (
  lease_id TEXT NOT NULL PRIMARY KEY,
  departure_id TEXT NOT NULL,
  holder TEXT NOT NULL,
  ledger_id TEXT NOT NULL,
  request_id TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('numbered', 'free')),
  open_count INTEGER NOT NULL CHECK (open_count >= 0),
  open_ranges TEXT NOT NULL,
  open_heads INTEGER NOT NULL CHECK (open_heads >= 0),
  open_children INTEGER NOT NULL CHECK (open_children >= 0),
  -- The departure as a whole when it was given, as JSON.
  whole TEXT NOT NULL,
  written_off INTEGER NOT NULL DEFAULT 0 CHECK (written_off IN (0, 1)),
  given_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX grants_request ON grants (ledger_id, request_id) WHERE request_id IS NOT NULL;
CREATE INDEX grants_holder ON grants (holder, ledger_id, given_seq);
CREATE INDEX grants_departure ON grants (departure_id, given_seq);
CREATE TABLE grant_returns (return_id TEXT NOT NULL PRIMARY KEY, lease_id TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- What this window gave back, to be said again until its grantor has it.
CREATE TABLE lease_returns (
  return_id TEXT NOT NULL PRIMARY KEY,
  lease_id TEXT NOT NULL,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_returns_lease ON lease_returns (lease_id);

-- Windows that are enrolled at this host, one row a ledger.
CREATE TABLE station_windows (
  window TEXT NOT NULL,
  ledger_id TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  signing_key TEXT NOT NULL,
  link_key TEXT NOT NULL,
  enrolled_seq INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('enrolled', 'retired', 'writtenOff')),
  PRIMARY KEY (window, ledger_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX station_windows_link ON station_windows (link_key);
CREATE TABLE station_codes (
  code_hash TEXT NOT NULL PRIMARY KEY,
  window TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  used_by TEXT
) STRICT, WITHOUT ROWID;

-- No projections from here on: other windows' journals, as they came.

CREATE TABLE relay_ledgers (
  window TEXT NOT NULL,
  ledger_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  -- Everything up to it is at the city, as the city said to this host or to the window.
  city_seq INTEGER NOT NULL DEFAULT 0,
  heard_at_ms INTEGER NOT NULL,
  PRIMARY KEY (window, ledger_id)
) STRICT, WITHOUT ROWID;
-- Batches byte for byte: the window's signature covers them, so they go to the city as they are.
CREATE TABLE relay_batches (
  window TEXT NOT NULL,
  ledger_id TEXT NOT NULL,
  from_seq INTEGER NOT NULL,
  to_seq INTEGER NOT NULL CHECK (to_seq >= from_seq),
  batch BLOB NOT NULL,
  PRIMARY KEY (window, ledger_id, to_seq)
) STRICT;
-- Week keys sealed to this host.
CREATE TABLE relay_weeks (
  window TEXT NOT NULL,
  ledger_id TEXT NOT NULL,
  week TEXT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (window, ledger_id, week)
) STRICT, WITHOUT ROWID;
-- What the city said to batches that were passed on, until their window has it.
CREATE TABLE relay_answers (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  window TEXT NOT NULL,
  ledger_id TEXT NOT NULL,
  answer TEXT NOT NULL
) STRICT;
CREATE INDEX relay_answers_window ON relay_answers (window, ledger_id, id);
-- Tickets of other windows, for what their leases still hold and for seats that were sold twice.
CREATE TABLE relay_tickets (
  window TEXT NOT NULL,
  ledger_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  ticket_number TEXT NOT NULL,
  departure_id TEXT NOT NULL,
  lease_id TEXT NOT NULL,
  seat_number INTEGER,
  PRIMARY KEY (window, ledger_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX relay_tickets_lease ON relay_tickets (lease_id);
CREATE INDEX relay_tickets_seat ON relay_tickets (departure_id, seat_number);

-- Records that are merged by union over the station, such as contingency orders.
CREATE TABLE station_records (
  issuer TEXT NOT NULL,
  n INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (issuer, n)
) STRICT, WITHOUT ROWID;
