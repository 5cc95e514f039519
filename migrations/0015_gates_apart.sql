-- min-reader: 15
-- rebuild
-- Gates at several offices: boardings taken back from another office, those made out of contact, what a host has said yes to, and
-- pictures that a gate follows row by row.

-- 1: the station's host could not be asked.
ALTER TABLE station_boardings ADD COLUMN apart INTEGER NOT NULL DEFAULT 0 CHECK (apart IN (0, 1));
-- When this office froze the list that stands in the row.
ALTER TABLE station_gates ADD COLUMN frozen_at_ms INTEGER;
CREATE INDEX station_boardings_entry ON station_boardings (source, seq);
CREATE INDEX station_ticket_states_entry ON station_ticket_states (source, seq);

-- A boarding of another office taken back: it names the last entry of that ledger which it takes back, so any order gives the same.
CREATE TABLE station_unboardings (
  ticket_number TEXT NOT NULL,
  source INTEGER NOT NULL,
  of_ledger TEXT NOT NULL,
  of_seq INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (ticket_number, source, of_ledger)
) STRICT, WITHOUT ROWID;
CREATE INDEX station_unboardings_entry ON station_unboardings (source, seq);

-- Boardings that stand.
CREATE VIEW station_aboard AS
SELECT b.ticket_number, b.source, b.seq, b.at_ms, b.departure_id, b.gate, b.method, b.apart FROM station_boardings b
WHERE b.boarded = 1 AND NOT EXISTS (
  SELECT 1 FROM station_unboardings u WHERE u.ticket_number = b.ticket_number AND u.of_seq >= b.seq
    AND u.of_ledger = CASE b.source WHEN 0 THEN (SELECT j.entry ->> '$.ledgerId' FROM journal j WHERE j.seq = 1)
      ELSE (SELECT s.ledger_id FROM station_sources s WHERE s.source = b.source) END);

-- Tickets that were found aboard twice, as this office wrote them down.
CREATE TABLE boarding_doubles (
  ticket_number TEXT NOT NULL,
  pair TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (ticket_number, pair)
) STRICT, WITHOUT ROWID;

-- No projections: a host's yes to a gate, until the boarding itself is here; the ledger's own end when it asked.
CREATE TABLE station_claims (
  ticket_number TEXT NOT NULL PRIMARY KEY,
  window TEXT NOT NULL,
  ledger_id TEXT NOT NULL,
  departure_id TEXT NOT NULL,
  gate TEXT NOT NULL,
  method TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  after_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- How far a gate has followed each ledger of its host's picture.
CREATE TABLE picture_follows (
  ledger_id TEXT NOT NULL PRIMARY KEY,
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
