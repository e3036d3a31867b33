CREATE TABLE retention_policies (
  team_id {TEXT} NOT NULL,
  experiment {INTEGER} NOT NULL,
  experiment_id {TEXT} NOT NULL,
  delete_after_days {INTEGER},
  purge_after_days {INTEGER},
  version {INTEGER} NOT NULL,
  updated_ms {INTEGER} NOT NULL,
  PRIMARY KEY (team_id, experiment)
);
CREATE TABLE retention_deleted (
  run {INTEGER} NOT NULL PRIMARY KEY,
  seen_ms {INTEGER} NOT NULL
)
