-- min-reader: 1
-- What the journal must not tell and no rebuild can make again: the sealed list of people, and wrong PINs counted.

-- Small secrets of the office, sealed by the vault (the list of people with its PIN hashes, the first manager's code). Not a projection.
CREATE TABLE secrets (
  name TEXT NOT NULL PRIMARY KEY,
  sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Wrong PINs in a row, by number; a right one deletes the row. Not a projection: it outlives a restart, not a success.
CREATE TABLE wrong_pins (
  number TEXT NOT NULL PRIMARY KEY,
  wrong_in_a_row INTEGER NOT NULL CHECK (wrong_in_a_row >= 1),
  locks INTEGER NOT NULL CHECK (locks >= 0),
  locked_until_ms INTEGER
) STRICT, WITHOUT ROWID;
