CREATE TABLE environments_definitions (
  instance_id {TEXT} NOT NULL PRIMARY KEY,
  team_id {TEXT} NOT NULL,
  owner {TEXT} NOT NULL,
  definition {TEXT} NOT NULL,
  updated_at {INTEGER} NOT NULL
);
