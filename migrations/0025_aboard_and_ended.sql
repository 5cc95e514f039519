-- min-reader: 21
-- A ticket that went aboard anywhere and ended elsewhere is looked at too, beside those that ended more than once; whether its
-- boarding still stands is seen when the list is read.
INSERT INTO station_ended_twice (ticket_number, source)
SELECT e.ticket_number, e.source FROM station_ends e
  WHERE EXISTS (SELECT 1 FROM station_boardings b WHERE b.ticket_number = e.ticket_number)
UNION
SELECT b.ticket_number, b.source FROM station_boardings b
  WHERE EXISTS (SELECT 1 FROM station_ends e WHERE e.ticket_number = b.ticket_number)
ON CONFLICT DO NOTHING;
