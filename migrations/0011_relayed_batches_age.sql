-- min-reader: 10
-- When a host took another window's batch: what the city has acknowledged and is older than a setting is dropped. Batches of a
-- program before this one count as old.
ALTER TABLE relay_batches ADD COLUMN taken_at_ms INTEGER NOT NULL DEFAULT 0;
