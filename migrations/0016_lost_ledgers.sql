-- min-reader: 16
-- rebuild
-- Machines of the station that are lost: what the city had of their ledgers, and ledgers that two people signed off, whether or
-- not they ever enrolled at this host. An older program would take such a window in again and give its seats twice.

CREATE TABLE lost_ledgers (
  window TEXT NOT NULL,
  ledger_id TEXT NOT NULL,
  up_to INTEGER NOT NULL,
  last_at_ms INTEGER NOT NULL,
  signing_key TEXT,
  tickets INTEGER NOT NULL,
  leases INTEGER NOT NULL,
  forked INTEGER NOT NULL CHECK (forked IN (0, 1)),
  read_seq INTEGER NOT NULL,
  PRIMARY KEY (window, ledger_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE written_off_ledgers (ledger_id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
