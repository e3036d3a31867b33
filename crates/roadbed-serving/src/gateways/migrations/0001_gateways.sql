CREATE TABLE gateways_entries (
  key {TEXT} NOT NULL PRIMARY KEY,
  version {INTEGER} NOT NULL,
  body {TEXT},
  changed_at {INTEGER} NOT NULL
);
CREATE INDEX gateways_entries_version ON gateways_entries (version);
CREATE TABLE gateways_feed (
  id {INTEGER} NOT NULL PRIMARY KEY,
  epoch {TEXT} NOT NULL,
  head {INTEGER} NOT NULL,
  floor {INTEGER} NOT NULL
);
