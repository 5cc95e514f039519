-- min-reader: 21
-- rebuild
-- What ended each ticket, by every journal that says so, and tickets that ended more than once: somebody was paid twice.
-- Part of the station's picture: rows of a source other than 0 came from relayed journals and are kept by a rebuild.
CREATE TABLE station_ends (
  ticket_number TEXT NOT NULL,
  source INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  what TEXT NOT NULL,
  -- Money given back, or what the ticket issued for it is worth.
  worth_fen INTEGER NOT NULL,
  PRIMARY KEY (ticket_number, source, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE station_ended_twice (
  ticket_number TEXT NOT NULL,
  source INTEGER NOT NULL,
  PRIMARY KEY (ticket_number, source)
) STRICT, WITHOUT ROWID;

-- A person has looked into it.
CREATE TABLE station_twice_settled (
  ticket_number TEXT NOT NULL,
  source INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (ticket_number, source)
) STRICT, WITHOUT ROWID;
