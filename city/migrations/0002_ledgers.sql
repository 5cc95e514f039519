-- Where a ledger's predecessor ends, as its opening entry says.
alter table ledgers add column predecessor_seq bigint;
alter table ledgers add column predecessor_hash bytea;

-- Control totals ask for whole business dates. Entries come in nearly by date: a block range index costs an insert nothing.
create index entries_business_date on entries using brin (business_date);
