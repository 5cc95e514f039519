-- Offices that opened as host of their station: few among many entries.
create index entries_host_opened on entries (window_id) where kind = 'host.opened';
