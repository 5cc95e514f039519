-- min-reader: 2
-- rebuild
-- Basic data of the station: which change-sets there are and which were taken back. Their rows stay in the journal.

CREATE TABLE data_changes (
  change_id TEXT NOT NULL PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  seq INTEGER NOT NULL,
  effective_at_ms INTEGER NOT NULL,
  undone_seq INTEGER
) STRICT, WITHOUT ROWID;
