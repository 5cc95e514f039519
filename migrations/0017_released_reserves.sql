-- min-reader: 17
-- Seats kept back (留座) that the manager gave up, by departure and purpose.
CREATE TABLE released_reserves (
  departure_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  PRIMARY KEY (departure_id, purpose)
) STRICT, WITHOUT ROWID;
