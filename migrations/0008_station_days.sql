-- min-reader: 8
-- rebuild
-- The station's days: what the day report counts. Like the picture, rows of source 0 are projections of this office's own
-- journal, the others came from relayed journals; no row changes a row of another source.

-- Tickets and money by day, departure, shift and class.
CREATE TABLE station_days (
  business_date TEXT NOT NULL,
  departure_id TEXT NOT NULL,
  shift_id TEXT NOT NULL,
  ticket_class TEXT NOT NULL,
  source INTEGER NOT NULL,
  tickets INTEGER NOT NULL,
  fen INTEGER NOT NULL,
  PRIMARY KEY (business_date, departure_id, shift_id, ticket_class, source)
) STRICT, WITHOUT ROWID;

-- Every window's shifts as they were opened and closed.
CREATE TABLE station_shifts (
  shift_id TEXT NOT NULL,
  source INTEGER NOT NULL,
  clerk_number TEXT NOT NULL,
  business_date TEXT NOT NULL,
  opened_at_ms INTEGER NOT NULL,
  float_fen INTEGER NOT NULL,
  closed_at_ms INTEGER,
  counted_fen INTEGER,
  expected_fen INTEGER,
  difference_fen INTEGER,
  PRIMARY KEY (shift_id, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX station_shifts_date ON station_shifts (business_date);

-- The last word on every sheet of ticket paper: so that paper adds up.
CREATE TABLE station_sheets (
  sheet_id TEXT NOT NULL,
  source INTEGER NOT NULL,
  business_date TEXT NOT NULL,
  outcome TEXT NOT NULL,
  PRIMARY KEY (sheet_id, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX station_sheets_date ON station_sheets (business_date, outcome);
