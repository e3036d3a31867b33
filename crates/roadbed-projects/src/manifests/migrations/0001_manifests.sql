CREATE TABLE manifests_applied (
  instance_id {TEXT} NOT NULL PRIMARY KEY,
  digest {TEXT} NOT NULL,
  document {TEXT} NOT NULL,
  applied_at {INTEGER} NOT NULL,
  actor {TEXT} NOT NULL
);
