CREATE TABLE snapshots_snapshots (
  team_id {TEXT} NOT NULL,
  digest {TEXT} NOT NULL,
  bytes {INTEGER} NOT NULL,
  uploaded_at {INTEGER} NOT NULL,
  PRIMARY KEY (team_id, digest)
);
CREATE INDEX snapshots_snapshots_age ON snapshots_snapshots (uploaded_at);
