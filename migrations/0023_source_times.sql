-- min-reader: 21
-- When the last entry was written that another window's journal gave to the station's picture; null where an older program took it.
ALTER TABLE station_sources ADD COLUMN up_to_at_ms INTEGER;
