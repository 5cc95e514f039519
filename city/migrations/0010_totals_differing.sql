-- What windows found to differ between their own control totals and the city's: the last word of each ledger, where it still
-- names a date. `differences` is a list of {businessDate, here, there}: `there` as the city answered then, null for nothing at all.
create index entries_totals_compared on entries (window_id, ledger_id, seq) where kind = 'totals.compared';
create view totals_differing as
  select window_id, ledger_id, seq, differences
  from (
    select distinct on (window_id, ledger_id) window_id, ledger_id, seq, entry::jsonb #> '{body,differences}' as differences
    from entries where kind = 'totals.compared' order by window_id, ledger_id, seq desc
  ) last
  where jsonb_array_length(differences) > 0;
