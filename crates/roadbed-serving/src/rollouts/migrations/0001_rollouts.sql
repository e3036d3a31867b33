CREATE TABLE rollouts_rollouts (
  id {TEXT} NOT NULL PRIMARY KEY,
  service_id {TEXT} NOT NULL,
  service_name {TEXT} NOT NULL,
  team_id {TEXT} NOT NULL,
  instance_id {TEXT} NOT NULL,
  from_revision {TEXT},
  from_number {INTEGER},
  to_revision {TEXT} NOT NULL,
  to_number {INTEGER} NOT NULL,
  model {TEXT} NOT NULL,
  terms {TEXT} NOT NULL,
  state {TEXT} NOT NULL,
  started_at {INTEGER},
  paused_at {INTEGER},
  paused_micros {INTEGER} NOT NULL,
  decide_after_micros {INTEGER} NOT NULL,
  ended_at {INTEGER},
  verdict {TEXT},
  progress {TEXT},
  actor {TEXT} NOT NULL,
  version {INTEGER} NOT NULL,
  created_at {INTEGER} NOT NULL
);
CREATE INDEX rollouts_rollouts_service ON rollouts_rollouts (service_id, id);
CREATE INDEX rollouts_rollouts_ended ON rollouts_rollouts (ended_at);
CREATE TABLE rollouts_stages (
  rollout_id {TEXT} NOT NULL,
  number {INTEGER} NOT NULL,
  kind {TEXT} NOT NULL,
  step {INTEGER} NOT NULL,
  weight_basis_points {INTEGER} NOT NULL,
  entry_version {INTEGER} NOT NULL,
  started_at {INTEGER} NOT NULL,
  paused_micros {INTEGER} NOT NULL,
  PRIMARY KEY (rollout_id, number)
);
CREATE TABLE rollouts_evidence (
  rollout_id {TEXT} NOT NULL,
  number {INTEGER} NOT NULL,
  at {INTEGER} NOT NULL,
  counts {TEXT} NOT NULL,
  evidence {TEXT} NOT NULL,
  PRIMARY KEY (rollout_id, number)
);
