CREATE TABLE runs_metrics (
  run {INTEGER} NOT NULL,
  key {TEXT} NOT NULL,
  timestamp_ms {INTEGER} NOT NULL,
  step {INTEGER} NOT NULL,
  value {REAL} NOT NULL,
  is_nan {BOOLEAN} NOT NULL,
  PRIMARY KEY (run, key, timestamp_ms, step, value, is_nan)
);
CREATE TABLE runs_latest_metrics (
  run {INTEGER} NOT NULL,
  key {TEXT} NOT NULL,
  experiment {INTEGER} NOT NULL,
  value {REAL} NOT NULL,
  is_nan {BOOLEAN} NOT NULL,
  timestamp_ms {INTEGER} NOT NULL,
  step {INTEGER} NOT NULL,
  PRIMARY KEY (run, key)
);
CREATE INDEX runs_latest_metrics_by_key ON runs_latest_metrics (experiment, key);
CREATE TABLE runs_params (
  run {INTEGER} NOT NULL,
  key {TEXT} NOT NULL,
  experiment {INTEGER} NOT NULL,
  value {TEXT} NOT NULL,
  PRIMARY KEY (run, key)
);
CREATE INDEX runs_params_by_key ON runs_params (experiment, key);
CREATE TABLE runs_tags (
  run {INTEGER} NOT NULL,
  key {TEXT} NOT NULL,
  experiment {INTEGER} NOT NULL,
  value {TEXT} NOT NULL,
  PRIMARY KEY (run, key)
);
CREATE INDEX runs_tags_by_key ON runs_tags (experiment, key);
CREATE TABLE runs_model_metrics (
  team_id {TEXT} NOT NULL,
  model_id {TEXT} NOT NULL,
  run_id {TEXT} NOT NULL,
  key {TEXT} NOT NULL,
  timestamp_ms {INTEGER} NOT NULL,
  step {INTEGER} NOT NULL,
  value {REAL} NOT NULL,
  is_nan {BOOLEAN} NOT NULL,
  dataset_name {TEXT},
  dataset_digest {TEXT},
  PRIMARY KEY (team_id, model_id, key, timestamp_ms, step, run_id)
)
