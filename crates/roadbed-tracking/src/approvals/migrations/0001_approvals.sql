CREATE TABLE approvals_rules (
  team_id {TEXT} NOT NULL,
  model {INTEGER} NOT NULL,
  alias {TEXT} NOT NULL,
  conditions {TEXT} NOT NULL,
  approvers {INTEGER} NOT NULL,
  updated_ms {INTEGER} NOT NULL,
  PRIMARY KEY (team_id, model, alias)
);
CREATE TABLE approvals (
  number {INTEGER} NOT NULL PRIMARY KEY,
  team_id {TEXT} NOT NULL,
  model {INTEGER} NOT NULL,
  model_name {TEXT} NOT NULL,
  version {INTEGER} NOT NULL,
  alias {TEXT} NOT NULL,
  person {TEXT} NOT NULL,
  comment {TEXT} NOT NULL,
  evidence {TEXT} NOT NULL,
  given_ms {INTEGER} NOT NULL,
  revoked_ms {INTEGER},
  revoked_because {TEXT}
);
CREATE INDEX approvals_by_version ON approvals (model, version, number);
CREATE INDEX approvals_by_team ON approvals (team_id, number)
