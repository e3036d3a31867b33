CREATE TABLE signatures_keys (
  id {TEXT} NOT NULL PRIMARY KEY,
  team_id {TEXT} NOT NULL,
  name {TEXT} NOT NULL,
  public_key {TEXT} NOT NULL,
  sealed {TEXT} NOT NULL,
  created_by {TEXT} NOT NULL,
  created_ms {INTEGER} NOT NULL,
  retired_ms {INTEGER}
);
CREATE INDEX signatures_keys_by_team ON signatures_keys (team_id, created_ms);
CREATE TABLE signatures (
  model {INTEGER} NOT NULL,
  version {INTEGER} NOT NULL,
  team_id {TEXT} NOT NULL,
  key_id {TEXT} NOT NULL,
  digest {TEXT} NOT NULL,
  bundle {TEXT} NOT NULL,
  signed_by {TEXT} NOT NULL,
  signed_ms {INTEGER} NOT NULL,
  PRIMARY KEY (model, version)
)
