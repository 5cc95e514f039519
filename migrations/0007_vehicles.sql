-- min-reader: 7
-- rebuild
-- Vehicle tickets with numbers of their own and leases of the room for vehicles; heads and free children beside the seats of a lease.
-- An older program would leave vehicle tickets out when it looks for the next number.

DROP TABLE tickets;
DROP TABLE leases;

CREATE TABLE leases (
  lease_id TEXT NOT NULL PRIMARY KEY,
  departure_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('numbered', 'free')),
  total INTEGER NOT NULL CHECK (total >= 1),
  sold INTEGER NOT NULL DEFAULT 0 CHECK (sold BETWEEN 0 AND total),
  free_ranges TEXT NOT NULL,
  -- Every head that the lease allows, with a seat or without.
  heads INTEGER NOT NULL CHECK (heads >= 1),
  heads_sold INTEGER NOT NULL DEFAULT 0 CHECK (heads_sold BETWEEN 0 AND heads),
  -- Free children on a coach, outside its seats.
  free_children INTEGER NOT NULL CHECK (free_children >= 0),
  free_children_sold INTEGER NOT NULL DEFAULT 0 CHECK (free_children_sold BETWEEN 0 AND free_children),
  taken_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX leases_departure ON leases (departure_id, taken_seq);

-- Room for vehicles: one row where it is lane, one a deck where it is places.
CREATE TABLE vehicle_leases (
  lease_id TEXT NOT NULL,
  deck TEXT NOT NULL CHECK (deck IN ('lane', 'upper', 'middle', 'lower')),
  departure_id TEXT NOT NULL,
  -- Centimetres of lane, or places.
  total INTEGER NOT NULL CHECK (total >= 0),
  sold INTEGER NOT NULL DEFAULT 0 CHECK (sold BETWEEN 0 AND total),
  taken_seq INTEGER NOT NULL,
  PRIMARY KEY (lease_id, deck)
) STRICT, WITHOUT ROWID;
CREATE INDEX vehicle_leases_departure ON vehicle_leases (departure_id, taken_seq);

-- Tickets of passengers and vehicles; a vehicle's lease stands in vehicle_leases.
CREATE TABLE tickets (
  seq INTEGER PRIMARY KEY REFERENCES journal (seq),
  ticket_number TEXT NOT NULL UNIQUE,
  departure_id TEXT NOT NULL,
  seat_number INTEGER,
  lease_id TEXT NOT NULL,
  shift_id TEXT NOT NULL REFERENCES shifts (shift_id),
  ticket_class TEXT NOT NULL,
  fare_fen INTEGER NOT NULL CHECK (fare_fen >= 0),
  -- The last eight digits backwards, as before: an index leads from an ending to its tickets.
  number_backwards TEXT GENERATED ALWAYS AS (
    substr(ticket_number, 20, 1) || substr(ticket_number, 19, 1) || substr(ticket_number, 18, 1) || substr(ticket_number, 17, 1)
    || substr(ticket_number, 16, 1) || substr(ticket_number, 15, 1) || substr(ticket_number, 14, 1) || substr(ticket_number, 13, 1)
  ) VIRTUAL
) STRICT;
CREATE INDEX tickets_number_backwards ON tickets (number_backwards);
-- The database itself refuses a seat sold twice.
CREATE UNIQUE INDEX tickets_seat ON tickets (departure_id, seat_number) WHERE seat_number IS NOT NULL;
