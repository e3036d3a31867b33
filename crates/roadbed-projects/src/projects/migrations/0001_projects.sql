CREATE TABLE projects_projects (
  id {TEXT} NOT NULL PRIMARY KEY,
  team_id {TEXT} NOT NULL,
  name {TEXT} NOT NULL,
  description {TEXT} NOT NULL,
  version {INTEGER} NOT NULL,
  created_at {INTEGER} NOT NULL,
  UNIQUE (team_id, name)
);
CREATE TABLE projects_instances (
  id {TEXT} NOT NULL PRIMARY KEY,
  project_id {TEXT} NOT NULL,
  team_id {TEXT} NOT NULL,
  target {TEXT} NOT NULL,
  is_primary {BOOLEAN} NOT NULL,
  created_at {INTEGER} NOT NULL,
  UNIQUE (project_id, target)
);
CREATE INDEX projects_instances_team ON projects_instances (team_id);
