-- min-reader: 18
-- What the day report counts is told apart by the stop on the way where a ticket ends; empty = the end of its line, as all before.
CREATE TABLE station_days_by_stop (
  business_date TEXT NOT NULL,
  departure_id TEXT NOT NULL,
  shift_id TEXT NOT NULL,
  ticket_class TEXT NOT NULL,
  to_stop TEXT NOT NULL,
  source INTEGER NOT NULL,
  tickets INTEGER NOT NULL,
  fen INTEGER NOT NULL,
  PRIMARY KEY (business_date, departure_id, shift_id, ticket_class, to_stop, source)
) STRICT, WITHOUT ROWID;
INSERT INTO station_days_by_stop
  SELECT business_date, departure_id, shift_id, ticket_class, '', source, tickets, fen FROM station_days;
DROP TABLE station_days;
ALTER TABLE station_days_by_stop RENAME TO station_days;
