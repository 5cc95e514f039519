-- min-reader: 20
-- rebuild
-- Which of the lost machines that were read back had been the station's host: nothing is thawed before that one is.

ALTER TABLE lost_ledgers ADD COLUMN was_host INTEGER NOT NULL DEFAULT 0 CHECK (was_host IN (0, 1));
