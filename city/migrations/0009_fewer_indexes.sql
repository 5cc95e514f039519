-- A journal of a week is 63,000 entries, and every index is written once for each. These two cost a third of taking one in.

-- Parts of one command follow one another, so the other ones are found by seq.
drop index entries_command;
-- Nobody looks a sealed identity up by its `ref`: it is reached from its entry, which has one at most.
alter table sealed_rows drop constraint sealed_rows_pkey;
drop index sealed_rows_entry;
alter table sealed_rows add primary key (window_id, ledger_id, seq);
