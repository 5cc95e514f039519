-- min-reader: 12
-- Entries of every office of the station that all of them are to hear of (orders, states of departures): this office's own ones and
-- those that came over the station link. No projection: what others wrote cannot be made again from this journal.

DROP TABLE station_records;
CREATE TABLE carried_records (
  -- Order of arrival here: what a peer has is said with one number.
  place INTEGER PRIMARY KEY AUTOINCREMENT,
  issuer TEXT NOT NULL,
  n INTEGER NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  -- The ledger whose office gave it; null = written here.
  came_from TEXT,
  -- kept: durable, not yet followed here · followed · refused: does not count.
  state TEXT NOT NULL CHECK (state IN ('kept', 'followed', 'refused')),
  UNIQUE (issuer, n)
) STRICT;
CREATE INDEX carried_records_kept ON carried_records (place) WHERE state = 'kept';
-- How far an exchange with another office is, by its ledger; '' = how far the own journal was looked through.
CREATE TABLE carried_marks (
  peer TEXT NOT NULL PRIMARY KEY,
  got INTEGER NOT NULL,
  gave INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Keys with which other ledgers sign, as first heard.
CREATE TABLE record_keys (
  ledger_id TEXT NOT NULL PRIMARY KEY,
  window TEXT NOT NULL,
  key TEXT NOT NULL
) STRICT, WITHOUT ROWID;
