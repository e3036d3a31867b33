CREATE TABLE logged_models (
  model_id {TEXT} NOT NULL PRIMARY KEY,
  team_id {TEXT} NOT NULL,
  experiment {INTEGER} NOT NULL,
  experiment_id {INTEGER} NOT NULL,
  name {TEXT} NOT NULL,
  model_type {TEXT} NOT NULL,
  status {TEXT} NOT NULL,
  source_run_id {TEXT} NOT NULL,
  artifact_uri {TEXT} NOT NULL,
  lifecycle_stage {TEXT} NOT NULL,
  tags {TEXT} NOT NULL,
  params {TEXT} NOT NULL,
  created_ms {INTEGER} NOT NULL,
  updated_ms {INTEGER} NOT NULL
);
CREATE INDEX logged_models_by_experiment ON logged_models (experiment, created_ms);
CREATE INDEX logged_models_by_run ON logged_models (source_run_id, name)
