-- min-reader: 1
-- Tickets are looked for by the last digits of their number. The last eight (ledger ordinal, serial, check digit) backwards, so that an
-- index leads from an ending to its tickets. Computed from the number: nothing to fill, and older programs go on writing.
ALTER TABLE tickets ADD COLUMN number_backwards TEXT GENERATED ALWAYS AS (
  substr(ticket_number, 20, 1) || substr(ticket_number, 19, 1) || substr(ticket_number, 18, 1) || substr(ticket_number, 17, 1)
  || substr(ticket_number, 16, 1) || substr(ticket_number, 15, 1) || substr(ticket_number, 14, 1) || substr(ticket_number, 13, 1)
) VIRTUAL;
CREATE INDEX tickets_number_backwards ON tickets (number_backwards);
