-- min-reader: 2
-- rebuild
-- The station's ticket picture: every ticket of the station that this office knows of, whoever sold it, and what gates did
-- with it. Rows with source 0 are projections of this office's own journal; the others came from relayed journals and are
-- kept by a rebuild. No row changes a row of another source, so journals may arrive in any order.

-- Ledgers of other windows whose journals were taken in, from first_seq to up_to without a gap.
CREATE TABLE station_sources (
  source INTEGER PRIMARY KEY CHECK (source >= 1),
  window TEXT NOT NULL,
  ledger_id TEXT NOT NULL UNIQUE,
  first_seq INTEGER NOT NULL CHECK (first_seq >= 1),
  up_to INTEGER NOT NULL CHECK (up_to >= first_seq - 1)
) STRICT;

CREATE TABLE station_tickets (
  ticket_number TEXT NOT NULL PRIMARY KEY,
  source INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  departure_id TEXT NOT NULL,
  depart_at_ms INTEGER NOT NULL,
  ticket_class TEXT NOT NULL,
  document_kind TEXT NOT NULL,
  seat_number INTEGER,
  -- Heads it counts in the licence: 0 for a vehicle.
  heads INTEGER NOT NULL CHECK (heads >= 0),
  -- What else the boarding rules ask of it, as JSON: a child's adult, a vehicle's plate.
  more TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX station_tickets_entry ON station_tickets (source, seq);
CREATE INDEX station_tickets_departure ON station_tickets (departure_id);

-- What became of a ticket after its sale: refunded, changed, void. One row a ticket and source, the last word of each.
CREATE TABLE station_ticket_states (
  ticket_number TEXT NOT NULL,
  source INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  state TEXT NOT NULL,
  replaced_by TEXT,
  PRIMARY KEY (ticket_number, source)
) STRICT, WITHOUT ROWID;

-- Where a ticket was let aboard. Two sources with boarded = 1 are a ticket that admitted twice.
CREATE TABLE station_boardings (
  ticket_number TEXT NOT NULL,
  source INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  departure_id TEXT NOT NULL,
  gate TEXT NOT NULL,
  method TEXT NOT NULL,
  boarded INTEGER NOT NULL CHECK (boarded IN (0, 1)),
  PRIMARY KEY (ticket_number, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX station_boardings_departure ON station_boardings (departure_id);

-- Gates of a departure, and what was frozen and counted when it left.
CREATE TABLE station_gates (
  departure_id TEXT NOT NULL,
  source INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  gate TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  -- Bodies of the newest manifest.frozen and sailing.reconciled, as JSON.
  manifest TEXT,
  reconciled TEXT,
  PRIMARY KEY (departure_id, source)
) STRICT, WITHOUT ROWID;

-- Sealed identities of relayed tickets. Not a projection: retention empties it. The token is this office's own look-up
-- index of the document, absent until somebody who could open the row has given it.
CREATE TABLE station_identities (
  source INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  digest TEXT NOT NULL,
  ref TEXT NOT NULL,
  week TEXT NOT NULL,
  alg TEXT NOT NULL,
  nonce TEXT NOT NULL,
  sealed TEXT NOT NULL,
  token BLOB,
  PRIMARY KEY (source, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX station_identities_token ON station_identities (token) WHERE token IS NOT NULL;
CREATE INDEX station_identities_blind ON station_identities (source, week) WHERE token IS NULL;
