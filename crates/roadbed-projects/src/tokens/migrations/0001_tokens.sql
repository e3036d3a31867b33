CREATE TABLE tokens_tokens (
  id {TEXT} NOT NULL PRIMARY KEY,
  hash {TEXT} NOT NULL UNIQUE,
  name {TEXT} NOT NULL,
  kind {TEXT} NOT NULL,
  user_name {TEXT},
  team_id {TEXT},
  instance_id {TEXT},
  actions {TEXT},
  workload_id {TEXT},
  job_id {TEXT},
  created_at {INTEGER} NOT NULL,
  expires_at {INTEGER},
  last_used_at {INTEGER},
  revoked_at {INTEGER}
);
CREATE INDEX tokens_tokens_workload ON tokens_tokens (workload_id);
CREATE INDEX tokens_tokens_user ON tokens_tokens (user_name);
CREATE TABLE tokens_links (
  hash {TEXT} NOT NULL PRIMARY KEY,
  user_name {TEXT} NOT NULL,
  expires_at {INTEGER} NOT NULL
);
CREATE TABLE tokens_sessions (
  hash {TEXT} NOT NULL PRIMARY KEY,
  user_name {TEXT} NOT NULL,
  expires_at {INTEGER} NOT NULL
);
