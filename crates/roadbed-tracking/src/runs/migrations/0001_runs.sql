CREATE TABLE runs (
  number {INTEGER} NOT NULL PRIMARY KEY,
  run_id {TEXT} NOT NULL UNIQUE,
  team_id {TEXT} NOT NULL,
  experiment {INTEGER} NOT NULL,
  experiment_id {INTEGER} NOT NULL,
  run_name {TEXT} NOT NULL,
  user_id {TEXT} NOT NULL,
  status {TEXT} NOT NULL,
  start_time_ms {INTEGER} NOT NULL,
  end_time_ms {INTEGER},
  artifact_uri {TEXT} NOT NULL,
  lifecycle_stage {TEXT} NOT NULL,
  job_id {TEXT},
  created_ms {INTEGER} NOT NULL
);
CREATE INDEX runs_by_experiment ON runs (experiment, start_time_ms, run_id);
CREATE INDEX runs_by_job ON runs (job_id, number)
