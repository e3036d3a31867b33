CREATE TABLE capability_idempotency (
  key {TEXT} NOT NULL PRIMARY KEY,
  body {TEXT} NOT NULL,
  answer {TEXT} NOT NULL,
  created_at {INTEGER} NOT NULL
);
CREATE INDEX capability_idempotency_created ON capability_idempotency (created_at);
