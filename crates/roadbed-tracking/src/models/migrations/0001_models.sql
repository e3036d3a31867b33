CREATE TABLE models (
  number {INTEGER} NOT NULL PRIMARY KEY,
  team_id {TEXT} NOT NULL,
  name {TEXT} NOT NULL,
  description {TEXT} NOT NULL,
  tags {TEXT} NOT NULL,
  last_version {INTEGER} NOT NULL,
  created_ms {INTEGER} NOT NULL,
  updated_ms {INTEGER} NOT NULL
);
CREATE UNIQUE INDEX models_by_name ON models (team_id, name);
CREATE TABLE models_versions (
  model {INTEGER} NOT NULL,
  version {INTEGER} NOT NULL,
  source {TEXT} NOT NULL,
  snapshot {TEXT},
  digest {TEXT},
  run_id {TEXT} NOT NULL,
  run_link {TEXT} NOT NULL,
  model_id {TEXT} NOT NULL,
  description {TEXT},
  stage {TEXT} NOT NULL,
  tags {TEXT} NOT NULL,
  created_ms {INTEGER} NOT NULL,
  updated_ms {INTEGER} NOT NULL,
  PRIMARY KEY (model, version)
);
CREATE INDEX models_versions_by_run ON models_versions (run_id);
CREATE TABLE models_aliases (
  model {INTEGER} NOT NULL,
  alias {TEXT} NOT NULL,
  version {INTEGER} NOT NULL,
  PRIMARY KEY (model, alias)
)
