-- Authorities that approve plans of a station and may give it orders: their raw Ed25519 keys, put in by the city's operator.
create table authorities (
  station text not null,
  public_key bytea not null check (octet_length(public_key) = 32),
  name text not null,
  named_at bigint not null,
  primary key (station, public_key)
);

-- What they signed, in the order in which it came. `issuer`, `n`: name of a record for ever; null for a plan. `of_issuer`, `of_n`: the order that it
-- extends or ends.
create table authority_papers (
  place bigint generated always as identity primary key,
  station text not null,
  kind text not null check (kind in ('plan', 'order', 'extend', 'end')),
  text_hash bytea not null,
  issuer text,
  n integer,
  of_issuer text,
  of_n integer,
  plan_id text,
  plan_version integer,
  paper text not null,
  came_at bigint not null
);
create unique index authority_papers_text on authority_papers (station, text_hash);
create unique index authority_papers_record on authority_papers (issuer, n) where issuer is not null;
create index authority_papers_station on authority_papers (station, place);
