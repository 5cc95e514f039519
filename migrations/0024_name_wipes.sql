-- min-reader: 21
-- rebuild
-- Windows whose right to work as a gate was taken away: since which entry, and when they said that their keys to names are gone.
CREATE TABLE name_wipes (
  window TEXT NOT NULL PRIMARY KEY,
  order_seq INTEGER NOT NULL,
  ordered_at_ms INTEGER NOT NULL,
  confirmed_at_ms INTEGER
) STRICT, WITHOUT ROWID;
