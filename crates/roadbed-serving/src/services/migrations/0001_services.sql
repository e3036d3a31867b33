CREATE TABLE services_services (
  id {TEXT} NOT NULL PRIMARY KEY,
  name {TEXT} NOT NULL UNIQUE,
  team_id {TEXT} NOT NULL,
  team_name {TEXT} NOT NULL,
  instance_id {TEXT} NOT NULL,
  project {TEXT} NOT NULL,
  settings {TEXT} NOT NULL,
  stable_revision {TEXT},
  previous_revision {TEXT},
  open_rollout {TEXT},
  last_outcome {TEXT},
  made_by {TEXT} NOT NULL,
  version {INTEGER} NOT NULL,
  created_at {INTEGER} NOT NULL
);
CREATE INDEX services_services_instance ON services_services (instance_id, name);
CREATE TABLE services_revisions (
  id {TEXT} NOT NULL PRIMARY KEY,
  service_id {TEXT} NOT NULL,
  number {INTEGER} NOT NULL,
  model_name {TEXT} NOT NULL,
  model_version {TEXT} NOT NULL,
  model_digest {TEXT} NOT NULL,
  entry {TEXT} NOT NULL,
  published {BOOLEAN} NOT NULL,
  created_at {INTEGER} NOT NULL
);
CREATE UNIQUE INDEX services_revisions_number ON services_revisions (service_id, number);
CREATE INDEX services_revisions_published ON services_revisions (published, service_id);
CREATE TABLE services_held (
  service_id {TEXT} NOT NULL,
  model_digest {TEXT} NOT NULL,
  PRIMARY KEY (service_id, model_digest)
);
