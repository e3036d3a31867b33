CREATE TABLE artifacts_uploads (
  upload_id {TEXT} NOT NULL PRIMARY KEY,
  team_id {TEXT} NOT NULL,
  path {TEXT} NOT NULL,
  parts {INTEGER} NOT NULL,
  begun_ms {INTEGER} NOT NULL
);
CREATE INDEX artifacts_uploads_by_age ON artifacts_uploads (begun_ms);
CREATE TABLE artifacts_upload_parts (
  upload_id {TEXT} NOT NULL,
  part_number {INTEGER} NOT NULL,
  digest {TEXT} NOT NULL,
  bytes {INTEGER} NOT NULL,
  PRIMARY KEY (upload_id, part_number)
)
