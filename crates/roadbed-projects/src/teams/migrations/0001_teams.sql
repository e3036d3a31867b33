CREATE TABLE teams_teams (
  id {TEXT} NOT NULL PRIMARY KEY,
  name {TEXT} NOT NULL UNIQUE,
  version {INTEGER} NOT NULL,
  created_at {INTEGER} NOT NULL
);
CREATE TABLE teams_users (
  name {TEXT} NOT NULL PRIMARY KEY,
  platform_admin {BOOLEAN} NOT NULL,
  created_at {INTEGER} NOT NULL
);
CREATE TABLE teams_members (
  team_id {TEXT} NOT NULL,
  user_name {TEXT} NOT NULL,
  role {TEXT} NOT NULL,
  created_at {INTEGER} NOT NULL,
  PRIMARY KEY (team_id, user_name)
);
CREATE INDEX teams_members_user ON teams_members (user_name);
