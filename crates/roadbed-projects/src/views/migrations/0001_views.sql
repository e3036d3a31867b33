CREATE TABLE views_views (
  id {TEXT} NOT NULL PRIMARY KEY,
  team_id {TEXT} NOT NULL,
  owner {TEXT} NOT NULL,
  page {TEXT} NOT NULL,
  name {TEXT} NOT NULL,
  query {TEXT} NOT NULL,
  shared {BOOLEAN} NOT NULL,
  version {INTEGER} NOT NULL,
  created_at {INTEGER} NOT NULL,
  updated_at {INTEGER} NOT NULL,
  UNIQUE (owner, page, name)
);
CREATE INDEX views_views_team ON views_views (team_id, id);
