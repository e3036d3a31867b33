CREATE TABLE inputs_datasets (
  experiment {INTEGER} NOT NULL,
  name {TEXT} NOT NULL,
  digest {TEXT} NOT NULL,
  source_type {TEXT} NOT NULL,
  source {TEXT} NOT NULL,
  dataset_schema {TEXT},
  profile {TEXT},
  PRIMARY KEY (experiment, name, digest)
);
CREATE TABLE inputs_used (
  run {INTEGER} NOT NULL,
  experiment {INTEGER} NOT NULL,
  name {TEXT} NOT NULL,
  digest {TEXT} NOT NULL,
  context {TEXT},
  tags {TEXT} NOT NULL,
  PRIMARY KEY (run, name, digest)
);
CREATE INDEX inputs_used_by_experiment ON inputs_used (experiment);
CREATE TABLE inputs_models (
  run {INTEGER} NOT NULL,
  direction {TEXT} NOT NULL,
  model_id {TEXT} NOT NULL,
  step {INTEGER} NOT NULL,
  PRIMARY KEY (run, direction, model_id)
)
