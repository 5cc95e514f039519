-- Whether a week's key opened an identity whose digest stands in the chain. Nothing that a window signs names its keys, so until then
-- a key may be anybody's: it is given up as soon as rows of its week come that it does not open. Keys that are here already prove
-- themselves with the next row of their week.
alter table week_keys add column proven boolean not null default false;
