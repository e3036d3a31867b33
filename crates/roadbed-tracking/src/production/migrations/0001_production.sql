CREATE TABLE production_moves (
  seq {INTEGER} NOT NULL PRIMARY KEY,
  team_id {TEXT} NOT NULL,
  model {TEXT} NOT NULL,
  alias {TEXT} NOT NULL,
  version {INTEGER},
  ended {INTEGER},
  actor {TEXT} NOT NULL,
  at_ms {INTEGER} NOT NULL
);
CREATE INDEX production_moves_by_model ON production_moves (team_id, model, at_ms, seq);
CREATE TABLE production_revisions (
  revision {TEXT} NOT NULL PRIMARY KEY,
  team_id {TEXT} NOT NULL,
  service_id {TEXT} NOT NULL,
  service {TEXT} NOT NULL,
  number {INTEGER} NOT NULL,
  model {TEXT} NOT NULL,
  version {INTEGER} NOT NULL
);
CREATE INDEX production_revisions_by_model ON production_revisions (team_id, model, version);
CREATE INDEX production_revisions_by_service ON production_revisions (team_id, service);
CREATE TABLE production_served (
  seq {INTEGER} NOT NULL PRIMARY KEY,
  service_id {TEXT} NOT NULL,
  revision {TEXT},
  actor {TEXT} NOT NULL,
  at_ms {INTEGER} NOT NULL
);
CREATE INDEX production_served_by_service ON production_served (service_id, at_ms, seq)
