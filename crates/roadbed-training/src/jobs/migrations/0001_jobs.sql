CREATE TABLE jobs_jobs (
  id {TEXT} NOT NULL PRIMARY KEY,
  team_id {TEXT} NOT NULL,
  team_name {TEXT} NOT NULL,
  instance_id {TEXT} NOT NULL,
  project {TEXT} NOT NULL,
  name {TEXT} NOT NULL,
  state {TEXT} NOT NULL,
  exit {TEXT},
  message {TEXT},
  attempt {INTEGER} NOT NULL,
  retries {INTEGER} NOT NULL,
  retries_left {INTEGER} NOT NULL,
  cancel_reason {TEXT},
  cpu_millis {INTEGER} NOT NULL,
  memory_bytes {INTEGER} NOT NULL,
  gpus {INTEGER} NOT NULL,
  spec {TEXT} NOT NULL,
  actor {TEXT} NOT NULL,
  cause {INTEGER},
  created_at {INTEGER} NOT NULL,
  started_at {INTEGER},
  ended_at {INTEGER}
);
CREATE INDEX jobs_jobs_instance ON jobs_jobs (instance_id, id);
CREATE INDEX jobs_jobs_team ON jobs_jobs (team_id, id);
CREATE TABLE jobs_attempts (
  workload_id {TEXT} NOT NULL PRIMARY KEY,
  job_id {TEXT} NOT NULL,
  number {INTEGER} NOT NULL,
  phase {TEXT} NOT NULL,
  is_open {BOOLEAN} NOT NULL,
  is_metered {BOOLEAN} NOT NULL,
  is_kept {BOOLEAN} NOT NULL,
  created_at {INTEGER} NOT NULL,
  started_at {INTEGER},
  ended_at {INTEGER},
  exit {TEXT},
  message {TEXT},
  log_bytes {INTEGER}
);
CREATE UNIQUE INDEX jobs_attempts_number ON jobs_attempts (job_id, number);
CREATE INDEX jobs_attempts_open ON jobs_attempts (is_open, phase, job_id);
CREATE INDEX jobs_attempts_metered ON jobs_attempts (is_metered, phase);
CREATE INDEX jobs_attempts_kept ON jobs_attempts (is_kept, ended_at);
CREATE TABLE jobs_definitions (
  instance_id {TEXT} NOT NULL,
  name {TEXT} NOT NULL,
  team_id {TEXT} NOT NULL,
  owner {TEXT} NOT NULL,
  definition {TEXT} NOT NULL,
  updated_at {INTEGER} NOT NULL,
  PRIMARY KEY (instance_id, name)
);
