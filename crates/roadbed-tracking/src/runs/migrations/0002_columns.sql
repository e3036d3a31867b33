CREATE TABLE runs_blocks (
  run {INTEGER} NOT NULL,
  place {INTEGER} NOT NULL,
  blocks {INTEGER} NOT NULL,
  points {INTEGER} NOT NULL,
  data {BYTES} NOT NULL,
  PRIMARY KEY (run, place)
);
CREATE TABLE runs_segments (
  run {INTEGER} NOT NULL,
  key {TEXT} NOT NULL,
  segment {INTEGER} NOT NULL,
  points {INTEGER} NOT NULL,
  first_step {INTEGER} NOT NULL,
  last_step {INTEGER} NOT NULL,
  first_ms {INTEGER} NOT NULL,
  last_ms {INTEGER} NOT NULL,
  data {BYTES} NOT NULL,
  PRIMARY KEY (run, key, segment)
);
CREATE TABLE runs_folds (
  run {INTEGER} NOT NULL PRIMARY KEY,
  folds {INTEGER} NOT NULL
);
ALTER TABLE runs_latest_metrics RENAME TO runs_latest_metrics_before;
ALTER TABLE runs_params RENAME TO runs_params_before;
ALTER TABLE runs_tags RENAME TO runs_tags_before;
DROP INDEX runs_latest_metrics_by_key;
DROP INDEX runs_params_by_key;
DROP INDEX runs_tags_by_key;
CREATE TABLE runs_latest_metrics (
  experiment {INTEGER} NOT NULL,
  key {TEXT} NOT NULL,
  run {INTEGER} NOT NULL,
  value {REAL} NOT NULL,
  is_nan {BOOLEAN} NOT NULL,
  timestamp_ms {INTEGER} NOT NULL,
  step {INTEGER} NOT NULL,
  PRIMARY KEY (experiment, key, run)
) {CLUSTERED};
CREATE INDEX runs_latest_metrics_by_run ON runs_latest_metrics (run, key);
CREATE TABLE runs_params (
  experiment {INTEGER} NOT NULL,
  key {TEXT} NOT NULL,
  run {INTEGER} NOT NULL,
  value {TEXT} NOT NULL,
  PRIMARY KEY (experiment, key, run)
) {CLUSTERED};
CREATE INDEX runs_params_by_run ON runs_params (run, key);
CREATE TABLE runs_tags (
  experiment {INTEGER} NOT NULL,
  key {TEXT} NOT NULL,
  run {INTEGER} NOT NULL,
  value {TEXT} NOT NULL,
  PRIMARY KEY (experiment, key, run)
) {CLUSTERED};
CREATE INDEX runs_tags_by_run ON runs_tags (run, key);
INSERT INTO runs_latest_metrics (experiment, key, run, value, is_nan, timestamp_ms, step)
  SELECT experiment, key, run, value, is_nan, timestamp_ms, step FROM runs_latest_metrics_before;
INSERT INTO runs_params (experiment, key, run, value) SELECT experiment, key, run, value FROM runs_params_before;
INSERT INTO runs_tags (experiment, key, run, value) SELECT experiment, key, run, value FROM runs_tags_before;
DROP TABLE runs_latest_metrics_before;
DROP TABLE runs_params_before;
DROP TABLE runs_tags_before
