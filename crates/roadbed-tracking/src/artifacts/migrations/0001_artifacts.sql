CREATE TABLE artifacts_files (
  team_id {TEXT} NOT NULL,
  path {TEXT} NOT NULL,
  digest {TEXT} NOT NULL,
  bytes {INTEGER} NOT NULL,
  updated_ms {INTEGER} NOT NULL,
  PRIMARY KEY (team_id, path)
)
