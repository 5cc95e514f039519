-- min-reader: 21
-- rebuild
-- Which windows may work as a gate, and which keys to names this host has given to whom. An older program would give them to anybody.

CREATE TABLE gate_rights (
  window TEXT NOT NULL PRIMARY KEY,
  allowed INTEGER NOT NULL CHECK (allowed IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE TABLE name_keys_given (
  window TEXT NOT NULL,
  key_id TEXT NOT NULL,
  of_ledger TEXT NOT NULL,
  week TEXT NOT NULL,
  PRIMARY KEY (window, key_id, of_ledger, week)
) STRICT, WITHOUT ROWID;
