-- min-reader: 6
-- rebuild
-- Departures whose sale was stopped by hand at a gate, by whose journal. Part of the station's picture: rows of a source
-- other than 0 came from relayed journals and are kept by a rebuild.
CREATE TABLE station_sale_stops (
  departure_id TEXT NOT NULL,
  source INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (departure_id, source)
) STRICT, WITHOUT ROWID;
