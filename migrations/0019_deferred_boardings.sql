-- min-reader: 18
-- People let aboard before their check are few: the open list reads them without every boarding of the station.
CREATE INDEX station_boardings_deferred ON station_boardings (departure_id) WHERE method = 'deferred' AND boarded = 1;
