-- min-reader: 10
-- Where the journal says something of plans and of states of departures, so that a start reads these entries alone. No program
-- before this one wrote any, so there is nothing to fill in; one that does not know them would sell what they stop.

CREATE TABLE contingency_entries (seq INTEGER NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
