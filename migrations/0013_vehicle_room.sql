-- min-reader: 13
-- rebuild
-- Room for vehicles is leased by a station's host to its windows, like seats: what is given to whom, what went back.
-- And departures of which nothing is given any more, also those of which nothing ever was.

DROP TABLE vehicle_leases;
-- One row where it is lane, one a deck where it is places; centimetres of lane, or places.
CREATE TABLE vehicle_leases (
  lease_id TEXT NOT NULL,
  deck TEXT NOT NULL CHECK (deck IN ('lane', 'upper', 'middle', 'lower')),
  departure_id TEXT NOT NULL,
  total INTEGER NOT NULL CHECK (total >= 0),
  sold INTEGER NOT NULL DEFAULT 0 CHECK (sold >= 0),
  -- What went back to the grantor is no longer the holder's to sell.
  returned INTEGER NOT NULL DEFAULT 0 CHECK (returned >= 0),
  grantor TEXT NOT NULL,
  taken_seq INTEGER NOT NULL,
  PRIMARY KEY (lease_id, deck),
  CHECK (sold + returned <= total)
) STRICT, WITHOUT ROWID;
CREATE INDEX vehicle_leases_departure ON vehicle_leases (departure_id, taken_seq);

-- What this window gave back, to be said again until its grantor has it.
CREATE TABLE vehicle_returns (
  return_id TEXT NOT NULL PRIMARY KEY,
  lease_id TEXT NOT NULL,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX vehicle_returns_lease ON vehicle_returns (lease_id);

-- What this office may give of a departure's room. Made by the first lease that it gives of it.
CREATE TABLE vehicle_pools (
  departure_id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('lane', 'places')),
  lane INTEGER NOT NULL,
  lane_free INTEGER NOT NULL CHECK (lane_free BETWEEN 0 AND lane),
  upper INTEGER NOT NULL,
  upper_free INTEGER NOT NULL CHECK (upper_free BETWEEN 0 AND upper),
  middle INTEGER NOT NULL,
  middle_free INTEGER NOT NULL CHECK (middle_free BETWEEN 0 AND middle),
  lower INTEGER NOT NULL,
  lower_free INTEGER NOT NULL CHECK (lower_free BETWEEN 0 AND lower)
) STRICT, WITHOUT ROWID;

-- Leases given to other windows: what was given less what came back.
CREATE TABLE vehicle_grants (
  lease_id TEXT NOT NULL PRIMARY KEY,
  departure_id TEXT NOT NULL,
  holder TEXT NOT NULL,
  ledger_id TEXT NOT NULL,
  request_id TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('lane', 'places')),
  lane INTEGER NOT NULL CHECK (lane >= 0),
  upper INTEGER NOT NULL CHECK (upper >= 0),
  middle INTEGER NOT NULL CHECK (middle >= 0),
  lower INTEGER NOT NULL CHECK (lower >= 0),
  -- The room of the departure when it was given, as JSON.
  whole TEXT NOT NULL,
  written_off INTEGER NOT NULL DEFAULT 0 CHECK (written_off IN (0, 1)),
  given_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX vehicle_grants_request ON vehicle_grants (ledger_id, request_id) WHERE request_id IS NOT NULL;
CREATE INDEX vehicle_grants_holder ON vehicle_grants (holder, ledger_id, given_seq);
CREATE INDEX vehicle_grants_departure ON vehicle_grants (departure_id, given_seq);
CREATE TABLE vehicle_grant_returns (return_id TEXT NOT NULL PRIMARY KEY, lease_id TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Departures of which nothing is given any more, neither seats nor room.
ALTER TABLE pools DROP COLUMN closed;
CREATE TABLE pool_closings (departure_id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;

-- No projection: other windows' vehicles, for what their leases still hold.
CREATE TABLE relay_vehicles (
  window TEXT NOT NULL,
  ledger_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  ticket_number TEXT NOT NULL,
  departure_id TEXT NOT NULL,
  lease_id TEXT NOT NULL,
  lane_cm INTEGER NOT NULL,
  places INTEGER NOT NULL,
  deck TEXT,
  PRIMARY KEY (window, ledger_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX relay_vehicles_lease ON relay_vehicles (lease_id);
