CREATE TABLE experiments (
  number {INTEGER} NOT NULL PRIMARY KEY,
  team_id {TEXT} NOT NULL,
  experiment_id {INTEGER} NOT NULL,
  name {TEXT} NOT NULL,
  artifact_location {TEXT} NOT NULL,
  lifecycle_stage {TEXT} NOT NULL,
  tags {TEXT} NOT NULL,
  created_ms {INTEGER} NOT NULL,
  updated_ms {INTEGER} NOT NULL
);
CREATE UNIQUE INDEX experiments_by_team ON experiments (team_id, experiment_id);
CREATE UNIQUE INDEX experiments_by_name ON experiments (team_id, name);
CREATE INDEX experiments_by_id ON experiments (experiment_id)
