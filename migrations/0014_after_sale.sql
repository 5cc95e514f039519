-- min-reader: 14
-- rebuild
-- What becomes of tickets after their sale: places that come back, cash that goes out of drawers, permits, cash that is owed.
-- An older program would sell no place that came back, and count cash that is not there.

ALTER TABLE tickets ADD COLUMN ended INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1));
-- A place that came back may be sold again; still the database itself refuses a seat that two tickets have.
DROP INDEX tickets_seat;
CREATE UNIQUE INDEX tickets_seat ON tickets (departure_id, seat_number) WHERE seat_number IS NOT NULL AND ended = 0;

-- Cash that went out of a shift's drawer after sales, and what changes brought in.
ALTER TABLE shifts ADD COLUMN back_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shifts ADD COLUMN back_fen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shifts ADD COLUMN more_fen INTEGER NOT NULL DEFAULT 0;

-- Permits that this office gave and that are out; the newest of a ticket. Used is one when its ticket is no longer sold.
CREATE TABLE permits (
  ticket_number TEXT NOT NULL PRIMARY KEY,
  request_id TEXT NOT NULL,
  act TEXT NOT NULL,
  holder TEXT NOT NULL,
  given_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Numbered requests of this office that wait for contact.
CREATE TABLE refund_requests (
  request_number TEXT NOT NULL PRIMARY KEY,
  request_id TEXT NOT NULL,
  ticket_number TEXT NOT NULL,
  act TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX refund_requests_ticket ON refund_requests (ticket_number);

-- What commands in bulk of this office have done so far.
CREATE TABLE bulk_batches (
  batch_id TEXT NOT NULL PRIMARY KEY,
  tickets INTEGER NOT NULL,
  back_fen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Part of the station's picture: rows of a source other than 0 came from relayed journals and are kept by a rebuild.

-- Cash of refunds that was not handed over, and what of it was fetched. One row a ticket and source.
CREATE TABLE station_owed (
  ticket_number TEXT NOT NULL,
  source INTEGER NOT NULL,
  owed_fen INTEGER NOT NULL DEFAULT 0,
  paid_fen INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (ticket_number, source)
) STRICT, WITHOUT ROWID;

-- Who was spoken to, of departures that do not sail.
CREATE TABLE station_contacts (
  ticket_number TEXT NOT NULL,
  source INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  contact TEXT NOT NULL,
  PRIMARY KEY (ticket_number, source)
) STRICT, WITHOUT ROWID;

-- Who did not come.
CREATE TABLE station_no_shows (
  ticket_number TEXT NOT NULL,
  source INTEGER NOT NULL,
  PRIMARY KEY (ticket_number, source)
) STRICT, WITHOUT ROWID;

-- Tickets and money of a day after the sale. `what`: refund, change, void, reissue, paid.
CREATE TABLE station_after (
  business_date TEXT NOT NULL,
  departure_id TEXT NOT NULL,
  shift_id TEXT NOT NULL,
  what TEXT NOT NULL,
  source INTEGER NOT NULL,
  tickets INTEGER NOT NULL,
  -- Fares of the tickets that ended.
  fare_fen INTEGER NOT NULL,
  fee_fen INTEGER NOT NULL,
  -- Owed to passengers, and collected from them.
  back_fen INTEGER NOT NULL,
  more_fen INTEGER NOT NULL,
  -- Cash that left this shift's drawer.
  cash_fen INTEGER NOT NULL,
  PRIMARY KEY (business_date, departure_id, shift_id, what, source)
) STRICT, WITHOUT ROWID;
